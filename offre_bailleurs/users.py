"""The users of an organisation: created, edited and closed by whoever `access` allows.

Who does it and to whom is read again here, in the transaction that does it, with the rows locked: a right withdrawn
at the same moment has been withdrawn, whatever the page or the turn knew when it began.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from offre_bailleurs import access
from offre_bailleurs.access import Viewer
from offre_bailleurs.attempts import check_sendings, count_sending, count_sending_to
from offre_bailleurs.audit import record
from offre_bailleurs.campaigns import today
from offre_bailleurs.first_connection import EmailTaken, violates_unique_email
from offre_bailleurs.french.text import fold
from offre_bailleurs.journal import describe_event
from offre_bailleurs.mail.messages import (
    EMAIL_CHANGED,
    LOGIN,
    TEMPORARY_PASSWORD,
    USE_LOST_LOGIN,
    email_changed_message,
)
from offre_bailleurs.mail.outbox import cancel_waiting, post_email
from offre_bailleurs.models import (
    Account,
    AuthorisationGroup,
    ContactChannel,
    MessageKind,
    OutboxMessage,
    PortalUser,
    UserState,
    WorkingMode,
)
from offre_bailleurs.portal_sessions import close_sessions_of
from offre_bailleurs.recovery import send_credentials
from offre_bailleurs.temporary_passwords import end

__all__ = [
    "EmailTaken",
    "Invalid",
    "NewUser",
    "NotAllowed",
    "Reason",
    "close_user",
    "create_user",
    "describe_event",
    "free_login",
    "resend_credentials",
    "update_user",
]

MAX_LOGIN_LENGTH = 20

_CREDENTIALS = (LOGIN, TEMPORARY_PASSWORD, USE_LOST_LOGIN)
_NO_LOGIN_SIGN = re.compile(r"[^a-z0-9]+")
_TRIES = 5
"""How often a login that somebody else took at the same moment is replaced by the next one."""


@dataclass(frozen=True, kw_only=True)
class NewUser:
    """What is filled in under «Créer un utilisateur», already read by `contacts`."""

    last_name: str
    first_name: str
    email: str
    phone: str | None = None
    opens_on: date | None = None
    closes_on: date | None = None
    working_mode: WorkingMode | None = None
    group_ids: frozenset[int]
    is_authorisation_manager: bool = False


class Reason(StrEnum):
    """Why somebody may not do what they ask."""

    NO_RIGHT = "no_right"
    GROUPS = "groups"
    """They give a group that is not theirs to give."""
    DELEGATION = "delegation"
    """They name a responsable d'habilitation without being the administrator."""
    ONESELF = "oneself"
    ADMINISTRATOR = "administrator"
    """The administrator is changed by the Caf only (F8)."""
    CLOSED = "closed"
    """The access is closed for good."""


class NotAllowed(Exception):
    """The rights of whoever asks do not go that far; nothing was changed."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Invalid(Exception):
    """What was filled in does not hold together: French sentences by field of `NewUser`; nothing was changed."""

    def __init__(self, messages: dict[str, str]) -> None:
        super().__init__(", ".join(messages))
        self.messages = messages


def create_user(session: Session, viewer: Viewer, new: NewUser, *, creation_key: str) -> PortalUser:
    """Create a user and send them their login and a temporary password by email, at once (F6).

    `creation_key` names the form or the turn: the same one again returns the user whom it created, and does nothing.

    Raises:
        NotAllowed: the viewer's present rights do not go that far.
        Invalid: no group, or dates that do not hold together.
        EmailTaken: another user has this email address.
        TooMany: the viewer had too many people written to this hour.
    """
    actor = _lock(session, viewer)
    if not actor.manages_users:
        raise NotAllowed(Reason.NO_RIGHT)
    created = _created_by(session, creation_key)
    if created is not None:
        if created.account_id != actor.account_id:
            raise NotAllowed(Reason.NO_RIGHT)
        return created
    _check_gifts(session, actor, new)
    _check(new, closed_on_before=None)
    check_sendings(session, actor.user_id)
    user = _insert(session, actor, new, creation_key)
    record(
        session,
        actor.user_id,
        "user.created",
        user,
        groups=sorted(new.group_ids),
        is_authorisation_manager=new.is_authorisation_manager,
    )
    _send_credentials(session, user, actor)
    return user


def update_user(session: Session, viewer: Viewer, user_id: int, changes: NewUser) -> PortalUser:
    """Give a user other details, dates or groups; their login never changes.

    When the email address changes, what had been sent to the former one no longer opens anything, their sessions end
    and the former address is told.

    Raises:
        LookupError: there is no such user for this viewer.
        NotAllowed: the viewer's present rights do not go that far.
        Invalid: no group, or dates that do not hold together.
        EmailTaken: another user has this email address.
        TooMany: the viewer had too many people written to this hour.
    """
    actor, user = _lock_both(session, viewer, user_id)
    if user.state is UserState.CLOSED:
        raise NotAllowed(Reason.CLOSED)
    _check_gifts(session, actor, changes)
    _check(changes, closed_on_before=user.closes_on)
    fields = _changed_fields(user, changes)
    if not fields:
        return user
    if _email_is_taken(session, changes.email, except_user=user.id):
        raise EmailTaken
    if "email" in fields:
        check_sendings(session, actor.user_id)
    try:
        with session.begin_nested():
            if "email" in fields:
                _leave_email(session, user, actor)
            for name in _PLAIN_FIELDS:
                setattr(user, name, getattr(changes, name))
            user.groups = _groups(session, changes.group_ids)
    except IntegrityError as error:
        if violates_unique_email(error):  # somebody else gave it at the same moment
            raise EmailTaken from None
        raise
    groups = sorted(changes.group_ids) if "groups" in fields else []
    record(session, actor.user_id, "user.updated", user, fields=fields, groups=groups)
    return user


def close_user(session: Session, viewer: Viewer, user_id: int) -> PortalUser:
    """Close an access for good, from the next request or turn on. One that is closed already stays as it is.

    Their email address is free again: the same person may be created anew, with other rights.

    Raises:
        LookupError: there is no such user for this viewer.
        NotAllowed: the viewer's present rights do not go that far.
    """
    actor, user = _lock_both(session, viewer, user_id)
    if user.state is UserState.CLOSED:
        return user
    user.state = UserState.CLOSED
    user.email = None
    close_sessions_of(session, user.id)
    end(session, user.id)
    cancel_waiting(session, user.id, _CREDENTIALS)
    record(session, actor.user_id, "user.closed", user)
    return user


def resend_credentials(session: Session, viewer: Viewer, user_id: int) -> None:
    """Send a user their login and a new temporary password by email; older temporary passwords are void.

    Raises:
        LookupError: there is no such user for this viewer.
        NotAllowed: the viewer's present rights do not go that far.
        Invalid: the user has no email address.
        TooMany: the viewer had too many people written to this hour, or the user was written to too often today.
    """
    actor, user = _lock_both(session, viewer, user_id)
    if user.state is UserState.CLOSED:
        raise NotAllowed(Reason.CLOSED)
    if user.email is None:
        raise Invalid({"email": "Cet utilisateur n’a pas d’adresse mail : ajoutez-la d’abord."})
    check_sendings(session, actor.user_id)
    count_sending_to(session, user.id)
    _send_credentials(session, user, actor)


def _lock(session: Session, viewer: Viewer, user_id: int | None = None) -> Viewer:
    """Whoever acts, with the rights that they have at this moment and until the end of the transaction.

    The account's row comes first, so that nobody's two changes in one organisation wait for each other; the users'
    rows after it, so that whatever else changes them waits too.
    """
    session.execute(select(Account.id).where(Account.id == viewer.account_id).with_for_update(key_share=True))
    concerned = {viewer.user_id} if user_id is None else {viewer.user_id, user_id}
    session.scalars(
        select(PortalUser)
        .where(PortalUser.id.in_(concerned), PortalUser.account_id == viewer.account_id)
        .order_by(PortalUser.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    actor = access.viewer(session, viewer.user_id)
    if actor is None:
        raise NotAllowed(Reason.NO_RIGHT)
    return actor


def _lock_both(session: Session, viewer: Viewer, user_id: int) -> tuple[Viewer, PortalUser]:
    """Whoever acts and the user whom they change, the change being allowed."""
    actor = _lock(session, viewer, user_id)
    user = access.visible_user(session, actor, user_id)
    if user is None:
        raise LookupError(user_id)
    if not access.may_change(actor, user):
        raise NotAllowed(_why_not(actor, user))
    return actor, user


def _why_not(actor: Viewer, user: PortalUser) -> Reason:
    """In words, what `access.may_change` refused."""
    if user.id == actor.user_id:
        return Reason.ONESELF
    if user.is_administrator:
        return Reason.ADMINISTRATOR
    return Reason.DELEGATION if user.is_authorisation_manager else Reason.GROUPS


def _check_gifts(session: Session, actor: Viewer, new: NewUser) -> None:
    if not access.may_give(session, actor, new.group_ids):
        raise NotAllowed(Reason.GROUPS)
    if new.is_authorisation_manager and not actor.delegates:
        raise NotAllowed(Reason.DELEGATION)


def _check(new: NewUser, *, closed_on_before: date | None) -> None:
    messages = {}
    if not new.group_ids:
        messages["group_ids"] = "Cochez au moins un groupe d’habilitations."
    if new.closes_on is not None:
        if new.opens_on is not None and new.closes_on < new.opens_on:
            messages["closes_on"] = "La date de clôture vient avant la date d’ouverture."
        elif new.closes_on < today() and new.closes_on != closed_on_before:
            messages["closes_on"] = "La date de clôture est déjà passée."
    if messages:
        raise Invalid(messages)


def _insert(session: Session, actor: Viewer, new: NewUser, creation_key: str) -> PortalUser:
    """Write the row; what somebody else writes at the same moment is told by the database's own constraints."""
    for tries_left in reversed(range(_TRIES)):
        if _email_is_taken(session, new.email):
            raise EmailTaken
        user = PortalUser(
            account_id=actor.account_id,
            login=free_login(session, new.first_name, new.last_name),
            state=UserState.NEVER_CONNECTED,
            creation_key=creation_key,
            groups=_groups(session, new.group_ids),
            **{name: getattr(new, name) for name in _PLAIN_FIELDS},
        )
        try:
            with session.begin_nested():
                session.add(user)
        except IntegrityError:  # somebody took the address or the login at this very moment: the next try sees which
            if _created_by(session, creation_key) is not None:  # another account's: nobody else writes in this one
                raise NotAllowed(Reason.NO_RIGHT) from None
            if not tries_left:
                raise
        else:
            return user
    raise AssertionError("the last try returns or raises")


_PLAIN_FIELDS = (
    "last_name",
    "first_name",
    "email",
    "phone",
    "opens_on",
    "closes_on",
    "working_mode",
    "is_authorisation_manager",
)


def _changed_fields(user: PortalUser, changes: NewUser) -> list[str]:
    changed = [name for name in _PLAIN_FIELDS if getattr(user, name) != getattr(changes, name)]
    return changed if {group.id for group in user.groups} == changes.group_ids else [*changed, "groups"]


def _groups(session: Session, group_ids: Iterable[int]) -> list[AuthorisationGroup]:
    query = select(AuthorisationGroup).where(AuthorisationGroup.id.in_(group_ids)).order_by(AuthorisationGroup.id)
    return list(session.scalars(query))


def _created_by(session: Session, creation_key: str) -> PortalUser | None:
    return session.scalar(select(PortalUser).where(PortalUser.creation_key == creation_key))


def _was_written_to(session: Session, user: PortalUser) -> bool:
    """Their temporary password came by letter: whatever address they had, it did not go there."""
    if user.state is not UserState.NEVER_CONNECTED or user.creation_key is not None:
        return False
    passwords = select(OutboxMessage.kind).where(
        OutboxMessage.portal_user_id == user.id, OutboxMessage.purpose == TEMPORARY_PASSWORD
    )
    return session.scalar(passwords.order_by(OutboxMessage.id.desc()).limit(1)) is not MessageKind.EMAIL


def _leave_email(session: Session, user: PortalUser, actor: Viewer) -> None:
    """Before their email address is replaced: whoever reads the former one has their access no more, and knows it."""
    if not _was_written_to(session, user):
        end(session, user.id)
        cancel_waiting(session, user.id, _CREDENTIALS)
        close_sessions_of(session, user.id)
    if user.email is not None:
        post_email(session, user, email_changed_message(user), purpose=EMAIL_CHANGED, key=uuid.uuid4().hex)
        count_sending(session, actor.user_id)


def _email_is_taken(session: Session, email: str, *, except_user: int | None = None) -> bool:
    owner = session.scalar(select(PortalUser.id).where(PortalUser.email == email))
    return owner is not None and owner != except_user


def free_login(session: Session, first_name: str, last_name: str) -> str:
    """The first letter and the last name, then a number when somebody has it: « rbranchu », « rbranchu2 »."""
    first, last = (_NO_LOGIN_SIGN.sub("", fold(name)) for name in (first_name, last_name))
    base = (first[:1] + last)[:MAX_LOGIN_LENGTH] or "utilisateur"
    stem = base[: MAX_LOGIN_LENGTH - 6]
    taken = set(session.scalars(select(PortalUser.login).where(PortalUser.login.startswith(stem, autoescape=True))))
    login, number = base, 1
    while login in taken:
        number += 1
        login = f"{base[: MAX_LOGIN_LENGTH - len(str(number))]}{number}"
    return login


def _send_credentials(session: Session, user: PortalUser, actor: Viewer) -> None:
    count_sending(session, actor.user_id)
    send_credentials(
        session, user, by=ContactChannel.EMAIL, actor_id=actor.user_id, audit_action="user.credentials_sent"
    )
