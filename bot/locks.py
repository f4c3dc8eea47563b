"""One turn at a time in each conversation, whichever replica it runs on: a lease in Redis while it runs.

Within a process `turns.Turns` does the same without Redis. Across processes the lock is a courtesy: it spares a replica
the work of a turn that would lose. What keeps two turns apart is the version that a commit takes
(`conversations._claim`): a lease that was lost in a long pause, or a Redis that is gone, cannot have a turn committed
twice.

Why not Rasa's Redis lock store. Read in 3.6.21: it issues a ticket by reading, changing and writing a list (two
replicas get the same number), each waiter looks once a second, and its calls of Redis block the event loop. Here:
redis-py's own `Lock` (SET NX PX, released and renewed by scripts that check the owner).

A lease lives `LEASE` seconds and is renewed while its turn runs, however long; when its process dies, or is cut off
from Redis, it ends by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final, NoReturn
from uuid import uuid4

import structlog
from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from redis.exceptions import LockNotOwnedError, RedisError

from bot.conversations import OPENING_ID
from bot.logs import hashed
from bot.turns import Busy
from offre_bailleurs.sealing import keyed_digest
from offre_bailleurs.shared_redis import OPTIONS, Rest

LEASE: Final = 9.0
"""Seconds after which the lock of a process that has died is free."""
_LOOK: Final = 0.05
"""Seconds between two looks of whoever waits for the same message's answer."""
_REMEMBERED: Final = 24 * 3600
"""Seconds for which it is known of a message that it was tried, without an outcome."""

logger = structlog.get_logger(__name__)


class EndedElsewhere(Exception):
    """Another replica was answering the same message, and has ended: what became of it stands in the database."""


@dataclass
class Hold:
    """A conversation's lock, held."""

    tried_before: bool = False
    """Whether the same message was tried before, by a process that did not tell how it ended: it may have acted."""
    settled: bool = False
    """To be set once it is known whether the message has acted."""


class Locks:
    """The locks of conversations. Without an address of Redis it holds nothing and keeps nobody out."""

    def __init__(self, url: str, *, secret: str, patience: float, lease: float = LEASE) -> None:
        """Prepare; nothing is connected yet.

        Args:
            url: Redis's address, or nothing.
            secret: what the keys are made with: they tell nothing of a conversation.
            patience: seconds for which the same message's answer is waited for.
            lease: see `LEASE`.
        """
        self._redis = Redis.from_url(url, **OPTIONS) if url else None
        self._secret = secret
        self._patience = patience
        self._lease = lease
        self._rest = Rest("locks")

    @asynccontextmanager
    async def held(self, conversation_id: str, message_id: str) -> AsyncIterator[Hold]:
        """Hold the conversation's lock for a message of it; without Redis's help when that fails.

        Raises:
            Busy: another message of the conversation is being answered.
            EndedElsewhere: the same message was, and is no more.
        """
        if self._redis is None or message_id == OPENING_ID:  # nobody else knows of what is being opened
            yield Hold()
            return
        lock = await self._acquire(self._redis, conversation_id, message_id)
        if lock is None:
            yield Hold(tried_before=True)  # nobody knows
            return
        ended = asyncio.Event()
        renewing = asyncio.create_task(self._renew(lock, conversation_id, ended))
        hold = Hold(tried_before=await self._note(self._redis, conversation_id, message_id))
        try:
            yield hold
        finally:
            ended.set()
            await asyncio.wait({renewing})
            await self._release(self._redis, lock, (conversation_id, message_id) if hold.settled else None)

    async def may_have_acted(self, conversation_id: str, message_id: str) -> bool:
        """Whether a message may have acted, in a turn on another replica that did not tell how it ended."""
        if self._redis is None:
            return False
        if self._rest.is_on:
            return True
        try:
            return bool(await self._redis.exists(self._tried(conversation_id, message_id)))
        except RedisError as error:
            self._rest.failed(error)
            return True

    async def _acquire(self, redis: Redis[bytes], conversation_id: str, message_id: str) -> Lock | None:
        """The lock; None when Redis cannot say whose it is."""
        if self._rest.is_on:
            return None
        name = f"bailleurs:turn:{keyed_digest('lock', conversation_id, secret=self._secret)}"
        lock = Lock(redis, name, timeout=self._lease, thread_local=False)
        try:
            while not await lock.acquire(blocking=False, token=f"{message_id}/{uuid4().hex}"):
                holder = await redis.get(name)
                if holder is None:  # given back in between
                    continue
                if not holder.startswith(f"{message_id}/".encode()):
                    raise Busy
                await self._wait_for_end(redis, name, holder)
        except RedisError as error:
            self._rest.failed(error)
            return None
        self._rest.worked()
        return lock

    async def _wait_for_end(self, redis: Redis[bytes], name: str, holder: bytes) -> NoReturn:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._patience  # no asyncio.timeout: redis-py 4.6 may swallow what cancels it
        while await redis.get(name) == holder:
            if loop.time() > deadline:
                raise Busy
            await asyncio.sleep(_LOOK)
        raise EndedElsewhere

    async def _note(self, redis: Redis[bytes], conversation_id: str, message_id: str) -> bool:
        """Note that a message is being tried; whether that stood there already."""
        try:
            tried = self._tried(conversation_id, message_id)
            return not await redis.set(tried, b"1", ex=_REMEMBERED, nx=True)
        except RedisError as error:
            self._rest.failed(error)
            return True

    async def _renew(self, lock: Lock, conversation_id: str, ended: asyncio.Event) -> None:
        """Renew the lease until the turn has ended.

        It is told so, not cancelled: redis-py may take a cancellation that comes in the middle of a call for a timeout
        of its own, and the lease would be renewed for ever (a load test found a landlord who was told 409 for minutes).
        """
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._lease / 3):
                    await ended.wait()
                    return
            try:
                await lock.reacquire()
            except LockNotOwnedError:  # this process stood still for longer than a lease: the commit will decide
                logger.warning("webchat.lock.lost", conversation=hashed(conversation_id))
                return
            except RedisError as error:
                self._rest.failed(error)

    async def _release(self, redis: Redis[bytes], lock: Lock, settled: tuple[str, str] | None) -> None:
        try:
            if settled is not None:
                await redis.delete(self._tried(*settled))
            with suppress(LockNotOwnedError):  # the log has told of it
                await lock.release()
        except RedisError as error:
            self._rest.failed(error)

    def _tried(self, conversation_id: str, message_id: str) -> str:
        return f"bailleurs:tried:{keyed_digest('tried', f'{conversation_id}/{message_id}', secret=self._secret)}"
