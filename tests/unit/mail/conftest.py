"""An outbox of its own for each test, and somebody to write to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine

from offre_bailleurs.database import Base, make_engine, reading, transaction
from offre_bailleurs.mail import messages, outbox
from offre_bailleurs.models import ContactChannel, MessageKind, OutboxMessage, PortalUser
from tests.unit.mail.people import landlord


@dataclass(frozen=True)
class Desk:
    """A database with one user."""

    engine: Engine
    user_id: int

    def post(self, key: str, kind: MessageKind = MessageKind.EMAIL, purpose: str = messages.LOGIN) -> int:
        """Leave a message in the outbox; its id."""
        post = outbox.post_email if kind is MessageKind.EMAIL else outbox.post_letter
        with transaction(on=self.engine) as session:
            user = session.get_one(PortalUser, self.user_id)
            content = messages.login_message(user, by=ContactChannel(kind.value))
            return post(session, user, content, purpose=purpose, key=key).id

    def message(self, message_id: int) -> OutboxMessage:
        """What the database holds of it."""
        with reading(on=self.engine) as session:
            found = session.get_one(OutboxMessage, message_id)
            session.expunge(found)
            return found


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    engine = make_engine(f"sqlite:///{tmp_path / 'outbox.db'}")
    Base.metadata.create_all(engine)
    with transaction(on=engine) as session:
        user = landlord()
        session.add(user)
        session.flush()
        user_id = user.id
    yield Desk(engine, user_id)
    engine.dispose()
