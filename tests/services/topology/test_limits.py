"""The limits hold for all replicas together, and for each alone while Redis is gone."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from time import monotonic

import pytest
from redis import Redis

from bot.limits import Limits
from bot.problems import Problem
from offre_bailleurs.settings import Settings, read_settings
from portal.throttling import SignInThrottle
from tests.support.redis_server import RedisServer

ADDRESS = "192.0.2.7"


def settings_on(server: RedisServer) -> Settings:
    return read_settings({"REDIS_URL": server.url, "MESSAGES_PER_MINUTE": "10", "SIGN_IN_ATTEMPTS_PER_MINUTE": "4"})


async def sent(replica: Limits, count: int) -> int:
    """How many of these messages of one conversation are let through."""
    through = 0
    for _ in range(count):
        with suppress(Problem):
            await replica.message("conversation", ADDRESS)
            through += 1
    return through


def test_two_replicas_count_together(redis: RedisServer) -> None:
    async def scene() -> None:
        first, second = (Limits(settings_on(redis)) for _ in range(2))
        assert await sent(first, 6) + await sent(second, 6) == 10

    asyncio.run(scene())


def test_while_redis_is_gone_each_replica_counts_for_itself_and_nobody_is_refused_for_it(redis: RedisServer) -> None:
    async def scene() -> None:
        replica = Limits(settings_on(redis))
        assert await sent(replica, 10) == 10
        redis.kill()
        before = monotonic()
        assert await sent(replica, 15) == 10  # anew, and no more
        assert monotonic() - before < 3
        redis.start()

    asyncio.run(scene())


def test_a_redis_that_hangs_does_not_hold_up_the_chat(redis: RedisServer) -> None:
    async def scene() -> float:
        replica = Limits(settings_on(redis))
        assert await sent(replica, 1) == 1
        redis.freeze()
        before = monotonic()
        assert await sent(replica, 5) == 5
        return monotonic() - before

    assert asyncio.run(scene()) < 4


def test_neither_an_address_nor_a_conversation_stands_in_redis(redis: RedisServer) -> None:
    async def scene() -> None:
        await sent(Limits(settings_on(redis)), 1)

    asyncio.run(scene())
    SignInThrottle(settings_on(redis)).count_failure(ADDRESS)
    with Redis.from_url(redis.url) as client:
        keys = [bytes(key) for key in client.keys("*")]
    assert len(keys) >= 3
    assert not any(needle in key for key in keys for needle in (b"conversation", ADDRESS.encode()))


def test_two_portals_slow_down_whoever_guesses_together(redis: RedisServer) -> None:
    first, second = (SignInThrottle(settings_on(redis)) for _ in range(2))
    for portal in (first, second, first, second):
        assert portal.seconds_to_wait(ADDRESS) == 0
        portal.count_failure(ADDRESS)
    assert first.seconds_to_wait(ADDRESS) > 0
    assert second.seconds_to_wait(ADDRESS) > 0


@pytest.mark.parametrize("hangs", [False, True])
def test_signing_in_goes_on_without_redis_and_guessing_is_still_slowed_down(redis: RedisServer, hangs: bool) -> None:
    portal = SignInThrottle(settings_on(redis))
    portal.count_failure(ADDRESS)
    if hangs:
        redis.freeze()
    else:
        redis.kill()
    before = monotonic()
    for _ in range(4):
        assert portal.seconds_to_wait(ADDRESS) == 0
        portal.count_failure(ADDRESS)
    assert portal.seconds_to_wait(ADDRESS) > 0
    assert monotonic() - before < 4
