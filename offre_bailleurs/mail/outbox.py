"""The outbox: a message is written in the transaction of the change that it tells, and sent later by the worker.

What it says and where it goes are sealed until it is sent: the table alone gives no password and no address away.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from offre_bailleurs.models import MessageKind, OutboxMessage, OutboxState, PortalUser, Profile
from offre_bailleurs.sealing import seal, unseal
from offre_bailleurs.settings import settings

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,119}")


@dataclass(frozen=True)
class Content:
    """What a message says, whichever way it travels; French."""

    subject: str
    paragraphs: tuple[str, ...]
    secret: str | None = None
    """The login or the password: alone on its line, after the first paragraph."""
    secret_label: str | None = None


@dataclass(frozen=True)
class Posted:
    """A message as it was posted. `recipient` is the address of an email, or the lines on a letter's envelope."""

    recipient: tuple[str, ...]
    content: Content


def post_email(session: Session, user: PortalUser, content: Content, *, purpose: str, key: str) -> OutboxMessage:
    """Leave an email for a user in the outbox, in the caller's transaction.

    `key` names the message for ever: a second one of that name is refused by the database.

    Raises:
        ValueError: the user has no email address, or the key is not made of ASCII letters, digits and « . _ : - ».
    """
    if user.email is None:
        raise ValueError("an email needs an address")
    return _post(session, MessageKind.EMAIL, user, Posted((user.email,), content), purpose=purpose, key=key)


def post_letter(session: Session, user: PortalUser, content: Content, *, purpose: str, key: str) -> OutboxMessage:
    """Leave a letter for a user in the outbox, to the postal address of their account; otherwise as `post_email`.

    Raises:
        ValueError: the account has no postal address, or the key cannot name a message.
    """
    account = user.partner_account
    if not account.postal_address:
        raise ValueError("a letter needs a postal address")
    organisation = (account.name,) if account.profile is Profile.ORGANISATION else ()
    lines = (*organisation, user.full_name, *account.postal_address.splitlines())
    recipient = tuple(line.strip() for line in lines if line.strip())
    return _post(session, MessageKind.LETTER, user, Posted(recipient, content), purpose=purpose, key=key)


def cancel_waiting(session: Session, user_id: int, purposes: Collection[str]) -> int:
    """Cancel what waits for a user, in the caller's transaction; how many messages.

    What failed can no longer be sent either: what it said is dropped. A message that a worker is sending at this very
    moment leaves all the same, and is then marked as sent.
    """
    theirs = update(OutboxMessage).where(
        OutboxMessage.portal_user_id == user_id,
        OutboxMessage.purpose.in_(purposes),
        OutboxMessage.sealed.is_not(None),
    )
    session.flush()
    session.execute(theirs.where(OutboxMessage.state == OutboxState.FAILED).values(sealed=None))
    waiting = theirs.where(OutboxMessage.state == OutboxState.WAITING)
    cancelled = waiting.values(sealed=None, state=OutboxState.CANCELLED).returning(OutboxMessage.id)
    return len(session.execute(cancelled).all())


def open_sealed(message: OutboxMessage) -> Posted:
    """What a message says and to whom.

    Raises:
        Unreadable: it was sealed with another `SECRET_KEY`.
        ValueError: it was sent or cancelled, nothing is left of it.
    """
    if message.sealed is None:
        raise ValueError("nothing is left of this message")
    posted = json.loads(unseal(message.sealed, secret=settings().secret_key))
    content = posted["content"]
    return Posted(tuple(posted["recipient"]), Content(**{**content, "paragraphs": tuple(content["paragraphs"])}))


def purge_messages(session: Session, before: datetime) -> int:
    """Delete the messages posted before a moment that wait for nothing any more; how many."""
    over = delete(OutboxMessage).where(OutboxMessage.created_at < before, OutboxMessage.state != OutboxState.WAITING)
    return len(session.execute(over.returning(OutboxMessage.id)).all())


def _post(
    session: Session, kind: MessageKind, user: PortalUser, posted: Posted, *, purpose: str, key: str
) -> OutboxMessage:
    if not _KEY.fullmatch(key):
        raise ValueError("a key is made of 1 to 120 ASCII letters, digits and « . _ : - »")
    message = OutboxMessage(
        kind=kind,
        purpose=purpose,
        portal_user_id=user.id,
        key=key,
        sealed=seal(json.dumps(asdict(posted)), secret=settings().secret_key),
    )
    session.add(message)
    session.flush()
    return message
