"""From rows that are known, the figures that are known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from offre_bailleurs.database import Base, make_engine, reading
from offre_bailleurs.figures import report
from offre_bailleurs.figures.report import AbandonedStep, Journeys, Share, TopicCount
from offre_bailleurs.figures.report_period import Audience, Grain, Scope, Span
from offre_bailleurs.figures.tables import Outcome
from offre_bailleurs.models import Profile
from tests.support.figures import FiguresGiven, noon

MONDAY = date(2026, 6, 1)
TUESDAY, NEXT_MONDAY = date(2026, 6, 2), date(2026, 6, 8)
FORTNIGHT = Scope(MONDAY, date(2026, 6, 14), Grain.WEEK)
DAYS = Scope(MONDAY, TUESDAY)
LATER = noon(date(2026, 7, 1))


@pytest.fixture
def given(tmp_path: Path) -> Iterator[FiguresGiven]:
    engine = make_engine(f"sqlite:///{tmp_path / 'figures.db'}")
    Base.metadata.create_all(engine)
    yield FiguresGiven(engine)
    engine.dispose()


@pytest.fixture
def session(given: FiguresGiven) -> Iterator[Session]:
    with reading(on=given.engine) as session:
        yield session


def test_nothing_happened_and_no_share_is_invented(session: Session) -> None:
    assert report.conversations(session, DAYS).values == (0, 0)
    shares = report.without_adviser(session, DAYS)
    assert [share.value for share in (*shares.values, shares.total)] == [None, None, None]
    assert report.helped(session, DAYS).total == Share(0, 0)
    assert report.declarations(session, DAYS).total == 0
    assert report.unanswered(session, DAYS).total == 0
    assert report.journeys(session, DAYS, at=LATER).total == Journeys(0, 0, 0, 0, 0, 0)
    assert report.abandoned_steps(session, DAYS, at=LATER) == ()
    assert report.topics(session, DAYS) == ()


def test_a_conversation_counts_on_its_day_and_in_its_week(given: FiguresGiven, session: Session) -> None:
    for day in (MONDAY, MONDAY, TUESDAY, date(2026, 6, 7), NEXT_MONDAY):
        given.conversation(day)
    assert report.conversations(session, DAYS).values == (2, 1)
    weeks = report.conversations(session, FORTNIGHT)
    assert (weeks.spans, weeks.values, weeks.total) == (
        (Span(MONDAY, date(2026, 6, 7)), Span(NEXT_MONDAY, date(2026, 6, 14))),
        (4, 1),
        5,
    )


def test_days_around_the_period_do_not_count(given: FiguresGiven, session: Session) -> None:
    for day in (MONDAY - timedelta(days=1), MONDAY, TUESDAY, TUESDAY + timedelta(days=1)):
        given.conversation(day, declarations=1, unanswered=1, handed_over=True)
        given.topic(day, "deadline", helped=True)
        given.journey(day, "declare_rent", Outcome.CANCELLED, "tenant")
    assert report.conversations(session, DAYS).total == 2
    assert report.declarations(session, DAYS).total == 2
    assert report.unanswered(session, DAYS).total == 2
    assert report.without_adviser(session, DAYS).total == Share(0, 2)
    assert report.helped(session, DAYS).total == Share(2, 2)
    assert report.journeys(session, DAYS, at=LATER).total.begun == 2
    assert report.abandoned_steps(session, DAYS, at=LATER)[0].abandoned == 2
    assert report.topics(session, DAYS)[0].conversations == 2


def test_who_only_saw_the_greeting_is_no_conversation(given: FiguresGiven, session: Session) -> None:
    given.conversation(MONDAY, spoke=False)
    given.conversation(MONDAY)
    assert report.conversations(session, DAYS).total == 1
    assert report.without_adviser(session, DAYS).total == Share(1, 1)


def test_a_conversation_that_reached_the_desk_did_not_end_without_an_adviser(
    given: FiguresGiven, session: Session
) -> None:
    for handed_over in (True, False, False, False):
        given.conversation(MONDAY, handed_over=handed_over)
    assert report.without_adviser(session, DAYS).values == (Share(3, 4), Share(0, 0))
    assert report.without_adviser(session, DAYS).total.value == 0.75


def test_only_votes_are_shared_out(given: FiguresGiven, session: Session) -> None:
    for helped in (True, True, False, None, None):
        given.topic(MONDAY, "deadline", helped=helped)
    assert report.helped(session, DAYS).total == Share(2, 3)


@pytest.mark.parametrize(
    ("audience", "count"),
    [(Audience.ALL, 6), (Audience.LANDLORD, 3), (Audience.ORGANISATION, 2), (Audience.UNKNOWN, 1)],
)
def test_each_profile_has_its_own_figures(
    given: FiguresGiven, session: Session, audience: Audience, count: int
) -> None:
    for profile in [Profile.LANDLORD] * 3 + [Profile.ORGANISATION] * 2 + [None]:
        given.conversation(MONDAY, profile, declarations=1, unanswered=1)
        given.topic(MONDAY, "deadline", profile, helped=False)
        given.journey(MONDAY, "recover_access", Outcome.CANCELLED, "access_missing", profile)
    scope = Scope(MONDAY, TUESDAY, audience=audience)
    assert report.conversations(session, scope).total == count
    assert report.without_adviser(session, scope).total == Share(count, count)
    assert report.declarations(session, scope).total == count
    assert report.unanswered(session, scope).total == count
    assert report.helped(session, scope).total == Share(0, count)
    assert report.topics(session, scope)[0].unhelpful == count
    assert report.journeys(session, scope, at=LATER).total.abandoned == count
    assert report.abandoned_steps(session, scope, at=LATER)[0].cancelled == count


def test_a_journey_is_abandoned_by_cancelling_it_or_by_an_hour_of_silence(
    given: FiguresGiven, session: Session
) -> None:
    at = noon(MONDAY)
    for outcome in (Outcome.SUBMITTED, Outcome.SUBMITTED, Outcome.CANCELLED, Outcome.POSTPONED, Outcome.LEFT):
        given.journey(MONDAY, "declare_rent", outcome, "july_rent")
    given.journey(MONDAY, "declare_rent", Outcome.UNDER_WAY, "tenant", last_at=at - timedelta(minutes=59, seconds=59))
    given.journey(MONDAY, "declare_rent", Outcome.UNDER_WAY, "tenant", last_at=at - timedelta(hours=1))
    figures = report.journeys(session, DAYS, at=at).total
    assert figures == Journeys(begun=7, submitted=2, abandoned=2, postponed=1, left=1, under_way=1)
    assert report.journeys(session, DAYS, at=at + timedelta(seconds=1)).total.abandoned == 3


def test_steps_are_told_apart_and_the_commonest_comes_first(given: FiguresGiven, session: Session) -> None:
    for journey, step, outcome in (
        ("declare_rent", "july_rent", Outcome.CANCELLED),
        ("declare_rent", "july_rent", Outcome.UNDER_WAY),
        ("declare_rent", "july_rent", Outcome.UNDER_WAY),
        ("create_user", "email", Outcome.UNDER_WAY),
        ("leave_message", None, Outcome.CANCELLED),
        ("declare_rent", "decision", Outcome.SUBMITTED),
        ("declare_rent", "decision", Outcome.POSTPONED),
    ):
        given.journey(MONDAY, journey, outcome, step)
    assert report.abandoned_steps(session, DAYS, at=LATER) == (
        AbandonedStep("declare_rent", "july_rent", silent=2, cancelled=1),
        AbandonedStep("create_user", "email", silent=1, cancelled=0),
        AbandonedStep("leave_message", None, silent=0, cancelled=1),
    )


def test_a_topic_counts_conversations_answers_and_votes(given: FiguresGiven, session: Session) -> None:
    given.topic(MONDAY, "deadline", asked=3, helped=True)
    given.topic(TUESDAY, "deadline", asked=1, helped=False)
    given.topic(MONDAY, "keep_recap", asked=9)
    given.topic(MONDAY, "administrator", asked=2)
    given.topic(MONDAY, "delegate", asked=0, helped=True)  # a vote whose answer was given before the period
    assert report.topics(session, DAYS) == (
        TopicCount("deadline", conversations=2, answers=4, helpful=1, unhelpful=1),
        TopicCount("keep_recap", conversations=1, answers=9, helpful=0, unhelpful=0),
        TopicCount("administrator", conversations=1, answers=2, helpful=0, unhelpful=0),
    )
