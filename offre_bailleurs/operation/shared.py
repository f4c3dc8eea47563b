"""The numbers that the database alone knows, the same whoever reads them: what waits, and for how long.

The portal tells them to Prometheus, and `bailleurs status` to an operator. All are read by index, in one go, and kept
for some seconds: however often it is asked, the database is not.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Final

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import ColumnElement, Connection, Engine, func, literal, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.schema import Column

from offre_bailleurs.chat_tables import event_outbox
from offre_bailleurs.database import now
from offre_bailleurs.models import OutboxMessage, OutboxState, RecoveryRequest, RequestState, SupportRequest
from offre_bailleurs.operation import schema

HOLDS: Final = 10.0
"""Seconds for which what was read is told again."""

OUTBOX: Final = "outbox"
FAILED: Final = "outbox_failed"
RECOVERIES: Final = "recoveries"
EVENTS: Final = "figures_events"
REQUESTS: Final = "desk_requests"


@dataclass(frozen=True)
class Queue:
    """Something that waits for a worker or an adviser."""

    name: str
    length: int
    oldest_seconds: float
    """How long the oldest has waited; 0 when none does."""


@dataclass(frozen=True)
class Overview:
    """All queues, and the database's revision."""

    queues: tuple[Queue, ...]
    revision: str

    def queue(self, name: str) -> Queue:
        """One of them."""
        return next(queue for queue in self.queues if queue.name == name)


def read_overview(connection: Connection) -> Overview:
    """Read it.

    Raises:
        SQLAlchemyError: the database does not answer, or lacks the tables.
    """
    moment = now()
    waiting = OutboxMessage.state == OutboxState.WAITING
    failed = OutboxMessage.state == OutboxState.FAILED
    asked = SupportRequest.state == RequestState.WAITING
    return Overview(
        (
            _queue(connection, moment, OUTBOX, OutboxMessage.created_at, waiting),
            _queue(connection, moment, FAILED, OutboxMessage.created_at, failed),
            _queue(connection, moment, RECOVERIES, RecoveryRequest.asked_at, RecoveryRequest.handled_at.is_(None)),
            _queue(connection, moment, EVENTS, event_outbox.c.created_at, None),
            _queue(connection, moment, REQUESTS, SupportRequest.created_at, asked),
        ),
        schema.found(connection),
    )


class SharedCollector(Collector):
    """`read_overview` for Prometheus. A database that does not answer is told by the absence of the numbers."""

    def __init__(self, engine: Engine) -> None:
        """Args:
        engine: a probing one, so that a scrape waits for nobody.
        """
        self._engine = engine
        self._lock = threading.Lock()
        self._overview: Overview | None = None
        self._read_at = -HOLDS

    def describe(self) -> list[GaugeMetricFamily]:
        """The names alone: registering asks no database."""
        return list(_families(()))

    def collect(self) -> list[GaugeMetricFamily]:
        """Asked by each scrape, in the exporter's thread."""
        with self._lock:
            if monotonic() - self._read_at >= HOLDS:
                try:
                    with self._engine.connect().execution_options(read_only=True) as connection:
                        self._overview = read_overview(connection)
                except SQLAlchemyError:
                    self._overview = None
                self._read_at = monotonic()
            return list(_families(self._overview.queues if self._overview is not None else ()))


def _families(queues: tuple[Queue, ...]) -> tuple[GaugeMetricFamily, GaugeMetricFamily]:
    length = GaugeMetricFamily("offre_bailleurs_queue_length", "How many wait in the database.", labels=("queue",))
    oldest = GaugeMetricFamily(
        "offre_bailleurs_queue_oldest_seconds", "How long the oldest has waited.", labels=("queue",)
    )
    for queue in queues:
        length.add_metric((queue.name,), queue.length)
        oldest.add_metric((queue.name,), queue.oldest_seconds)
    return length, oldest


def _queue(
    connection: Connection,
    moment: datetime,
    name: str,
    since: InstrumentedAttribute[datetime] | Column[datetime],
    which: ColumnElement[bool] | None,
) -> Queue:
    counted = select(func.count(literal(1)), func.min(since))
    length, oldest = connection.execute(counted.where(which) if which is not None else counted).one()
    return Queue(name, length, max(0.0, (moment - oldest).total_seconds()) if oldest is not None else 0.0)
