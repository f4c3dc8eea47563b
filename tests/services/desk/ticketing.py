"""A ticket system that receives both ways, a worker that sends, and conversations to tell it about."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from threading import Thread
from typing import Any

from sqlalchemy import func, insert, select, update

from offre_bailleurs.access import Viewer, viewer
from offre_bailleurs.chat_tables import conversation, message
from offre_bailleurs.database import now, reading
from offre_bailleurs.desk import reasons
from offre_bailleurs.desk.requests import Matter, ask_adviser
from offre_bailleurs.mail.delivery import Carrier
from offre_bailleurs.mail.worker import Worker
from offre_bailleurs.models import OutboxMessage, OutboxState, Profile
from offre_bailleurs.settings import settings
from tests.services.mail.office import PostOffice, until
from tests.services.mail.test_calls import signed_by_openssl
from tests.support.mailbox import Email, read_email
from tests.support.receiver import Receiver
from tests.unit.desk.conftest import Desk

SECRET = "un-secret-partagé-avec-le-système-de-tickets"
TO = "tickets@caf.example"
DURING_A_RENT = Matter(reasons.NOT_HELPFUL, Profile.LANDLORD, "deadline", "declare_rent", "july_rent")
TALK = (
    ("bot", "Bonjour. Que souhaitez-vous faire ?"),
    ("user", "Jusqu'à quand déclarer ?"),
    ("bot", "Le guide ne le dit pas :\n• ni pour vous ;\n• ni pour un organisme."),
    ("user", "ça ne m'aide pas"),
)


class TicketSystem:
    """What the ticket system has received, by email and by calls."""

    def __init__(self, office: PostOffice, receiver: Receiver) -> None:
        self._office = office
        self.receiver = receiver

    def emails(self) -> list[Email]:
        """Every email, the oldest first."""
        return [read_email(data) for data in self._office.accepted]

    def calls(self) -> list[dict[str, Any]]:
        """The payload of every call whose signature is right, by openssl's word."""
        assert all(signed_by_openssl(call, SECRET.encode()) for call in self.receiver.calls)
        return [json.loads(call.body) for call in self.receiver.calls]


def send_all(desk: Desk) -> None:
    """Have a worker at work until everything is sent."""
    worker = Worker(desk.engine, Carrier(settings()), lease=timedelta(minutes=2))
    thread = Thread(target=worker.run)
    thread.start()
    try:
        until(lambda: not waiting(desk), "everything sent")
    finally:
        worker.stop()
        thread.join(30)


def waiting(desk: Desk) -> int:
    """How many messages wait."""
    with reading(on=desk.engine) as session:
        waiting = select(func.count(OutboxMessage.id)).where(OutboxMessage.state == OutboxState.WAITING)
        return session.scalar(waiting) or 0


def posted(desk: Desk) -> int:
    """How many messages there ever were."""
    with reading(on=desk.engine) as session:
        return session.scalar(select(func.count(OutboxMessage.id))) or 0


def converse(desk: Desk, said: Sequence[tuple[str, str]], conversation_id: str = "talk") -> None:
    """Open a conversation in which this was said, after the « Bonjour » with which `Desk.converse` opens it."""
    desk.converse(conversation_id)
    with desk.engine.begin() as connection:
        for seq, (sender, text) in enumerate(said, 2):
            body = (
                {"text": text, "buttons": [{"title": "Suite", "payload": "/greet"}]}
                if sender == "bot"
                else {"text": text}
            )
            row = {"conversation_id": conversation_id, "seq": seq, "sender": sender, "created_at": now()}
            connection.execute(insert(message).values(body=body, **row))
        last = update(conversation).where(conversation.c.id == conversation_id)
        connection.execute(last.values(last_seq=len(said) + 1))


def ask(desk: Desk, matter: Matter = DURING_A_RENT, *, signed_in: bool = True) -> int:
    """A landlord asks for an adviser; the request's number."""
    with desk.acting() as session:
        turn = desk.turn(user_id=desk.landlord if signed_in else None)
        return ask_adviser(session, turn, matter).id


def landlord_of(desk: Desk) -> Viewer:
    """The desk's landlord, signed in."""
    with reading(on=desk.engine) as session:
        found = viewer(session, desk.landlord)
    assert found is not None
    return found
