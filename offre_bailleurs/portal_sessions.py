"""Signed-in browsers: rows of `PortalSession`, of which the cookie is the only key.

The cookie's token is random and only its SHA-256 is stored: who reads the database cannot sign in with it. Tokens are
replaced while a session lives (`rotate_session`). A replaced token keeps working for `GRACE`, because a browser sends
several requests at once, and its successor is derived from it: when the answer that carried the successor is lost, the
next page hands the same one over again instead of leaving the browser with a token about to die.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from offre_bailleurs.batches import delete_some
from offre_bailleurs.database import now
from offre_bailleurs.models import PortalSession

ROTATION = timedelta(minutes=15)
"""A token older than this is replaced at the next page."""

GRACE = timedelta(minutes=2)
"""How long a replaced token still works."""


def open_session(session: Session, user_id: int, *, lifetime: timedelta, must_choose_password: bool = False) -> str:
    """Record a signed-in browser and return its token, for the cookie.

    `lifetime` is absolute: use does not extend it. Sessions that are over, whoever's they were, are swept out.
    `must_choose_password`: it was opened with a temporary password.
    """
    moment = now()
    session.execute(delete(PortalSession).where(PortalSession.expires_at <= moment))
    token = secrets.token_urlsafe(32)
    session.add(
        PortalSession(
            token_hash=_hash(token),
            portal_user_id=user_id,
            created_at=moment,
            expires_at=moment + lifetime,
            must_choose_password=must_choose_password,
        )
    )
    return token


def find_session(session: Session, token: str) -> PortalSession | None:
    """The live session of a token; None when it is unknown, closed or expired."""
    return _live(session.get(PortalSession, _hash(token)))


def rotation_is_due(found: PortalSession) -> bool:
    """True when the next full page should call `rotate_session`."""
    return now() - found.created_at >= ROTATION


def rotate_session(session: Session, token: str, *, secret: str) -> str | None:
    """Replace a token, in a transaction; its successor, or None when there is none to give.

    Calling it again with the same token gives the same successor, however many requests race.
    """
    found = _live(session.get(PortalSession, _hash(token), with_for_update=True))
    if found is None:
        return None
    successor = _successor(token, secret)
    if _dies_soon(found.expires_at):  # already replaced, or in the last moments of its absolute lifetime
        return successor if find_session(session, successor) else None
    moment = now()
    session.add(
        PortalSession(
            token_hash=_hash(successor),
            portal_user_id=found.portal_user_id,
            created_at=moment,
            expires_at=found.expires_at,
            must_choose_password=found.must_choose_password,
        )
    )
    found.expires_at = moment + GRACE
    return successor


def close_session(session: Session, token: str, *, secret: str) -> None:
    """End a browser's session, in a transaction: its token, the one it replaced and the one that replaced it."""
    found = find_session(session, token)
    if found is None:
        return
    same_browser = PortalSession.token_hash.in_([_hash(token), _hash(_successor(token, secret))])
    replaced = PortalSession.expires_at <= now() + GRACE
    session.execute(
        delete(PortalSession).where(PortalSession.portal_user_id == found.portal_user_id, or_(same_browser, replaced))
    )


def close_sessions_of(session: Session, user_id: int) -> None:
    """End every session of a user, in a transaction: a new password, or a closed access, leaves none open."""
    session.execute(delete(PortalSession).where(PortalSession.portal_user_id == user_id))


def purge_sessions(session: Session, *, only_count: bool = False) -> int:
    """Delete some of the sessions that have expired; as `delete_some`."""
    return delete_some(session, PortalSession.token_hash, PortalSession.expires_at <= now(), only_count=only_count)


def _live(found: PortalSession | None) -> PortalSession | None:
    return found if found is not None and found.expires_at > now() else None


def _dies_soon(expires_at: datetime) -> bool:
    return expires_at <= now() + GRACE


def _hash(token: str) -> str:
    return hashlib.sha256(_octets(token)).hexdigest()


def _successor(token: str, secret: str) -> str:
    digest = hmac.digest(secret.encode(), b"portal-session-successor\0" + _octets(token), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _octets(token: str) -> bytes:
    """A cookie is whatever a client sent: text that is no Unicode has a hash too."""
    return token.encode("utf-8", "surrogatepass")
