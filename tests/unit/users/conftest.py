"""Two organisations: one with every kind of user, one whose users must stay out of reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from offre_bailleurs.access import Viewer, viewer
from offre_bailleurs.database import Base, make_engine, reading, transaction
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
from offre_bailleurs.users import NewUser


@dataclass(frozen=True)
class House:
    """The ids of what the tests speak of: « Les Oliviers », their two groups, their users; and strangers."""

    engine: Engine
    regulated: int
    private: int
    administrator: int
    manager: int
    """A responsable d'habilitation of the regulated group."""
    other_manager: int
    """Of the regulated group as well."""
    regulated_user: int
    private_user: int
    both_user: int
    """In both groups: the manager sees them, and cannot change them."""
    newcomer: int
    """Never connected, in the regulated group."""
    strangers: int
    """The group of another organisation, its administrator and its user."""
    strange_administrator: int
    strange_user: int
    landlord: int

    def viewer(self, session: Session, user_id: int) -> Viewer:
        """Somebody who is signed in."""
        found = viewer(session, user_id)
        assert found is not None
        return found

    @contextmanager
    def acting(self, user_id: int) -> Iterator[tuple[Session, Viewer]]:
        """A transaction, and somebody as a page knew them when it began."""
        with transaction(on=self.engine) as session:
            yield session, self.viewer(session, user_id)

    def user(self, user_id: int) -> PortalUser:
        """A user as the database has them now, their groups loaded."""
        with reading(on=self.engine) as session:
            found = session.get_one(PortalUser, user_id)
            assert found.groups is not None
            session.expunge_all()
            return found

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

    def actions(self) -> list[str]:
        """What the journal holds, the oldest first."""
        with reading(on=self.engine) as session:
            return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))

    def messages(self, user_id: int) -> list[tuple[str, str]]:
        """Purpose and state of what was posted to a user, the oldest first."""
        with reading(on=self.engine) as session:
            query = select(OutboxMessage).where(OutboxMessage.portal_user_id == user_id).order_by(OutboxMessage.id)
            return [(message.purpose, message.state.value) for message in session.scalars(query)]


NewUserOf = Callable[..., NewUser]


def new_user(*group_ids: int, **fields: Any) -> NewUser:
    """What a form says of Marius Lavande, whatever else it says."""
    described = {"last_name": "Lavande", "first_name": "Marius", "email": "marius.lavande@oliviers.example", **fields}
    return NewUser(group_ids=frozenset(group_ids), **described)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    engine = make_engine(f"sqlite:///{tmp_path / 'users.db'}")
    Base.metadata.create_all(engine)
    yield build_house(engine)
    engine.dispose()


def build_house(engine: Engine) -> House:
    """Write both organisations and a private landlord."""
    with transaction(on=engine) as session:
        oliviers = _organisation(session, "LES OLIVIERS", "35900007090040")
        regulated = _group(session, oliviers, "Logements conventionnés", DwellingType.REGULATED)
        private = _group(session, oliviers, "Logements privés", DwellingType.PRIVATE)
        glycines = _organisation(session, "LES GLYCINES", "35900007090088")
        strangers = _group(session, glycines, "Logements privés", DwellingType.PRIVATE)
        landlord = Account(
            profile=Profile.LANDLORD,
            name="Ada Essai",
            departement="35",
            user_number="35900007090001",
            contact_channel=ContactChannel.EMAIL,
        )
        return House(
            engine,
            regulated=regulated.id,
            private=private.id,
            administrator=_user(session, oliviers, "Olive Ramure", [regulated, private], is_administrator=True),
            manager=_user(session, oliviers, "Renée Branchu", [regulated], is_authorisation_manager=True),
            other_manager=_user(session, oliviers, "Ernest Tronc", [regulated], is_authorisation_manager=True),
            regulated_user=_user(session, oliviers, "Zoé Racine", [regulated]),
            private_user=_user(session, oliviers, "Félix Écorce", [private]),
            both_user=_user(session, oliviers, "Basile Sève", [regulated, private]),
            newcomer=_user(session, oliviers, "Lise Bourgeon", [regulated], state=UserState.NEVER_CONNECTED),
            strangers=strangers.id,
            strange_administrator=_user(session, glycines, "Violette Treille", [strangers], is_administrator=True),
            strange_user=_user(session, glycines, "Prosper Tonnelle", [strangers]),
            landlord=_user(session, landlord, "Ada Essai", []),
        )


def _organisation(session: Session, name: str, user_number: str) -> Account:
    account = Account(
        profile=Profile.ORGANISATION,
        name=name,
        user_number=user_number,
        contact_channel=ContactChannel.LETTER,
        organisation=Organisation(name=name, convention_name=name),
    )
    session.add(account)
    session.flush()
    return account


def _group(session: Session, account: Account, name: str, dwellings: DwellingType) -> AuthorisationGroup:
    group = AuthorisationGroup(
        organisation_id=account.organisation_id, name=name, dwelling_type=dwellings, departements=["35"]
    )
    session.add(group)
    session.flush()
    return group


def _user(session: Session, account: Account, full_name: str, groups: list[AuthorisationGroup], **columns: Any) -> int:
    first_name, last_name = full_name.split()
    state = columns.pop("state", UserState.ACTIVE)
    login = f"essai-{last_name}-{account.user_number[-2:]}".lower()
    user = PortalUser(
        account=account,
        login=login,
        password_hash="-" if state is UserState.ACTIVE else None,
        email=f"{first_name}.{last_name}@essai.example".lower(),
        first_name=first_name,
        last_name=last_name,
        state=state,
        groups=groups,
        **columns,
    )
    session.add(user)
    session.flush()
    return user.id
