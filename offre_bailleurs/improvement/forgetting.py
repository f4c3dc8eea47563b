"""Deletes sentences that were not understood: those of an erased conversation, and those kept for long enough.

A sentence's event names its conversation by a digest that only `SECRET_KEY` makes of its id: while the conversation is
there, its sentences can be found; once it is gone, they are nobody's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from offre_bailleurs.improvement.collect import take_turns
from offre_bailleurs.improvement.groups import settle
from offre_bailleurs.improvement.tables import UnansweredSentence

BATCH: Final = 500
"""Sentences deleted in one transaction."""


def forget_sentences(session: Session, digests: Sequence[str]) -> int:
    """Delete the sentences of conversations, in the caller's transaction; how many."""
    forgotten = 0
    for digest in digests:
        theirs = select(UnansweredSentence.event_id).where(UnansweredSentence.event_id.startswith(f"{digest}/"))
        forgotten += _delete(session, session.scalars(theirs).all())
    return forgotten


def purge_sentences(session: Session, before: date, *, only_count: bool = False) -> int:
    """Delete some of the sentences said before a day, in the caller's transaction; how many, 0: none is left.

    With `only_count`, deletes none and returns how many there are in all.
    """
    if only_count:
        old_ones = select(func.count()).select_from(UnansweredSentence).where(UnansweredSentence.day < before)
        return session.scalar(old_ones) or 0
    old = select(UnansweredSentence.event_id).where(UnansweredSentence.day < before)
    return _delete(session, session.scalars(old.order_by(UnansweredSentence.day).limit(BATCH)).all())


def _delete(session: Session, event_ids: Sequence[str]) -> int:
    if not event_ids:
        return 0
    take_turns(session)
    gone = delete(UnansweredSentence).where(UnansweredSentence.event_id.in_(event_ids))
    groups = session.execute(gone.returning(UnansweredSentence.group_id)).scalars().all()
    session.expire_all()
    for group_id in sorted(set(groups)):
        settle(session, group_id)
    return len(groups)
