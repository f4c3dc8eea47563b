"""Counts one conversation from its lines of the log. Nothing here reads or writes a database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from offre_bailleurs.figures.reading import Line
from offre_bailleurs.figures.tables import Kind, Outcome
from offre_bailleurs.french.format import PARIS
from offre_bailleurs.models import Profile

NOT_SPOKEN: Final = frozenset({"open_conversation", "floor_returned"})
"""The intents of turns that the chat begins by itself."""
_ENDS: Final = {
    "cancel": Outcome.CANCELLED,
    "postpone": Outcome.POSTPONED,
    "leave": Outcome.LEFT,
    "declare": Outcome.LEFT,
    "advise": Outcome.SUBMITTED,
}
"""How a journey ends by what its form was left with. With any other word («Valider» among them) the action that
follows decides: it says that it did it, has the form ask again, or does neither."""


@dataclass
class Journey:
    """One beginning of a journey: see `FiguresJourney`."""

    journey: str
    day: date
    began_at: datetime
    last_at: datetime
    outcome: Outcome = Outcome.UNDER_WAY
    last_step: str | None = None


@dataclass
class Topic:
    """A topic: see `FiguresTopic`."""

    day: date
    asked: int = 0
    helped: bool | None = None


@dataclass
class Counted:
    """A conversation: see `FiguresConversation`."""

    day: date
    first_at: datetime
    last_at: datetime
    profile: Profile | None = None
    spoke: bool = False
    handed_over: bool = False
    declarations: int = 0
    misunderstood: int = 0
    unanswered: int = 0
    topics: dict[str, Topic] = field(default_factory=dict)
    journeys: list[Journey] = field(default_factory=list)


def count(lines: Iterable[Line]) -> Counted:
    """Count a conversation from all its lines, in whatever order; there must be one at least."""
    ordered = sorted(lines, key=lambda line: (line.turn, line.position))
    moments = [line.at for line in ordered]
    counted = Counted(paris_day(ordered[0].at), min(moments), max(moments))
    journeys = _Journeys(counted.journeys)
    misunderstood: set[int] = set()
    for line in ordered:
        match line.kind:
            case Kind.SAID:
                counted.spoke |= line.name not in NOT_SPOKEN
            case Kind.VOTED:
                counted.spoke = True
                _topic(counted, line).helped = line.value == "yes"
            case Kind.ANSWERED:
                _topic(counted, line).asked += 1
            case Kind.NOT_UNDERSTOOD:
                misunderstood.add(line.turn)
                counted.unanswered += line.value == "sentence"
            case Kind.PROFILE:
                counted.profile = Profile(line.value) if line.value is not None else None
            case Kind.HANDED_OVER:
                counted.handed_over = True
                if line.name == "message":
                    journeys.done("leave_message", line)
            case Kind.DONE:
                counted.declarations += line.name == "declare_rent"
                journeys.done(line.name, line)
            case _:
                journeys.take(line)
    counted.misunderstood = len(misunderstood)
    for journey in counted.journeys:
        if journey.outcome is Outcome.UNDER_WAY:
            journey.last_at = counted.last_at
    return counted


def paris_day(moment: datetime) -> date:
    """The day in Paris."""
    return moment.astimezone(PARIS).date()


def _topic(counted: Counted, line: Line) -> Topic:
    return counted.topics.setdefault(line.name or "", Topic(paris_day(line.at)))


class _Journeys:
    """Follows the forms of one conversation."""

    def __init__(self, journeys: list[Journey]) -> None:
        self._all = journeys
        self._asking: Journey | None = None
        self._waiting: dict[str, Journey] = {}
        """Those that another came in between of, by name."""
        self._left: tuple[Journey, int] | None = None
        """The one whose form was just left, and in which turn."""
        self._outcome: str | None = None

    def take(self, line: Line) -> None:
        """What a form does."""
        match line.kind:
            case Kind.ENTERED:
                self._enter(line)
            case Kind.STEP if self._asking is not None:
                self._asking.last_step = line.name
                self._asking.last_at = line.at
            case Kind.OUTCOME:
                self._outcome = line.value
            case Kind.LEFT:
                self._leave(line)
            case Kind.INTERRUPTED if line.name is not None:
                self._interrupt(line.name)
            case _:
                pass

    def done(self, name: str | None, line: Line) -> None:
        """The journey whose form asks, or was left undecided in this turn, did what it is for."""
        journey = self._left[0] if self._left is not None and self._left[1] == line.turn else self._asking
        if journey is not None and journey.journey == name:
            journey.outcome, journey.last_at = Outcome.SUBMITTED, line.at
            self._asking = self._left = None

    def _enter(self, line: Line) -> None:
        name = line.name or ""
        if self._asking is not None and self._asking.journey != name:
            self._waiting[self._asking.journey] = self._asking  # its form was not left, another came in between
        if self._asking is None or self._asking.journey != name:
            self._asking = self._waiting.pop(name, None) or self._left_in(line) or self._begun(name, line)
        self._asking.outcome = Outcome.UNDER_WAY
        self._outcome = self._left = None

    def _left_in(self, line: Line) -> Journey | None:
        """The journey whose form was left in this turn undecided, and asks again."""
        if self._left is None or self._left[1] != line.turn:
            return None
        journey = self._left[0]
        return journey if journey.journey == line.name and journey.outcome is Outcome.LEFT else None

    def _begun(self, name: str, line: Line) -> Journey:
        journey = Journey(name, paris_day(line.at), line.at, line.at)
        self._all.append(journey)
        return journey

    def _leave(self, line: Line) -> None:
        journey, self._asking = self._asking, None
        if journey is None:
            return
        journey.outcome = _ENDS.get(self._outcome or "", Outcome.LEFT)
        journey.last_at = line.at
        self._left = (journey, line.turn) if self._outcome not in _ENDS else None
        self._outcome = None

    def _interrupt(self, name: str) -> None:
        journey = self._latest(name)
        if journey is None or journey.outcome not in (Outcome.UNDER_WAY, Outcome.LEFT):
            return
        journey.outcome = Outcome.UNDER_WAY
        self._waiting[name] = journey
        if journey is self._asking:
            self._asking = None

    def _latest(self, name: str | None) -> Journey | None:
        return next((journey for journey in reversed(self._all) if journey.journey == name), None)
