"""The real servers: what landlords do in the chat arrives among the figures, whatever is killed or down meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Thread
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Engine, select, text

from offre_bailleurs.database import Base, now, reading
from offre_bailleurs.figures.tables import FiguresConversation, FiguresJourney, FiguresTopic, Outcome
from offre_bailleurs.figures.worker import FiguresWorker
from tests.services.figures.ledger import figures, fill, lines, waiting
from tests.services.figures.queue import depth, until
from tests.support.chat import ChatClient
from tests.support.databases import NoDatabase
from tests.support.events import Talk
from tests.support.journey import REGISTER, STEPS, walk
from tests.support.live import LiveBot, live_bot
from tests.support.rabbitmq import Node, Wire
from tests.support.servers import CLOSED_DESK

QUICK = 60.0
"""Seconds for a Rasa to start on a machine that may be busy: less than the 100 for which Rasa's own broker waits."""


BotOn = Callable[..., AbstractContextManager[LiveBot]]


@pytest.fixture(scope="module")
def bot_on(pytestconfig: pytest.Config) -> BotOn:
    """Servers of a test's own, on PostgreSQL: there, whoever counts can be held in the middle of its work."""

    @contextmanager
    def started(**variables: str) -> Iterator[LiveBot]:
        try:
            with live_bot("postgresql", model=pytestconfig.getoption("--model"), **variables) as bot:
                yield bot
        except NoDatabase as error:
            pytest.skip(str(error))

    return started


@pytest.fixture(scope="module")
def kept_bot(bot_on: BotOn) -> Iterator[LiveBot]:
    """Servers for most tests, with no adviser at the desk."""
    with bot_on(**CLOSED_DESK) as bot:
        yield bot


@pytest.fixture
def bot(kept_bot: LiveBot) -> LiveBot:
    """Servers that run, and have counted all that was."""
    kept_bot.servers.start("actions", "rasa", "desk")
    until(lambda: waiting(kept_bot.engine) == 0, "nothing waits")
    return kept_bot


def landlord(bot: LiveBot) -> ChatClient:
    household = bot.world.landlord("Claude Bailleur", REGISTER)
    chat = bot.client(household.people[0].user_id)
    chat.open()
    return chat


def declare(bot: LiveBot) -> None:
    chat = landlord(bot)
    for step in STEPS:
        walk(chat, step)


def declarations(engine: Engine) -> int:
    with engine.connect() as connection:
        return sum(connection.scalars(select(FiguresConversation.declarations)))


def test_what_a_landlord_does_is_counted(bot: LiveBot) -> None:
    before = now()
    chat = landlord(bot)
    chat.say("où trouver mon numéro utilisateur ?")
    chat.say("zblorg frtz kwyjibo")
    walk(chat, STEPS[0])
    chat.say("annuler")
    chat.say("oui")
    for step in STEPS:
        walk(chat, step)
    bot.client().open()  # somebody who says nothing
    until(lambda: waiting(bot.engine) == 0, "nothing waits")
    conversations = _found(bot, FiguresConversation.first_at >= before)
    assert sorted((row.spoke, row.declarations, row.unanswered) for row in conversations) == [
        (False, 0, 0),
        (True, 1, 1),
    ]
    (mine,) = (row.conversation for row in conversations if row.spoke)
    journeys = _found(bot, FiguresJourney.conversation == mine, FiguresJourney)
    assert [(row.outcome, row.last_step) for row in journeys] == [
        (Outcome.CANCELLED, "situation"),
        (Outcome.SUBMITTED, "decision"),
    ]
    topics = _found(bot, FiguresTopic.conversation == mine, FiguresTopic)
    assert [(row.topic, row.asked, row.helped) for row in topics] == [("find_user_number", 1, None)]


def test_a_message_left_for_the_desk_does_not_end_the_declaration_that_it_interrupts(bot: LiveBot) -> None:
    before = now()
    chat = landlord(bot)
    walk(chat, STEPS[0])
    chat.say("parler à un conseiller")
    chat.say("mon locataire ne répond plus")
    chat.press("À l'adresse de mon compte")
    chat.press("Envoyer")
    for step in STEPS[1:]:
        walk(chat, step)
    until(lambda: waiting(bot.engine) == 0, "nothing waits")
    (mine,) = _found(bot, FiguresConversation.first_at >= before)
    assert (mine.handed_over, mine.declarations) == (True, 1)
    journeys = _found(bot, FiguresJourney.conversation == mine.conversation, FiguresJourney)
    assert [(row.journey, row.outcome) for row in journeys] == [
        ("declare_rent", Outcome.SUBMITTED),
        ("leave_message", Outcome.SUBMITTED),
    ]


def test_nothing_that_was_said_stands_among_the_events(bot: LiveBot) -> None:
    bot.servers.stop("desk")
    declare(bot)
    with bot.engine.connect() as connection:
        told = str(connection.execute(text("SELECT body FROM chat_event")).all())
    assert "utter_transmitted" in told
    for personal in ("Durand", "Bailleur", "Lilas", "650", "65000", "OB-"):
        assert personal not in told


def test_a_turn_that_is_sent_again_is_counted_once(bot: LiveBot) -> None:
    before = declarations(bot.engine)
    chat = landlord(bot)
    for step in STEPS:
        walk(chat, step)
    chat.again()
    bot.servers.kill("rasa")
    bot.servers.restart("rasa")
    chat.again()
    until(lambda: waiting(bot.engine) == 0, "nothing waits")
    assert declarations(bot.engine) == before + 1


def test_a_counter_that_is_killed_in_the_middle_of_a_batch_loses_nothing(bot: LiveBot) -> None:
    before, counted = lines(bot.engine), declarations(bot.engine)
    with bot.engine.connect() as connection:
        connection.execute(text("LOCK TABLE figures_topic IN ACCESS EXCLUSIVE MODE"))
        declare(bot)
        until(lambda: _is_held(bot), "the batch is written, but for its topics")
        bot.servers.kill("desk")
    assert waiting(bot.engine) > 0
    assert lines(bot.engine) == before
    bot.servers.restart("desk")
    until(lambda: waiting(bot.engine) == 0, "nothing waits")
    assert declarations(bot.engine) == counted + 1


def test_rabbitmq_may_be_down_when_rasa_starts_and_when_it_dies(bot_on: BotOn, node: Node) -> None:
    wire = Wire(node.port)
    began = monotonic()
    with bot_on(RABBITMQ_URL=wire.url) as bot:
        assert monotonic() - began < QUICK
        declare(bot)
        assert waiting(bot.engine) > 0
        wire.mend()
        until(lambda: waiting(bot.engine) == 0, "the outbox is empty")
        wire.cut()
        declare(bot)
        bot.servers.kill("rasa")
        assert waiting(bot.engine) > 0
        wire.mend()
        bot.servers.restart("rasa")
        bot.servers.start("desk")
        until(lambda: declarations(bot.engine) == 2, "all is counted")
        wire.cut()


def test_a_counter_of_rabbitmqs_that_is_killed_in_the_middle_of_a_batch_loses_nothing(
    bot_on: BotOn, node: Node
) -> None:
    with bot_on(RABBITMQ_URL=node.url) as bot:
        bot.servers.start("desk")
        declare(bot)
        until(lambda: declarations(bot.engine) == 1, "the first one is counted")
        with bot.engine.connect() as connection:
            connection.execute(text("LOCK TABLE figures_topic IN ACCESS EXCLUSIVE MODE"))
            declare(bot)
            until(lambda: _is_held(bot), "the batch is written, but for its topics")
            bot.servers.kill("desk")
        until(lambda: waiting(bot.engine) == 0, "RabbitMQ has all")
        assert declarations(bot.engine) == 1
        bot.servers.restart("desk")
        until(lambda: declarations(bot.engine) == 2, "all is counted")
        until(lambda: depth(node.url) == 0, "all is acknowledged")


def test_two_counters_at_once_give_the_figures_of_one(bot: LiveBot) -> None:
    before = len(figures(bot.engine)["figures_journey"])
    talks = [Talk(f"at once {n}").asks("deadline").declares() for n in range(100)]
    bodies = [body for talk in zip(*(talk.events for talk in talks), strict=True) for body in talk]
    with another_counter(bot):
        fill(bot.engine, bodies)
        until(lambda: waiting(bot.engine) == 0, "nothing waits")
    found = figures(bot.engine)
    assert len(found["figures_journey"]) == before + 100


@contextmanager
def another_counter(bot: LiveBot) -> Iterator[None]:
    """A second one, in this process."""
    worker = FiguresWorker(bot.engine, bot.servers.settings)
    thread = Thread(target=worker.run)
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join()


def _found(bot: LiveBot, condition: ColumnElement[bool], table: type[Base] = FiguresConversation) -> list[Any]:
    with reading(on=bot.engine) as session:
        found = list(session.scalars(select(table).where(condition).order_by(*table.__mapper__.primary_key)))
        session.expunge_all()
        return found


def _is_held(bot: LiveBot) -> bool:
    held = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%figures_topic%'")
    with bot.engine.connect() as connection:
        return bool(connection.scalar(held))
