"""One turn at a time in each conversation, bounded in time, committed whole or not at all.

How a turn fails. Rasa catches `Exception` around an action (and goes on as if the action had said nothing) and around
its tracker store (and goes on in memory). A turn that cannot be completed must do neither, so what ends it is
`TurnAborted`, a `BaseException` on purpose, as `asyncio.CancelledError` is: it crosses Rasa, whose `finally` blocks
release its lock, and reaches `run`, which turns it into `TurnFailed`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from typing import Any, Final, TypeVar

from bot.conversations import Body, Message
from bot.logs import describe
from offre_bailleurs.chat_tables import Erasure, Floor

T = TypeVar("T")

_REMEMBERED: Final = 10_000
"""Messages in doubt that a process remembers; it forgets them when it ends."""


class TurnAborted(BaseException):
    """Ends the current turn across Rasa: see the module. The message says why, without personal data."""


class TurnOvertaken(TurnAborted):
    """Another process committed a turn of the conversation first."""


class TurnFailed(Exception):
    """The turn was not completed and the chat kept nothing of it."""

    def __init__(
        self, reason: str, *, may_have_acted: bool, overtaken: bool = False, retry_after: int | None = None
    ) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        """Seconds after which another try is worth it; None when that is not known."""
        self.may_have_acted = may_have_acted
        self.overtaken = overtaken


class Busy(Exception):
    """Another message of the conversation is being answered."""


class Stage(Enum):
    """Where a turn stands."""

    RUNNING = auto()
    COMMITTING = auto()
    """Its transaction is under way: the turn can no longer be given up, for its outcome is not known."""
    COMMITTED = auto()
    GIVEN_UP = auto()


@dataclass
class CurrentTurn:
    """The turn that this task runs: what the channel knows of it (as in `CompletedTurn`) and what Rasa adds to it."""

    conversation_id: str
    message_id: str
    user_id: int | None
    version: int
    opens_until: datetime | None
    said: Body | None
    replies: list[Body] = field(default_factory=list)
    floor: Floor | None = None
    answers: str | None = None
    loaded_events: int = 0
    """How many events Rasa was given: those after them are new."""
    may_have_acted: bool = False
    """A call may have reached the action server."""
    stage: Stage = Stage.RUNNING
    answer: list[Message] = field(default_factory=list)
    """The bot's messages as they were committed."""
    next_floor: Floor | None = None
    """Who answered from then on."""

    erases: Erasure | None = None
    """As in `CompletedTurn`: an action said so."""

    def erase(self, what: Erasure) -> None:
        """Have the turn's commit erase instead of keeping it."""
        self.erases = what

    def pass_floor(self, floor: Floor) -> None:
        """Have somebody else than the bot answer next; only the turn with which the floor returns may."""
        if self.floor is not None:
            self.floor = floor


current_turn: ContextVar[CurrentTurn | None] = ContextVar("current_turn", default=None)
"""Set while the channel runs a turn: the tracker store and the action endpoint behave as Rasa's own without it."""


async def run(turn: CurrentTurn, handle: Callable[[], Coroutine[Any, Any, object]], *, seconds: float) -> list[Message]:
    """Run `handle` as `turn`, for `seconds` at most, and return the bot's committed messages.

    A turn whose commit is under way is waited for beyond that: giving it up would not tell how it ended.

    Raises:
        TurnFailed: nothing of the turn was kept.
    """
    current_turn.set(turn)
    task = asyncio.create_task(handle())
    await asyncio.wait({task}, timeout=seconds)
    timed_out = not task.done() and turn.stage is Stage.RUNNING
    if timed_out:
        turn.stage = Stage.GIVEN_UP
        task.cancel()
    try:
        await task
    except TurnOvertaken as error:
        raise TurnFailed(str(error), may_have_acted=turn.may_have_acted, overtaken=True) from None
    except TurnAborted as error:
        raise TurnFailed(str(error), may_have_acted=turn.may_have_acted) from None
    except asyncio.CancelledError:
        if not timed_out:
            raise
    except Exception as error:  # noqa: BLE001 - whatever failed, the landlord is told, and nothing was kept
        raise TurnFailed(describe(error), may_have_acted=turn.may_have_acted) from None
    if timed_out:
        raise TurnFailed(f"not completed in {seconds:g} s", may_have_acted=turn.may_have_acted)
    if turn.stage is not Stage.COMMITTED:
        raise TurnFailed("Rasa's tracker store kept nothing: see endpoints.yml", may_have_acted=turn.may_have_acted)
    return turn.answer


class Turns:
    """The turns under way in this process.

    Each runs in a task of its own: a client that goes away does not stop it, and the same message sent again while it
    runs waits for the same answer. Two processes are kept apart by the commit (see `conversations.complete_turn`).
    """

    def __init__(self) -> None:
        self._running: dict[str, tuple[str, asyncio.Task[Any]]] = {}

    async def answer(self, conversation_id: str, message_id: str, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What `work` returns, run once for all who ask for this message meanwhile.

        Raises:
            Busy: another message of this conversation is under way.
        """
        running = self._running.get(conversation_id)
        if running is not None and running[0] != message_id:
            raise Busy
        task: asyncio.Task[T]
        task = running[1] if running is not None else self._start(conversation_id, message_id, work)
        return await asyncio.shield(task)

    async def ended(self, conversation_id: str) -> None:
        """Wait until the turn that is under way in a conversation has ended, however it ends."""
        running = self._running.get(conversation_id)
        if running is not None:
            await asyncio.wait({running[1]})

    def _start(
        self, conversation_id: str, message_id: str, work: Callable[[], Coroutine[Any, Any, T]]
    ) -> asyncio.Task[T]:
        task = asyncio.create_task(work())
        self._running[conversation_id] = (message_id, task)
        task.add_done_callback(lambda _: self._running.pop(conversation_id))
        return task


class InDoubt:
    """The messages that failed after they may have acted, the newest of them.

    When such a message is sent again and fails before it reaches the action server, that nothing was transmitted would
    be true of the second attempt alone.
    """

    def __init__(self) -> None:
        self._messages: dict[tuple[str, str], None] = {}

    def __contains__(self, message: tuple[str, str]) -> bool:
        return message in self._messages

    def add(self, message: tuple[str, str]) -> None:
        """Remember a message: its conversation's id and its own."""
        self._messages[message] = None
        if len(self._messages) > _REMEMBERED:
            del self._messages[next(iter(self._messages))]

    def discard(self, message: tuple[str, str]) -> None:
        """Forget a message: its outcome is known."""
        self._messages.pop(message, None)
