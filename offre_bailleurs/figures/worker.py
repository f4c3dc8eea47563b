"""Counts events as they come, from the database's outbox or, with `RABBITMQ_URL`, from RabbitMQ. Any number may run."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Final

from sqlalchemy import Engine

from offre_bailleurs.figures.consumer import consume_outbox
from offre_bailleurs.figures.rabbitmq import QueueConsumer
from offre_bailleurs.settings import Settings
from offre_bailleurs.troubles import Troubles

PAUSE: Final = 1.0
"""Seconds between two looks at an outbox that was empty."""
LONGEST_PAUSE: Final = 30.0
"""Seconds between two tries at a database that does not answer."""

_LOG: Final = logging.getLogger(__name__)


class FiguresWorker:
    """Works in the thread that calls `run`, until `stop`, which any other may call. Whatever fails is told in the log
    and tried again."""

    def __init__(self, engine: Engine, settings: Settings, *, beat: Callable[[], None] = lambda: None) -> None:
        """Prepare; nothing is read before `run`. `beat` is called each time round: it still works."""
        self._engine = engine
        self._beat = beat
        self._queue = QueueConsumer(engine, settings.rabbitmq_url, beat=beat) if settings.rabbitmq_url else None
        self._stopping = threading.Event()

    def run(self) -> None:
        """Count until `stop`."""
        if self._queue is not None:
            asyncio.run(self._queue.run())
        else:
            self._count_outbox()

    def stop(self) -> None:
        """Have `run` return once the batch under way is done."""
        self._stopping.set()
        if self._queue is not None:
            self._queue.stop()

    def _count_outbox(self) -> None:
        troubles = Troubles(_LOG)
        pause = PAUSE
        while not self._stopping.is_set():
            self._beat()
            counted = troubles.attempt("figures", lambda: consume_outbox(self._engine) > 0)
            pause = min(2 * pause, LONGEST_PAUSE) if troubles else PAUSE
            if not counted:
                self._stopping.wait(pause)
