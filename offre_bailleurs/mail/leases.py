"""Who is sending which message: a worker leases one, then notes what became of it.

Each function is one short transaction. What becomes of a message is noted only by the worker whose lease it still is.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, select, update

from offre_bailleurs.database import now, reading, transaction
from offre_bailleurs.models import MessageKind, OutboxMessage, OutboxState


def claim(
    engine: Engine, *, lease: timedelta, kinds: Collection[MessageKind] = tuple(MessageKind)
) -> OutboxMessage | None:
    """Lease the message of these kinds that has been due for longest, and count the attempt; None when nothing is due.

    Once the lease is over the message is due again.
    """
    while True:
        moment = now()
        due = (
            OutboxMessage.state == OutboxState.WAITING,
            OutboxMessage.next_attempt_at <= moment,
            OutboxMessage.kind.in_(kinds),
        )
        oldest = select(OutboxMessage.id).where(*due).order_by(OutboxMessage.next_attempt_at, OutboxMessage.id)
        with reading(on=engine) as session:
            found = session.scalar(oldest.limit(1))
        if found is None:
            return None
        taking = update(OutboxMessage).where(OutboxMessage.id == found, *due)
        leased = taking.values(
            lease=str(uuid4()), next_attempt_at=moment + lease, attempts=OutboxMessage.attempts + 1
        ).returning(OutboxMessage)
        with transaction(on=engine) as session:
            message = session.scalar(leased, execution_options={"synchronize_session": False})
        if message is not None:
            return message  # else another worker was faster


def note_sent(engine: Engine, message: OutboxMessage) -> bool:
    """It was delivered: nothing of what it said is kept. A message that was cancelled on its way was sent all the same.

    False, like the others, when the lease is not the worker's any more.
    """
    return _note(engine, message, state=OutboxState.SENT, sealed=None, sent_at=now(), last_error=None)


def note_delayed(engine: Engine, message: OutboxMessage, error: str, *, delay: timedelta) -> bool:
    """It could not be delivered; it is due again after a delay."""
    return _note(engine, message, next_attempt_at=now() + delay, last_error=error)


def note_failed(engine: Engine, message: OutboxMessage, error: str) -> bool:
    """It will not be tried again, unless an operator says so: what it says stays, sealed."""
    return _note(engine, message, state=OutboxState.FAILED, last_error=error)


def _note(engine: Engine, message: OutboxMessage, **values: Any) -> bool:
    ours = update(OutboxMessage).where(OutboxMessage.id == message.id, OutboxMessage.lease == message.lease)
    if values.get("state") is not OutboxState.SENT:
        ours = ours.where(OutboxMessage.state == OutboxState.WAITING)
    noted = ours.values(lease=None, **values).returning(OutboxMessage.id)
    with transaction(on=engine) as session:
        return session.scalar(noted, execution_options={"synchronize_session": False}) is not None
