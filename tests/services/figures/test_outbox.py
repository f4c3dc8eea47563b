"""Rasa's event broker as the tracker store uses it: a turn's events are kept with the turn, or not at all."""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta
from typing import Any

import pytest
from rasa.core.brokers.broker import EventBroker
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, UserUttered
from rasa.utils.endpoints import EndpointConfig, read_endpoint_config
from sqlalchemy import Engine, select

from bot import conversations
from bot.broker import EventOutbox
from bot.tracker_store import TurnTrackerStore
from bot.turns import CurrentTurn, TurnFailed, run
from offre_bailleurs import database
from offre_bailleurs.chat_tables import event_outbox
from offre_bailleurs.database import now
from offre_bailleurs.settings import PROJECT_ROOT
from tests.services.figures.ledger import count_outbox, figures, waiting
from tests.support.rabbitmq import Wire

SECRET = "a secret for the tests, long enough to be one"


@pytest.fixture
def store(engine: Engine) -> TurnTrackerStore:
    domain = Domain.from_dict({"intents": ["greet"], "actions": ["action_not_understood"]})
    return TurnTrackerStore(domain, EventOutbox(engine, secret=SECRET), engine)


def turn_of(conversation_id: str, version: int) -> CurrentTurn:
    until = now() + timedelta(hours=1) if version == 0 else None
    return CurrentTurn(conversation_id, str(uuid.uuid4()), None, version, until, {"text": "x"}, [{"text": "y"}])


def exchange() -> list[Event]:
    return [
        UserUttered("Inès De La Fougère", {"name": "greet", "confidence": 1.0}),
        ActionExecuted("action_listen"),
        BotUttered("Bonjour Inès", metadata={"utter_action": "utter_deadline", "name": "Inès"}),
    ]


async def converse(store: TurnTrackerStore, sender_id: str) -> None:
    tracker = await store.get_or_create_tracker(sender_id, append_action_listen=False)
    for event in exchange():
        tracker.update(event, store.domain)
    await store.save(tracker)
    while store.event_broker._tasks:
        await asyncio.gather(*store.event_broker._tasks)


def take(turn: CurrentTurn, store: TurnTrackerStore) -> None:
    asyncio.run(run(turn, lambda: converse(store, turn.conversation_id), seconds=30))


def outbox(engine: Engine) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return list(connection.scalars(select(event_outbox.c.body).order_by(event_outbox.c.id)))


def test_a_turn_leaves_its_events_in_the_outbox(engine: Engine, store: TurnTrackerStore) -> None:
    conversation = conversations.new_id()
    take(turn_of(conversation, 0), store)
    take(turn_of(conversation, 1), store)
    bodies = outbox(engine)
    assert [body["event"] for body in bodies] == ["user", "bot"] * 2
    assert [body["event_id"].split("/")[1:] for body in bodies] == [["0", "0"], ["0", "2"], ["1", "0"], ["1", "2"]]
    assert conversation not in str(bodies)
    assert "Inès" not in str(bodies)


def test_a_turn_that_another_process_overtook_leaves_none(engine: Engine, store: TurnTrackerStore) -> None:
    conversation = conversations.new_id()
    take(turn_of(conversation, 0), store)
    take(turn_of(conversation, 1), store)
    before = waiting(engine)
    with pytest.raises(TurnFailed):
        take(turn_of(conversation, 1), store)
    assert waiting(engine) == before


def test_a_turn_whose_events_cannot_be_written_is_not_kept(engine: Engine, store: TurnTrackerStore) -> None:
    conversation = conversations.new_id()
    take(turn_of(conversation, 0), store)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE chat_event RENAME TO elsewhere")
    with pytest.raises(TurnFailed):
        take(turn_of(conversation, 1), store)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO chat_event")
    found = conversations.find(engine, conversation)
    assert found is not None
    assert found.version == 1
    take(turn_of(conversation, 1), store)
    assert waiting(engine) == 4


def test_an_erased_conversation_leaves_figures_and_nothing_else(engine: Engine, store: TurnTrackerStore) -> None:
    conversation = conversations.new_id()
    take(turn_of(conversation, 0), store)
    conversations.forget(engine, conversation)
    count_outbox(engine)
    assert len(figures(engine)["figures_conversation"]) == 1


def test_outside_a_turn_the_broker_writes_by_itself(engine: Engine, store: TurnTrackerStore) -> None:
    asyncio.run(converse(store, "shell"))
    assert [body["event"] for body in outbox(engine)] == ["user", "bot"]
    count_outbox(engine)
    assert len(figures(engine)["figures_topic"]) == 1


def test_outside_a_turn_a_database_that_is_gone_costs_no_answer(engine: Engine, store: TurnTrackerStore) -> None:
    async def publish() -> None:
        broker = store.event_broker
        broker.publish({"sender_id": "shell", **exchange()[0].as_dict()})
        await broker.close()

    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE chat_event")
    asyncio.run(publish())


def test_rasa_makes_the_broker_that_its_endpoints_name(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "engine", lambda: engine)
    monkeypatch.setenv("ACTIONS_URL", "http://127.0.0.1:1/webhook")
    named: EndpointConfig | None = read_endpoint_config(str(PROJECT_ROOT / "endpoints.yml"), "event_broker")
    assert isinstance(asyncio.run(EventBroker.create(named)), EventOutbox)


def test_the_broker_is_made_and_ended_at_once_while_rabbitmq_does_not_answer(engine: Engine) -> None:
    async def start_and_end() -> None:
        broker = EventOutbox(engine, secret=SECRET)
        broker.relay_to(Wire(1).url)  # nobody listens there
        await asyncio.sleep(0.1)
        async with asyncio.timeout(5):
            await broker.close()

    asyncio.run(start_and_end())
