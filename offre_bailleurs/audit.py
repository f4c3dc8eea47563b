"""The append-only journal of who did what."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from offre_bailleurs.database import Base
from offre_bailleurs.models import AuditEvent, PortalUser


def record(
    session: Session, actor_id: int | None, action: str, subject: Base, *, account_id: int | None = None, **detail: Any
) -> None:
    """Write down an act, in the transaction that does it. `detail` bears no personal data.

    `account_id`: in whose account; the actor's own unless told.
    """
    session.flush()  # a new subject gets its id
    subject_id = getattr(subject, "id", None)
    if account_id is None and actor_id is not None:
        account_id = session.get_one(PortalUser, actor_id).account_id
    session.add(
        AuditEvent(
            actor_id=actor_id,
            account_id=account_id,
            action=action,
            subject=f"{subject.__tablename__}:{subject_id}",
            detail=detail,
        )
    )
