"""Clocks that jump: each program reads its wall clock through libfaketime, which reads an offset from a file.

The monotonic clock is left alone, as it is when somebody sets a machine's time.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from time import sleep

from tests.support.servers import ALL

NOTICED_AFTER = 2.2
"""Seconds: libfaketime looks at its file again once what it read is more than a second old."""


class NoFaketime(Exception):
    """libfaketime is not installed here; the message says so."""


class Clocks:
    """The clock of each of our programs."""

    def __init__(self, folder: Path) -> None:
        """All of them right. `folder`: for the offsets.

        Raises:
            NoFaketime: it is not installed here.
        """
        libraries = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
        if not libraries:
            raise NoFaketime("libfaketime (Debian's faketime) is not installed on this machine")
        self._library = libraries[0]
        self._files = {program: folder / program for program in ALL}
        self._set(0, ALL)

    @property
    def own(self) -> Mapping[str, Mapping[str, str]]:
        """By program, what it is to be started with."""
        return {
            program: {
                "LD_PRELOAD": str(self._library),
                "FAKETIME_TIMESTAMP_FILE": str(file),
                "FAKETIME_CACHE_DURATION": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                "DONT_FAKE_MONOTONIC": "1",
                "NO_FAKE_STAT": "1",
            }
            for program, file in self._files.items()
        }

    def jump(self, seconds: int, *programs: str) -> None:
        """Set clocks (all without names) so many seconds off the right time, and wait until they are read."""
        self._set(seconds, programs or ALL)
        sleep(NOTICED_AFTER)

    def _set(self, seconds: int, programs: tuple[str, ...]) -> None:
        for program in programs:
            self._files[program].write_text(f"{seconds:+d}\n", encoding="ascii")
