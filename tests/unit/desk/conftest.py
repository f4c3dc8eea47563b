"""A desk with two advisers, a signed-in landlord, and conversations: a database of its own for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.orm import Session

from offre_bailleurs import chat_tables
from offre_bailleurs.access import Adviser
from offre_bailleurs.chat_tables import Floor, conversation, message
from offre_bailleurs.database import Base, make_engine, now, reading, transaction
from offre_bailleurs.desk import advising, reasons
from offre_bailleurs.desk.requests import Matter, ask_adviser, leave_message
from offre_bailleurs.identity import Turn
from offre_bailleurs.models import (
    Account,
    AuditEvent,
    ContactChannel,
    PortalUser,
    Profile,
    SupportRequest,
    UserState,
)
from offre_bailleurs.settings import settings

ASKED = Matter(reasons.ASKED)
LANDLORDS_EMAIL = "ada.essai@bailleur.example"
WRITTEN_EMAIL = "visiteur@bailleur.example"
Configure = Callable[..., None]
_numbers = count(1)


@dataclass(frozen=True)
class Desk:
    """Who works at the desk, and what the tests ask about it."""

    engine: Engine
    ninon: Adviser
    octave: Adviser
    landlord: int

    @contextmanager
    def acting(self) -> Iterator[Session]:
        """A transaction."""
        with transaction(on=self.engine) as session:
            yield session

    def converse(self, conversation_id: str = "talk", *, lives_for: timedelta = timedelta(hours=1)) -> str:
        """Open a conversation in which somebody has said something; its id."""
        moment = now()
        with self.engine.begin() as connection:
            opened = {"id": conversation_id, "created_at": moment, "expires_at": moment + lives_for}
            connection.execute(insert(conversation).values(last_seq=1, version=1, **opened))
            said = {"conversation_id": conversation_id, "seq": 1, "created_at": moment, "sender": "user"}
            connection.execute(insert(message).values(body={"text": "Bonjour"}, **said))
        return conversation_id

    def erase(self, conversation_id: str = "talk") -> None:
        """The landlord erases the conversation."""
        with self.engine.begin() as connection:
            connection.execute(delete(conversation).where(conversation.c.id == conversation_id))

    def ask(self, conversation_id: str = "talk") -> int:
        """A landlord asks for an adviser, in a conversation that is opened if it is not; the request's id."""
        if self.floor(conversation_id) is None:
            self.converse(conversation_id)
        with self.acting() as session:
            return ask_adviser(session, self.turn(conversation_id), ASKED).id

    def leave_message(self, conversation_id: str = "talk", email: str | None = WRITTEN_EMAIL) -> int:
        """A landlord leaves a message; the request's id."""
        if self.floor(conversation_id) is None:
            self.converse(conversation_id)
        with self.acting() as session:
            left = {"message": "Rappelez-moi au [numéro de téléphone masqué].", "email": email}
            return leave_message(session, self.turn(conversation_id), ASKED, **left).id

    def taken(self, conversation_id: str = "talk") -> int:
        """A live request that Ninon has taken; its id."""
        request_id = self.ask(conversation_id)
        with self.acting() as session:
            advising.take(session, self.ninon, request_id)
        return request_id

    def taken_message(self, conversation_id: str = "talk", email: str | None = WRITTEN_EMAIL) -> int:
        """A message that Ninon has taken; its request's id."""
        request_id = self.leave_message(conversation_id, email)
        with self.acting() as session:
            advising.take(session, self.ninon, request_id)
        return request_id

    def turn(self, conversation_id: str = "talk", message_id: str | None = None, user_id: int | None = None) -> Turn:
        """A turn of a conversation; another one each time unless it is named."""
        return Turn(conversation_id, message_id or f"message-{next(_numbers)}", user_id)

    def request(self, request_id: int) -> SupportRequest:
        """A request as the database has it now."""
        with reading(on=self.engine) as session:
            found = session.get_one(SupportRequest, request_id)
            session.expunge(found)
            return found

    def change(self, request_id: int, **columns: Any) -> None:
        """Change a request behind everybody's back."""
        with self.acting() as session:
            session.execute(update(SupportRequest).where(SupportRequest.id == request_id).values(**columns))

    def close_access(self, adviser: Adviser) -> None:
        """End an adviser's access behind their back, and nothing else."""
        with self.acting() as session:
            session.get_one(PortalUser, adviser.user_id).state = UserState.CLOSED

    def floor(self, conversation_id: str = "talk") -> str | None:
        """Who has the floor of a conversation; None when there is none."""
        with self.engine.connect() as connection:
            floor: str | None = connection.scalar(
                select(conversation.c.floor).where(conversation.c.id == conversation_id)
            )
            return floor

    def set_floor(self, floor: Floor, conversation_id: str = "talk") -> None:
        """The channel gives the floor to somebody."""
        with self.engine.begin() as connection:
            connection.execute(update(conversation).where(conversation.c.id == conversation_id).values(floor=floor))

    def version(self, conversation_id: str = "talk") -> int:
        """What a turn of the assistant's takes: one that started from an older one is kept no more."""
        with self.engine.connect() as connection:
            wanted = select(conversation.c.version).where(conversation.c.id == conversation_id)
            return int(connection.execute(wanted).scalar_one())

    def said(self, conversation_id: str = "talk") -> list[tuple[int, str, str]]:
        """What was said after the landlord's first message: number, sender, text."""
        later = select(message).where(message.c.conversation_id == conversation_id, message.c.seq > 1)
        with self.engine.connect() as connection:
            rows = connection.execute(later.order_by(message.c.seq))
            return [(row.seq, row.sender, row.body["text"]) for row in rows]

    def journal(self) -> list[AuditEvent]:
        """What was written down of who did what."""
        with reading(on=self.engine) as session:
            events = list(session.scalars(select(AuditEvent).order_by(AuditEvent.id)))
            session.expunge_all()
            return events


def build_desk(engine: Engine) -> Desk:
    """Two advisers and a landlord, in a migrated database."""
    with transaction(on=engine) as session:
        account = Account(
            profile=Profile.LANDLORD,
            name="Ada Essai",
            departement="35",
            user_number="35900007090001",
            contact_channel=ContactChannel.EMAIL,
        )
        landlord = _user("ada", "Ada", "Essai", LANDLORDS_EMAIL)
        landlord.account = account
        ninon = _user("conseil-1", "Ninon", "Guichet", "ninon.guichet@caf.example")
        octave = _user("conseil-2", "Octave", "Standard", "octave.standard@caf.example")
        ninon.is_adviser = octave.is_adviser = True
        session.add_all([landlord, ninon, octave])
        session.flush()
        return Desk(
            engine,
            ninon=Adviser(ninon.id, ninon.full_name),
            octave=Adviser(octave.id, octave.full_name),
            landlord=landlord.id,
        )


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    engine = make_engine(f"sqlite:///{tmp_path / 'desk.db'}")
    Base.metadata.create_all(engine)
    chat_tables.metadata.create_all(engine)
    yield build_desk(engine)
    engine.dispose()


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch) -> Iterator[Configure]:
    """Gives settings other values: `configure(DESK_HOURS="24/7")`."""

    def change(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()

    yield change
    monkeypatch.undo()
    settings.cache_clear()


def _user(login: str, first_name: str, last_name: str, email: str) -> PortalUser:
    return PortalUser(
        login=login,
        password_hash="-",
        first_name=first_name,
        last_name=last_name,
        email=email,
        state=UserState.ACTIVE,
    )
