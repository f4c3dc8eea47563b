"""The events' way through a real RabbitMQ, which goes away and comes back: no event is lost, none is counted twice."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta
from time import sleep

import pytest
from sqlalchemy import Engine

from offre_bailleurs import event_queue
from offre_bailleurs.database import now
from tests.services.figures.conftest import forget_queues
from tests.services.figures.ledger import deliver, figures, fill, lines, waiting
from tests.services.figures.queue import consuming, depth, publish, relaying, until
from tests.support.events import Body, Talk
from tests.support.rabbitmq import Node, Wire

YESTERDAY = now() - timedelta(days=1)
SHORT_PAUSE = 0.2


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who lost RabbitMQ tries again after fractions of a second."""
    for module in ("bot.relay", "offre_bailleurs.figures.rabbitmq"):
        monkeypatch.setattr(f"{module}.FIRST_PAUSE", SHORT_PAUSE)
        monkeypatch.setattr(f"{module}.LONGEST_PAUSE", SHORT_PAUSE)
    monkeypatch.setattr("bot.relay.PAUSE", SHORT_PAUSE)


def many_talks(count: int) -> list[Body]:
    talks = (Talk(f"talk {n}", begins=YESTERDAY).asks("deadline").declares() for n in range(count))
    return [body for talk in talks for body in talk.events]


def expected_of(engine: Engine, bodies: list[Body]) -> dict[str, list[tuple[object, ...]]]:
    """What is counted of events that are simply delivered, once, in order; nothing is left of it."""
    deliver(engine, bodies)
    counted = figures(engine)
    with engine.begin() as connection:
        for table in ("figures_event", *counted):
            connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - our own names
    return counted


def test_a_turns_events_reach_the_figures_through_rabbitmq(engine: Engine, node: Node) -> None:
    bodies = many_talks(5)
    expected = expected_of(engine, bodies)
    fill(engine, bodies)
    with relaying(engine, node.url), consuming(engine, node.url):
        until(lambda: figures(engine) == expected, "all is counted")
        until(lambda: waiting(engine) == 0 and depth(node.url) == 0, "nothing waits")


def test_no_event_is_lost_or_counted_twice_while_rabbitmq_comes_and_goes(engine: Engine, wire: Wire) -> None:
    bodies = many_talks(60)
    expected = expected_of(engine, bodies)
    with relaying(engine, wire.url), consuming(engine, wire.url):
        for start in range(0, len(bodies), 100):
            fill(engine, bodies[start : start + 100])
            sleep(SHORT_PAUSE)
            wire.cut()
            sleep(SHORT_PAUSE)
            wire.mend()
        until(lambda: waiting(engine) == 0, "the outbox is empty")
        until(lambda: figures(engine) == expected, "all is counted")


def test_events_wait_in_the_database_while_rabbitmq_is_down(engine: Engine, wire: Wire, node: Node) -> None:
    wire.cut()
    bodies = many_talks(2)
    with relaying(engine, wire.url):
        fill(engine, bodies)
        sleep(1)
        assert waiting(engine) == len(bodies)
        wire.mend()
        until(lambda: waiting(engine) == 0, "the outbox is empty")
    assert depth(node.url) >= len(bodies)


def test_events_wait_in_rabbitmq_while_it_restarts(engine: Engine, own_node: Node) -> None:
    bodies = many_talks(3)
    expected = expected_of(engine, bodies)
    with relaying(engine, own_node.url):
        fill(engine, bodies)
        until(lambda: waiting(engine) == 0, "RabbitMQ has confirmed everything")
        own_node.kill()
        own_node.start()
        with consuming(engine, own_node.url):
            until(lambda: figures(engine) == expected, "all is counted")


def test_two_relays_and_two_consumers_give_the_same_figures(engine: Engine, node: Node) -> None:
    bodies = many_talks(30)
    expected = expected_of(engine, bodies)
    fill(engine, bodies)
    with ExitStack() as running:
        for _ in range(2):
            running.enter_context(relaying(engine, node.url))
            running.enter_context(consuming(engine, node.url))
        until(lambda: waiting(engine) == 0 and depth(node.url) == 0, "all has left")
        until(lambda: figures(engine) == expected, "all is counted")


def test_events_that_are_delivered_again_change_nothing(engine: Engine, node: Node) -> None:
    bodies = many_talks(3)
    expected = expected_of(engine, bodies)
    with consuming(engine, node.url):
        publish(node.url, [*bodies, *reversed(bodies), *bodies[::3]])
        until(lambda: figures(engine) == expected and depth(node.url) == 0, "all is counted")
        sleep(SHORT_PAUSE)
    assert figures(engine) == expected
    assert lines(engine) > 0


def test_a_message_that_is_no_event_is_put_aside_without_a_word_of_it(
    engine: Engine, node: Node, caplog: pytest.LogCaptureFixture
) -> None:
    bodies = many_talks(1)
    expected = expected_of(engine, bodies)
    strangers: list[Body | bytes] = [
        b"Zo\xc3\xa9 Dupont",
        b"\xff\xfe",
        b"[" * 100_000,
        {"event": "user", "text": "Zoé"},
    ]
    publish(node.url, [*strangers, *bodies])
    with consuming(engine, node.url):
        until(lambda: figures(engine) == expected, "the others are counted")
        until(lambda: depth(node.url, event_queue.REFUSED) == len(strangers), "they are kept apart")
    assert caplog.text.count("cannot be read") == len(strangers)
    assert "Zo" not in caplog.text


def test_a_queue_that_an_operator_deleted_is_made_again(
    engine: Engine, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offre_bailleurs.figures.rabbitmq.IDLE", 0.5)
    bodies = many_talks(2)
    expected = expected_of(engine, bodies)
    with relaying(engine, node.url), consuming(engine, node.url):
        sleep(1)
        forget_queues(node.url)
        fill(engine, bodies)
        until(lambda: figures(engine) == expected, "all is counted")
