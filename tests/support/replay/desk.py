"""The desk's side of a conversation: what an adviser does meanwhile, on the bot's own database.

| written under `meanwhile:` | means |
|---|---|
| `adviser: takes` | takes the landlord's live request, and answers from now on |
| `adviser: {says: "…"}` | says it in the chat |
| `adviser: hands_back` | gives the floor back to the assistant; `takes_again` takes it again |
| `adviser: {closes: resolved}` | says how the request ended |
| `adviser: is_lost` | their browser is gone for longer than DESK_ABSENCE, and the desk's process sweeps |
| `adviser: was_asked_for` | the landlord asked for one before the desk closed |
| `desk: closes` | closing time comes, and the desk's process sweeps |
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from unittest import mock

from sqlalchemy import Engine, Select, select
from sqlalchemy.orm import Session

from offre_bailleurs.access import Adviser
from offre_bailleurs.database import now, transaction
from offre_bailleurs.desk import advising, hours, requests, sweep
from offre_bailleurs.desk.reasons import ASKED
from offre_bailleurs.desk.requests import Matter
from offre_bailleurs.identity import Turn
from offre_bailleurs.models import Outcome, RequestKind, SupportRequest
from tests.support.replay.reading import ScenarioError, take, text
from tests.support.world import World

_DONE: Mapping[str, Callable[[Session, Adviser, int], object]] = {
    "takes": advising.take,
    "hands_back": advising.hand_back,
    "takes_again": advising.take_again,
}
ACTS = (*_DONE, "is_lost", "was_asked_for")
_LONG_AGO = timedelta(days=1)


@dataclass(frozen=True)
class AdviserAct:
    """Something that an adviser does: one of `ACTS`, or says something, or closes the request."""

    act: str = ""
    says: str | None = None
    closes: Outcome | None = None


def read_act(written: Any) -> AdviserAct:
    """What stands under `adviser:`.

    Raises:
        ScenarioError: it is not known.
    """
    if isinstance(written, str):
        if written not in ACTS:
            raise ScenarioError(f"adviser: one of {', '.join(ACTS)}, says or closes is expected, not « {written} »")
        return AdviserAct(written)
    taken = take(written, "adviser", {"says": text, "closes": Outcome})
    if len(taken) != 1:
        raise ScenarioError("adviser: one thing a turn")
    return AdviserAct(**taken)


class Desk:
    """An adviser of the Caf, hired when first needed, and who waits before the landlord."""

    def __init__(self, engine: Engine, world: World) -> None:
        self._engine = engine
        self._world = world
        self._adviser: Adviser | None = None
        self._said = 0

    def act(self, act: AdviserAct, conversation_id: str) -> None:
        """Do it, in a transaction as the page's."""
        if act.act == "was_asked_for":
            with transaction(on=self._engine) as session:
                requests.ask_adviser(session, Turn(conversation_id, "before-closing", None), Matter(ASKED))
            return
        who = self._adviser = self._adviser or self._world.adviser()
        with transaction(on=self._engine) as session:
            number = session.scalars(_live_of(conversation_id)).first()
            if number is None:
                raise LookupError("no adviser was asked for in this conversation")
            if act.says is not None:
                self._said += 1
                advising.say(session, who, number, act.says, key=f"{conversation_id}/{self._said}")
            elif act.closes is not None:
                advising.close(session, who, number, act.closes)
            elif act.act == "is_lost":
                session.get_one(SupportRequest, number).adviser_seen_at = now() - _LONG_AGO
            else:
                _DONE[act.act](session, who, number)
        if act.act == "is_lost":
            with _desk(is_open=True):
                sweep.sweep(self._engine)

    def close(self) -> None:
        """Closing time."""
        with _desk(is_open=False):
            sweep.sweep(self._engine)

    def queue(self, count: int, conversation_ids: str) -> None:
        """Have others wait already; `conversation_ids` is how theirs begin."""
        for number in range(count):
            with transaction(on=self._engine) as session:
                turn = Turn(f"{conversation_ids}-{number}", "asked", None)
                requests.ask_adviser(session, turn, Matter(ASKED))

    def leave_nobody_waiting(self, conversation_ids: Sequence[str]) -> None:
        """The next conversation finds the queue as this one did."""
        for conversation_id in conversation_ids:
            with transaction(on=self._engine) as session:
                requests.stop_waiting(session, Turn(conversation_id, "end", None))


@contextmanager
def _desk(*, is_open: bool) -> Iterator[None]:
    """The opening hours of this process, which sweeps for the bot's."""
    with mock.patch.object(hours, "is_open", return_value=is_open):
        yield


def _live_of(conversation_id: str) -> Select[int]:
    live = select(SupportRequest.id).where(
        SupportRequest.conversation_id == conversation_id, SupportRequest.kind == RequestKind.LIVE
    )
    return live.order_by(SupportRequest.id.desc())
