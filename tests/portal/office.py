"""The organisation of the users' tests, with every kind of user; and what a person does with its pages."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from offre_bailleurs.database import Base, reading, transaction
from offre_bailleurs.models import (
    Account,
    AuditEvent,
    AuthorisationGroup,
    ContactChannel,
    DwellingType,
    Organisation,
    OutboxMessage,
    PortalUser,
    Profile,
    UserState,
)
from tests.portal.browser import Browser
from tests.portal.world import World, add_user

USERS = "/habilitations/utilisateurs"
NEW = f"{USERS}/nouveau"
DRAWN = re.compile(r'name="demande" value="([^"]+)"')

_ROW = re.compile(r'<tr role="row">\s*<t[hd] (?:scope="row"|role="cell").*?</tr>', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Office:
    """« Les Oliviers » with every kind of user, and the strangers of « Les Glycines »."""

    engine: Engine
    regulated: int
    private: int
    administrator: int
    manager: int
    plain: int
    """In the regulated group."""
    limited: int
    """In the private group, which is not the manager's."""
    both: int
    newcomer: int
    stranger: int
    strange_administrator: int
    strange_group: int

    def user(self, user_id: int) -> PortalUser:
        """A user as the database has them now, their groups loaded."""
        with reading(on=self.engine) as session:
            user = session.get_one(PortalUser, user_id)
            assert user.groups is not None
            session.expunge_all()
            return user

    def change(self, user_id: int, **columns: Any) -> None:
        """Change a user behind everybody's back."""
        with transaction(on=self.engine) as session:
            user = session.get_one(PortalUser, user_id)
            for name, value in columns.items():
                setattr(user, name, value)

    def count(self, row: type[Base]) -> int:
        """How many rows a table has."""
        with reading(on=self.engine) as session:
            return session.scalar(select(func.count()).select_from(row)) or 0

    def state(self) -> list[object]:
        """Everything that a change would change."""
        with reading(on=self.engine) as session:
            users = [
                [getattr(user, column.key) for column in PortalUser.__table__.columns]
                + [sorted(group.id for group in user.groups)]
                for user in session.scalars(select(PortalUser).order_by(PortalUser.id))
            ]
            return [users, self.count(AuditEvent), self.count(OutboxMessage)]


@pytest.fixture
def office(engine: Engine, world: World) -> Office:
    with transaction(on=engine) as session:
        administrator = session.get_one(PortalUser, world.administrator)
        administrator.is_administrator = True
        regulated, private = administrator.groups
        limited = session.get_one(PortalUser, world.limited)
        account = administrator.account
        manager = add_user(session, account, "resp", "Renée", "Branchu", groups=[regulated])
        manager.is_authorisation_manager = True
        plain = add_user(session, account, "simple", "Zoé", "Racine", groups=[regulated])
        both = add_user(session, account, "deux", "Basile", "Sève", groups=[regulated, private])
        state = UserState.NEVER_CONNECTED
        newcomer = add_user(session, account, "bourgeon", "Lise", "Bourgeon", state=state, groups=[regulated])
        glycines = Organisation(name="LES GLYCINES", convention_name="LES GLYCINES")
        strange_group = AuthorisationGroup(
            organisation=glycines, name="Le groupe secret", dwelling_type=DwellingType.PRIVATE, departements=["44"]
        )
        strangers = Account(
            profile=Profile.ORGANISATION,
            name="LES GLYCINES",
            user_number="35900007090088",
            contact_channel=ContactChannel.LETTER,
            organisation=glycines,
        )
        strange_administrator = add_user(session, strangers, "violette", "Violette", "Treille", groups=[strange_group])
        strange_administrator.is_administrator = True
        stranger = add_user(session, strangers, "prosper", "Prosper", "Tonnelle", groups=[strange_group])
        for user in session.scalars(select(PortalUser)):
            user.email = f"{user.login}@essai.example"
        session.flush()
        return Office(
            engine=engine,
            regulated=regulated.id,
            private=private.id,
            administrator=administrator.id,
            manager=manager.id,
            plain=plain.id,
            limited=limited.id,
            both=both.id,
            newcomer=newcomer.id,
            stranger=stranger.id,
            strange_administrator=strange_administrator.id,
            strange_group=strange_group.id,
        )


def form(*group_ids: int, **fields: str) -> dict[str, str]:
    """The form of Marius Lavande, filled in as it should be, but for `fields`."""
    filled = {
        "nom": "lavande",
        "prenom": "Marius",
        "adresse_mail": "marius.lavande@essai.example",
        "adresse_mail_confirmation": "Marius.Lavande@essai.example",
        "poste": "itinerant",
        **{f"groupe_{group_id}": "oui" for group_id in group_ids},
    }
    return {**filled, **fields}


def create(browser: Browser, **fields: str) -> Any:
    """Open «Créer un utilisateur», fill it in and press «Valider»."""
    page = browser.get(NEW)
    token, drawn = browser.csrf_token(NEW), DRAWN.search(page.text)
    assert drawn is not None
    return browser.client.post(NEW, data={"jeton": token, "demande": drawn[1], **fields})


def post(browser: Browser, path: str, **fields: str) -> Any:
    """Post a form whose token is good, wherever it was taken."""
    return browser.client.post(path, data={"jeton": browser.csrf_token("/locataires"), **fields})


def text_of(response: Any) -> str:
    """What people read of a page."""
    page = html.unescape(response.text).partition("<main")[2]
    return " ".join(_TAG.sub(" ", page).replace("\xa0", " ").split())


def rows(page: str) -> list[str]:
    """The text of each line of the table."""
    return [" ".join(_TAG.sub(" ", row).replace("\xa0", " ").split()) for row in _ROW.findall(page)]
