"""Whether the workers that listen nowhere (`outbox`, `desk`) still go round.

Each loop of a worker touches a file of its own in `DATA_DIR/heartbeats/`; whoever looks reads how long ago. A file, not
a row: it tells of this machine's (this container's) process while the database is down, when a restart would mend
nothing, and costs the database nothing. How much waits to be done, whoever is to do it, the queues tell (`shared`).

Ages are counted on the machine's clock since it was started, which nobody sets: a jump of the time of day makes no
worker look dead.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from offre_bailleurs.settings import Settings

EVERY: Final = 5.0
"""Seconds between two beats at least."""
DEAD_AFTER: Final = 180.0
"""Seconds without a beat after which a loop no longer goes round. A worker pauses for up to 30 s when the database is
down, and a mail server may take its time (half of OUTBOX_LEASE)."""
WORKERS: Final = {"outbox": ("emails", "calls"), "desk": ("sweep", "figures")}
"""The loops of each worker."""


@dataclass(frozen=True)
class Beat:
    """A loop's last one."""

    worker: str
    loop: str
    age: float | None
    """Seconds; None when it never was."""
    patience: float = DEAD_AFTER

    @property
    def is_alive(self) -> bool:
        """Whether it still goes round."""
        return self.age is not None and self.age < self.patience


class Heartbeat:
    """The beats of one loop. A folder that cannot be written stops no worker: whoever looks finds it dead."""

    def __init__(self, settings: Settings, worker: str, loop: str) -> None:
        self._path = _path(settings, worker, loop)
        self._next = 0.0

    def __call__(self) -> None:
        """The loop goes round."""
        moment = _since_start()
        if moment < self._next:
            return
        self._next = moment + EVERY
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            new = self._path.with_suffix(f".{os.getpid()}")
            new.write_text(json.dumps({"pid": os.getpid(), "at": moment}), encoding="ascii")
            new.replace(self._path)
        except OSError:
            return


def beats(settings: Settings, *workers: str) -> list[Beat]:
    """The last beat of each loop of these workers, or of all."""
    patience = max(DEAD_AFTER, float(settings.outbox_lease))
    return [
        Beat(worker, loop, _age(_path(settings, worker, loop)), patience)
        for worker in workers or tuple(WORKERS)
        for loop in WORKERS[worker]
    ]


def _path(settings: Settings, worker: str, loop: str) -> Path:
    return settings.data_dir / "heartbeats" / f"{worker}-{loop}"


def _age(path: Path) -> float | None:
    try:
        at = float(json.loads(path.read_text(encoding="ascii"))["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    age = _since_start() - at
    return age if age >= 0 else None  # from before the machine was started anew


def _since_start() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)
