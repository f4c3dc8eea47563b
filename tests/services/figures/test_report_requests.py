"""The report's figures on both databases, where its SQL is not the same on the two: medians, moments, booleans."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from offre_bailleurs.database import reading
from offre_bailleurs.figures import report, report_requests
from offre_bailleurs.figures.report import AbandonedStep, Journeys, Share, TopicCount
from offre_bailleurs.figures.report_period import Audience, Grain, Scope
from offre_bailleurs.figures.report_requests import OutcomeCount, ReasonCount, Wait
from offre_bailleurs.figures.tables import Outcome as JourneyOutcome
from offre_bailleurs.models import Outcome, Profile, RequestKind
from tests.support.figures import FiguresGiven, noon

SATURDAY, SUNDAY, MONDAY = date(2026, 10, 24), date(2026, 10, 25), date(2026, 10, 26)
"""In the night to this Sunday clocks go back."""
DAYS = Scope(SATURDAY, MONDAY)
NOBODY = Wait(0, 0, None)


@pytest.fixture
def given(engine: Engine) -> FiguresGiven:
    return FiguresGiven(engine)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with reading(on=engine) as session:
        yield session


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def test_nobody_asked_and_nobody_waited(session: Session) -> None:
    assert report_requests.waits(session, DAYS).values == (NOBODY,) * 3
    assert report_requests.waits(session, DAYS).total == NOBODY
    assert report_requests.reasons(session, DAYS) == ()
    assert report_requests.outcomes(session, DAYS) == ()


@pytest.mark.parametrize(
    ("waited", "median"),
    [
        ([42], 42.0),
        ([10, 200], 105.0),
        ([500, 1, 30], 30.0),
        ([500, 1, 30, 40], 35.0),
        ([7, 7, 7, 7, 9_000], 7.0),
        ([0.25, 0.5], 0.375),
        ([86_400 * 3, 1], 129_600.5),
    ],
)
def test_the_median_is_the_middle_wait(
    given: FiguresGiven, session: Session, waited: list[float], median: float
) -> None:
    for number in waited:
        given.request(noon(SATURDAY), waited=seconds(number))
    assert report_requests.waits(session, DAYS).total == Wait(len(waited), len(waited), median)


def test_who_was_never_taken_and_who_left_a_message_waited_for_nobody_in_the_chat(
    given: FiguresGiven, session: Session
) -> None:
    given.request(noon(SATURDAY), waited=seconds(60))
    given.request(noon(SATURDAY), outcome=Outcome.WITHDRAWN)
    given.request(noon(SATURDAY))
    given.request(noon(SATURDAY), kind=RequestKind.MESSAGE, waited=seconds(9_999))
    given.request(noon(SUNDAY), outcome=Outcome.MISSED)
    waits = report_requests.waits(session, DAYS)
    assert waits.values == (Wait(3, 1, 60.0), Wait(1, 0, None), NOBODY)
    assert waits.total == Wait(4, 1, 60.0)


def test_a_median_of_the_week_is_no_mean_of_the_days(given: FiguresGiven, session: Session) -> None:
    for day, waited in ((SATURDAY, (10, 20, 30)), (SUNDAY, (100,)), (MONDAY, (5,))):
        for number in waited:
            given.request(noon(day), waited=seconds(number))
    by_day = report_requests.waits(session, DAYS)
    assert [wait.median for wait in by_day.values] == [20.0, 100.0, 5.0]
    by_week = report_requests.waits(session, Scope(SATURDAY, MONDAY, Grain.WEEK))
    assert by_week.values == (Wait(4, 4, 25.0), Wait(1, 1, 5.0))
    assert by_week.total == by_day.total == Wait(5, 5, 20.0)


def test_a_request_counts_on_the_day_that_clocks_in_france_showed(given: FiguresGiven, session: Session) -> None:
    for hour in (22, 23):  # of the 24th, UTC: midnight in summer time, then 1 in the morning
        given.request(datetime(2026, 10, 24, hour, 0, tzinfo=UTC), waited=seconds(1))
    given.request(datetime(2026, 10, 24, 21, 59, 59, 999_999, tzinfo=UTC), waited=seconds(2))
    given.request(datetime(2026, 10, 25, 22, 59, 59, 999_999, tzinfo=UTC), waited=seconds(3))
    given.request(datetime(2026, 10, 25, 23, 0, tzinfo=UTC), waited=seconds(4))
    waits = report_requests.waits(session, DAYS)
    assert [wait.requests for wait in waits.values] == [1, 3, 1]
    assert [wait.median for wait in waits.values] == [2.0, 1.0, 4.0]


def test_reasons_and_outcomes_are_counted_by_kind(given: FiguresGiven, session: Session) -> None:
    given.request(noon(SATURDAY), "silence", waited=seconds(5), outcome=Outcome.RESOLVED)
    given.request(noon(SUNDAY), "silence", kind=RequestKind.MESSAGE)
    given.request(noon(MONDAY), "asked", outcome=Outcome.WITHDRAWN)
    given.request(noon(MONDAY), "silence", waited=seconds(5))
    given.request(noon(date(2026, 10, 27)), "not_helpful", outcome=Outcome.RESOLVED)
    given.request(noon(date(2026, 10, 23)), "not_helpful", outcome=Outcome.RESOLVED)
    assert report_requests.reasons(session, DAYS) == (
        ReasonCount("silence", live=2, messages=1),
        ReasonCount("asked", live=1, messages=0),
    )
    assert report_requests.outcomes(session, DAYS) == (
        OutcomeCount(Outcome.RESOLVED, live=1, messages=0),
        OutcomeCount(Outcome.WITHDRAWN, live=1, messages=0),
        OutcomeCount(None, live=1, messages=1),
    )


@pytest.mark.parametrize(
    ("audience", "count"),
    [(Audience.ALL, 6), (Audience.LANDLORD, 3), (Audience.ORGANISATION, 2), (Audience.UNKNOWN, 1)],
)
def test_each_profile_has_its_own_requests(
    given: FiguresGiven, session: Session, audience: Audience, count: int
) -> None:
    for profile in [Profile.LANDLORD] * 3 + [Profile.ORGANISATION] * 2 + [None]:
        given.request(noon(SATURDAY), "asked", profile, waited=seconds(60), outcome=Outcome.RESOLVED)
    scope = Scope(SATURDAY, MONDAY, audience=audience)
    assert report_requests.waits(session, scope).total == Wait(count, count, 60.0)
    assert report_requests.reasons(session, scope)[0].live == count
    assert report_requests.outcomes(session, scope)[0].live == count


def test_the_conversations_figures_are_the_same_on_both(given: FiguresGiven, session: Session) -> None:
    given.conversation(SATURDAY, Profile.LANDLORD, declarations=2, unanswered=1)
    given.conversation(SATURDAY, handed_over=True)
    given.conversation(MONDAY, spoke=False)
    given.topic(SATURDAY, "deadline", asked=2, helped=True)
    given.topic(SUNDAY, "deadline", helped=False)
    given.topic(SUNDAY, "delegate")
    given.journey(SATURDAY, "declare_rent", JourneyOutcome.SUBMITTED, "decision")
    given.journey(SATURDAY, "declare_rent", JourneyOutcome.UNDER_WAY, "july_rent")
    given.journey(MONDAY, "create_user", JourneyOutcome.CANCELLED, "email")
    at = noon(MONDAY) + timedelta(minutes=30)
    assert report.conversations(session, DAYS).values == (2, 0, 0)
    assert report.without_adviser(session, DAYS).total == Share(1, 2)
    assert report.declarations(session, DAYS).values == (2, 0, 0)
    assert report.unanswered(session, DAYS).total == 1
    assert report.helped(session, DAYS).values == (Share(1, 1), Share(0, 1), Share(0, 0))
    assert report.topics(session, DAYS) == (TopicCount("deadline", 2, 3, 1, 1), TopicCount("delegate", 1, 1, 0, 0))
    assert report.journeys(session, DAYS, at=at).total == Journeys(3, 1, 2, 0, 0, 0)
    assert report.abandoned_steps(session, DAYS, at=at) == (
        AbandonedStep("create_user", "email", silent=0, cancelled=1),
        AbandonedStep("declare_rent", "july_rent", silent=1, cancelled=0),
    )
