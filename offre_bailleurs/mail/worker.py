"""Answers the recovery requests, and sends what waits in the outbox, one message at a time.

A worker leases a message before it delivers it (`leases`): several workers never hold one message together, and what a
worker held when it died is another's once the lease is over. A delivery ends well before its lease does. What was
delivered is noted in a second transaction; `delivery` says which moment between the two is left.

The logs name messages by their number and purpose: never a person, an address or what is said.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Collection
from datetime import timedelta

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from offre_bailleurs.mail import leases
from offre_bailleurs.mail.delivery import Carrier
from offre_bailleurs.mail.undelivered import Delayed, Refused
from offre_bailleurs.models import MessageKind, OutboxMessage
from offre_bailleurs.recovery import handle_requests
from offre_bailleurs.troubles import Troubles, code_lines

PAUSE = 1.0
"""Seconds between two looks at what waits."""
LONGEST_PAUSE = 30.0
"""Seconds between two tries at a database that does not answer."""

FIRST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(hours=1)
MAX_ATTEMPTS = 16
"""After the last one, about nine hours after the first, the message has failed."""

_SHARE_OF_LEASE = 0.5
"""How much of its lease a delivery may take."""

_LOG = logging.getLogger(__name__)


def retry_delay(attempts: int) -> timedelta:
    """How long to wait after that many attempts.

    It doubles each time; chance takes up to a quarter off, so that what failed together is not tried together again.
    """
    doubled = min(FIRST_DELAY * 2.0 ** min(attempts - 1, MAX_ATTEMPTS), LONGEST_DELAY)
    return doubled * random.uniform(0.75, 1.0)  # noqa: S311 - nothing secret


class Worker:
    """One worker; any number may share a database."""

    def __init__(
        self,
        engine: Engine,
        carrier: Carrier,
        *,
        lease: timedelta,
        kinds: Collection[MessageKind] = tuple(MessageKind),
        name: str = "outbox",
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        """Prepare; nothing is sent before `run`.

        Args:
            engine: the database of the outbox.
            carrier: what delivers.
            lease: how long a message is this worker's.
            kinds: what it sends. Who sends emails answers the recovery requests too: they become emails.
            name: what the log calls its work.
            beat: called each time round: it still works.
        """
        self._engine = engine
        self._carrier = carrier
        self._lease = lease
        self._kinds = kinds
        self._name = name
        self._beat = beat
        self._stopping = threading.Event()
        self._troubles = Troubles(_LOG)

    def stop(self) -> None:
        """Have `run` return once the message under way is done."""
        self._stopping.set()

    def run(self) -> None:
        """Work until `stop`. Whatever fails is told in the log and tried again."""
        pause = PAUSE
        while not self._stopping.is_set():
            self._beat()
            answered = MessageKind.EMAIL in self._kinds and self._troubles.attempt(
                "recovery requests", self._answer_recoveries
            )
            sent = self._troubles.attempt(self._name, self._send_next)
            pause = min(2 * pause, LONGEST_PAUSE) if self._troubles else PAUSE
            if not (answered or sent):
                self._stopping.wait(pause)

    def _answer_recoveries(self) -> bool:
        return handle_requests(self._engine) > 0

    def _send_next(self) -> bool:
        """Deliver one message; False when none is due."""
        message = leases.claim(self._engine, lease=self._lease, kinds=self._kinds)
        if message is None:
            return False
        if message.attempts > MAX_ATTEMPTS:  # each one killed its worker
            self._fail(message, "Abandoned")
            return True
        try:
            with self._carrier.delivering(message, time_limit=self._lease.total_seconds() * _SHARE_OF_LEASE):
                self._note_sent(message)
        except Refused as refused:
            self._fail(message, refused.error)
        except Delayed as delayed:
            self._delay(message, delayed.error)
        except SQLAlchemyError:
            raise
        except Exception as error:  # noqa: BLE001 - a message that cannot be made must not hold up the others
            _LOG.error("message %d: %s\n%s", message.id, type(error).__name__, code_lines(error))
            self._delay(message, type(error).__name__)
        return True

    def _note_sent(self, message: OutboxMessage) -> None:
        """Note it, however long the database does not answer: it would be sent again if nobody did."""
        noted: list[bool] = []

        def note() -> bool:
            noted.append(leases.note_sent(self._engine, message))
            return True

        while not self._troubles.attempt("noting what was sent", note) and not self._stopping.wait(PAUSE):
            self._beat()
        if noted == [True]:
            _LOG.info("message %d (%s, %s) sent", message.id, message.purpose, message.kind)
        else:
            _LOG.warning("message %d was sent, but this worker could not note it", message.id)

    def _delay(self, message: OutboxMessage, error: str) -> None:
        if message.attempts >= MAX_ATTEMPTS:
            self._fail(message, error)
            return
        delay = retry_delay(message.attempts)
        leases.note_delayed(self._engine, message, error, delay=delay)
        _LOG.warning("message %d not sent (%s), again in %d s", message.id, error, delay.total_seconds())

    def _fail(self, message: OutboxMessage, error: str) -> None:
        leases.note_failed(self._engine, message, error)
        _LOG.error("message %d (%s, %s) failed for good (%s)", message.id, message.purpose, message.kind, error)
