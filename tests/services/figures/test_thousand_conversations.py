"""A thousand conversations with the real bot, whose true counts are known: the dashboard's figures are these, exactly.

Every event takes its real way: from Rasa's turn to the outbox, through RabbitMQ in the second test, to the worker.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from threading import Thread
from time import sleep

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from offre_bailleurs.campaigns import today
from offre_bailleurs.chat_tables import event_outbox
from offre_bailleurs.database import now, reading
from offre_bailleurs.figures import report, report_requests
from offre_bailleurs.figures.report import AbandonedStep, Journeys, Share, TopicCount
from offre_bailleurs.figures.report_period import Audience, Scope
from offre_bailleurs.figures.report_requests import OutcomeCount, ReasonCount, Wait
from offre_bailleurs.figures.tables import Outcome as JourneyOutcome
from offre_bailleurs.figures.worker import FiguresWorker
from offre_bailleurs.models import Outcome, RequestKind
from offre_bailleurs.settings import Settings
from tests.services.figures.mixture import ANY_TIME, DESK_CLOSED, DESK_OPEN, Asked, Talk, Truth
from tests.services.figures.people import People
from tests.services.figures.queue import depth, until
from tests.support.databases import NoDatabase
from tests.support.live import LiveBot, live_bot
from tests.support.rabbitmq import Node

THREADS = 8
LONG_AFTER = timedelta(hours=2)
"""When the figures are read: every journey that was left has been silent for long."""


@dataclass(frozen=True)
class Figures:
    """All that the dashboard says of a period, for one audience."""

    conversations: int
    without_adviser: Share
    helped: Share
    declarations: int
    unanswered: int
    journeys: Journeys
    steps: frozenset[AbandonedStep]
    topics: frozenset[TopicCount]
    reasons: frozenset[ReasonCount]
    outcomes: frozenset[OutcomeCount]
    wait: Wait


@pytest.mark.timeout(900)
def test_the_figures_of_a_thousand_conversations_are_their_true_counts() -> None:
    talks = [*ANY_TIME, *DESK_OPEN]
    assert sum(talk.times for talk in talks) == 1_000
    with live_bot("sqlite", DESK_HOURS="24/7") as bot:
        since = today()
        with counting(bot.engine, bot.servers.settings):
            truths = hold(bot, talks)
            until(lambda: outbox_size(bot.engine) == 0, "the outbox is empty")
        assert_true_figures(bot.engine, truths, Scope(since - timedelta(days=1), today()))


@pytest.mark.timeout(600)
def test_the_figures_are_the_same_through_rabbitmq(node: Node) -> None:
    """With the desk closed: who asks for an adviser leaves a message."""
    talks = [Talk(-(-talk.times // 10), talk.truth, talk.play) for talk in ANY_TIME] + list(DESK_CLOSED)
    try:
        with live_bot("postgresql", DESK_HOURS="off", RABBITMQ_URL=node.url) as bot:
            since = today()
            settings = bot.servers.settings
            with counting(bot.engine, settings):
                truths = hold(bot, talks)
                until(lambda: outbox_size(bot.engine) == 0, "the outbox is relayed")
            while depth(node.url):  # what a worker had fetched and not yet counted when it ended is in the queue again
                with counting(bot.engine, settings):
                    until(lambda: depth(node.url) == 0, "the queue is fetched")
                    sleep(1)
            assert_true_figures(bot.engine, truths, Scope(since, today()))
    except NoDatabase as error:
        pytest.skip(str(error))


def hold(bot: LiveBot, talks: Sequence[Talk]) -> list[Truth]:
    """Hold all conversations, eight at a time, the kinds mixed; what is true of each."""
    people = People(bot)
    turns = [(number / talk.times, place, number) for place, talk in enumerate(talks) for number in range(talk.times)]
    with ThreadPoolExecutor(THREADS) as pool:
        running = [pool.submit(talks[place].play, people, number) for _, place, number in sorted(turns)]
        for each in running:
            each.result()
    return [talks[place].truth_of(number) for _, place, number in turns]


@contextmanager
def counting(engine: Engine, settings: Settings) -> Iterator[None]:
    """The figures' worker, at work."""
    worker = FiguresWorker(engine, settings)
    thread = Thread(target=worker.run)
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join()


def outbox_size(engine: Engine) -> int:
    """How many events wait to be counted or relayed."""
    with reading(on=engine) as session:
        return session.scalar(select(func.count()).select_from(event_outbox)) or 0


def assert_true_figures(engine: Engine, truths: Sequence[Truth], scope: Scope) -> None:
    """The report says what is true, of everybody and of each profile."""
    at = now() + LONG_AFTER
    with reading(on=engine) as session:
        for audience in Audience:
            asked = Scope(scope.first, scope.last, audience=audience)
            assert reported(session, asked, at) == true_figures(of_audience(truths, audience)), audience


def of_audience(truths: Iterable[Truth], audience: Audience) -> list[Truth]:
    """The conversations that an audience's figures count."""
    return [truth for truth in truths if audience is Audience.ALL or truth.profile is audience.profile]


def reported(session: Session, scope: Scope, at: datetime) -> Figures:
    """What the dashboard says."""
    return Figures(
        conversations=report.conversations(session, scope).total,
        without_adviser=report.without_adviser(session, scope).total,
        helped=report.helped(session, scope).total,
        declarations=report.declarations(session, scope).total,
        unanswered=report.unanswered(session, scope).total,
        journeys=report.journeys(session, scope, at=at).total,
        steps=frozenset(report.abandoned_steps(session, scope, at=at)),
        topics=frozenset(report.topics(session, scope)),
        reasons=frozenset(report_requests.reasons(session, scope)),
        outcomes=frozenset(report_requests.outcomes(session, scope)),
        wait=report_requests.waits(session, scope).total,
    )


def true_figures(truths: Sequence[Truth]) -> Figures:
    """The same, counted from what was done."""
    spoken = [truth for truth in truths if truth.spoke]
    votes = [vote for truth in truths for _, _, vote in truth.topics if vote is not None]
    requests = [asked for truth in truths for asked in truth.requests]
    live = [asked for asked in requests if asked.kind is RequestKind.LIVE]
    waits = [asked.waited for asked in live if asked.waited is not None]
    return Figures(
        conversations=len(spoken),
        without_adviser=Share(sum(not truth.handed_over for truth in spoken), len(spoken)),
        helped=Share(sum(votes), len(votes)),
        declarations=sum(truth.declarations for truth in truths),
        unanswered=sum(truth.unanswered for truth in truths),
        journeys=_journeys(truths),
        steps=_steps(truths),
        topics=_topics(truths),
        reasons=frozenset(ReasonCount(name, *_kinds(requests, reason=name)) for name in {a.reason for a in requests}),
        outcomes=frozenset(OutcomeCount(end, *_kinds(requests, outcome=end)) for end in {a.outcome for a in requests}),
        wait=Wait(len(live), len(waits), median(waits) if waits else None),
    )


def _journeys(truths: Sequence[Truth]) -> Journeys:
    ends = Counter(outcome for truth in truths for _, outcome, _ in truth.journeys)
    return Journeys(
        begun=ends.total(),
        submitted=ends[JourneyOutcome.SUBMITTED],
        abandoned=ends[JourneyOutcome.UNDER_WAY] + ends[JourneyOutcome.CANCELLED],
        postponed=ends[JourneyOutcome.POSTPONED],
        left=ends[JourneyOutcome.LEFT],
        under_way=0,
    )


def _steps(truths: Sequence[Truth]) -> frozenset[AbandonedStep]:
    counts = Counter(journey for truth in truths for journey in truth.journeys)
    silent, cancelled = JourneyOutcome.UNDER_WAY, JourneyOutcome.CANCELLED
    places = {(journey, step) for journey, outcome, step in counts if outcome in (silent, cancelled)}
    return frozenset(
        AbandonedStep(journey, step, counts[journey, silent, step], counts[journey, cancelled, step])
        for journey, step in places
    )


def _topics(truths: Sequence[Truth]) -> frozenset[TopicCount]:
    told = [topic for truth in truths for topic in truth.topics]
    return frozenset(
        TopicCount(
            name,
            conversations=sum(topic == name for topic, _, _ in told),
            answers=sum(answers for topic, answers, _ in told if topic == name),
            helpful=sum(vote is True for topic, _, vote in told if topic == name),
            unhelpful=sum(vote is False for topic, _, vote in told if topic == name),
        )
        for name in {topic for topic, _, _ in told}
    )


def _kinds(requests: Sequence[Asked], **wanted: str | Outcome | None) -> tuple[int, int]:
    """How many requests of that kind were live, how many messages."""
    found = [asked for asked in requests if all(getattr(asked, name) == value for name, value in wanted.items())]
    live = sum(asked.kind is RequestKind.LIVE for asked in found)
    return live, len(found) - live
