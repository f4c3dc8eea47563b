"""People who talk to the assistant, ask advisers and are not understood, in a database of their own."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, Table, func, select

from bot import conversations
from bot.conversations import CompletedTurn, Message
from offre_bailleurs import chat_tables
from offre_bailleurs.chat_tables import Erasure
from offre_bailleurs.database import now, transaction
from offre_bailleurs.desk import reasons
from offre_bailleurs.desk.requests import Matter, ask_adviser, leave_message
from offre_bailleurs.identity import Turn
from offre_bailleurs.improvement.tables import SentenceGroup, UnansweredSentence
from offre_bailleurs.models import Account, ContactChannel, PortalUser, Profile, SupportRequest, UserState
from offre_bailleurs.sealing import figures_digest
from offre_bailleurs.settings import settings

SAID = "je m'appelle Inès De La Fougère"
MATTER = Matter(reasons.ASKED)
CHAT = (chat_tables.conversation, chat_tables.turn, chat_tables.message, chat_tables.events)


@dataclass
class Town:
    """Two landlords, and whatever is said."""

    engine: Engine
    alice: int = 0
    bob: int = 0
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    def opens(self, user_id: int | None = None, *, ends_in: timedelta = timedelta(hours=1)) -> str:
        """A conversation in which something was said; its id."""
        conversation_id = conversations.new_id()
        until = now() + ends_in
        self._keep(conversation_id, user_id, 0, until, None, "Bonjour.")
        self._keep(conversation_id, user_id, 1, None, SAID, "Enchanté.")
        return conversation_id

    def erases(
        self,
        conversation_id: str,
        what: Erasure = Erasure.CONVERSATION,
        *,
        user_id: int | None = None,
        version: int = 2,
    ) -> list[Message]:
        """The turn that says «c'est fait»; the messages that are answered."""
        said = {"text": "Effacer"}
        turn = CompletedTurn(
            conversation_id, str(uuid.uuid4()), user_id, version, None, said, [{"text": "C'est fait."}], [], erases=what
        )
        return conversations.complete_turn(self.engine, turn)

    def is_not_understood(self, conversation_id: str, text: str, *, day_offset: int = 0) -> str:
        """A sentence that was counted; its event's id."""
        digest = figures_digest(conversation_id, secret=settings().secret_key)
        event_id = f"{digest}/{next(self._numbers)}/0"
        day = now().date() - timedelta(days=day_offset)
        with transaction(on=self.engine) as session:
            group = session.scalar(select(SentenceGroup).where(SentenceGroup.key == "un")) or SentenceGroup(
                representative=text, key="un", size=0, first_on=day, last_on=day
            )
            session.add(group)
            session.flush()
            group.size += 1
            session.add(
                UnansweredSentence(event_id=event_id, day=day, profile=None, text=text, key="un", group_id=group.id)
            )
        return event_id

    def asks(self, conversation_id: str, user_id: int | None = None) -> int:
        """An adviser is asked for live; the request's id."""
        with transaction(on=self.engine) as session:
            return ask_adviser(session, Turn(conversation_id, str(uuid.uuid4()), user_id), MATTER).id

    def leaves_message(self, conversation_id: str, user_id: int | None = None) -> int:
        """A message is left for an adviser; the request's id."""
        turn = Turn(conversation_id, str(uuid.uuid4()), user_id)
        with transaction(on=self.engine) as session:
            return leave_message(session, turn, MATTER, message=SAID, email="ines@bailleur.example").id

    def request(self, request_id: int) -> SupportRequest:
        """A request as it is now."""
        with transaction(on=self.engine) as session:
            return session.get_one(SupportRequest, request_id)

    def rows(self, *tables: Table, of: str) -> int:
        """How many rows there are of a conversation."""
        names = {"chat_conversation": "id", "events": "sender_id"}
        with self.engine.connect() as connection:
            return sum(
                connection.scalar(
                    select(func.count())
                    .select_from(table)
                    .where(table.c[names.get(table.name, "conversation_id")] == of)
                )
                or 0
                for table in tables
            )

    def is_whole(self, conversation_id: str) -> bool:
        """Nothing of a conversation is missing: itself, two turns, three messages, two events."""
        return self.rows(*CHAT, of=conversation_id) == 1 + 2 + 3 + 2

    def is_gone(self, conversation_id: str) -> bool:
        """Nothing of a conversation is there."""
        return self.rows(*CHAT, of=conversation_id) == 0

    def texts(self) -> Sequence[str]:
        """The sentences that are kept, in their order."""
        with transaction(on=self.engine) as session:
            return session.scalars(select(UnansweredSentence.text).order_by(UnansweredSentence.text)).all()

    def _keep(
        self, conversation_id: str, user_id: int | None, version: int, until: Any, said: str | None, reply: str
    ) -> None:
        event = {"sender_id": conversation_id, "type_name": "user", "timestamp": 1.0, "data": f'"{said}"'}
        turn = CompletedTurn(
            conversation_id,
            str(uuid.uuid4()) if said else conversations.OPENING_ID,
            user_id,
            version,
            until,
            {"text": said} if said else None,
            [{"text": reply}],
            [event],
        )
        conversations.complete_turn(self.engine, turn)


@pytest.fixture
def town(engine: Engine) -> Town:
    """On each of the two databases."""
    return settle(engine)


def settle(engine: Engine) -> Town:
    """The landlords of a migrated database."""
    found = Town(engine)
    with transaction(on=engine) as session:
        users = [_landlord(number, name) for number, name in enumerate(("alice", "bob"))]
        session.add_all(users)
        session.flush()
        found.alice, found.bob = (user.id for user in users)
    return found


def _landlord(number: int, login: str) -> PortalUser:
    account = Account(
        profile=Profile.LANDLORD,
        name=login,
        departement="35",
        user_number=f"3590000709000{number}",
        contact_channel=ContactChannel.EMAIL,
    )
    return PortalUser(
        account=account, login=login, password_hash="x", first_name=login, last_name="Essai", state=UserState.ACTIVE
    )
