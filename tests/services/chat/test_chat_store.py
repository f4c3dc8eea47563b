"""The tracker store, on SQLite and on PostgreSQL: what it writes, and what it does when the database goes away."""

from __future__ import annotations

import asyncio
import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from rasa.core.tracker_store import FailSafeTrackerStore, SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SessionStarted, SlotSet, UserUttered
from sqlalchemy import Engine, create_engine, insert, select, text
from sqlalchemy.orm import sessionmaker

import migrations
from bot import conversations
from bot.conversations import LostRace
from bot.tracker_store import TurnTrackerStore
from bot.turns import CurrentTurn, Stage, TurnAborted, TurnFailed, TurnOvertaken, current_turn, run
from offre_bailleurs import chat_tables as tables
from offre_bailleurs import erasure
from offre_bailleurs.database import make_engine, now, transaction
from tests.services.chat.adviser import Adviser


def opening(conversation_id: str) -> CurrentTurn:
    until = now() + timedelta(hours=1)
    return CurrentTurn(conversation_id, conversations.OPENING_ID, None, 0, until, None, [{"text": "Bonjour."}])


def following(conversation_id: str, version: int, message_id: str | None = None) -> CurrentTurn:
    said, replies = {"text": "salut"}, [{"text": "Bonjour !"}]
    return CurrentTurn(conversation_id, message_id or str(uuid.uuid4()), None, version, None, said, list(replies))


def exchange(moment: float) -> list[Event]:
    said = UserUttered("salut", {"name": "greet", "confidence": 1.0}, timestamp=moment, metadata={"turn": "token"})
    return [
        ActionExecuted("action_listen", timestamp=moment),
        said,
        SlotSet("colour", "bleu", timestamp=moment),
        ActionExecuted("utter_hello", "RulePolicy", 1.0, timestamp=moment),
        BotUttered("Bonjour !", {"buttons": [{"title": "é", "payload": "/greet"}]}, timestamp=moment),
    ]


async def converse(store: Any, sender_id: str, events: list[Event]) -> None:
    """What Rasa does in a turn: load the tracker, add events, save it."""
    tracker = await store.get_or_create_tracker(sender_id, append_action_listen=False)
    for event in events:
        tracker.update(event, store.domain)
    await store.save(tracker)


def take(turn: CurrentTurn, store: Any, events: list[Event]) -> list[conversations.Message]:
    return asyncio.run(run(turn, lambda: converse(store, turn.conversation_id, events), seconds=30))


def stored(engine: Engine, sender_id: str) -> list[tuple[Any, ...]]:
    columns = [column for column in tables.events.c if column.name != "id"]
    with engine.connect() as connection:
        mine = select(*columns).where(tables.events.c.sender_id == sender_id).order_by(tables.events.c.id)
        return [(*row[:-1], json.loads(row.data)) for row in connection.execute(mine)]


def said(engine: Engine, conversation_id: str) -> list[conversations.Message]:
    return conversations.messages_after(engine, conversation_id, 0)[1]


def test_the_events_are_those_that_the_stock_store_would_keep(engine: Engine, domain: Domain, store: Any) -> None:
    sessions = [
        [SessionStarted(timestamp=1.0), *exchange(2.0)],
        exchange(3.0),
        [SessionStarted(timestamp=4.0), *exchange(5.0)],  # the session had expired
        exchange(6.0),
    ]
    ours, theirs = conversations.new_id(), conversations.new_id()
    stock = SQLTrackerStore(domain, host="sqlite://")
    stock.engine, stock.sessionmaker = engine, sessionmaker(bind=engine)
    for version, events in enumerate(sessions):
        take(opening(ours) if version == 0 else following(ours, version), store, events)
        asyncio.run(converse(stock, theirs, events))
    kept = stored(engine, ours)
    assert [row[1:] for row in kept] == [row[1:] for row in stored(engine, theirs)]
    assert len(kept) == sum(map(len, sessions))


def test_outside_a_turn_it_is_the_stock_store(engine: Engine, store: Any) -> None:
    sender = conversations.new_id()
    for moment in (1.0, 2.0):
        asyncio.run(converse(store, sender, exchange(moment)))
    assert len(stored(engine, sender)) == 10
    assert len(asyncio.run(store.retrieve(sender)).events) == 10


def test_a_turn_that_another_process_overtook_keeps_nothing(engine: Engine, store: Any) -> None:
    conversation = conversations.new_id()
    take(opening(conversation), store, exchange(1.0))
    take(following(conversation, 1), store, exchange(2.0))
    with pytest.raises(TurnFailed) as failure:
        take(following(conversation, 1), store, exchange(3.0))
    assert failure.value.overtaken
    assert len(stored(engine, conversation)) == 10


def test_two_commits_at_the_same_time_are_one_commit_and_one_lost_race(engine: Engine, store: Any) -> None:
    conversation = conversations.new_id()
    take(opening(conversation), store, exchange(1.0))

    async def both() -> list[Any]:
        def turn() -> Any:
            done = conversations.CompletedTurn(conversation, str(uuid.uuid4()), None, 1, None, {"text": "a"}, [], [])
            return asyncio.to_thread(conversations.complete_turn, engine, done)

        return await asyncio.gather(*(turn() for _ in range(4)), return_exceptions=True)

    outcomes = [type(outcome) for outcome in asyncio.run(both())]
    assert sorted(outcomes, key=str) == sorted([list, LostRace, LostRace, LostRace], key=str)


def test_an_adviser_who_writes_during_a_turn_does_not_make_it_fail(engine: Engine, store: Any) -> None:
    conversation = conversations.new_id()
    take(opening(conversation), store, exchange(1.0))
    with engine.begin() as connection:
        connection.execute(tables.conversation.update().values(last_seq=tables.conversation.c.last_seq + 1))
        row = {"conversation_id": conversation, "seq": 2, "sender": "adviser", "body": {"text": "Bonjour."}}
        connection.execute(insert(tables.message).values(**row, created_at=now()))
    assert [message.seq for message in take(following(conversation, 1), store, exchange(2.0))] == [4]


def test_a_message_sent_again_is_not_answered_with_what_an_adviser_says(engine: Engine, store: Any) -> None:
    conversation, message_id = conversations.new_id(), str(uuid.uuid4())
    take(opening(conversation), store, exchange(1.0))
    answer = take(following(conversation, 1, message_id), store, exchange(2.0))
    Adviser(engine, conversation).say("Bonjour.")
    assert conversations.find_turn(engine, conversation, message_id)[1] == answer


def test_a_turn_that_was_given_up_cannot_be_committed(engine: Engine, store: Any) -> None:
    turn = opening(conversations.new_id())

    async def late() -> None:
        current_turn.set(turn)
        turn.stage = Stage.GIVEN_UP
        await converse(store, turn.conversation_id, exchange(1.0))

    with pytest.raises(TurnAborted):
        asyncio.run(late())
    assert stored(engine, turn.conversation_id) == []


def test_only_what_has_ended_is_purged(engine: Engine, store: Any) -> None:
    old, current = conversations.new_id(), conversations.new_id()
    for conversation in (old, current):
        take(opening(conversation), store, exchange(1.0))
    with engine.begin() as connection:
        expired = tables.conversation.update().where(tables.conversation.c.id == old)
        connection.execute(expired.values(expires_at=now() - timedelta(seconds=1)))
    assert conversations.messages_after(engine, old, 0) == (None, [])
    for count in (1, 0):
        with transaction(on=engine) as session:
            assert erasure.purge_ended(session, now()) == count
        assert stored(engine, old) == []
        assert len(stored(engine, current)) == 5


def test_rasas_own_table_is_declared_as_rasa_declares_it() -> None:
    theirs = SQLTrackerStore.SQLEvent.__table__
    assert theirs.name == tables.events.name

    def form(table: Any) -> list[tuple[Any, ...]]:
        return [(column.name, str(column.type), column.nullable, column.primary_key) for column in table.columns]

    assert form(theirs) == form(tables.events)
    assert {tuple(index.columns.keys()) for index in theirs.indexes} == {
        tuple(index.columns.keys()) for index in tables.events.indexes
    }


def test_postgresql_going_away_fails_the_turn_and_coming_back_heals_it(postgresql: str, domain: Domain) -> None:
    migrations.upgrade(postgresql)
    engine = make_engine(postgresql)
    store = FailSafeTrackerStore(TurnTrackerStore(domain, engine=engine))
    name = postgresql.rpartition("/")[2]
    conversation = conversations.new_id()
    take(opening(conversation), store, exchange(1.0))
    server = create_engine(postgresql.replace(name, "postgres"), isolation_level="AUTOCOMMIT")

    async def vanishing(tracker: Any) -> None:
        for event in exchange(2.0):
            tracker.update(event, domain)
        go_away()
        await store.save(tracker)

    async def turn() -> None:
        await vanishing(await store.get_or_create_tracker(conversation, append_action_listen=False))

    def go_away() -> None:
        with server.connect() as connection:
            connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
            gone = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
            connection.execute(text(gone), {"name": name})

    try:
        with pytest.raises(TurnFailed, match="database"):  # while it is committed
            asyncio.run(run(following(conversation, 1), turn, seconds=30))
        with pytest.raises(TurnFailed, match="database"):  # before it is begun
            take(following(conversation, 1), store, exchange(3.0))
    finally:
        with server.connect() as connection:
            connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"))
        server.dispose()
    assert len(stored(engine, conversation)) == 5
    take(following(conversation, 1), store, exchange(4.0))
    assert len(stored(engine, conversation)) == 10
    engine.dispose()


def test_the_exceptions_that_cross_rasa_are_no_exceptions_that_it_catches() -> None:
    assert not issubclass(TurnAborted, Exception)
    assert issubclass(TurnOvertaken, TurnAborted)
