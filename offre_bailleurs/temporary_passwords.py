"""« Mots de passe provisoires »: random, one at a time, for a while, good for one thing: choosing one's own.

Somebody may copy one from paper, so it is written without letters or digits that look alike, in groups of four, and
read whatever the case, the spaces and the hyphens. 16 of 32 characters are 80 bits, CNIL's measure of a password that
stands alone.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta

from sqlalchemy.orm import Session

from offre_bailleurs.database import now
from offre_bailleurs.models import TemporaryPassword

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_GROUPS = 4
_GROUP_LENGTH = 4


def issue(session: Session, user_id: int, *, lifetime: timedelta) -> str:
    """Give a user a new temporary password, in the caller's transaction; any older one is void. It is stored nowhere:
    what the user is sent is its only copy."""
    password = "-".join("".join(secrets.choice(ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))
    session.merge(
        TemporaryPassword(portal_user_id=user_id, digest=temporary_digest(password), expires_at=now() + lifetime)
    )
    session.flush()
    return password


def is_current(session: Session, user_id: int, typed: str) -> bool:
    """What was typed is this user's temporary password, neither replaced, nor ended, nor expired."""
    current = session.get(TemporaryPassword, user_id)
    matches = hmac.compare_digest(current.digest if current else "", temporary_digest(typed))
    return current is not None and matches and now() < current.expires_at


def end(session: Session, user_id: int) -> None:
    """Nothing opens with a temporary password of this user any more, in the caller's transaction."""
    current = session.get(TemporaryPassword, user_id)
    if current is not None:
        session.delete(current)
        session.flush()


def temporary_digest(password: str) -> str:
    """The SHA-256 of a temporary password, however it was typed: 64 hexadecimal characters."""
    letters = "".join(character for character in password.upper() if character.isalnum())
    return hashlib.sha256(letters.encode("utf-8", "surrogatepass")).hexdigest()
