"""Rasa's lock store: one turn at a time in each conversation, within this process.

endpoints.yml:

    lock_store:
      type: bot.lock_store.ProcessLockStore

The chat lets no second turn of a conversation reach Rasa (`turns.Turns`, and `locks.Locks` across replicas), so this
lock is free whenever the chat takes it. Whoever comes by another way (`rasa shell`, the HTTP API) waits here, and is
woken when it is their turn: Rasa's own in-memory store looks once a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, LockError, LockStore


class ProcessLockStore(LockStore):
    """See the module."""

    def __init__(self, endpoint_config: Any = None) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}
        """Of each conversation: its lock, and how many hold it or wait for it."""

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = LOCK_LIFETIME, wait_time_in_seconds: float = 1
    ) -> AsyncGenerator[TicketLock, None]:
        """Hold the conversation's lock.

        Raises:
            LockError: it was not free within `lock_lifetime` seconds.
        """
        lock, interested = self._locks.get(conversation_id, (asyncio.Lock(), 0))
        self._locks[conversation_id] = (lock, interested + 1)
        try:
            try:
                async with asyncio.timeout(lock_lifetime):
                    await lock.acquire()
            except TimeoutError:
                raise LockError("Could not acquire the conversation's lock.") from None
            try:
                yield TicketLock(conversation_id)
            finally:
                lock.release()
        finally:
            interested = self._locks[conversation_id][1] - 1
            if interested:
                self._locks[conversation_id] = (lock, interested)
            else:
                del self._locks[conversation_id]
