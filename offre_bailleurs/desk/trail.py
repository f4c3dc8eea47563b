"""What happened to a request, as the audit log tells it: the request itself says only where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from offre_bailleurs.models import AuditEvent, PortalUser, SupportRequest


class Act(StrEnum):
    """What is told of a request; the audit log's own names."""

    TAKEN = "desk.taken"
    ANSWERED = "desk.answered"
    HANDED_BACK = "desk.handed_back"
    RELEASED = "desk.released"
    """Its adviser was gone: it went back to the queue by itself."""


@dataclass(frozen=True)
class Passed:
    """Something that happened to a request."""

    act: Act
    at: datetime
    adviser: str
    """Who did it, or who was gone; "" when that is not known."""


def trail(session: Session, request: SupportRequest) -> list[Passed]:
    """What happened to a request since it was made, the oldest first."""
    if request.taken_at is None:
        return []
    happened = (
        select(AuditEvent.action, AuditEvent.at, PortalUser)
        .outerjoin(PortalUser, PortalUser.id == AuditEvent.actor_id)
        .where(
            AuditEvent.action.in_(list(Act)),
            AuditEvent.subject == f"{SupportRequest.__tablename__}:{request.id}",
            AuditEvent.at >= request.created_at,
        )
        .order_by(AuditEvent.id)
    )
    passed, holder = [], ""
    for action, at, actor in session.execute(happened):
        holder = actor.full_name if actor is not None else holder
        passed.append(Passed(Act(action), at, holder))
    return passed


def last_answer(session: Session, request: SupportRequest) -> Passed | None:
    """The last answer by email that was sent to who made a request; None when there was none."""
    answers = [each for each in trail(session, request) if each.act is Act.ANSWERED]
    return answers[-1] if answers else None
