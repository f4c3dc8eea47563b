"""Takes the events from RabbitMQ, batch by batch: each is acknowledged once the transaction that counts it has ended.

Whatever ends in between (RabbitMQ, the database, this process), what was not acknowledged is delivered again. A message
that is no event of ours is refused: RabbitMQ puts it aside (`event_queue.REFUSED`), and the log says so without
saying what it holds.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage
from sqlalchemy import Engine

from offre_bailleurs import event_queue
from offre_bailleurs.database import transaction
from offre_bailleurs.event_queue import ANSWER_TIMEOUT, FIRST_PAUSE, LONGEST_PAUSE
from offre_bailleurs.figures.consumer import BATCH, take
from offre_bailleurs.figures.reading import Malformed, Read, read
from offre_bailleurs.troubles import Troubles

GATHERED: Final = 0.1
"""Seconds for which a batch waits for more, once its first message is there."""
IDLE: Final = 30.0
"""Seconds without a message after which it is asked whether RabbitMQ still has the queue, and us as its reader."""
_RABBITMQ: Final = "RabbitMQ"

_LOG: Final = logging.getLogger(__name__)


class Disconnected(Exception):
    """RabbitMQ went away, or no longer sends anything."""


class QueueConsumer:
    """Reads the figures' queue, for ever."""

    def __init__(self, engine: Engine, url: str, *, beat: Callable[[], None] = lambda: None) -> None:
        """Prepare; nothing is connected before `run`. `beat` is called each time round: it still works."""
        self._engine = engine
        self._beat = beat
        self._url = url
        self._troubles = Troubles(_LOG)
        self._stopped = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None

    def stop(self) -> None:
        """Have `run` return; any thread may call it. A batch under way is delivered again."""
        self._stopped = True
        loop, task = self._loop, self._task
        if loop is not None and task is not None:
            with suppress(RuntimeError):  # it has ended by itself
                loop.call_soon_threadsafe(task.cancel)

    async def run(self) -> None:
        """Count until `stop`."""
        event_queue.leave_library_noise_out()
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(self._reconnect())
        if self._stopped:  # before there was anything to stop
            self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def _reconnect(self) -> None:
        pause = FIRST_PAUSE
        while True:
            self._beat()
            connection: AbstractConnection | None = None
            try:
                async with asyncio.timeout(ANSWER_TIMEOUT):
                    connection = await aio_pika.connect(self._url)
                    inbox = _Inbox(await connection.channel())
                    await inbox.open()
                self._troubles.attempt(_RABBITMQ, lambda: True)
                pause = FIRST_PAUSE
                await self._consume(inbox)
            except Exception as error:  # noqa: BLE001 - whatever it was: a consumer that ends would not be missed
                self._tell(error)
            finally:
                if connection is not None:
                    await _leave(connection)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _consume(self, inbox: _Inbox) -> None:
        """Count what comes.

        Raises:
            Disconnected: nothing comes any more.
        """
        while True:
            self._beat()
            try:
                async with asyncio.timeout(IDLE):
                    batch = [await inbox.get()]
            except TimeoutError:
                await inbox.check()
                continue
            await asyncio.sleep(GATHERED)
            while len(batch) < BATCH and not inbox.empty():
                batch.append(await inbox.get())
            await self._count(batch)

    async def _count(self, batch: Sequence[AbstractIncomingMessage]) -> None:
        events: list[Read] = []
        readable = []
        for message in batch:
            try:
                events.append(read(json.loads(message.body)))
                readable.append(message)
            except (Malformed, ValueError, RecursionError) as error:
                _LOG.error("a message of the queue cannot be read (%s): refused", type(error).__name__)
                async with asyncio.timeout(ANSWER_TIMEOUT):
                    await message.reject(requeue=False)
        pause = FIRST_PAUSE
        while not await asyncio.to_thread(self._troubles.attempt, "figures", lambda: self._take(events)):
            self._beat()
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        async with asyncio.timeout(ANSWER_TIMEOUT):
            for message in readable:
                await message.ack()

    def _take(self, events: Sequence[Read]) -> bool:
        with transaction(on=self._engine) as session:
            take(session, events)
        return True

    def _tell(self, error: Exception) -> None:
        def fail() -> bool:
            raise error

        self._troubles.attempt(_RABBITMQ, fail)


class _Inbox:
    """What RabbitMQ sends, for as long as it does."""

    def __init__(self, channel: AbstractChannel) -> None:
        self._channel = channel
        self._received: asyncio.Queue[AbstractIncomingMessage | None] = asyncio.Queue()

    async def open(self) -> None:
        """Have RabbitMQ send."""
        self._channel.close_callbacks.add(lambda *_: self._received.put_nowait(None))
        await self._channel.set_qos(prefetch_count=BATCH)
        queue = await event_queue.declare_queue(self._channel)
        await queue.consume(self._received.put)

    def empty(self) -> bool:
        """Nothing is there that was not taken."""
        return self._received.empty()

    async def get(self) -> AbstractIncomingMessage:
        """The next message."""
        received = await self._received.get()
        if received is None:
            raise Disconnected
        return received

    async def check(self) -> None:
        """Ask whether the queue is there still, and read by anybody."""
        async with asyncio.timeout(ANSWER_TIMEOUT):
            queue = await self._channel.declare_queue(event_queue.QUEUE, passive=True)
        if not queue.declaration_result.consumer_count:
            raise Disconnected


async def _leave(connection: Any) -> None:
    with suppress(Exception):
        async with asyncio.timeout(ANSWER_TIMEOUT):
            await connection.close()
