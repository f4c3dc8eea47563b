"""The append-only journal of who did what."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from offre_bailleurs.database import Base
from offre_bailleurs.models import AuditEvent


def record(session: Session, actor_id: int | None, action: str, subject: Base, **detail: Any) -> None:
    """Write down an act, in the transaction that does it. `detail` bears no personal data."""
    session.flush()  # a new subject gets its id
    subject_id = getattr(subject, "id", None)
    session.add(
        AuditEvent(actor_id=actor_id, action=action, subject=f"{subject.__tablename__}:{subject_id}", detail=detail)
    )
