"""The queue of RabbitMQ through which the events reach the figures, when `RABBITMQ_URL` is set.

Who publishes (`bot/relay.py`) and who consumes (`figures/rabbitmq.py`) declare the same things, so that either may
start first, on an empty broker too. All of them are durable: a broker that restarts has lost nothing.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractExchange, AbstractQueue
from aio_pika.exceptions import AMQPError
from pamqp.common import FieldTable
from pamqp.exceptions import PAMQPException

EXCHANGE: Final = "offre-bailleurs.events"
QUEUE: Final = "offre-bailleurs.figures"
REFUSED: Final = "offre-bailleurs.figures.refused"
"""Where a message goes that the consumer cannot read: kept for whoever finds out why."""

ANSWER_TIMEOUT: Final = 10.0
"""Seconds for RabbitMQ to answer. Whatever is asked of it needs a limit: when the connection breaks at that moment, the
client library may wait for ever (aiormq 6.4, for an acknowledgement that could not be written)."""
FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 30.0
"""Seconds between two tries at a broker that does not answer: they double from the first."""


def leave_library_noise_out() -> None:
    """Keep out of the log what aiormq leaves behind when a connection breaks: for each message under way a future whose
    error nobody asks for, and asyncio prints a traceback for each. Who publishes and who consumes say it once."""
    logging.getLogger("asyncio").addFilter(_is_no_noise)  # a filter is added once, however often


def _is_no_noise(record: logging.LogRecord) -> bool:
    error = record.exc_info[1] if record.exc_info else None
    forgotten = str(record.msg).startswith("Future exception was never retrieved")
    if isinstance(error, AMQPError | PAMQPException | ConnectionError | asyncio.CancelledError):
        return not forgotten
    return not (forgotten and type(error) is Exception and not error.args)  # how aiormq ends what it gave up


async def declare_exchange(channel: AbstractChannel) -> AbstractExchange:
    """The exchange to publish to: each queue bound to it gets every event."""
    return await channel.declare_exchange(EXCHANGE, type=aio_pika.ExchangeType.FANOUT, durable=True)


async def declare_queue(channel: AbstractChannel) -> AbstractQueue:
    """The figures' queue, bound to the exchange."""
    exchange = await declare_exchange(channel)
    await channel.declare_queue(REFUSED, durable=True)
    to_refused: FieldTable = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": REFUSED}
    queue = await channel.declare_queue(QUEUE, durable=True, arguments=to_refused)
    await queue.bind(exchange, "")
    return queue
