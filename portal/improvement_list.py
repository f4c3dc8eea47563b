"""«À améliorer»: which groups the address asks for, and how a group is said in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from offre_bailleurs.french.format import long_date, long_moment
from offre_bailleurs.improvement.groups import SHOWN_OF_A_GROUP, Order, Said, Which, count_of, listed, said_in
from offre_bailleurs.improvement.tables import Assigned, SentenceGroup
from portal.steps import DESK_PATH
from portal.user_list import read_page

IMPROVEMENT_PATH = f"{DESK_PATH}/a-ameliorer"
PAGE_SIZE = 20

_PLACEHOLDER = re.compile(r"\[[^\[\]]*\]")
_LETTER = re.compile(r"\w")
_UNKNOWN = "(mots inconnus)"

_VIEWS = {"": Which.OPEN, "classes": Which.ASSIGNED}
_ORDERS = {"": Order.LARGEST, "recents": Order.NEWEST}


@dataclass(frozen=True)
class Criteria:
    """What the adviser asked to see."""

    which: Which = Which.OPEN
    order: Order = Order.LARGEST
    page: int = 1

    @classmethod
    def read(cls, parameters: Mapping[str, str]) -> Criteria:
        """From the address's parameters; what makes no sense counts as not asked."""
        which = _VIEWS.get(parameters.get("vue", ""), Which.OPEN)
        return cls(which, _ORDERS.get(parameters.get("tri", ""), Order.LARGEST), read_page(parameters))

    def address(self, *, page: int = 1, **also: str) -> str:
        """The address of one page of this selection."""
        return _with_parameters(IMPROVEMENT_PATH, self._parameters(page) | also)

    def action(self, group_id: int) -> str:
        """Where the forms of a group post to, so that the answer comes back to this page of the list."""
        return _with_parameters(group_path(group_id), self._parameters(self.page))

    def _parameters(self, page: int) -> dict[str, str]:
        view = next(name for name, which in _VIEWS.items() if which is self.which)
        order = next(name for name, order in _ORDERS.items() if order is self.order)
        return {"vue": view, "tri": order, "page": str(page) if page > 1 else ""}


@dataclass(frozen=True)
class GroupRow:
    """A group, as the page shows it."""

    id: int
    title: str
    times: int
    days: str
    said: list[Said]
    hidden: int
    """How many of its different sentences are not in `said`."""
    assigned: Assigned | None
    standing: str
    """What was said of it, by whom and when; "" when nothing was."""
    seen: str
    """Names that state of the group in its forms."""
    topic: str


@dataclass(frozen=True)
class Listing:
    """One page of the list."""

    rows: list[GroupRow]
    criteria: Criteria
    page_count: int
    open_groups: int
    open_sentences: int
    assigned_groups: int


def listing_of(session: Session, criteria: Criteria, titles: Mapping[str, str]) -> Listing:
    """The page of the list that was asked for; the last one when the list is shorter than that."""
    open_groups, open_sentences = count_of(session, Which.OPEN)
    assigned_groups, _ = count_of(session, Which.ASSIGNED)
    total = open_groups if criteria.which is Which.OPEN else assigned_groups
    page_count = max(1, ceil(total / PAGE_SIZE))
    number = min(criteria.page, page_count)
    shown = listed(criteria.which, criteria.order).offset((number - 1) * PAGE_SIZE).limit(PAGE_SIZE)
    groups = session.scalars(shown).all()
    said = said_in(session, [group.id for group in groups])
    return Listing(
        [row_of(group, said[group.id], titles, most=SHOWN_OF_A_GROUP) for group in groups],
        Criteria(criteria.which, criteria.order, number),
        page_count,
        open_groups,
        open_sentences,
        assigned_groups,
    )


def row_of(group: SentenceGroup, said: list[Said], titles: Mapping[str, str], *, most: int | None = None) -> GroupRow:
    """A group in words, with `most` of its sentences (all by default)."""
    return GroupRow(
        group.id,
        title_of(group),
        group.size,
        _days(group.first_on, group.last_on),
        said[:most],
        max(0, len(said) - most) if most is not None else 0,
        group.assigned,
        _standing(group, titles),
        seen_as(group.assigned_at),
        group.topic or "",
    )


def title_of(group: SentenceGroup) -> str:
    """What a group is called: its first sentence, unless nothing is left of it once what nobody may read is out."""
    return group.representative if _LETTER.search(_PLACEHOLDER.sub("", group.representative)) else _UNKNOWN


def group_path(group_id: int) -> str:
    """The address of one group's own page."""
    return f"{IMPROVEMENT_PATH}/{group_id}"


def what_was_said(assigned: Assigned, topic: str | None, titles: Mapping[str, str]) -> str:
    """What a group is about, in French."""
    match assigned:
        case Assigned.TOPIC:
            return f"sujet « {titles.get(topic or '', topic or '')} »"
        case Assigned.NEW_TOPIC:
            return "nouveau sujet"
        case Assigned.OFF_TOPIC:
            return "hors sujet"


def seen_as(assigned_at: datetime | None) -> str:
    """The state of a group in a form: what `read_seen` reads."""
    return assigned_at.isoformat() if assigned_at else ""


def read_seen(text: str) -> datetime | None:
    """The state that a form was made for.

    Raises:
        ValueError: no form of ours says so.
    """
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def _standing(group: SentenceGroup, titles: Mapping[str, str]) -> str:
    if group.assigned is None or group.assigned_at is None or group.assigned_by is None:
        return ""
    said = what_was_said(group.assigned, group.topic, titles)
    exported = f" Proposé pour les réponses le {long_moment(group.exported_at)}." if group.exported_at else ""
    by = group.assigned_by.full_name
    return f"{said[0].upper()}{said[1:]}, par {by}, le {long_moment(group.assigned_at)}.{exported}"


def _days(first: date, last: date) -> str:
    return f"le {long_date(first)}" if first == last else f"du {long_date(first)} au {long_date(last)}"


def _with_parameters(path: str, parameters: Mapping[str, str]) -> str:
    filled = {name: value for name, value in parameters.items() if value}
    return f"{path}?{urlencode(filled)}" if filled else path
