"""One turn at a time in a conversation, across processes, on a real Redis."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Awaitable, Callable
from time import monotonic, sleep

import pytest

from bot.conversations import OPENING_ID
from bot.locks import EndedElsewhere, Locks
from bot.turns import Busy
from tests.support.redis_server import RedisServer

SECRET = "x" * 32
LEASE = 1.5
"""Seconds: long enough for a busy machine to renew it in time, short enough to wait for its end."""


def locks(server: RedisServer, *, patience: float = 10, lease: float = LEASE) -> Locks:
    """Those of a replica."""
    return Locks(server.url, secret=SECRET, patience=patience, lease=lease)


async def holds(replica: Locks, message: str, conversation: str = "conversation") -> bool:
    """Whether a replica gets a conversation's lock now."""
    try:
        async with replica.held(conversation, message):
            return True
    except Busy:
        return False


def test_two_replicas_never_answer_the_same_conversation_at_once(redis: RedisServer) -> None:
    inside = overlaps = answered = 0

    async def answer(replica: Locks, message: str) -> None:
        nonlocal inside, overlaps, answered
        for _ in range(200):
            try:
                async with replica.held("conversation", message):
                    inside += 1
                    overlaps += inside > 1
                    await asyncio.sleep(0.002)
                    inside -= 1
                    answered += 1
            except Busy:
                await asyncio.sleep(0.001)

    async def scene() -> None:
        replicas = [locks(redis) for _ in range(4)]
        await asyncio.gather(*(answer(replica, f"message-{i}") for i, replica in enumerate(replicas)))

    asyncio.run(scene())
    assert answered > 50
    assert overlaps == 0


def test_another_message_is_refused_at_once_and_another_conversation_is_not(redis: RedisServer) -> None:
    async def scene() -> None:
        first, second = locks(redis), locks(redis)
        async with first.held("conversation", "one"):
            before = monotonic()
            assert not await holds(second, "two")
            assert monotonic() - before < 0.5
            assert await holds(second, "two", conversation="another")
        assert await holds(second, "two")

    asyncio.run(scene())


def test_the_same_message_waits_for_its_answer_and_is_not_answered_twice(redis: RedisServer) -> None:
    async def scene() -> None:
        first, second = locks(redis), locks(redis)

        async def again() -> None:
            async with second.held("conversation", "one"):
                pytest.fail("it was answered by both")

        async with first.held("conversation", "one"):
            asked = asyncio.create_task(again())
            await asyncio.sleep(0.3)
            assert not asked.done()
        before = monotonic()
        with pytest.raises(EndedElsewhere):
            await asked
        assert monotonic() - before < 0.5  # Rasa's own store would look once a second

    asyncio.run(scene())


def test_a_turn_that_is_slower_than_a_lease_keeps_its_lock(redis: RedisServer) -> None:
    async def scene() -> None:
        first, second = locks(redis), locks(redis)
        async with first.held("conversation", "one"):
            for _ in range(6):
                await asyncio.sleep(LEASE / 2)
                assert not await holds(second, "two")
        assert await holds(second, "two")

    asyncio.run(scene())


def test_the_lock_of_a_replica_that_is_killed_is_free_after_a_lease(redis: RedisServer) -> None:
    with replica_that_holds(redis, "one") as killed:
        os.kill(killed, signal.SIGKILL)
        before = monotonic()

        async def scene() -> None:
            second = locks(redis)
            assert not await holds(second, "two")
            with pytest.raises(EndedElsewhere):  # the landlord's retry: waits for the lease, then looks in the database
                await hold_again(second)
            async with second.held("conversation", "one") as hold:
                assert hold.tried_before  # what the killed one did nobody knows
                hold.settled = True
            async with second.held("conversation", "one") as hold:
                assert not hold.tried_before

        asyncio.run(scene())
        assert monotonic() - before < LEASE + 3


def test_a_lease_that_was_lost_in_a_pause_is_not_taken_from_whoever_has_it_now(redis: RedisServer) -> None:
    with replica_that_holds(redis, "one") as paused:
        os.kill(paused, signal.SIGSTOP)

        async def scene() -> None:
            second, third = locks(redis), locks(redis)
            deadline = monotonic() + LEASE + 5
            while not await holds(second, "probe"):
                assert monotonic() < deadline
                await asyncio.sleep(0.05)
            async with second.held("conversation", "two"):
                os.kill(paused, signal.SIGCONT)  # it tries to renew, and to give back, what it has no more
                await asyncio.sleep(LEASE)
                assert not await holds(third, "three")

        asyncio.run(scene())


def test_without_redis_turns_go_on_and_what_nobody_knows_is_doubted(redis: RedisServer) -> None:
    async def scene() -> None:
        replica = locks(redis)
        async with replica.held("conversation", "one") as hold:
            assert not hold.tried_before
            redis.kill()
        before = monotonic()
        for message in ("one", "two", "three"):
            async with replica.held("conversation", message) as hold:
                assert hold.tried_before
        assert await replica.may_have_acted("conversation", "four")
        assert monotonic() - before < 1

    asyncio.run(scene())


def test_a_redis_that_hangs_holds_up_one_turn_for_half_a_second_and_not_the_next_ones(redis: RedisServer) -> None:
    async def scene() -> tuple[float, float]:
        replica = locks(redis)
        assert await holds(replica, "one")
        redis.freeze()
        times = []
        for message in ("two", "three"):
            before = monotonic()
            assert await holds(replica, message)
            times.append(monotonic() - before)
        return times[0], times[1]

    first, next_one = asyncio.run(scene())
    assert first < 2
    assert next_one < 0.2


def test_locks_hold_again_once_redis_is_back(redis: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    async def scene() -> None:
        first, second = locks(redis), locks(redis)
        for replica in (first, second):
            assert await holds(replica, "one")
        redis.kill()
        for message in ("two", "three"):
            assert await holds(first, message)
        redis.start()
        await until(lambda: refuses(first, second))

    asyncio.run(scene())
    told = [record.getMessage() for record in caplog.records if "redis" in record.getMessage()]
    assert sum("failed" in each for each in told) <= 2  # once a replica, however many turns
    assert any("works_again" in each for each in told)


def test_an_opening_needs_no_lock(redis: RedisServer) -> None:
    async def scene() -> None:
        first, second = locks(redis), locks(redis)
        async with first.held("conversation", OPENING_ID), second.held("conversation", OPENING_ID):
            pass

    asyncio.run(scene())


def test_nothing_in_redis_tells_which_conversation_it_is(redis: RedisServer) -> None:
    async def scene() -> None:
        async with locks(redis).held("an-id-that-opens-it", "one"):
            everything = await _keys(redis)
            assert everything
            assert not any(b"an-id-that-opens-it" in key for key in everything)

    asyncio.run(scene())


async def hold_again(replica: Locks) -> None:
    async with replica.held("conversation", "one"):
        pass


async def refuses(first: Locks, second: Locks) -> bool:
    """Whether the lock that one has keeps the other out."""
    async with first.held("conversation", "here"):
        return not await holds(second, "there")


async def until(true: Callable[[], Awaitable[bool]], patience: float = 20) -> None:
    deadline = monotonic() + patience
    while not await true():
        assert monotonic() < deadline
        await asyncio.sleep(0.1)


async def _keys(server: RedisServer) -> list[bytes]:
    from redis.asyncio import Redis

    async with Redis.from_url(server.url) as client:
        return list(await client.keys("*"))


class replica_that_holds:  # noqa: N801 - reads as a sentence
    """A process of its own that holds a conversation's lock until it is ended; its id."""

    def __init__(self, server: RedisServer, message: str) -> None:
        context = multiprocessing.get_context("spawn")
        self._held = context.Event()
        self._process = context.Process(target=_hold, args=(server.url, message, self._held), daemon=True)

    def __enter__(self) -> int:
        self._process.start()
        assert self._held.wait(60)
        assert self._process.pid is not None
        return self._process.pid

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.join()


def _hold(url: str, message: str, held: object) -> None:
    async def scene() -> None:
        async with Locks(url, secret=SECRET, patience=10, lease=LEASE).held("conversation", message):
            held.set()  # type: ignore[attr-defined]
            await asyncio.sleep(60)

    asyncio.run(scene())
    sleep(60)


def test_a_turn_that_ends_while_its_lease_is_renewed_gives_its_lock_back(redis: RedisServer) -> None:
    async def scene() -> None:
        first, second = locks(redis, lease=0.06), locks(redis)  # renewed every 20 ms
        for number in range(60):
            async with asyncio.timeout(5):
                async with first.held("conversation", f"message-{number}"):
                    await asyncio.sleep(0.0195 + number / 60_000)
        assert await holds(second, "another")

    asyncio.run(scene())
