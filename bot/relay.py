"""Takes the events from the database's outbox to RabbitMQ, when `RABBITMQ_URL` is set.

Why not Rasa's `PikaEventBroker` as it is. Measured and read in 3.6.21: it connects while the server starts, and when
RabbitMQ does not answer the start blocks for 100 s (20 tries, 5 s apart) and then fails; `publish` returns before
anything was sent, and what could not be sent waits in a list in memory, which ends with the process; its exchange is
not durable, and a message that no queue takes is thrown away without a word. `ConfirmedPikaBroker` keeps of it the
message and the connection's life, and changes these: `deliver` returns once RabbitMQ has confirmed every message.

The relay deletes an event from the outbox only then. Whatever ends in between (the broker, the network, this process)
the event is sent again: the consumer knows it by its id. Several replicas may relay one outbox. On PostgreSQL they
share it (SKIP LOCKED); on SQLite, where a lock held while the broker answers would stop the chat, they may send the
same event twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlsplit

import aio_pika
import structlog
from rasa.core.brokers.pika import PikaEventBroker
from sqlalchemy import Connection, Engine, Row, delete, select

from bot.logs import describe
from offre_bailleurs import event_queue
from offre_bailleurs.chat_tables import event_outbox
from offre_bailleurs.event_queue import ANSWER_TIMEOUT, FIRST_PAUSE, LONGEST_PAUSE

BATCH: Final = 200
"""Events sent, and deleted, together."""
PAUSE: Final = 1.0
"""Seconds between two looks at an outbox that was empty."""

logger = structlog.get_logger(__name__)


class ConfirmedPikaBroker(PikaEventBroker):
    """Rasa's broker for RabbitMQ, told of an event's delivery: see the module."""

    def __init__(self, url: str) -> None:
        """A broker at an amqp:// address; nothing is connected before `connect`."""
        parts = urlsplit(url)
        super().__init__(
            host=parts.hostname or "",  # its name alone is logged: the address may bear a password
            username="",
            password="",
            queues=[event_queue.QUEUE],
            should_keep_unpublished_messages=False,
            exchange_name=event_queue.EXCHANGE,
            event_loop=asyncio.get_running_loop(),
        )
        self._url = url

    async def connect(self) -> None:
        """One try; declares what the events go through.

        Raises:
            Exception: whatever keeps RabbitMQ from being used.
        """
        async with asyncio.timeout(ANSWER_TIMEOUT):
            self._connection = await aio_pika.connect(self._url)
            channel = await self._connection.channel(publisher_confirms=True, on_return_raises=True)
            await event_queue.declare_queue(channel)
            self._exchange = await event_queue.declare_exchange(channel)

    async def deliver(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Publish; returns when RabbitMQ has confirmed all of them.

        Raises:
            Exception: some may not have been taken.
        """
        exchange = self._exchange
        async with asyncio.timeout(ANSWER_TIMEOUT):
            sent = [exchange.publish(self._message(dict(event), None), "") for event in events]
            outcomes = await asyncio.gather(*sent, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome


class Relay:
    """Empties the outbox into RabbitMQ, until its task is cancelled."""

    def __init__(self, engine: Engine, url: str) -> None:
        """Prepare; nothing is connected before `run`."""
        self._engine = engine
        self._url = url
        self._trouble = ""

    async def run(self) -> None:
        """Relay for ever. What fails is told once, and tried again, ever more slowly."""
        event_queue.leave_library_noise_out()
        pause = FIRST_PAUSE
        while True:
            broker = ConfirmedPikaBroker(self._url)
            try:
                await broker.connect()
                while True:
                    sent = await self._relay(broker)
                    pause = FIRST_PAUSE
                    self._tell("")
                    if sent < BATCH:
                        await asyncio.sleep(PAUSE)
            except Exception as error:  # noqa: BLE001 - whatever it was: a relay that has ended would not be missed
                self._tell(describe(error))
            finally:
                await _leave(broker)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _relay(self, broker: ConfirmedPikaBroker) -> int:
        """Send a batch; returns how many events it held."""
        claimed = await asyncio.to_thread(self._claim)
        try:
            if claimed.ids:
                await broker.deliver(claimed.bodies)
                await asyncio.to_thread(self._delete, claimed)
        finally:
            if claimed.connection is not None:
                await asyncio.to_thread(claimed.connection.close)  # what was not deleted is another's again
        return len(claimed.ids)

    def _claim(self) -> _Claimed:
        oldest = select(event_outbox.c.id, event_outbox.c.body).order_by(event_outbox.c.id).limit(BATCH)
        if self._engine.dialect.name == "sqlite":
            with self._engine.connect().execution_options(read_only=True) as connection:
                return _Claimed(None, connection.execute(oldest).all())
        connection = self._engine.connect()
        try:
            return _Claimed(connection, connection.execute(oldest.with_for_update(skip_locked=True)).all())
        except BaseException:
            connection.close()
            raise

    def _delete(self, claimed: _Claimed) -> None:
        sent = delete(event_outbox).where(event_outbox.c.id.in_(claimed.ids))
        if claimed.connection is None:
            with self._engine.begin() as connection:
                connection.execute(sent)
        else:
            claimed.connection.execute(sent)
            claimed.connection.commit()

    def _tell(self, trouble: str) -> None:
        if trouble and trouble != self._trouble:
            logger.error("figures.relay.failed", reason=trouble)
        elif self._trouble and not trouble:
            logger.warning("figures.relay.works_again")
        self._trouble = trouble


class _Claimed:
    """Events of the outbox, and the connection that keeps other relays from them, if one does."""

    def __init__(self, connection: Connection | None, rows: Sequence[Row[Any, Any]]) -> None:
        self.connection = connection
        self.ids: list[int] = [row.id for row in rows]
        self.bodies: list[Mapping[str, Any]] = [row.body for row in rows]


async def _leave(broker: ConfirmedPikaBroker) -> None:
    with suppress(Exception):
        async with asyncio.timeout(ANSWER_TIMEOUT):
            await broker.close()
