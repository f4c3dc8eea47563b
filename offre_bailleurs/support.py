"""Requests for an adviser."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from offre_bailleurs.identity import Turn
from offre_bailleurs.models import SupportRequest


def request_adviser(session: Session, turn: Turn, *, reason: str) -> SupportRequest:
    """Record that this conversation asked for an adviser; the same turn run again records nothing twice."""
    request = session.scalar(select(SupportRequest).where(SupportRequest.request_key == turn.key))
    if request is None:
        request = SupportRequest(
            conversation_id=turn.conversation_id, portal_user_id=turn.user_id, reason=reason, request_key=turn.key
        )
        session.add(request)
        session.flush()
    return request
