"""Whoever waits for a conversation's next message is called by whichever process writes it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic

import pytest
from redis import Redis
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from bot import handover
from bot.news import CALLED_RECHECK, News
from offre_bailleurs import wake
from offre_bailleurs.chat_tables import Floor
from offre_bailleurs.database import transaction
from tests.support.redis_server import RedisServer

SECRET = "x" * 32


def replica(server: RedisServer) -> News:
    return News(server.url, secret=SECRET)


async def seconds_until_called(waiting: News, write: Callable[[], object], *, patience: float = 3) -> float:
    """How long whoever waits in "conversation" waits for what another process writes."""
    with waiting.watched("conversation") as written:
        before = monotonic()
        done = write()
        if isinstance(done, Awaitable):
            await done
        async with asyncio.timeout(patience):
            await written.wait()
        return monotonic() - before


async def hears(waiting: News, *, patience: float = 20) -> None:
    """Wait until calls reach it."""
    deadline = monotonic() + patience
    with waiting.watched("conversation"):
        while waiting.recheck_after(Floor.ADVISER) != CALLED_RECHECK:
            assert monotonic() < deadline
            await asyncio.sleep(0.02)


def test_what_one_replica_writes_wakes_who_waits_at_another(redis: RedisServer) -> None:
    async def scene() -> None:
        here, there = replica(redis), replica(redis)
        await hears(here)
        with here.watched("somebody else's") as untouched:
            assert await seconds_until_called(here, lambda: there.announce("conversation")) < 0.5
            assert not untouched.is_set()
        here.close()
        there.close()

    asyncio.run(scene())


def test_what_the_portal_writes_wakes_who_waits(redis: RedisServer) -> None:
    bell = wake.Bell(redis.url, secret=SECRET)

    async def scene() -> None:
        here = replica(redis)
        await hears(here)
        assert await seconds_until_called(here, lambda: asyncio.to_thread(bell.ring, "conversation")) < 0.5
        here.close()

    asyncio.run(scene())


def test_who_waits_looks_more_often_while_no_call_can_reach_it(redis: RedisServer) -> None:
    async def scene() -> None:
        here = replica(redis)
        assert here.recheck_after(Floor.ADVISER) == handover.recheck_after(Floor.ADVISER)
        await hears(here)
        redis.kill()
        deadline = monotonic() + 5
        while here.recheck_after(Floor.ADVISER) != handover.recheck_after(Floor.ADVISER):
            assert monotonic() < deadline
            await asyncio.sleep(0.05)
        here.announce("conversation")  # nobody is told, and nothing fails
        redis.start()
        with here.watched("conversation") as written:  # what was written meanwhile was called out to nobody
            async with asyncio.timeout(20):
                await written.wait()
        await hears(here)
        here.close()

    asyncio.run(scene())


def test_a_redis_that_hangs_is_noticed(redis: RedisServer) -> None:
    async def scene() -> None:
        here = replica(redis)
        await hears(here)
        redis.freeze()
        deadline = monotonic() + 12
        while here.recheck_after(Floor.ADVISER) == CALLED_RECHECK:
            assert monotonic() < deadline
            await asyncio.sleep(0.1)
        here.close()

    asyncio.run(scene())


def test_a_call_names_no_conversation(redis: RedisServer) -> None:
    with Redis.from_url(redis.url) as client, client.pubsub(ignore_subscribe_messages=True) as heard:
        heard.subscribe("*")
        heard.psubscribe("*")
        wake.Bell(redis.url, secret=SECRET).ring("an-id-that-opens-it")
        deadline = monotonic() + 5
        while (message := heard.get_message(timeout=0.1)) is None:
            assert monotonic() < deadline
        assert b"an-id" not in message["data"]
        assert len(message["data"]) == 64


class Calls(wake.Bell):
    """Notes whom it would call."""

    def __init__(self) -> None:
        super().__init__("", secret=SECRET)
        self.rung: list[str] = []

    def ring(self, conversation_id: str) -> None:
        self.rung.append(conversation_id)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    bell = Calls()
    monkeypatch.setattr(wake, "bell", lambda: bell)
    return bell


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path / 'any.db'}")
    with engine.begin() as connection:
        connection.execute(text("create table written (id integer)"))
    yield engine
    engine.dispose()


class Undone(Exception):
    """What was written is to be undone."""


def write(session: Session) -> None:
    session.execute(text("insert into written values (1)"))


def test_the_call_comes_after_the_commit_and_once(engine: Engine, calls: Calls) -> None:
    with transaction(on=engine) as session:
        write(session)
        with session.begin_nested():  # as when an adviser takes a request
            write(session)
            wake.ring_once_committed(session, "conversation")
            wake.ring_once_committed(session, "conversation")
        assert calls.rung == []  # who looks now finds nothing
    assert calls.rung == ["conversation"]
    with transaction(on=engine) as session:
        write(session)
    assert calls.rung == ["conversation"]


def test_what_was_not_committed_calls_nobody(engine: Engine, calls: Calls) -> None:
    with suppress(Undone), transaction(on=engine) as session:
        write(session)
        wake.ring_once_committed(session, "conversation")
        raise Undone
    assert calls.rung == []


def test_what_was_written_before_a_part_that_failed_is_called_out(engine: Engine, calls: Calls) -> None:
    with transaction(on=engine) as session:
        write(session)
        wake.ring_once_committed(session, "conversation")
        with suppress(Undone), session.begin_nested():
            write(session)
            raise Undone
    assert calls.rung == ["conversation"]
