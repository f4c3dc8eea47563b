"""Who waits for a conversation's next message, and who wakes them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class News:
    """Wakes those who wait for a conversation's next message, when this process writes it."""

    def __init__(self) -> None:
        self.closed = False
        """Whether the server is stopping: nobody waits any more."""
        self._waiting: dict[str, set[asyncio.Event]] = {}

    @contextmanager
    def watched(self, conversation_id: str) -> Iterator[asyncio.Event]:
        """An event that is set when something is written; taken before looking, or what comes in between is missed."""
        written = asyncio.Event()
        self._waiting.setdefault(conversation_id, set()).add(written)
        try:
            yield written
        finally:
            self._waiting[conversation_id].discard(written)
            if not self._waiting[conversation_id]:
                del self._waiting[conversation_id]

    def announce(self, conversation_id: str) -> None:
        """Something was written."""
        for written in self._waiting.get(conversation_id, ()):
            written.set()

    def close(self) -> None:
        """Let go those who wait."""
        self.closed = True
        for conversation_id in self._waiting:
            self.announce(conversation_id)
