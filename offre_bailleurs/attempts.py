"""Limits on what people may try, kept in the database: the portal and the chat share them, on all their servers.

A sign-in is counted as failed *before* its password is checked and forgotten if the password proves right, under a lock
of its login: guesses sent all at once cannot slip through together. A try that is refused for coming too early is not
counted and pushes nothing further: the wait always ends, however often somebody knocks meanwhile.

Logins, addresses and conversations are kept as keyed digests, and counted whether or not they exist.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from offre_bailleurs.batches import delete_some
from offre_bailleurs.database import now
from offre_bailleurs.models import Attempt
from offre_bailleurs.sealing import keyed_digest
from offre_bailleurs.settings import settings

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)

FREE_FAILURES = 5
"""Failed sign-ins in a day without any wait: the fifth brings the first delay."""
FIRST_DELAY = timedelta(seconds=60)
LONGEST_DELAY = HOUR
FAILURES_A_DAY = 25

REFUSED_EMAILS_AN_HOUR = 10
"""Addresses that one person may be told to be somebody else's: each tells them who has an access."""
SENDINGS_AN_HOUR = 60
"""Times that one person may have others written to."""

_SIGN_IN = "sign_in"
_RECOVERED = "recovery_user"
_EMAIL_TAKEN = "email_taken"
_SENDING = "sending"


class TooMany(Exception):
    """Tried too often."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds
        """How long to wait; 1 at least."""


@dataclass(frozen=True)
class Asker:
    """Where a request for recovery comes from. "" is not counted."""

    address: str = ""
    """The client's network address, or anything that stands for it."""
    conversation: str = ""


def sign_in_wait(session: Session, login: str) -> int:
    """Seconds before another try for a login; 0: now."""
    return _sign_in_wait(session, _key(_SIGN_IN, _normalised(login)))


def begin_sign_in(session: Session, login: str) -> None:
    """Count a try as failed, in a transaction to commit before the password is checked.

    Raises:
        TooMany: it is too early for another one. It is not counted.
    """
    key = _key(_SIGN_IN, _normalised(login))
    _lock(session, [key])
    wait = _sign_in_wait(session, key)
    if wait:
        raise TooMany(wait)
    _count(session, _SIGN_IN, key)


def sign_in_succeeded(session: Session, login: str) -> None:
    """Forget the failures of a login, in a transaction: whoever signs in is not a guesser."""
    key = _key(_SIGN_IN, _normalised(login))
    session.execute(delete(Attempt).where(Attempt.kind == _SIGN_IN, Attempt.key == key))


def count_recovery(session: Session, asker: Asker) -> None:
    """Count a request for recovery, in a transaction.

    Raises:
        TooMany: there were `recoveries_per_hour` from this address or in this conversation. It is not counted.
    """
    told = {"recovery_address": asker.address, "recovery_conversation": asker.conversation}
    keys = {kind: _key(kind, value) for kind, value in told.items() if value}
    _lock(session, sorted(keys.values()))
    waits = [_wait_for_room(session, kind, key, settings().recoveries_per_hour, HOUR) for kind, key in keys.items()]
    if any(waits):
        raise TooMany(max(waits))
    for kind, key in keys.items():
        _count(session, kind, key)


def may_send_to(session: Session, user_id: int) -> bool:
    """Count one more recovery that is really sent to a user; False, and not counted, when they had
    `recoveries_per_account` in a day."""
    try:
        count_sending_to(session, user_id)
    except TooMany:
        return False
    return True


def count_sending_to(session: Session, user_id: int) -> None:
    """Count codes that are really sent to a user, whoever asked for them, in a transaction.

    Raises:
        TooMany: they had `recoveries_per_account` in a day. It is not counted.
    """
    _check(session, _RECOVERED, user_id, settings().recoveries_per_account, DAY)
    _count_of(session, _RECOVERED, user_id)


def check_refused_emails(session: Session, user_id: int) -> None:
    """To be called by whoever tries an email address, in the transaction that tries it and then counts it if it is
    refused (`count_refused_email`): another try of the same person waits until the end of that transaction.

    Raises:
        TooMany: they were refused `REFUSED_EMAILS_AN_HOUR` addresses.
    """
    _check(session, _EMAIL_TAKEN, user_id, REFUSED_EMAILS_AN_HOUR, HOUR)


def count_refused_email(session: Session, user_id: int) -> None:
    """Count an address that somebody gave and that is another user's, in a transaction that is committed."""
    _count_of(session, _EMAIL_TAKEN, user_id)


def check_sendings(session: Session, user_id: int) -> None:
    """To be called before somebody has another one written to, in the transaction that does it and counts it.

    Raises:
        TooMany: they did so `SENDINGS_AN_HOUR` times.
    """
    _check(session, _SENDING, user_id, SENDINGS_AN_HOUR, HOUR)


def count_sending(session: Session, user_id: int) -> None:
    """Count that somebody has another one written to, in the transaction that does it."""
    _count_of(session, _SENDING, user_id)


def purge_attempts(session: Session, *, only_count: bool = False) -> int:
    """Delete some of what counts no more; as `delete_some`."""
    return delete_some(session, Attempt.id, Attempt.at <= now() - DAY, only_count=only_count)


def _sign_in_wait(session: Session, key: str) -> int:
    moment = now()
    newest_first = _moments(session, _SIGN_IN, key, moment - DAY, FAILURES_A_DAY)
    if len(newest_first) < FREE_FAILURES:
        return 0
    delay = min(FIRST_DELAY * 2 ** (len(newest_first) - FREE_FAILURES), LONGEST_DELAY)
    ends = [newest_first[0] + delay]
    if len(newest_first) >= FAILURES_A_DAY:
        ends.append(newest_first[-1] + DAY)
    return _seconds(max(ends) - moment)


def _check(session: Session, kind: str, user_id: int, limit: int, window: timedelta) -> None:
    key = _key(kind, str(user_id))
    _lock(session, [key])
    wait = _wait_for_room(session, kind, key, limit, window)
    if wait:
        raise TooMany(wait)


def _count_of(session: Session, kind: str, user_id: int) -> None:
    _count(session, kind, _key(kind, str(user_id)))


def _wait_for_room(session: Session, kind: str, key: str, limit: int, window: timedelta) -> int:
    """Seconds until fewer than `limit` were counted in the last `window`."""
    moment = now()
    newest_first = _moments(session, kind, key, moment - window, limit)
    return _seconds(newest_first[-1] + window - moment) if len(newest_first) >= limit else 0


def _moments(session: Session, kind: str, key: str, after: datetime, limit: int) -> Sequence[datetime]:
    """When something was counted, the newest first."""
    same = select(Attempt.at).where(Attempt.kind == kind, Attempt.key == key, Attempt.at > after)
    return session.scalars(same.order_by(Attempt.at.desc()).limit(limit)).all()


def _count(session: Session, kind: str, key: str) -> None:
    session.add(Attempt(kind=kind, key=key))
    session.flush()


def _lock(session: Session, keys: Sequence[str]) -> None:
    """Until the end of the transaction nobody else counts these keys (sorted: no two wait for each other).

    On SQLite nothing is to be done: a transaction that writes has the whole database to itself (BEGIN IMMEDIATE).
    """
    if session.get_bind().dialect.name == "postgresql":
        for key in keys:
            number = int.from_bytes(bytes.fromhex(key[:16]), signed=True)
            session.execute(select(func.pg_advisory_xact_lock(number)))


def _key(kind: str, value: str) -> str:
    return keyed_digest(kind, value, secret=settings().secret_key)


def _normalised(login: str) -> str:
    """Sign-in leaves out the spaces around a login; its capitals make no other counter."""
    return login.strip().casefold()


def _seconds(left: timedelta) -> int:
    return max(0, math.ceil(left.total_seconds()))
