"""A disk that a test can fill, and a quota that it can use up: what SQLite meets when there is no room left."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

SIZE = "48m"
"""Of the disk: several times what a test writes."""
SMALLEST = 4096
"""Bytes: a file that may be no longer takes no page of a journal."""

Filling = Callable[[Mapping[str, int], Path], AbstractContextManager[None]]
"""Leaves no room while it stands, for the processes with these ids, in whose folder the database is."""


class NoDisk(Exception):
    """This machine does not let the tests have a disk of their own; the message says why."""


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of its own in memory, mounted in `folder`.

    Raises:
        NoDisk: mounting takes root, and a container may be refused it all the same.
    """
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise NoDisk("no mount(8) here") from None
    if done.returncode != 0:
        raise NoDisk(f"a tmpfs cannot be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        # Lazily: a server that was just killed may still be letting go of its files.
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def disk_is_full(_pids: Mapping[str, int], folder: Path) -> Iterator[None]:
    """Not one block is left on the disk of a folder."""
    _leave_no_room_in_the_journal(folder)
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while file.write(bytes(size)):
                    pass
            except OSError:  # no room for this much
                continue
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def quota_is_used_up(pids: Mapping[str, int], folder: Path) -> Iterator[None]:
    """No file of these processes may grow (RLIMIT_FSIZE)."""
    _leave_no_room_in_the_journal(folder)
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids.values()}
    for pid, (_, hard) in before.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (SMALLEST, hard))
    try:
        yield
    finally:
        for pid, limits in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


def _leave_no_room_in_the_journal(folder: Path) -> None:
    """Move what SQLite's journal holds into the database and cut it: it would be written over, and need no room."""
    (file,) = folder.rglob("bailleurs.db")
    with closing(sqlite3.connect(file, timeout=15)) as connection:
        (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise RuntimeError("the journal could not be cut: somebody reads it all the time")
