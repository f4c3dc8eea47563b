"""Relays and consumers at work in threads of the test's own, and a look into RabbitMQ's queues."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Thread
from time import monotonic, sleep
from typing import Any

import aio_pika
from sqlalchemy import Engine

from bot.relay import Relay
from offre_bailleurs import event_queue
from offre_bailleurs.figures.rabbitmq import QueueConsumer
from tests.support.events import Body

PATIENCE = 60.0


@contextmanager
def relaying(engine: Engine, url: str) -> Iterator[None]:
    """A relay that runs, as in a Rasa process; it is ended as that process would be."""
    loop = asyncio.new_event_loop()
    task = loop.create_task(Relay(engine, url).run())

    def work() -> None:
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(task)

    thread = Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(PATIENCE)
        loop.close()


@contextmanager
def consuming(engine: Engine, url: str) -> Iterator[None]:
    """A consumer that runs."""
    consumer = QueueConsumer(engine, url)
    thread = Thread(target=lambda: asyncio.run(consumer.run()))
    thread.start()
    try:
        yield
    finally:
        consumer.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait for something."""
    deadline = monotonic() + PATIENCE
    while not holds():
        if monotonic() > deadline:
            raise AssertionError(f"not in {PATIENCE:g} s: {what}")
        sleep(0.05)


def publish(url: str, bodies: Sequence[Body | bytes]) -> None:
    """Put messages into the queue, as any program could."""

    async def put() -> None:
        async with await aio_pika.connect(url) as connection:
            channel = await connection.channel()
            await event_queue.declare_queue(channel)
            exchange = await event_queue.declare_exchange(channel)
            for body in bodies:
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                await exchange.publish(aio_pika.Message(data, delivery_mode=aio_pika.DeliveryMode.PERSISTENT), "")

    asyncio.run(put())


def depth(url: str, name: str = event_queue.QUEUE) -> int:
    """How many messages wait in a queue."""

    async def look() -> int:
        async with await aio_pika.connect(url) as connection:
            channel = await connection.channel()
            await event_queue.declare_queue(channel)
            queue: Any = await channel.declare_queue(name, passive=True)
            return int(queue.declaration_result.message_count)

    return asyncio.run(look())
