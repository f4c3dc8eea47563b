"""The tracker store's memory of recent conversations: never older than the database, never more than its bounds."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import Engine, event

from bot import conversations, rasa_patches
from bot.compaction import MOST_EVENTS
from bot.conversations import CompletedTurn
from bot.recent import RecentTrackers
from bot.tracker_store import TurnTrackerStore
from bot.turns import CurrentTurn, TurnFailed, run
from offre_bailleurs.chat_tables import Erasure
from tests.services.chat.test_chat_store import exchange, following, opening, stored


class Replica:
    """A tracker store with a memory of its own, as each process has one."""

    def __init__(self, domain: Domain, engine: Engine, recent: RecentTrackers | None = None) -> None:
        self.recent = recent if recent is not None else RecentTrackers()
        self.domain = domain
        self._store = FailSafeTrackerStore(TurnTrackerStore(domain, engine=engine, recent=self.recent))
        self._store.domain = domain

    def take(self, turn: CurrentTurn, events: list[Event], *, fails: bool = False) -> DialogueStateTracker:
        """A turn as Rasa takes it; the tracker as it was loaded."""
        loaded: list[DialogueStateTracker] = []

        async def handle() -> None:
            tracker = await self._store.get_or_create_tracker(turn.conversation_id, append_action_listen=False)
            loaded.append(tracker.travel_back_in_time(float("inf")))
            for each in events:
                tracker.update(each, self._store.domain)
            if fails:
                raise OSError
            await self._store.save(tracker)

        asyncio.run(run(turn, handle, seconds=30))
        return loaded[0]


@pytest.fixture(autouse=True)
def patches() -> Iterator[None]:
    yield
    rasa_patches.remove()


@pytest.fixture
def replica(domain: Domain, engine: Engine) -> Replica:
    return Replica(domain, engine)


@contextmanager
def reads_of_events(engine: Engine) -> Iterator[list[str]]:
    """The statements that read the events' table."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().upper().startswith("SELECT") and "FROM events" in statement:
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def in_database(engine: Engine, conversation: str) -> list[str]:
    return [row[1] for row in stored(engine, conversation)]


def in_memory(tracker: DialogueStateTracker) -> list[str]:
    return [each.type_name for each in tracker.events]


def test_what_a_turn_wrote_the_next_one_need_not_read(engine: Engine, replica: Replica) -> None:
    conversation = conversations.new_id()
    replica.take(opening(conversation), exchange(1.0))
    with reads_of_events(engine) as reads:
        for version in (1, 2, 3):
            before = in_database(engine, conversation)
            reads.clear()
            assert in_memory(replica.take(following(conversation, version), exchange(version + 1.0))) == before
            assert not reads


def test_what_another_replica_wrote_is_read(domain: Domain, engine: Engine) -> None:
    first, second = Replica(domain, engine), Replica(domain, engine)
    conversation = conversations.new_id()
    first.take(opening(conversation), exchange(1.0))
    for version, replica in enumerate((second, first, second, second, first), 1):
        before = in_database(engine, conversation)
        assert in_memory(replica.take(following(conversation, version), exchange(version + 1.0))) == before


def test_a_turn_that_failed_leaves_nothing_in_memory(engine: Engine, replica: Replica) -> None:
    conversation = conversations.new_id()
    replica.take(opening(conversation), exchange(1.0))
    with pytest.raises(TurnFailed):
        replica.take(following(conversation, 1), exchange(2.0), fails=True)
    assert in_memory(replica.take(following(conversation, 1), exchange(3.0))) == [
        "action",
        "user",
        "slot",
        "action",
        "bot",
    ]


def test_a_turn_that_lost_against_another_replica_s_leaves_nothing_in_memory(domain: Domain, engine: Engine) -> None:
    first, second = Replica(domain, engine), Replica(domain, engine)
    conversation = conversations.new_id()
    first.take(opening(conversation), exchange(1.0))
    second.take(following(conversation, 1), exchange(2.0))
    with pytest.raises(TurnFailed):
        first.take(following(conversation, 1), exchange(3.0))
    before = in_database(engine, conversation)
    assert in_memory(first.take(following(conversation, 2), exchange(4.0))) == before


def test_after_what_was_said_without_rasa_the_database_is_asked(engine: Engine, replica: Replica) -> None:
    conversation = conversations.new_id()
    replica.take(opening(conversation), exchange(1.0))
    kept = CompletedTurn(conversation, str(uuid.uuid4()), None, 1, None, {"text": "a"}, [], [])
    conversations.complete_turn(engine, kept)
    with reads_of_events(engine) as reads:
        replica.take(following(conversation, 2), exchange(2.0))
    assert reads


def test_events_saved_outside_a_turn_are_not_missed(domain: Domain, engine: Engine) -> None:
    """`rasa shell`, the HTTP API: they raise no version."""
    recent = RecentTrackers()
    replica = Replica(domain, engine, recent)
    conversation = conversations.new_id()
    replica.take(opening(conversation), exchange(1.0))
    store = TurnTrackerStore(domain, engine=engine, recent=recent)

    async def outside() -> None:
        tracker = await store.retrieve(conversation)
        assert tracker is not None
        tracker.update(SlotSet("colour", "rouge"))
        await store.save(tracker)

    asyncio.run(outside())
    tracker = replica.take(following(conversation, 1), exchange(2.0))
    assert tracker.get_slot("colour") == "rouge"


def test_an_erased_conversation_is_gone_from_memory(engine: Engine, replica: Replica) -> None:
    conversation = conversations.new_id()
    replica.take(opening(conversation), exchange(1.0))
    assert len(replica.recent) == 1
    turn = following(conversation, 1)
    turn.erase(Erasure.CONVERSATION)
    replica.take(turn, exchange(2.0))
    assert len(replica.recent) == 0


def test_a_long_conversation_stays_short_in_memory_and_whole_in_the_database(engine: Engine, replica: Replica) -> None:
    conversation = conversations.new_id()
    listen = [ActionExecuted("action_listen", timestamp=1.0)]
    replica.take(opening(conversation), [*listen, *exchange(1.0)[1:]])
    longest = 0
    for version in range(1, 80):
        said = [ActionExecuted("action_listen"), UserUttered("salut", {"name": "greet"}), ActionExecuted("utter_hello")]
        longest = max(longest, len(replica.take(following(conversation, version), list(said)).events))
    assert longest <= MOST_EVENTS
    assert len(stored(engine, conversation)) == 5 + 79 * 3
    fresh = Replica(replica.domain, engine)
    assert len(fresh.take(following(conversation, 80), exchange(100.0)).events) <= MOST_EVENTS


def tracker(sender: str) -> DialogueStateTracker:
    return DialogueStateTracker(sender, [])


def test_the_memory_holds_so_many_conversations_and_no_more() -> None:
    recent = RecentTrackers(most=2)
    for sender in ("a", "b", "a", "c"):
        recent.put(1, tracker(sender))
    assert len(recent) == 2
    assert recent.take("b", 1) is None
    assert recent.take("a", 1) is not None
    assert recent.take("a", 1) is None, "who takes a tracker has it alone"


def test_a_conversation_that_is_no_longer_recent_is_forgotten() -> None:
    recent = RecentTrackers(longest=0.0)
    recent.put(1, tracker("a"))
    recent.put(1, tracker("b"))
    assert recent.take("a", 1) is None
    assert len(recent) == 0


def test_a_tracker_of_another_version_is_not_given() -> None:
    recent = RecentTrackers()
    recent.put(3, tracker("a"))
    assert recent.take("a", 4) is None
    assert len(recent) == 0
