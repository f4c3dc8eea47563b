"""The access of the Caf's advisers. Only the command line gives and ends one (`bailleurs adviser`)."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from offre_bailleurs import temporary_passwords
from offre_bailleurs.accounts import hash_password
from offre_bailleurs.audit import record
from offre_bailleurs.desk.sweep import release
from offre_bailleurs.first_connection import EmailTaken, violates_unique_email
from offre_bailleurs.models import PortalUser, RequestState, SupportRequest, UserState
from offre_bailleurs.portal_sessions import close_sessions_of
from offre_bailleurs.settings import settings

__all__ = ["EmailTaken", "LoginTaken", "advisers", "close_adviser", "create_adviser", "renew_temporary_password"]

_PASSWORD_BYTES: Final = 32


class LoginTaken(Exception):
    """Somebody has this login."""


def create_adviser(session: Session, first_name: str, last_name: str, email: str, login: str) -> str:
    """Create an adviser, in the caller's transaction; their temporary password, which is stored nowhere.

    They are active at once: the first connection's steps are a partner's. Their first sign-in leads to the choice of
    a password.

    Raises:
        EmailTaken: another user has this email address, as `contacts.read_email` has read it.
        LoginTaken: another user has this login.
    """
    if session.scalar(select(PortalUser.id).where(PortalUser.email == email)) is not None:
        raise EmailTaken
    adviser = PortalUser(
        first_name=first_name,
        last_name=last_name,
        email=email,
        login=login,
        is_adviser=True,
        state=UserState.ACTIVE,
        password_hash=hash_password(secrets.token_urlsafe(_PASSWORD_BYTES)),  # nobody's: an active user has one
    )
    try:
        with session.begin_nested():
            session.add(adviser)
    except IntegrityError as error:
        raise (EmailTaken if violates_unique_email(error) else LoginTaken) from None
    record(session, None, "adviser.created", adviser)
    return _issue(session, adviser)


def renew_temporary_password(session: Session, login: str) -> str:
    """Give an adviser another temporary password, in the caller's transaction; any older one is void.

    Their own password goes on working until they choose another one.

    Raises:
        LookupError: no adviser who may sign in has this login.
    """
    adviser = _locked(session, login)
    if adviser is None or adviser.state is UserState.CLOSED:
        raise LookupError(login)
    record(session, None, "adviser.renewed", adviser)
    return _issue(session, adviser)


def close_adviser(session: Session, login: str) -> int:
    """Close an adviser's access for good, in the caller's transaction; how many requests wait again for another.

    Their sessions end, and their email address is free again. Doing it again changes nothing.

    Raises:
        LookupError: no adviser has this login.
    """
    adviser = _locked(session, login)
    if adviser is None:
        raise LookupError(login)
    if adviser.state is UserState.CLOSED:
        return 0
    adviser.state = UserState.CLOSED
    adviser.email = None
    close_sessions_of(session, adviser.id)
    temporary_passwords.end(session, adviser.id)
    record(session, None, "adviser.closed", adviser)
    taken = select(SupportRequest.id).where(
        SupportRequest.adviser_id == adviser.id, SupportRequest.state == RequestState.TAKEN
    )
    return release(session, list(session.scalars(taken.order_by(SupportRequest.id))))


def advisers(session: Session) -> list[PortalUser]:
    """Every adviser, those whose access is closed included, by name."""
    query = select(PortalUser).where(PortalUser.is_adviser)
    return list(session.scalars(query.order_by(PortalUser.last_name, PortalUser.first_name, PortalUser.id)))


def _locked(session: Session, login: str) -> PortalUser | None:
    """The adviser of that login, for this transaction alone: they take no request meanwhile."""
    query = select(PortalUser).where(PortalUser.login == login, PortalUser.is_adviser)
    return session.scalar(query.with_for_update(key_share=True).execution_options(populate_existing=True))


def _issue(session: Session, adviser: PortalUser) -> str:
    lifetime = timedelta(seconds=settings().temporary_password_lifetime)
    return temporary_passwords.issue(session, adviser.id, lifetime=lifetime)
