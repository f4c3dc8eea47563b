"""A process that has too much to do says so early, and to each when to come back."""

from __future__ import annotations

import asyncio

import pytest

from bot.capacity import LATEST, SOONEST, Places, in_time
from bot.problems import Problem
from bot.turns import CurrentTurn, Stage, TurnFailed

A_TURN = 0.02
"""Seconds."""


def a_turn(name: str) -> CurrentTurn:
    return CurrentTurn(name, "message", None, 1, None, {"text": "salut"})


async def take(places: Places, turn: CurrentTurn, seconds: float = A_TURN) -> int | None:
    """Run a turn of so many seconds; when to come back, or None when it was run."""

    async def handle() -> None:
        await asyncio.sleep(seconds)
        turn.stage = Stage.COMMITTED

    outcome = (await asyncio.gather(places.run(turn, handle, seconds=5), return_exceptions=True))[0]
    if not isinstance(outcome, TurnFailed):
        return None
    assert not outcome.may_have_acted
    assert turn.stage is Stage.RUNNING
    return outcome.retry_after


def test_who_finds_no_place_soon_is_told_when_to_come_back_and_nothing_was_begun() -> None:
    async def scene() -> list[int | None]:
        places = Places(at_once=2, patience=0.2)
        await asyncio.gather(*(take(places, a_turn(f"before {number}")) for number in range(4)))
        return await asyncio.gather(*(take(places, a_turn(str(number))) for number in range(200)))

    told = asyncio.run(scene())
    refused = [each for each in told if each is not None]
    assert 2 <= told.count(None) < 100
    assert all(SOONEST <= each <= LATEST for each in refused)
    assert len(refused) == len(told) - told.count(None)


def test_those_who_are_refused_together_come_back_one_after_the_other() -> None:
    async def scene() -> list[int | None]:
        places = Places(at_once=1, patience=0.2)
        await asyncio.gather(*(take(places, a_turn(f"before {number}"), 0.1) for number in range(3)))
        return await asyncio.gather(*(take(places, a_turn(str(number)), 0.1) for number in range(150)))

    refused = {each for each in asyncio.run(scene()) if each is not None}
    assert len(refused) > 5


def test_a_turn_that_fails_gives_its_place_back() -> None:
    async def scene() -> None:
        places = Places(at_once=1, patience=0.2)

        async def handle() -> None:
            raise ValueError

        for number in range(3):
            with pytest.raises(TurnFailed):
                await places.run(a_turn(str(number)), handle, seconds=5)
        assert await take(places, a_turn("last")) is None

    asyncio.run(scene())


def test_who_waits_too_long_is_told_that_nothing_is_done_twice_and_the_work_goes_on() -> None:
    async def scene() -> list[str]:
        done: list[str] = []

        async def work() -> None:
            await asyncio.sleep(0.1)
            done.append("done")

        task = asyncio.create_task(work())
        with pytest.raises(Problem) as problem:
            await in_time(asyncio.shield(task), seconds=0.02)
        assert "rien ne sera transmis deux fois" in problem.value.detail
        await task
        return done

    assert asyncio.run(scene()) == ["done"]
