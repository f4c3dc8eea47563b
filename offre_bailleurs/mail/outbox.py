"""The outbox: a message is written in the transaction of the change that it tells, and sent later by the worker.

What it says and where it goes are sealed until it is sent: the table alone gives no password and no address away.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from offre_bailleurs.batches import delete_some
from offre_bailleurs.models import MessageKind, OutboxMessage, OutboxState, PortalUser, Profile
from offre_bailleurs.sealing import seal, unseal
from offre_bailleurs.settings import settings

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,119}")


@dataclass(frozen=True)
class Quotation:
    """What somebody said, word for word. Its lines are marked as quoted: none passes for a line of ours."""

    heading: str
    """Who and when."""
    text: str
    """Its line breaks are kept."""


@dataclass(frozen=True)
class Content:
    """What a message says, whichever way it travels; French."""

    subject: str
    paragraphs: tuple[str, ...]
    """One line each, whatever a value in them holds."""
    secret: str | None = None
    """The login or the password: alone on its line, after the first paragraph."""
    secret_label: str | None = None
    quotations: tuple[Quotation, ...] = ()
    """After the paragraphs; in an email alone."""


@dataclass(frozen=True)
class Posted:
    """A message as it was posted. `recipient` is the address of an email, or the lines on a letter's envelope."""

    recipient: tuple[str, ...]
    content: Content
    reply_to: str | None = None
    """Of an email: where an answer to it goes, when not to its sender."""


def post_email(session: Session, user: PortalUser, content: Content, *, purpose: str, key: str) -> OutboxMessage:
    """Leave an email for a user in the outbox, in the caller's transaction.

    `key` names the message for ever: a second one of that name is refused by the database.

    Raises:
        ValueError: the user has no email address, or the key is not made of ASCII letters, digits and « . _ : - ».
    """
    if user.email is None:
        raise ValueError("an email needs an address")
    posted = Posted((user.email,), content)
    return _post(session, MessageKind.EMAIL, _text_of(posted), user_id=user.id, purpose=purpose, key=key)


def post_email_to(
    session: Session, address: str, content: Content, *, purpose: str, key: str, reply_to: str | None = None
) -> OutboxMessage:
    """Leave an email for an address in the outbox, that of no portal user; otherwise as `post_email`.

    Whether an email can go to the address is found out when it is sent. One that nobody can answer to is left out of
    `Reply-To`.

    Raises:
        ValueError: the address is empty, or the key cannot name a message.
    """
    if not address:
        raise ValueError("an email needs an address")
    posted = Posted((address,), content, reply_to)
    return _post(session, MessageKind.EMAIL, _text_of(posted), user_id=None, purpose=purpose, key=key)


def post_letter(session: Session, user: PortalUser, content: Content, *, purpose: str, key: str) -> OutboxMessage:
    """Leave a letter for a user in the outbox, to the postal address of their account; otherwise as `post_email`.

    Raises:
        ValueError: the account has no postal address, the key cannot name a message, or something is quoted.
    """
    if content.quotations:
        raise ValueError("a letter quotes nobody")
    account = user.partner_account
    if not account.postal_address:
        raise ValueError("a letter needs a postal address")
    organisation = (account.name,) if account.profile is Profile.ORGANISATION else ()
    lines = (*organisation, user.full_name, *account.postal_address.splitlines())
    posted = Posted(tuple(line.strip() for line in lines if line.strip()), content)
    return _post(session, MessageKind.LETTER, _text_of(posted), user_id=user.id, purpose=purpose, key=key)


def post_webhook(session: Session, payload: Mapping[str, Any], *, purpose: str, key: str) -> OutboxMessage:
    """Leave a signed call to the desk's ticket system in the outbox, in the caller's transaction.

    `key` names it for ever, as an email: it is the call's `webhook-id`, the same at each attempt.

    Args:
        session: the caller's.
        payload: JSON values. Its text is made here, once: each attempt sends the same bytes.
        purpose: what it tells.
        key: as of `post_email`.

    Raises:
        ValueError: the key cannot name a message, or the payload holds something that is no JSON.
    """
    body = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return _post(session, MessageKind.WEBHOOK, body, user_id=None, purpose=purpose, key=key)


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
    """What an email or a letter says and to whom.

    Raises:
        Unreadable: it was sealed with another `SECRET_KEY`.
        ValueError: it was sent or cancelled, nothing is left of it.
    """
    posted = json.loads(_unsealed(message))
    content = posted["content"]
    content["paragraphs"] = tuple(content["paragraphs"])
    content["quotations"] = tuple(Quotation(**quotation) for quotation in content.get("quotations", ()))
    return Posted(tuple(posted["recipient"]), Content(**content), posted.get("reply_to"))


def open_payload(message: OutboxMessage) -> bytes:
    """The body of a signed call, byte for byte as at each attempt; raises what `open_sealed` does."""
    return _unsealed(message).encode()


def purge_messages(session: Session, before: datetime, *, only_count: bool = False) -> int:
    """Delete some of the messages posted before a moment that wait for nothing any more; as `delete_some`."""
    over = (OutboxMessage.created_at < before) & (OutboxMessage.state != OutboxState.WAITING)
    return delete_some(session, OutboxMessage.id, over, only_count=only_count)


def _text_of(posted: Posted) -> str:
    return json.dumps(asdict(posted))


def _unsealed(message: OutboxMessage) -> str:
    if message.sealed is None:
        raise ValueError("nothing is left of this message")
    return unseal(message.sealed, secret=settings().secret_key)


def _post(
    session: Session, kind: MessageKind, text: str, *, user_id: int | None, purpose: str, key: str
) -> OutboxMessage:
    if not _KEY.fullmatch(key):
        raise ValueError("a key is made of 1 to 120 ASCII letters, digits and « . _ : - »")
    message = OutboxMessage(
        kind=kind,
        purpose=purpose,
        portal_user_id=user_id,
        key=key,
        sealed=seal(text, secret=settings().secret_key),
    )
    session.add(message)
    session.flush()
    return message
