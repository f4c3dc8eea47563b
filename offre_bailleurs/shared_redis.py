"""Redis, as this project uses it: what replicas share to save work, and nothing that is true only there.

Whatever Redis does, the service goes on: each command is given up after `TIMEOUT` seconds, one that failed is followed
by `REST` seconds without any (a Redis that hangs would otherwise hold up every request), and trouble is told once.
"""

from __future__ import annotations

import logging
from time import monotonic
from typing import Any, Final

TIMEOUT: Final = 0.5
"""Seconds for a connection, and for the answer to a command."""
REST: Final = 5.0
"""Seconds for which a Redis that failed is left alone."""
OPTIONS: Final[dict[str, Any]] = {
    "socket_timeout": TIMEOUT,
    "socket_connect_timeout": TIMEOUT,
    "socket_keepalive": True,
}
"""For every client of redis-py's."""

_LOG = logging.getLogger(__name__)


class Rest:
    """Says whether Redis may be asked, for one use of it; tells the log when it stops working and when it works
    again."""

    def __init__(self, use: str) -> None:
        """A Redis that nobody has asked yet. `use`: what for, as the log names it."""
        self._use = use
        self._until = 0.0
        self._failing = False

    @property
    def is_on(self) -> bool:
        """Whether Redis is to be left alone now."""
        return monotonic() < self._until

    def failed(self, error: BaseException) -> None:
        """Leave it alone for a while."""
        self._until = monotonic() + REST
        if not self._failing:  # the kind alone: a message may hold an address with its password
            _LOG.warning("redis.failed: use=%s reason=%s", self._use, type(error).__name__)
        self._failing = True

    def worked(self) -> None:
        """It answered."""
        self._until = 0.0
        if self._failing:
            _LOG.warning("redis.works_again: use=%s", self._use)
        self._failing = False
