"""How much a process takes on: so many turns at once, a short wait for the others, and an answer in time for all.

A saturated process gains nothing from more turns at once: each waits for the others, all of them near TURN_TIMEOUT, and
then for nothing. Here whoever finds no place within `PATIENCE` seconds is told to come back, before anything of their
message was begun, and when: as late as those before them take, so that they do not all come back at once.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from math import ceil
from typing import Any, Final, TypeVar

from bot import problems, turns
from bot.conversations import Message
from bot.turns import CurrentTurn, TurnFailed

T = TypeVar("T")

AT_ONCE: Final = 32
"""Turns under way in a process. Most of a turn's time is this process's CPU: eight keep it busy. The others are for
turns that wait for an action server that is slow."""
PATIENCE: Final = 5.0
"""Seconds for which a turn waits for a place."""
MARGIN: Final = 8.0
"""Seconds, beside a turn's own limit, for all that comes before it. Rasa's server, and nginx, give up later than that,
and would say so in their own words."""
SOONEST: Final = 2
LATEST: Final = 28
"""Seconds after which somebody is told to come back; the widget waits for 30 at most."""
_REMEMBERED: Final = 64
"""Turns by whose ends the pace is known."""


class Places:
    """The places for turns of this process."""

    def __init__(self, at_once: int = AT_ONCE, patience: float = PATIENCE) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._patience = patience
        self._waiting = 0
        self._ends: deque[float] = deque(maxlen=_REMEMBERED)

    async def run(
        self, turn: CurrentTurn, handle: Callable[[], Coroutine[Any, Any, object]], *, seconds: float
    ) -> list[Message]:
        """Run a turn (see `turns.run`) as soon as there is a place.

        Raises:
            TurnFailed: nothing of the turn was kept; without a place, nothing of it was begun.
        """
        await self._enter()
        try:
            return await turns.run(turn, handle, seconds=seconds)
        finally:
            self._ends.append(asyncio.get_running_loop().time())
            self._free.release()

    async def _enter(self) -> None:
        self._waiting += 1
        try:
            async with asyncio.timeout(self._patience):
                await self._free.acquire()
        except TimeoutError:
            reason = "too many turns are under way"
            raise TurnFailed(reason, may_have_acted=False, retry_after=self._comes_back()) from None
        finally:
            self._waiting -= 1

    def _comes_back(self) -> int:
        """Seconds after which those who wait now will have been served, at the pace of late."""
        moment = asyncio.get_running_loop().time()
        lately = [end for end in self._ends if end > moment - 2 * self._patience]
        if len(lately) < 2:
            return LATEST
        pace = len(lately) / (moment - lately[0])
        return min(max(ceil(self._waiting / pace), SOONEST), LATEST)


async def in_time(work: Awaitable[T], *, seconds: float) -> T:
    """What `work` gives, which is shielded: it goes on for whoever asks again.

    Raises:
        Problem: 503, not within `seconds`, and nobody knows yet how it will end.
    """
    try:
        async with asyncio.timeout(seconds):
            return await work
    except TimeoutError:
        raise problems.not_done(may_have_acted=True) from None
