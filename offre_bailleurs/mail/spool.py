"""A folder in which each file appears once, whole, under a name that is never used again."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def put(folder: Path, name: str, data: bytes) -> None:
    """Write a file that only its owner reads, on the disk before this returns. One that is there already stays.

    Nobody ever sees half of it: it is written beside, under a hidden name, and then renamed.

    Raises:
        OSError: it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (folder / name).exists():
        _write(folder, name, data)
    for left_behind in folder.glob(f".{name}.*"):  # by a worker that was killed
        left_behind.unlink(missing_ok=True)
    _sync(folder)


def _write(folder: Path, name: str, data: bytes) -> None:
    descriptor, beside = tempfile.mkstemp(dir=folder, prefix=f".{name}.")  # mode 0600
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)
    Path(beside).replace(folder / name)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
