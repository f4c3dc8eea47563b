"""Logins and passwords: Argon2id, and the same work whether a login exists or not.

A password is checked while reading only: a check takes tens of milliseconds on purpose, which must never be spent
holding the write lock of the database. `renew_hash` is the one thing that writes.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from offre_bailleurs.models import PortalUser, UserState

MAX_PASSWORD_LENGTH = 1000
"""Characters. A longer one is refused without being hashed."""

_HASHER = PasswordHasher()


class FirstConnectionPending(Exception):
    """Login and temporary password are right, but the first connection has not been completed."""


def authenticate(session: Session, login: str, password: str) -> PortalUser | None:
    """The active user whose login and password these are; None for anything wrong, without saying what.

    An unknown login costs the same work as a wrong password, so that the time of the answer tells nothing.

    Raises:
        FirstConnectionPending: the password proved right, but this user has never connected.
    """
    decoy = _decoy()
    user = _user_named(session, login)
    known = _verifies(user.password_hash if user else decoy, password)
    if user is None or not known or user.state is UserState.CLOSED:
        return None
    if user.state is UserState.NEVER_CONNECTED:
        raise FirstConnectionPending
    return user


def renew_hash(session: Session, user_id: int, password: str) -> bool:
    """Hash again, with today's parameters, a password that has just proved right; True when there was need to.

    To be called inside a transaction, after `authenticate`.
    """
    user = session.get(PortalUser, user_id)
    if user is None or not _HASHER.check_needs_rehash(user.password_hash):
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
    return session.scalar(select(PortalUser).where(PortalUser.login == name))


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
