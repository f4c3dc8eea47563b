"""« Identifiant perdu » and « Mot de passe oublié ».

Asking writes one sealed row, the same whether anybody is behind it or not: neither the answer, nor its time, nor a
limit tells who has an account. The worker (`python -m offre_bailleurs.mail`) finds out later whom it is about, and
leaves the messages in the outbox. Nobody locks somebody else out by asking: one's own password goes on working until
another one is chosen.
"""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, time, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from offre_bailleurs import audit, temporary_passwords
from offre_bailleurs.access import is_within_dates
from offre_bailleurs.attempts import Asker, count_recovery, may_send_to
from offre_bailleurs.batches import delete_some
from offre_bailleurs.campaigns import today
from offre_bailleurs.database import now, reading, transaction
from offre_bailleurs.french.format import PARIS
from offre_bailleurs.mail import messages, outbox
from offre_bailleurs.models import (
    Account,
    ContactChannel,
    PortalUser,
    Profile,
    RecoveryKind,
    RecoveryRequest,
    TemporaryPassword,
    UserState,
)
from offre_bailleurs.sealing import Unreadable, seal, unseal
from offre_bailleurs.settings import settings
from offre_bailleurs.user_number import TypedNumber

_LOG = logging.getLogger(__name__)

GIVE_UP_AFTER = timedelta(days=1)
"""A request that fails each time it is handled is tried again for so long."""

_CREDENTIALS = frozenset({messages.LOGIN, messages.TEMPORARY_PASSWORD, messages.USE_LOST_LOGIN})


# Asking


def ask_login(session: Session, user_number: str, *, asker: Asker, request_key: str) -> None:
    """« Identifiant perdu », in a transaction.

    The same `request_key` again does nothing more.

    Raises:
        TooMany: too many requests from this asker. Nothing is written.
        ValueError: this cannot be a N° utilisateur; the caller explains why before.
    """
    typed = TypedNumber.of(user_number)
    if not typed.is_possible:
        raise ValueError("not a N° utilisateur")
    _ask(session, RecoveryKind.LOGIN, typed.characters, asker, request_key)


def ask_password(session: Session, email: str, *, asker: Asker, request_key: str) -> None:
    """« Mot de passe oublié », in a transaction, with an address that `contacts.read_email` has read.

    The same `request_key` again does nothing more.

    Raises:
        TooMany: too many requests from this asker. Nothing is written.
    """
    _ask(session, RecoveryKind.PASSWORD, email, asker, request_key)


def _ask(session: Session, kind: RecoveryKind, about: str, asker: Asker, request_key: str) -> None:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {"kind": kind, "sealed": seal(about, secret=settings().secret_key), "request_key": request_key}
    with session.begin_nested():  # TooMany leaves nothing of it
        asked = insert(RecoveryRequest).values(row).on_conflict_do_nothing(index_elements=["request_key"])
        if session.scalar(asked.returning(RecoveryRequest.id)) is not None:
            count_recovery(session, asker)


# Handling


def handle_requests(engine: Engine, limit: int = 20) -> int:
    """Handle what has been asked, the oldest first, each request in a transaction of its own; how many were handled.

    Any number of workers may do so at once. A request that fails is passed over and tried again at the next call, for
    a day.

    Raises:
        OperationalError: the database does not answer.
    """
    handled = last = 0
    while handled < limit:
        with reading(on=engine) as session:
            waiting = select(RecoveryRequest.id).where(RecoveryRequest.handled_at.is_(None), RecoveryRequest.id > last)
            found = session.scalar(waiting.order_by(RecoveryRequest.id).limit(1))
        if found is None:
            break
        last = found
        handled += _handled(engine, found)
    return handled


def _handled(engine: Engine, request_id: int) -> bool:
    try:
        with transaction(on=engine) as session:
            request = _claim(session, request_id)
            if request is None:
                return False
            _handle(session, request)
            _close(request)
            return True
    except OperationalError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever is wrong with this one, the others are handled
        # Not the error itself: the database's may quote an address.
        _LOG.error("recovery request %d could not be handled: %s", request_id, type(error).__name__)
    with transaction(on=engine) as session:
        request = _claim(session, request_id)
        if request is not None and request.asked_at < now() - GIVE_UP_AFTER:
            _LOG.error("recovery request %d is given up", request_id)
            _close(request)
    return False


def _claim(session: Session, request_id: int) -> RecoveryRequest | None:
    """A request to handle, for this transaction alone; None when another worker has or had it."""
    mine = select(RecoveryRequest).where(RecoveryRequest.id == request_id, RecoveryRequest.handled_at.is_(None))
    return session.scalar(mine.with_for_update(skip_locked=True))


def _close(request: RecoveryRequest) -> None:
    request.sealed = None
    request.handled_at = now()


def _handle(session: Session, request: RecoveryRequest) -> None:
    try:
        about = unseal(request.sealed or "", secret=settings().secret_key)
    except Unreadable:
        _LOG.warning("recovery request %d was sealed with another SECRET_KEY: it is dropped", request.id)
        return
    if request.kind is RecoveryKind.LOGIN:
        _send_login(session, about)
    else:
        _send_password(session, about)


def _send_login(session: Session, user_number: str) -> None:
    account = session.scalar(select(Account).where(Account.user_number == user_number))
    user = _locked(session, _holder_id(session, account)) if account is not None else None
    if account is None or user is None:
        return
    channel = account.contact_channel
    if channel is ContactChannel.EMAIL and user.email is None:
        channel = ContactChannel.LETTER
    if channel is ContactChannel.LETTER and not account.postal_address:
        _LOG.warning("account %d has nowhere to send a lost login to", account.id)
        return
    if may_send_to(session, user.id):
        send_credentials(session, user, by=channel, actor_id=None, audit_action="recovery.login")


def _send_password(session: Session, email: str) -> None:
    user = _locked(session, session.scalar(select(PortalUser.id).where(PortalUser.email == email)))
    if user is None or not may_send_to(session, user.id):
        return
    if _was_written_to(user):
        outbox.cancel_waiting(session, user.id, {messages.USE_LOST_LOGIN})
        content = messages.use_lost_login_message(user)
        outbox.post_email(session, user, content, purpose=messages.USE_LOST_LOGIN, key=_new_key())
    else:
        outbox.cancel_waiting(session, user.id, {messages.TEMPORARY_PASSWORD, messages.USE_LOST_LOGIN})
        _post_temporary_password(session, user, ContactChannel.EMAIL)
    audit.record(session, None, "recovery.password", user, account_id=user.account_id)


def _holder_id(session: Session, account: Account) -> int | None:
    """Whom the N° utilisateur of an account stands for."""
    users = select(PortalUser.id).where(PortalUser.account_id == account.id).order_by(PortalUser.id).limit(1)
    if account.profile is Profile.LANDLORD:
        return session.scalar(users.where(PortalUser.state != UserState.CLOSED))
    administrator = session.scalar(users.where(PortalUser.is_administrator))
    if administrator is not None:
        return administrator
    return session.scalar(users.where(PortalUser.state == UserState.NEVER_CONNECTED))


def _locked(session: Session, user_id: int | None) -> PortalUser | None:
    """A user to whom something may be sent, for this transaction alone."""
    if user_id is None:
        return None
    user = session.get(PortalUser, user_id, with_for_update={"key_share": True})
    if user is None or user.state is UserState.CLOSED or not is_within_dates(user, today()):
        return None
    if user.is_adviser:  # the guides' messages are not for them: `bailleurs adviser` gives another temporary password
        return None
    return user


def _was_written_to(user: PortalUser) -> bool:
    """B3: they never connected, and their credentials came by letter. A colleague's came by email, whatever the
    account's channel: the administrator created them (F6)."""
    return (
        user.state is UserState.NEVER_CONNECTED
        and user.partner_account.contact_channel is ContactChannel.LETTER
        and user.creation_key is None
    )


def purge_requests(session: Session, before: datetime, *, only_count: bool = False) -> int:
    """Delete some of the requests handled before a moment; as `delete_some`."""
    return delete_some(session, RecoveryRequest.id, RecoveryRequest.handled_at < before, only_count=only_count)


# Sending


def send_credentials(
    session: Session, user: PortalUser, *, by: ContactChannel, actor_id: int | None, audit_action: str
) -> None:
    """Send a user their login and a new temporary password, apart (A5, A6), in the caller's transaction.

    What still waited to be sent to them is cancelled, and older temporary passwords are void; the user's row is locked,
    so that of two who send at the same moment the second voids the first's. `actor_id`: who sends
    them, None when they asked themselves.

    Raises:
        ValueError: there is no address of that kind.
    """
    session.flush()
    session.execute(select(PortalUser.id).where(PortalUser.id == user.id).with_for_update(key_share=True))
    outbox.cancel_waiting(session, user.id, _CREDENTIALS)
    _post(session, user, messages.login_message(user, by=by), by, messages.LOGIN)
    _post_temporary_password(session, user, by)
    audit.record(session, actor_id, audit_action, user, account_id=user.account_id, by=by.value)


def _post_temporary_password(session: Session, user: PortalUser, by: ContactChannel) -> None:
    password = temporary_passwords.issue(session, user.id, lifetime=_lifetime(user, by))
    expires_at = session.get_one(TemporaryPassword, user.id).expires_at
    content = messages.temporary_password_message(user, password, expires_at, by=by)
    _post(session, user, content, by, messages.TEMPORARY_PASSWORD)


def _lifetime(user: PortalUser, by: ContactChannel) -> timedelta:
    """How long a new temporary password lives: counted from the day on which its user may sign in."""
    by_letter = by is ContactChannel.LETTER
    kept = settings()
    seconds = kept.temporary_password_lifetime_by_letter if by_letter else kept.temporary_password_lifetime
    lifetime = timedelta(seconds=seconds)
    if user.opens_on is None:
        return lifetime
    return max(datetime.combine(user.opens_on, time(), PARIS) - now(), timedelta()) + lifetime


def _post(session: Session, user: PortalUser, content: outbox.Content, by: ContactChannel, purpose: str) -> None:
    post = outbox.post_letter if by is ContactChannel.LETTER else outbox.post_email
    post(session, user, content, purpose=purpose, key=_new_key())


def _new_key() -> str:
    return uuid.uuid4().hex
