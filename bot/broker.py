"""Rasa's event broker: the events that the figures are counted from, in the database's outbox.

endpoints.yml:

    event_broker:
      type: bot.broker.EventOutbox

Within a turn of the chat the tracker store writes them, reduced (`reduction`), in the transaction that keeps the turn:
a turn that was kept has its events in the outbox, and one that was not has none, wherever a process dies. Outside a
turn (`rasa shell`, the HTTP API) the broker writes them by itself, as Rasa's own brokers do: after the fact.

From the outbox the process `desk` counts them (`offre_bailleurs.figures`). With `RABBITMQ_URL`, a task of this process
takes them to RabbitMQ first (`relay`), whatever becomes of it: Rasa starts, and answers, without RabbitMQ.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import structlog
from rasa.core.brokers.broker import EventBroker
from rasa.utils.endpoints import EndpointConfig
from sqlalchemy import Engine, insert
from sqlalchemy.exc import SQLAlchemyError

from bot.logs import describe
from bot.privacy.sentences import mask_sentence
from bot.reduction import conversation_digest, reduce_events
from bot.relay import Relay
from offre_bailleurs import database
from offre_bailleurs.chat_tables import event_outbox
from offre_bailleurs.settings import settings

logger = structlog.get_logger(__name__)


class EventOutbox(EventBroker):
    """See the module."""

    def __init__(self, engine: Engine, *, secret: str) -> None:
        """A broker whose outbox is in a database.

        Args:
            engine: the database.
            secret: what conversations' digests are made with.
        """
        self._engine = engine
        self._secret = secret
        self._numbers = itertools.count()
        self._tasks: set[asyncio.Task[None]] = set()
        self._relay: asyncio.Task[None] | None = None

    @classmethod
    async def from_endpoint_config(
        cls, broker_config: EndpointConfig | None, event_loop: asyncio.AbstractEventLoop | None = None
    ) -> EventOutbox:
        """Called by Rasa at its start; endpoints.yml gives it nothing, the project's settings all."""
        configuration = settings()
        mask_sentence("")  # reads its lists now: the first landlord who is not understood would wait for them
        broker = cls(database.engine(), secret=configuration.secret_key)
        if configuration.rabbitmq_url:
            broker.relay_to(configuration.rabbitmq_url)
        return broker

    def relay_to(self, url: str) -> None:
        """Have the running loop take the outbox to RabbitMQ, until `close`."""
        self._relay = asyncio.get_running_loop().create_task(Relay(self._engine, url).run())

    def rows(self, conversation_id: str, version: int, events: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """What a turn leaves in the outbox.

        Args:
            conversation_id: the conversation's.
            version: its version, from which the turn started.
            events: all the turn's new events, as Rasa serialises them.
        """
        moment = database.now()
        reduced = reduce_events(events, conversation_digest(conversation_id, secret=self._secret), version)
        return [{"event_id": body["event_id"], "body": body, "created_at": moment} for body in reduced]

    def publish(self, event: Mapping[str, Any]) -> None:
        """Write one event that came outside a turn; what fails is told in the log, Rasa goes on."""
        digest = conversation_digest(str(event.get("sender_id")), secret=self._secret)
        moment = time.time_ns() // 1000  # stands for a version: what came later has a higher one
        reduced = reduce_events([event], digest, moment, first=next(self._numbers))
        rows = [{"event_id": body["event_id"], "body": body, "created_at": database.now()} for body in reduced]
        if rows:
            task = asyncio.get_running_loop().create_task(self._write(rows))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Called by Rasa at its end: what the outbox holds then is relayed by whoever starts next."""
        await asyncio.gather(*self._tasks)
        if self._relay is not None:
            self._relay.cancel()
            with suppress(asyncio.CancelledError):
                await self._relay

    async def _write(self, rows: list[dict[str, Any]]) -> None:
        try:
            await asyncio.to_thread(self._insert, rows)
        except SQLAlchemyError as error:
            logger.error("figures.event.lost", reason=describe(error))

    def _insert(self, rows: list[dict[str, Any]]) -> None:
        with self._engine.begin() as connection:
            connection.execute(insert(event_outbox), rows)
