"""Deletes much, a little at a time: what others write meanwhile waits for one small transaction, never for all."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

BATCH: Final = 500
"""Rows deleted in one transaction."""


def delete_some(
    session: Session, key: InstrumentedAttribute[Any], which: ColumnElement[bool], *, only_count: bool = False
) -> int:
    """Delete at most `BATCH` rows of a model, in the caller's transaction; how many, 0: none is left.

    Args:
        session: the caller's.
        key: the model's primary key.
        which: which of its rows.
        only_count: delete none, and return how many there are in all.
    """
    model = key.class_
    if only_count:
        return session.scalar(select(func.count()).select_from(model).where(which)) or 0
    some = delete(model).where(key.in_(select(key).where(which).limit(BATCH)))
    return len(session.execute(some.returning(key).execution_options(synchronize_session=False)).all())
