"""What is seen of a request while the chat answers it: for its one line in the log, and for the metrics.

The channel opens an observation; what runs on its behalf, in other tasks and threads too, adds to it through a context
variable. Whoever finds none (a test, `rasa shell`) adds nothing. Costs some ten microseconds a request.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from offre_bailleurs.operation import logs, metrics
from offre_bailleurs.operation.turns import count_committed, count_opened

if TYPE_CHECKING:
    from bot.conversations import CompletedTurn

SERVER: Final = "chat"
"""What the metrics call it."""
TURN_ROUTES: Final = frozenset({("POST", "/conversations"), ("POST", "/messages")})
"""The requests that a turn answers."""
GONE: Final = 499
"""The status in log and metrics of a request whose client went away before it was answered."""
_NEW: Final = "new"
"""What names a conversation in the log before its id is known: from then on libraries are not quoted."""


@dataclass
class Observation:
    """A request under way."""

    method: str
    route: str
    started: float = field(default_factory=time.perf_counter)
    committed: str | None = None
    """"answered" or "kept", once the database has the turn that this request started."""
    conversation: str | None = None
    """The digest of the conversation that this request opened."""
    action_calls: int = 0
    action_seconds: float = 0.0

    @property
    def is_turn(self) -> bool:
        """Whether a turn answers it."""
        return (self.method, self.route) in TURN_ROUTES

    def outcome(self, status: int) -> str:
        """Of a turn: how it ended for whoever asked."""
        match status:
            case HTTPStatus.CONFLICT:
                return "busy"
            case HTTPStatus.TOO_MANY_REQUESTS:
                return "limited"
            case _ if status == GONE:
                return "gone"
            case _ if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                return "failed"
            case _ if status >= HTTPStatus.BAD_REQUEST:
                return "refused"
            case _:
                return self.committed or "repeated"


_current: ContextVar[Observation | None] = ContextVar("observation", default=None)


def begin(method: str, route: str) -> Observation:
    """Observe a request in this task; `end` it."""
    observation = Observation(method, route)
    _current.set(observation)
    logs.enter(**({logs.CONVERSATION: _NEW} if observation.is_turn else {}))
    if observation.is_turn:
        metrics.TURNS_UNDER_WAY.inc()
    return observation


def end(observation: Observation, status: int) -> dict[str, Any]:
    """Count the request; the fields of its line in the log."""
    seconds = time.perf_counter() - observation.started
    method = observation.method if observation.method in metrics.METHODS else "other"
    metrics.count_request(SERVER, method, observation.route, status, seconds)
    line = {"method": method, "route": observation.route, "status": status, "ms": round(seconds * 1000, 1)}
    if observation.is_turn:
        outcome = observation.outcome(status)
        metrics.TURNS_UNDER_WAY.dec()
        metrics.TURNS.labels(outcome).inc()
        if outcome == "answered":
            metrics.TURN_SECONDS.observe(seconds)
        line |= {"outcome": outcome}
    if observation.conversation is not None:
        line |= {logs.CONVERSATION: observation.conversation}
    if observation.action_calls:
        line |= {"actions": observation.action_calls, "actions_ms": round(observation.action_seconds * 1000, 1)}
    return line


def named(*, conversation: str | None = None, message: str | None = None) -> None:
    """Have the lines of this request name its conversation and its message, by digests."""
    names = {logs.CONVERSATION: conversation, logs.MESSAGE: message}
    logs.add(**{key: logs.hashed(identifier) for key, identifier in names.items() if identifier is not None})


def committed(done: CompletedTurn) -> None:
    """The database has a turn."""
    observation = _current.get()
    if observation is not None:
        observation.committed = "answered" if done.version is not None else "kept"
    if done.opens_until is not None:
        if observation is not None:
            observation.conversation = logs.hashed(done.conversation_id)
        count_opened(signed_in=done.user_id is not None)
    if done.figures:
        names = (row.get("action_name") for row in done.events if row.get("type_name") == "action")
        count_committed((row["body"] for row in done.figures), names)


@contextmanager
def action_call(*, declines: type[Exception]) -> Iterator[None]:
    """A call of the action server.

    Args:
        declines: what is raised when the action declines to run, which is an answer too.
    """
    started = time.perf_counter()
    outcome = "failed"
    try:
        yield
        outcome = "answered"
    except declines:
        outcome = "declined"
        raise
    finally:
        seconds = time.perf_counter() - started
        metrics.ACTION_CALL_SECONDS.labels(outcome).observe(seconds)
        observation = _current.get()
        if observation is not None:
            observation.action_calls += 1
            observation.action_seconds += seconds
