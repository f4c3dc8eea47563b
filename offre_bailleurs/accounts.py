"""Logins and passwords: Argon2id, and the same work whether a login exists or not.

A password is checked while reading only: a check takes tens of milliseconds on purpose, which must never be spent
holding the write lock of the database. `renew_hash` is the one thing that writes.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from offre_bailleurs.access import is_within_dates
from offre_bailleurs.campaigns import today
from offre_bailleurs.models import PortalUser, UserState
from offre_bailleurs.temporary_passwords import is_current

MAX_PASSWORD_LENGTH = 1000
"""Characters. A longer one is refused without being hashed."""

_HASHER = PasswordHasher()


@dataclass(frozen=True)
class Proven:
    """Somebody whose login and password are right. What is left to do before anything opens: `first_connection`."""

    user: PortalUser
    by_temporary_password: bool


def authenticate(session: Session, login: str, password: str) -> Proven | None:
    """Whose login and password these are, their own password or a temporary one.

    None for anything wrong, without saying what: unknown, closed, not open yet.

    An unknown login costs the same work as a wrong password, so that the time of the answer tells nothing.
    """
    user = _user_named(session, login)
    own = user.password_hash if user else None
    verified = _verifies(own or _decoy(), password)
    by_temporary_password = is_current(session, user.id if user else 0, password)
    if user is None or user.state is UserState.CLOSED or not is_within_dates(user, today()):
        return None
    if by_temporary_password:
        return Proven(user, by_temporary_password=True)
    return Proven(user, by_temporary_password=False) if own and verified else None


def renew_hash(session: Session, user_id: int, password: str) -> bool:
    """Hash again, with today's parameters, a password that has just proved right; True when there was need to.

    To be called inside a transaction, after `authenticate`.
    """
    user = session.get(PortalUser, user_id)
    if user is None or user.password_hash is None or not _HASHER.check_needs_rehash(user.password_hash):
        return False
    if not _verifies(user.password_hash, password):  # changed since the check: the new one stays
        return False
    user.password_hash = hash_password(password)
    return True


def hash_password(password: str) -> str:
    """The Argon2id hash to store, its parameters and salt included."""
    return _HASHER.hash(password)


def _user_named(session: Session, login: str) -> PortalUser | None:
    name = login.strip()
    if not name or any(unicodedata.category(character) == "Cc" for character in name):
        return None  # PostgreSQL cannot even compare text that holds a NUL
    # A telephone writes the first letter as a capital; the logins that we make have none.
    named = select(PortalUser).where(PortalUser.login.in_((name, name.lower())))
    return session.scalar(named.order_by(PortalUser.login != name).limit(1))


def _verifies(password_hash: str, password: str) -> bool:
    if len(password) > MAX_PASSWORD_LENGTH:
        return False
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False


@cache
def _decoy() -> str:
    """What an unknown login's password is checked against."""
    return _HASHER.hash("no password has this hash")
