"""Why a message was not delivered: for good, or for now."""

from __future__ import annotations

import errno


class Undelivered(Exception):
    """A message was not delivered. `error` names the reason, without an address or a name."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class Refused(Undelivered):
    """It can never be."""


class Delayed(Undelivered):
    """It could not be now; another attempt may succeed."""


def named(error: OSError) -> str:
    """Its type and its number's name, for instance « OSError ENOSPC »: its text may quote a name or an address."""
    number = errno.errorcode.get(error.errno or 0, "")
    return f"{type(error).__name__} {number}".strip()
