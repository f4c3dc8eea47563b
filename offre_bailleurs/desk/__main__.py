"""`python -m offre_bailleurs.desk`: sweeps the desk and counts its figures, until told to stop."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Callable
from typing import Final

from sqlalchemy import Engine

from offre_bailleurs import database
from offre_bailleurs.desk.sweep import sweep
from offre_bailleurs.figures.worker import FiguresWorker
from offre_bailleurs.operation import logs
from offre_bailleurs.operation.heartbeats import WORKERS, Heartbeat
from offre_bailleurs.settings import SettingsError, settings
from offre_bailleurs.troubles import Troubles

NAME: Final = "desk"
"""What the Procfile, the log and the heartbeats call this process."""
PAUSE: Final = 5.0
"""Seconds between two sweeps."""
LONGEST_PAUSE: Final = 30.0
"""Seconds between two tries at a database that does not answer."""

_LOG = logging.getLogger("offre_bailleurs.desk")


def main() -> int:
    """Work until told to stop; 2 when a setting cannot be used, 1 when the counting of figures ended by itself."""
    try:
        configuration = settings()
        logs.configure(NAME, configuration.log_format)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sweeping, counting_on = (Heartbeat(configuration, NAME, loop) for loop in WORKERS[NAME])
    figures = FiguresWorker(database.engine(), configuration, beat=counting_on)
    stopping, told = threading.Event(), threading.Event()

    def stop(*_: object) -> None:
        told.set()
        stopping.set()
        figures.stop()

    def count() -> None:
        try:
            figures.run()
        finally:  # should it end by itself, the process ends: whatever runs it starts it again
            stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    counting = threading.Thread(target=count, name="figures")
    counting.start()
    sweep_until(stopping, database.engine(), beat=sweeping)
    counting.join()
    return 0 if told.is_set() else 1


def sweep_until(stopping: threading.Event, engine: Engine, *, beat: Callable[[], None] = lambda: None) -> None:
    """Sweep every few seconds, and `beat` each time. Whatever fails is told in the log and tried again."""
    troubles = Troubles(_LOG)
    pause = PAUSE
    while not stopping.is_set():
        beat()
        troubles.attempt("sweep", lambda: _sweep_once(engine))
        pause = min(2 * pause, LONGEST_PAUSE) if troubles else PAUSE
        stopping.wait(pause)


def _sweep_once(engine: Engine) -> bool:
    swept = sweep(engine)
    if swept:
        _LOG.info("released %d, missed %d, withdrawn %d", swept.released, swept.missed, swept.withdrawn)
    return bool(swept)


if __name__ == "__main__":
    raise SystemExit(main())
