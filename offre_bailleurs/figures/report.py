"""What the dashboard says of the conversations: read from the tables of the figures, a few grouped queries a measure.

Figures are counts, or pairs of counts (`Share`): nothing is divided here, and where nothing was counted there is no
share, rather than one of zero. A figure by day or week stands in a `Timeline`. What was asked of advisers, and how long
people waited for one, is in `report_requests`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import add
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from offre_bailleurs.figures.report_period import Audience, Scope, Span
from offre_bailleurs.figures.tables import FiguresConversation, FiguresJourney, FiguresTopic, Outcome
from offre_bailleurs.models import Profile

ABANDONED_AFTER: Final = timedelta(hours=1)
"""A journey in which nothing new came for so long is abandoned, until something new comes."""

T = TypeVar("T")


@dataclass(frozen=True)
class Timeline(Generic[T]):
    """One figure for each of the scope's spans, in their order, and for the whole period."""

    spans: tuple[Span, ...]
    values: tuple[T, ...]
    total: T


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """Of 1; None when there was nothing to share."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True)
class Journeys:
    """What became of the journeys that were begun: `begun` is the sum of the others."""

    begun: int
    submitted: int
    abandoned: int
    """Cancelled, or silent for `ABANDONED_AFTER`."""
    postponed: int
    """« Plus tard »: the draft is kept."""
    left: int
    """Nothing to do in them any more, or they gave way to another journey."""
    under_way: int


@dataclass(frozen=True)
class AbandonedStep:
    """Journeys that were abandoned at one question."""

    journey: str
    step: str | None
    """The slot that was asked for; None: before the first question."""
    silent: int
    cancelled: int

    @property
    def abandoned(self) -> int:
        """Either way."""
        return self.silent + self.cancelled


@dataclass(frozen=True)
class TopicCount:
    """How often a topic was answered, and whether that helped."""

    topic: str
    conversations: int
    """In which it was answered."""
    answers: int
    helpful: int
    """Conversations whose last vote on it is 👍."""
    unhelpful: int
    """The same, 👎."""


def conversations(session: Session, scope: Scope) -> Timeline[int]:
    """Conversations in which somebody said something, by the day on which they began."""
    return _timeline(session, scope, FiguresConversation, _itself, func.count())


def without_adviser(session: Session, scope: Scope) -> Timeline[Share]:
    """Of these, those from which no request reached the desk, neither live nor as a message."""
    spared = _count_of(~FiguresConversation.handed_over)
    return _timeline(session, scope, FiguresConversation, Share, spared, func.count())


def helped(session: Session, scope: Scope) -> Timeline[Share]:
    """Of the topics that were voted on in a conversation, those whose last vote there is 👍."""
    liked = _count_of(FiguresTopic.helped.is_(True))
    return _timeline(session, scope, FiguresTopic, Share, liked, func.count(FiguresTopic.helped))


def declarations(session: Session, scope: Scope) -> Timeline[int]:
    """Declarations that were transmitted in conversations, by the day on which the conversation began."""
    return _timeline(session, scope, FiguresConversation, _itself, func.sum(FiguresConversation.declarations))


def unanswered(session: Session, scope: Scope) -> Timeline[int]:
    """Sentences that the assistant did not understand and no form awaited, by the day of the conversation."""
    return _timeline(session, scope, FiguresConversation, _itself, func.sum(FiguresConversation.unanswered))


def journeys(session: Session, scope: Scope, *, at: datetime) -> Timeline[Journeys]:
    """What had become, at a moment, of the journeys begun in the period."""
    silent, cancelled = _is_silent(at), FiguresJourney.outcome == Outcome.CANCELLED
    return _timeline(
        session,
        scope,
        FiguresJourney,
        Journeys,
        func.count(),
        _count_of(FiguresJourney.outcome == Outcome.SUBMITTED),
        _count_of(or_(silent, cancelled)),
        _count_of(FiguresJourney.outcome == Outcome.POSTPONED),
        _count_of(FiguresJourney.outcome == Outcome.LEFT),
        _count_of(and_(FiguresJourney.outcome == Outcome.UNDER_WAY, ~silent)),
    )


def abandoned_steps(session: Session, scope: Scope, *, at: datetime) -> tuple[AbandonedStep, ...]:
    """Where the journeys begun in the period had been abandoned at a moment; the most frequent step first."""
    silent, cancelled = _is_silent(at), FiguresJourney.outcome == Outcome.CANCELLED
    rows = session.execute(
        select(FiguresJourney.journey, FiguresJourney.last_step, _count_of(silent), _count_of(cancelled))
        .where(*_within(scope, FiguresJourney), or_(silent, cancelled))
        .group_by(FiguresJourney.journey, FiguresJourney.last_step)
    )
    steps = [AbandonedStep(journey, step, int(first), int(second)) for journey, step, first, second in rows]
    return tuple(sorted(steps, key=lambda each: (-each.abandoned, each.journey, each.step or "")))


def topics(session: Session, scope: Scope) -> tuple[TopicCount, ...]:
    """Every topic that was answered in the period, the most conversations first."""
    rows = session.execute(
        select(
            FiguresTopic.topic,
            func.count(),
            func.sum(FiguresTopic.asked),
            _count_of(FiguresTopic.helped.is_(True)),
            _count_of(FiguresTopic.helped.is_(False)),
        )
        .where(*_within(scope, FiguresTopic), FiguresTopic.asked > 0)
        .group_by(FiguresTopic.topic)
    )
    counts = [TopicCount(topic, *map(int, numbers)) for topic, *numbers in rows]
    return tuple(sorted(counts, key=lambda each: (-each.conversations, -each.answers, each.topic)))


Counted = type[FiguresConversation] | type[FiguresTopic] | type[FiguresJourney]


def of_audience(column: InstrumentedAttribute[Profile | None], audience: Audience) -> tuple[ColumnElement[bool], ...]:
    """The conditions that keep an audience's rows."""
    if audience is Audience.ALL:
        return ()
    return (column.is_(None),) if audience.profile is None else (column == audience.profile,)


def _within(scope: Scope, table: Counted) -> tuple[ColumnElement[bool], ...]:
    conditions = (table.day.between(scope.first, scope.last), *of_audience(table.profile, scope.audience))
    return (FiguresConversation.spoke.is_(True), *conditions) if table is FiguresConversation else conditions


def _timeline(
    session: Session, scope: Scope, table: Counted, make: Callable[..., T], *sums: ColumnElement[Any]
) -> Timeline[T]:
    """Sums by day, added up to the spans and to the whole; `make` gets them in their order, as whole numbers."""
    query = select(table.day, *sums).where(*_within(scope, table)).group_by(table.day)
    by_span = [[0] * len(sums) for _ in scope.spans]
    for day, *numbers in session.execute(query):
        place = by_span[scope.place_of(day)]
        place[:] = map(add, place, map(int, numbers))
    total = map(sum, zip(*by_span, strict=True))
    return Timeline(scope.spans, tuple(make(*each) for each in by_span), make(*total))


def _itself(number: int) -> int:
    return number


def _count_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _is_silent(at: datetime) -> ColumnElement[bool]:
    return and_(FiguresJourney.outcome == Outcome.UNDER_WAY, FiguresJourney.last_at <= at - ABANDONED_AFTER)
