"""Forgets whose the requests for an adviser were: once they were closed for long enough, or at once on their wish.

What is left of a request (why, about what, when, how it ended) names nobody: the desk's figures are made of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, String, Update, and_, cast, func, literal, or_, select, update
from sqlalchemy.orm import Session

from offre_bailleurs.audit import record
from offre_bailleurs.batches import BATCH
from offre_bailleurs.database import now
from offre_bailleurs.desk import tickets
from offre_bailleurs.desk.requests import FORGOTTEN, PORTAL
from offre_bailleurs.models import OutboxMessage, OutboxState, Outcome, RequestState, SupportRequest


def forget_closed(session: Session, before: datetime, *, only_count: bool = False) -> int:
    """Forget who made some of the requests closed before a moment, and what they wrote; how many, 0: none is left.

    With `only_count`, forgets nothing and returns how many there are in all.
    """
    over = _closed_before(before)
    if only_count:
        return session.scalar(select(func.count(SupportRequest.id)).where(over)) or 0
    some = SupportRequest.id.in_(select(SupportRequest.id).where(over).limit(BATCH))
    return len(session.execute(_forgetting(over & some).returning(SupportRequest.id)).all())


def erase_requests(session: Session, conversation_ids: Sequence[str], user_id: int | None = None) -> int:
    """Withdraw what these conversations asked of advisers and forget whose it was, in the caller's transaction.

    What still waits to be sent about a request (its ticket, an adviser's answer) is cancelled. A ticket system that was
    told of it is told, without a name or a word, that it is closed.

    Args:
        session: the caller's.
        conversation_ids: the conversations.
        user_id: a portal user whose requests from any conversation go too, of one that is gone as well; None: nobody's.
            What they asked for on a page is no conversation, and stays.

    Returns:
        How many there were.
    """
    ids = lock_requests(session, conversation_ids, user_id)
    if not ids:
        return 0
    withdrawn = (
        update(SupportRequest)
        .where(SupportRequest.id.in_(ids), SupportRequest.state != RequestState.CLOSED)
        .values(state=RequestState.CLOSED, outcome=Outcome.WITHDRAWN, closed_at=now())
        .execution_options(synchronize_session=False)
    )
    closed = session.scalars(withdrawn.returning(SupportRequest.id)).all()
    unsent = {request_id for request_id in ids if _cancel_unsent(session, request_id)}
    session.execute(_forgetting(SupportRequest.id.in_(ids)))
    for request_id in closed:
        request = session.get_one(SupportRequest, request_id, populate_existing=True)
        record(session, None, "desk.closed", request, outcome=Outcome.WITHDRAWN.value)
        if request_id not in unsent:
            tickets.tell(session, request, "closed")
    return len(ids)


def lock_requests(session: Session, conversation_ids: Sequence[str], user_id: int | None = None) -> Sequence[int]:
    """Keep advisers from what `erase_requests` will erase, until the caller's transaction ends; their ids."""
    theirs: ColumnElement[bool] = SupportRequest.conversation_id.in_(conversation_ids)
    if user_id is not None:
        theirs = theirs | ((SupportRequest.portal_user_id == user_id) & (SupportRequest.conversation_id != PORTAL))
    return session.scalars(select(SupportRequest.id).where(theirs).order_by(SupportRequest.id).with_for_update()).all()


def _cancel_unsent(session: Session, request_id: int) -> bool:
    """Cancel what waits to be sent about a request; whether that it was opened was among it."""
    about = or_(*(OutboxMessage.key.startswith(prefix) for prefix in tickets.prefixes(request_id)))
    unsent = update(OutboxMessage).where(about, OutboxMessage.sealed.is_not(None))
    cancelled = unsent.where(OutboxMessage.state == OutboxState.WAITING).values(
        sealed=None, state=OutboxState.CANCELLED
    )
    keys = session.scalars(cancelled.returning(OutboxMessage.key)).all()
    session.execute(unsent.values(sealed=None))
    return any(tickets.OPENED in key for key in keys)


def _closed_before(before: datetime) -> ColumnElement[bool]:
    return and_(
        SupportRequest.state == RequestState.CLOSED,
        SupportRequest.closed_at < before,
        SupportRequest.conversation_id != FORGOTTEN,
    )


def _forgetting(which: ColumnElement[bool]) -> Update:
    forgotten = update(SupportRequest).where(which)
    return forgotten.values(
        conversation_id=FORGOTTEN,
        request_key=literal("forgotten/") + cast(SupportRequest.id, String),  # the turn's names the conversation
        portal_user_id=None,
        message=None,
        email=None,
    ).execution_options(synchronize_session=False)
