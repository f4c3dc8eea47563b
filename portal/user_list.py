"""«Mes utilisateurs»: searched, in French alphabetical order, cut into pages; and how a user is said in words.

Sorted and searched here rather than by the database, for the reasons of `portal.tenant_list`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import ceil
from urllib.parse import urlencode

from sqlalchemy.orm import Session, selectinload

from offre_bailleurs.access import Viewer, visible_users
from offre_bailleurs.french.format import long_date
from offre_bailleurs.french.text import fold
from offre_bailleurs.models import DwellingType, PortalUser, UserState

PAGE_SIZE = 25
MAX_QUERY_LENGTH = 100
USERS_PATH = "/habilitations/utilisateurs"

DWELLING_TYPES = {DwellingType.REGULATED: "logements conventionnés", DwellingType.PRIVATE: "logements privés"}


class Standing(StrEnum):
    """Where an access stands on a day; the value ends the class of its sign."""

    NEVER_CONNECTED = "a-ouvrir"
    NOT_OPEN_YET = "a-venir"
    ACTIVE = "actif"
    OVER = "clos"


@dataclass(frozen=True)
class Criteria:
    """What the reader asked to see."""

    query: str = ""
    page: int = 1

    @classmethod
    def read(cls, parameters: Mapping[str, str]) -> Criteria:
        """From the address's parameters; what makes no sense counts as not asked."""
        return cls(" ".join(parameters.get("q", "")[:MAX_QUERY_LENGTH].split()), read_page(parameters))

    def address(self, *, page: int = 1) -> str:
        """The address of one page of this selection."""
        parameters = {"q": self.query, "page": str(page) if page > 1 else ""}
        filled = {name: value for name, value in parameters.items() if value}
        return f"{USERS_PATH}?{urlencode(filled)}" if filled else USERS_PATH


@dataclass(frozen=True)
class UserPage:
    """One page of the list."""

    criteria: Criteria
    users: tuple[PortalUser, ...]
    total: int
    """Users whom the reader may see, before any search."""
    found: int
    page_count: int

    @property
    def is_searchable(self) -> bool:
        """A short list needs no search."""
        return self.total > PAGE_SIZE or bool(self.criteria.query)


def read_page(parameters: Mapping[str, str]) -> int:
    """The page that an address asks for; 1 when it makes no sense."""
    page = parameters.get("page", "")
    return max(1, int(page)) if page.isascii() and page.isdigit() and len(page) <= 6 else 1


def user_page(session: Session, viewer: Viewer, criteria: Criteria) -> UserPage:
    """The page of the list that a viewer asked for; the last one when the list is shorter than that."""
    everybody = list(session.scalars(visible_users(viewer).options(selectinload(PortalUser.groups))))
    words = fold(criteria.query).split()
    found = [user for user in everybody if all(word in fold(user.full_name) for word in words)]
    found.sort(key=lambda user: (fold(user.last_name), fold(user.first_name), user.id))
    page_count = max(1, ceil(len(found) / PAGE_SIZE))
    page = min(criteria.page, page_count)
    return UserPage(
        criteria=Criteria(criteria.query, page),
        users=tuple(found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]),
        total=len(everybody),
        found=len(found),
        page_count=page_count,
    )


def role_of(user: PortalUser) -> str:
    """The role in words."""
    if user.is_administrator:
        return "Administrateur"
    return "Responsable d’habilitation" if user.is_authorisation_manager else "Utilisateur"


def standing_of(user: PortalUser, day: date) -> Standing:
    """Where an access stands on a day."""
    if user.state is UserState.CLOSED or (user.closes_on is not None and user.closes_on < day):
        return Standing.OVER
    if user.opens_on is not None and user.opens_on > day:
        return Standing.NOT_OPEN_YET
    return Standing.ACTIVE if user.state is UserState.ACTIVE else Standing.NEVER_CONNECTED


def describe_standing(user: PortalUser, day: date) -> tuple[str, ...]:
    """Where an access stands on a day, then what else is to be known of it, in words."""
    if user.state is UserState.CLOSED:
        return ("Clos",)
    first_time = user.state is UserState.NEVER_CONNECTED
    words = {
        Standing.OVER: f"Clos depuis le {long_date(user.closes_on)} au soir" if user.closes_on else "Clos",
        Standing.NOT_OPEN_YET: f"Ouvre le {long_date(user.opens_on)}" if user.opens_on else "",
        Standing.ACTIVE: "Actif",
        Standing.NEVER_CONNECTED: "Première connexion à faire",
    }
    standing = standing_of(user, day)
    said = [words[standing]]
    if first_time and standing is Standing.NOT_OPEN_YET:
        said.append("Première connexion à faire")
    if user.closes_on is not None and standing is not Standing.OVER:
        said.append(f"Clôture le {long_date(user.closes_on)}")
    return tuple(said)


def describe_departements(departements: list[str]) -> str:
    """« département 35 », « départements 35 et 44 »."""
    *others, last = departements
    return f"départements {', '.join(others)} et {last}" if others else f"département {last}"
