"""A turn that ends at the very moment at which its lease is being renewed gives the conversation back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.locks import Locks
from tests.support.redis_server import NoRedis, RedisServer, redis_server

LEASE = 0.3
"""Seconds; it is renewed every third of it."""
TURNS = 40
PATIENCE = 20.0
"""Seconds for all of them, on a machine that may be busy."""


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    try:
        with redis_server(tmp_path) as server:
            yield server
    except NoRedis as error:
        pytest.skip(str(error))


def test_the_lock_is_given_back_whenever_the_turn_ends(redis: RedisServer) -> None:
    async def turn(locks: Locks, number: int) -> None:
        async with locks.held(f"conversation {number}", "message"):
            await asyncio.sleep(LEASE / 3 + (number - TURNS / 2) / 4000)  # around the moment of the renewal

    async def scene() -> None:
        locks = Locks(redis.url, secret="secret" * 8, patience=5, lease=LEASE)
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(turn(locks, number) for number in range(TURNS)))
            for number in range(TURNS):
                async with locks.held(f"conversation {number}", "another message"):
                    pass

    asyncio.run(scene())
