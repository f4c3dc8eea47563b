"""What nobody does at the desk: an adviser is gone, the desk closes, a conversation is erased.

Each request is changed in a transaction of its own, which looks again whether there is still something to do: any
number of processes may sweep at once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, Engine, exists, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from offre_bailleurs.audit import record
from offre_bailleurs.chat_tables import Floor, conversation
from offre_bailleurs.database import now, reading, transaction
from offre_bailleurs.desk import hours, tickets
from offre_bailleurs.desk.floor import ConversationGone, give_floor
from offre_bailleurs.models import Outcome, RequestKind, RequestState, SupportRequest
from offre_bailleurs.settings import settings

_BATCH: Final = 100
"""Requests that are looked up at once."""
_NOT_CLOSED: Final = (RequestState.WAITING, RequestState.TAKEN, RequestState.HANDED_BACK)

_LIVE: Final = SupportRequest.kind == RequestKind.LIVE

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Swept:
    """How many requests of each kind were changed."""

    withdrawn: int
    """Their conversation was erased, or has expired."""
    released: int
    """Their adviser is gone: they wait again, where they stood in the queue."""
    missed: int
    """The desk closed before anybody took them."""

    def __bool__(self) -> bool:
        """Whether there was anything to do."""
        return bool(self.withdrawn or self.released or self.missed)


def sweep(engine: Engine) -> Swept:
    """Do what is to be done now. A request that fails is passed over: the next sweep tries it again.

    Raises:
        OperationalError: the database does not answer.
    """
    return Swept(
        withdrawn=_each(engine, _abandoned(), _withdraw),
        released=_each(engine, _forsaken(), _release),
        missed=0 if hours.is_open() else _each(engine, _unanswered(), _miss),
    )


def release(session: Session, request_ids: Iterable[int]) -> int:
    """Put requests whose adviser has left back in the queue, in the caller's transaction; how many were theirs still.

    They keep their place in it. The landlord of a live one is told by the assistant, which has the floor again.
    """
    return sum(_release_where(session, request_id) for request_id in request_ids)


def _each(engine: Engine, which: ColumnElement[bool], change: Callable[[Session, int], bool]) -> int:
    changed = last = 0
    while True:
        wanted = select(SupportRequest.id).where(which, SupportRequest.id > last)
        with reading(on=engine) as session:
            found = list(session.scalars(wanted.order_by(SupportRequest.id).limit(_BATCH)))
        changed += sum(_changed(engine, request_id, change) for request_id in found)
        if len(found) < _BATCH:
            return changed
        last = found[-1]


def _changed(engine: Engine, request_id: int, change: Callable[[Session, int], bool]) -> bool:
    try:
        with transaction(on=engine) as session:
            return change(session, request_id)
    except OperationalError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever is wrong with this one, the others are swept
        _LOG.error("request %d could not be swept: %s", request_id, type(error).__name__)
        return False


# Which ones


def _abandoned() -> ColumnElement[bool]:
    lives = exists().where(conversation.c.id == SupportRequest.conversation_id, conversation.c.expires_at > now())
    return _LIVE & SupportRequest.state.in_(_NOT_CLOSED) & ~lives


def _forsaken() -> ColumnElement[bool]:
    last_seen_before = now() - timedelta(seconds=settings().desk_absence)
    return _LIVE & (SupportRequest.state == RequestState.TAKEN) & (SupportRequest.adviser_seen_at < last_seen_before)


def _unanswered() -> ColumnElement[bool]:
    return _LIVE & (SupportRequest.state == RequestState.WAITING)


# What becomes of them


def _withdraw(session: Session, request_id: int) -> bool:
    return _close(session, request_id, _abandoned(), Outcome.WITHDRAWN)


def _miss(session: Session, request_id: int) -> bool:
    if not _close(session, request_id, _unanswered(), Outcome.MISSED):
        return False
    _return_floor(session, request_id)
    return True


def _release(session: Session, request_id: int) -> bool:
    return _release_where(session, request_id, _forsaken())


def _release_where(session: Session, request_id: int, *which: ColumnElement[bool]) -> bool:
    request = session.get(SupportRequest, request_id, with_for_update={"key_share": True}, populate_existing=True)
    still = select(SupportRequest.id).where(
        SupportRequest.id == request_id, SupportRequest.state == RequestState.TAKEN, *which
    )
    if request is None or session.scalar(still) is None:
        return False
    request.state, request.adviser_id = RequestState.WAITING, None
    record(session, None, "desk.released", request)
    if request.kind is RequestKind.LIVE:
        _return_floor(session, request_id)
    return True


def _close(session: Session, request_id: int, which: ColumnElement[bool], outcome: Outcome) -> bool:
    closing = (
        update(SupportRequest)
        .where(SupportRequest.id == request_id, which)
        .values(state=RequestState.CLOSED, outcome=outcome, closed_at=now())
        .execution_options(synchronize_session=False)
    )
    if session.scalar(closing.returning(SupportRequest.id)) is None:
        return False
    request = session.get_one(SupportRequest, request_id, populate_existing=True)
    record(session, None, "desk.closed", request, outcome=outcome.value)
    tickets.tell(session, request, "closed")
    return True


def _return_floor(session: Session, request_id: int) -> None:
    conversation_id = session.get_one(SupportRequest, request_id).conversation_id
    with suppress(ConversationGone):  # the next sweep withdraws it
        give_floor(session, conversation_id, Floor.RETURNING)
