"""Who waits for a conversation's next message, and who wakes them: this process, or any other through Redis."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as NoAnswer

from bot import handover
from offre_bailleurs import wake
from offre_bailleurs.chat_tables import Floor
from offre_bailleurs.shared_redis import OPTIONS, REST, TIMEOUT, Rest

CALLED_RECHECK: Final = 5.0
"""Seconds after which whoever waits looks by itself although a call would reach it: one may have been lost."""
_SILENCE: Final = 5.0
"""Seconds without a call after which Redis is asked whether it is there."""


class News:
    """Wakes those who wait in this process for a conversation's next message.

    With an address of Redis it listens there, from the first who waits on, to what other processes write
    (`offre_bailleurs.wake`), and calls them when this one writes. While it does not hear, whoever waits looks as often
    as without Redis.
    """

    def __init__(self, url: str = "", *, secret: str = "") -> None:
        """Nobody waits yet.

        Args:
            url: Redis's address, or nothing: then only what this process writes is heard of.
            secret: what the digests are made with.
        """
        self.closed = False
        """Whether the server is stopping: nobody waits any more."""
        self._redis = Redis.from_url(url, **OPTIONS) if url else None
        self._secret = secret
        self._rest = Rest("news")
        self._hears = False
        self._listening: asyncio.Task[None] | None = None
        self._calls: set[asyncio.Task[None]] = set()
        self._waiting: dict[str, set[asyncio.Event]] = {}
        """By digest."""

    @contextmanager
    def watched(self, conversation_id: str) -> Iterator[asyncio.Event]:
        """An event that is set when something is written; taken before looking, or what comes in between is missed."""
        if self._redis is not None and self._listening is None and not self.closed:
            self._listening = asyncio.get_running_loop().create_task(self._listen(self._redis))
        name = self._name(conversation_id)
        written = asyncio.Event()
        self._waiting.setdefault(name, set()).add(written)
        try:
            yield written
        finally:
            self._waiting[name].discard(written)
            if not self._waiting[name]:
                del self._waiting[name]

    def recheck_after(self, floor: Floor) -> float:
        """Seconds after which whoever waits looks in the database by itself, for what it was not called for."""
        alone = handover.recheck_after(floor)
        return max(alone, CALLED_RECHECK) if self._hears else alone

    def announce(self, conversation_id: str) -> None:
        """Something was written by this process."""
        name = self._name(conversation_id)
        self._wake(name)
        if self._redis is not None and not self._rest.is_on:
            call = asyncio.get_running_loop().create_task(self._call(self._redis, name))
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)

    def close(self) -> None:
        """Let go those who wait."""
        self.closed = True
        for name in self._waiting:
            self._wake(name)
        if self._listening is not None:
            self._listening.cancel()

    def _name(self, conversation_id: str) -> str:
        return wake.digest(conversation_id, secret=self._secret)

    def _wake(self, name: str) -> None:
        for written in self._waiting.get(name, ()):
            written.set()

    async def _call(self, redis: Redis[bytes], name: str) -> None:
        try:
            await redis.publish(wake.CHANNEL, name)
        except RedisError as error:
            self._rest.failed(error)

    async def _listen(self, redis: Redis[bytes]) -> None:
        """Hear calls until the server stops; after a failure, again."""
        while not self.closed:
            try:
                async with redis.pubsub() as subscription:
                    await subscription.subscribe(wake.CHANNEL)
                    await self._hear(subscription)
            except Exception as error:  # noqa: BLE001 - whatever it was: a listener that has ended would not be missed
                self._rest.failed(error)
            finally:
                self._hears = False
            await asyncio.sleep(REST)

    async def _hear(self, subscription: PubSub) -> None:
        """Hear calls, and ask now and then whether anybody is there: a connection may be dead without a sign.

        Raises:
            RedisError: nobody is.
        """
        asked = False
        while not self.closed:
            heard = await subscription.get_message(timeout=TIMEOUT if asked else _SILENCE)
            if heard is None:
                if asked:
                    raise NoAnswer("no answer to a ping")
                await subscription.ping()
            elif heard["type"] == "subscribe":
                self._rest.worked()
                self._hears = True
                for name in self._waiting:  # what was written before was called out to nobody
                    self._wake(name)
            elif heard["type"] == "message":
                self._wake(heard["data"].decode())
            asked = heard is None
