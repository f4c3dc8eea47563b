"""One turn at a time in each conversation, and how a turn ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from bot.conversations import Message
from bot.logs import describe
from bot.turns import Busy, CurrentTurn, Stage, TurnAborted, TurnFailed, Turns, current_turn, run

ANSWER = [Message(2, "bot", {"text": "Bonjour."})]


def a_turn() -> CurrentTurn:
    return CurrentTurn("conversation", "message", None, 1, None, {"text": "salut"})


def ending(turn: CurrentTurn, handle: Callable[[], Coroutine[Any, Any, object]], seconds: float = 5) -> TurnFailed:
    with pytest.raises(TurnFailed) as failure:
        asyncio.run(run(turn, handle, seconds=seconds))
    return failure.value


def test_the_same_message_is_answered_once_for_all_who_ask_meanwhile() -> None:
    runs = []

    async def work() -> list[Message]:
        runs.append(1)
        await asyncio.sleep(0.01)
        return ANSWER

    async def scene() -> None:
        turns = Turns()
        asked = [asyncio.create_task(turns.answer("c", "m", work)) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await turns.answer("c", "other", work)
        assert await turns.answer("another conversation", "other", work) == ANSWER
        asked[0].cancel()  # this client goes away
        assert await asyncio.gather(*asked[1:]) == [ANSWER, ANSWER]
        assert await turns.answer("c", "other", work) == ANSWER  # free again

    asyncio.run(scene())
    assert len(runs) == 3


def test_a_turn_that_fails_fails_for_all_who_wait_and_frees_the_conversation() -> None:
    async def work() -> list[Message]:
        await asyncio.sleep(0)
        raise TurnFailed("no", may_have_acted=False)

    async def scene() -> None:
        turns = Turns()
        outcomes = await asyncio.gather(*(turns.answer("c", "m", work) for _ in range(2)), return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [TurnFailed, TurnFailed]
        with pytest.raises(TurnFailed):
            await turns.answer("c", "other", work)

    asyncio.run(scene())


def test_who_waits_for_the_end_of_a_turn_is_let_go_however_it_ends() -> None:
    async def work() -> list[Message]:
        await asyncio.sleep(0.01)
        raise TurnFailed("no", may_have_acted=False)

    async def scene() -> None:
        turns = Turns()
        await turns.ended("c")  # nothing runs
        asked = asyncio.create_task(turns.answer("c", "m", work))
        await asyncio.sleep(0)
        await turns.ended("c")
        with pytest.raises(TurnFailed):
            await turns.answer("c", "other", work)  # free: not busy
        with pytest.raises(TurnFailed):
            await asked

    asyncio.run(scene())


def test_a_turn_committed_is_a_turn_answered() -> None:
    turn = a_turn()

    async def handle() -> None:
        assert current_turn.get() is turn
        turn.stage, turn.answer = Stage.COMMITTED, ANSWER

    assert asyncio.run(run(turn, handle, seconds=5)) == ANSWER
    assert current_turn.get() is None


def test_what_aborts_a_turn_crosses_a_handler_of_exceptions() -> None:
    turn = a_turn()

    async def as_rasa_does() -> None:
        try:
            turn.may_have_acted = True
            raise TurnAborted("the action server cannot be reached")
        except Exception:  # noqa: BLE001 - as Rasa does
            turn.stage = Stage.COMMITTED

    failure = ending(turn, as_rasa_does)
    assert str(failure) == "the action server cannot be reached"
    assert failure.may_have_acted
    assert turn.stage is Stage.RUNNING


def test_any_other_failure_is_told_without_its_text() -> None:
    async def handle() -> None:
        raise KeyError("Madame Dupont doit 650 euros")

    failure = ending(a_turn(), handle)
    assert "KeyError at " in str(failure)
    assert "Dupont" not in str(failure)


def test_a_turn_that_nobody_committed_is_no_answer() -> None:
    async def handle() -> None:
        """What Rasa does with a message when it has no agent, or when it kept the tracker elsewhere."""

    assert "endpoints.yml" in str(ending(a_turn(), handle))


def test_a_turn_that_takes_too_long_is_cancelled_and_can_commit_no_more() -> None:
    turn, cancelled = a_turn(), []

    async def handle() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.append(turn.stage)
            raise

    assert "not completed in 0.05 s" in str(ending(turn, handle, seconds=0.05))
    assert cancelled == [Stage.GIVEN_UP]


def test_a_commit_under_way_is_waited_for_beyond_the_time() -> None:
    turn = a_turn()

    async def handle() -> None:
        turn.stage = Stage.COMMITTING
        await asyncio.sleep(0.1)
        turn.stage, turn.answer = Stage.COMMITTED, ANSWER

    assert asyncio.run(run(turn, handle, seconds=0.01)) == ANSWER


def test_an_error_is_described_by_its_type_and_place() -> None:
    assert describe(ValueError("secret")) == "ValueError"
