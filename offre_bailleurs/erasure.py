"""Erases what landlords said to the assistant: on their wish, or once it was kept for long enough.

On a wish, all of it goes in the caller's one transaction, the turn's or the request's: whoever reads that it is done
reads the truth, wherever a process dies. What went out before (an email, a ticket) is out of reach.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, Select, delete, func, or_, select, update
from sqlalchemy.orm import Session

from offre_bailleurs.chat_tables import Erasure, conversation, event_outbox, events
from offre_bailleurs.desk.forgetting import erase_requests, lock_requests
from offre_bailleurs.improvement.forgetting import forget_sentences
from offre_bailleurs.sealing import figures_digest
from offre_bailleurs.settings import settings

BATCH: Final = 200
"""Conversations deleted in one transaction, so that a large purge does not hold up the chat."""


def lock(connection: Connection, conversation_id: str, user_id: int | None, what: Erasure) -> None:
    """Keep others from what `erase` will erase, before the caller locks anything: requests first, as advisers do, then
    conversations in one order, so that two who erase at once do not wait for each other."""
    with Session(connection) as session:
        ids = list(session.scalars(_theirs(conversation_id, user_id, what)))
        lock_requests(session, ids, _whose(user_id, what))
        session.execute(_theirs(conversation_id, user_id, what).with_for_update())


def erase(connection: Connection, conversation_id: str, user_id: int | None, what: Erasure) -> int:
    """«Effacer mes données», in the caller's transaction; of how many conversations.

    All that was said, requests for an adviser (withdrawn, and whose they were forgotten), and the sentences that were
    kept because they were not understood.

    Args:
        connection: the caller's, in which `lock` was called first.
        conversation_id: the one in which it was asked for.
        user_id: who opened it; None: a visitor, whose other conversations nobody knows.
        what: that one, or all of theirs.
    """
    with Session(connection) as session:
        ids = list(session.scalars(_theirs(conversation_id, user_id, what)))
        erase_requests(session, ids, _whose(user_id, what))
        _erase_conversations(session, ids)
        session.flush()
    return len(ids)


def erase_conversation(connection: Connection, conversation_id: str) -> None:
    """«Effacer la conversation», the widget's button, in the caller's transaction.

    A message that was left for an adviser is a letter on its way, and stays until it is answered.
    """
    with Session(connection) as session:
        _erase_conversations(session, [conversation_id])
        session.flush()


def purge_ended(session: Session, before: datetime, *, only_count: bool = False) -> int:
    """Delete some of the conversations that ended before a moment, in the caller's transaction; how many, 0: no more.

    The sentences of theirs that were not understood are nobody's by then, and have a time of their own.
    With `only_count`, deletes none and returns how many there are in all.
    """
    if only_count:
        return session.scalar(select(func.count()).where(conversation.c.expires_at <= before)) or 0
    ended = select(conversation.c.id).where(conversation.c.expires_at <= before).order_by(conversation.c.expires_at)
    ids = list(session.scalars(ended.limit(BATCH).with_for_update(skip_locked=True)))
    _delete(session, ids)
    return len(ids)


def _whose(user_id: int | None, what: Erasure) -> int | None:
    return user_id if what is Erasure.ALL else None


def _theirs(conversation_id: str, user_id: int | None, what: Erasure) -> Select[str]:
    which: ColumnElement[bool] = conversation.c.id == conversation_id
    if _whose(user_id, what) is not None:
        which = or_(which, conversation.c.user_id == user_id)
    return select(conversation.c.id).where(which).order_by(conversation.c.id)


def _erase_conversations(session: Session, ids: Sequence[str]) -> None:
    secret = settings().secret_key
    digests = [figures_digest(each, secret=secret) for each in ids]
    _silence_events(session, digests)
    forget_sentences(session, digests)
    _delete(session, ids)


def _silence_events(session: Session, digests: Sequence[str]) -> None:
    """Take the sentences out of the events that are not counted yet: the figures need none.

    A consumer that is counting them now is waited for, and what it kept is deleted afterwards.
    """
    for digest in digests:
        theirs = select(event_outbox.c.id, event_outbox.c.body).where(event_outbox.c.event_id.startswith(f"{digest}/"))
        for row in session.execute(theirs.with_for_update()).all():
            if "text" in row.body:
                body = {key: value for key, value in row.body.items() if key != "text"}
                session.execute(update(event_outbox).where(event_outbox.c.id == row.id).values(body=body))


def _delete(session: Session, ids: Sequence[str]) -> None:
    if ids:
        session.execute(delete(events).where(events.c.sender_id.in_(ids)))
        session.execute(delete(conversation).where(conversation.c.id.in_(ids)))  # cascades to turns and messages
