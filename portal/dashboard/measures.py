"""Reads the measures: the reports' figures, in the rows of their tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final, TypeVar

from sqlalchemy.orm import Session

from offre_bailleurs.desk.journeys import JOURNEY_NAMES, step_in_words
from offre_bailleurs.desk.reasons import OUTCOME_NAMES, REASON_NAMES
from offre_bailleurs.figures import report, report_requests
from offre_bailleurs.figures.report import AbandonedStep, Journeys, Share, Timeline
from offre_bailleurs.figures.report_period import Scope
from offre_bailleurs.figures.report_requests import Wait
from offre_bailleurs.topics import titles
from portal.dashboard import definitions
from portal.dashboard.measure import Definition, Measure, Numbers, Row, over_time

T = TypeVar("T")
Reader = Callable[[Session, Scope, datetime], Measure]


def _conversations(session: Session, scope: Scope, _at: datetime) -> Measure:
    return _timed(definitions.CONVERSATIONS, scope, report.conversations(session, scope), _one)


def _without_adviser(session: Session, scope: Scope, _at: datetime) -> Measure:
    figures = report.without_adviser(session, scope)
    return _timed(definitions.WITHOUT_ADVISER, scope, figures, lambda share: (share.value, share.part, share.whole))


def _helped(session: Session, scope: Scope, _at: datetime) -> Measure:
    def numbers(share: Share) -> Numbers:
        return share.value, share.part, share.whole - share.part, share.whole

    return _timed(definitions.HELPED, scope, report.helped(session, scope), numbers)


def _declarations(session: Session, scope: Scope, _at: datetime) -> Measure:
    return _timed(definitions.DECLARATIONS, scope, report.declarations(session, scope), _one)


def _journeys(session: Session, scope: Scope, at: datetime) -> Measure:
    def numbers(each: Journeys) -> Numbers:
        return each.begun, each.submitted, each.abandoned, each.postponed, each.left, each.under_way

    return _timed(definitions.JOURNEYS, scope, report.journeys(session, scope, at=at), numbers)


def _steps(session: Session, scope: Scope, at: datetime) -> Measure:
    steps = report.abandoned_steps(session, scope, at=at)
    return _sorted(
        definitions.STEPS,
        scope,
        ((_step_name(each), (each.abandoned, each.silent, each.cancelled)) for each in steps),
    )


def _topics(session: Session, scope: Scope, _at: datetime) -> Measure:
    names = titles()
    return _sorted(
        definitions.TOPICS,
        scope,
        (
            (names.get(each.topic, each.topic), (each.conversations, each.answers, each.helpful, each.unhelpful))
            for each in report.topics(session, scope)
        ),
    )


def _unanswered(session: Session, scope: Scope, _at: datetime) -> Measure:
    return _timed(definitions.UNANSWERED, scope, report.unanswered(session, scope), _one)


def _reasons(session: Session, scope: Scope, _at: datetime) -> Measure:
    counts = report_requests.reasons(session, scope)
    return _sorted(
        definitions.REASONS,
        scope,
        ((REASON_NAMES.get(each.reason, each.reason), (each.requests, each.live, each.messages)) for each in counts),
    )


def _outcomes(session: Session, scope: Scope, _at: datetime) -> Measure:
    return _sorted(
        definitions.OUTCOMES,
        scope,
        (
            (
                OUTCOME_NAMES[each.outcome] if each.outcome else "Pas encore fermée",
                (each.requests, each.live, each.messages),
            )
            for each in report_requests.outcomes(session, scope)
        ),
    )


def _wait(session: Session, scope: Scope, _at: datetime) -> Measure:
    def numbers(wait: Wait) -> Numbers:
        return wait.median, wait.requests, wait.taken

    return _timed(definitions.WAIT, scope, report_requests.waits(session, scope), numbers)


_READERS: Final[Mapping[str, Reader]] = {
    definitions.CONVERSATIONS.slug: _conversations,
    definitions.WITHOUT_ADVISER.slug: _without_adviser,
    definitions.HELPED.slug: _helped,
    definitions.DECLARATIONS.slug: _declarations,
    definitions.JOURNEYS.slug: _journeys,
    definitions.STEPS.slug: _steps,
    definitions.TOPICS.slug: _topics,
    definitions.UNANSWERED.slug: _unanswered,
    definitions.REASONS.slug: _reasons,
    definitions.OUTCOMES.slug: _outcomes,
    definitions.WAIT.slug: _wait,
}
SLUGS: Final = tuple(_READERS)
"""Of every measure, in the order of the page."""


def measure(session: Session, slug: str, scope: Scope, *, at: datetime) -> Measure:
    """One measure, as things stand at a moment.

    Raises:
        KeyError: there is no measure of that name.
    """
    return _READERS[slug](session, scope, at)


def all_measures(session: Session, scope: Scope, *, at: datetime) -> tuple[Measure, ...]:
    """Every measure, in the order of the page."""
    return tuple(read(session, scope, at) for read in _READERS.values())


def _timed(definition: Definition, scope: Scope, figures: Timeline[T], numbers: Callable[[T], Numbers]) -> Measure:
    by_span = {span: numbers(value) for span, value in zip(figures.spans, figures.values, strict=True)}
    return over_time(definition, scope, by_span, numbers(figures.total))


def _sorted(definition: Definition, scope: Scope, counted: Iterable[tuple[str, tuple[int, ...]]]) -> Measure:
    """A measure by category; its total is the sum of the rows."""
    rows = tuple(Row(label, counts) for label, counts in counted)
    total = tuple(sum(row.numbers[place] or 0 for row in rows) for place in range(len(definition.columns)))
    return Measure(definition, scope, rows, total)


def _step_name(step: AbandonedStep) -> str:
    """« Loyer de juillet (Déclarer un loyer) »: what tells steps apart comes first."""
    journey = JOURNEY_NAMES.get(step.journey, step.journey)
    about = step_in_words(step.journey, step.step) or step.step or "avant la première question"
    return f"{about[:1].upper()}{about[1:]} ({journey})"


def _one(count: int) -> Numbers:
    return (count,)
