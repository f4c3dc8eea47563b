"""Requests for an adviser."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from offre_bailleurs.access import Viewer
from offre_bailleurs.audit import record
from offre_bailleurs.identity import Turn
from offre_bailleurs.models import SupportRequest

REPLACE_ADMINISTRATOR = "replace_administrator"
"""Why an organisation asks: only the Caf replaces an administrator (F8)."""

PORTAL = "portal"
"""What a request has in the place of a conversation when it was made on a page."""


def request_adviser(session: Session, turn: Turn, *, reason: str) -> SupportRequest:
    """Record that this conversation asked for an adviser; the same turn run again records nothing twice."""
    request, is_new = _request_once(session, turn.conversation_id, turn.user_id, reason, turn.key)
    if is_new and turn.user_id is not None:
        record(session, turn.user_id, "support.requested", request, reason=reason)
    return request


def request_by_portal(session: Session, viewer: Viewer, *, reason: str, request_key: str) -> SupportRequest:
    """Record that somebody signed in asked for an adviser on a page; the same key again records nothing twice."""
    request, is_new = _request_once(session, PORTAL, viewer.user_id, reason, request_key)
    if is_new:
        record(session, viewer.user_id, "support.requested", request, reason=reason)
    return request


def latest_request(session: Session, viewer: Viewer, *, reason: str) -> SupportRequest | None:
    """The last request of that reason that a viewer made, on a page or in a conversation."""
    return session.scalar(
        select(SupportRequest)
        .where(SupportRequest.portal_user_id == viewer.user_id, SupportRequest.reason == reason)
        .order_by(SupportRequest.id.desc())
        .limit(1)
    )


def _request_once(
    session: Session, conversation_id: str, user_id: int | None, reason: str, key: str
) -> tuple[SupportRequest, bool]:
    """The request of that key, and whether it was not there before."""
    made = select(SupportRequest).where(SupportRequest.request_key == key)
    request = session.scalar(made)
    if request is not None:
        return request, False
    request = SupportRequest(conversation_id=conversation_id, portal_user_id=user_id, reason=reason, request_key=key)
    try:
        with session.begin_nested():
            session.add(request)
    except IntegrityError:  # a double click: the other one was quicker
        return session.scalars(made).one(), False
    return request, True
