"""Rasa's tracker store, in the project's database, committing each turn of the chat whole.

endpoints.yml:

    tracker_store:
      type: bot.tracker_store.TurnTrackerStore

Outside a turn of the chat (`rasa shell`, the HTTP API, a reminder) it is Rasa's `SQLTrackerStore`. Within one:

* reading fails the turn when the database fails, instead of letting Rasa go on in memory;
* saving commits the new events together with the turn's messages and answer, and with what the figures are counted
  from (`broker`), so that after a crash the database holds either all of the turn or nothing of it, and a message sent
  again is answered from there;
* only the events that came after those loaded are written: the stock store reads all events again to find them;
* the trackers of recent conversations are remembered (`recent`) and kept short (`compaction`): what a turn wrote, the
  next one need not read.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from itertools import islice
from typing import Any, TypeVar

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SessionStarted
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import sessionmaker

from bot import conversations, rasa_patches
from bot.broker import EventOutbox
from bot.compaction import shorten
from bot.conversations import CompletedTurn, LostRace
from bot.logs import describe
from bot.recent import RECENT, RecentTrackers
from bot.turns import CurrentTurn, Stage, TurnAborted, TurnOvertaken, current_turn
from offre_bailleurs import chat_tables, database

T = TypeVar("T")


class TurnTrackerStore(SQLTrackerStore):
    """See the module. The tables are the migrations' business: the store creates none."""

    def __init__(
        self,
        domain: Domain | None = None,
        event_broker: EventBroker | None = None,
        engine: Engine | None = None,
        recent: RecentTrackers | None = None,
        **kwargs: Any,
    ) -> None:
        """A store on `engine`, by default on the project's `DATABASE_URL`, which remembers `recent` trackers.

        Rasa's own constructor is left out: it opens an engine without the project's guarantees and, when the database
        is down, waits for it for ever instead of letting the chat say so.
        """
        TrackerStore.__init__(self, domain, event_broker)
        rasa_patches.apply()
        self._recent: RecentTrackers | None = None
        if rasa_patches.is_wanted("recent"):
            self._recent = recent if recent is not None else RECENT
        self.engine = engine or database.engine()
        self.sessionmaker = sessionmaker(bind=self.engine)
        self._reader = sessionmaker(bind=self.engine.execution_options(read_only=True))

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The latest session's tracker.

        Raises:
            TurnAborted: within a turn, when the database fails.
        """
        turn = current_turn.get()
        if turn is None or turn.conversation_id != sender_id:
            return await super().retrieve(sender_id)
        tracker = self._recent.take(sender_id, turn.version) if self._recent is not None else None
        if tracker is None:
            rows = await _in_thread(self._latest_events, sender_id)
            if not rows:
                turn.loaded_events = 0
                return None
            tracker = DialogueStateTracker.from_dict(sender_id, [json.loads(row) for row in rows], self.domain.slots)
            if self._recent is not None:
                shorten(tracker)
        turn.loaded_events = len(tracker.events)
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the tracker's new events; within a turn, commit the turn.

        Raises:
            TurnAborted: within a turn, when nothing could be kept.
        """
        turn = current_turn.get()
        if turn is not None and turn.erases is not None and turn.stage is Stage.COMMITTED:
            return  # erased: nothing of it is written again
        if turn is None or turn.conversation_id != tracker.sender_id or turn.stage is Stage.COMMITTED:
            if self._recent is not None:
                self._recent.forget(tracker.sender_id)  # no version tells of these events
            await super().save(tracker)
            return
        new = list(islice(tracker.events, turn.loaded_events, None))
        if not new:
            return  # Rasa saves a tracker once when it creates it, before anything has happened
        if turn.stage is not Stage.RUNNING:
            raise TurnAborted("given up before it could be committed")
        turn.stage = Stage.COMMITTING
        completed = _completed(turn, [event.as_dict() for event in new], self.event_broker)
        committed = await _in_thread(conversations.commit, self.engine, completed)
        turn.answer, turn.next_floor = committed.messages, committed.floor
        turn.stage = Stage.COMMITTED
        if self._recent is not None and committed.floor is not None:  # not a conversation that the turn erased
            shorten(tracker)
            self._recent.put(turn.version + 1, tracker)
        if self.event_broker is not None and not isinstance(self.event_broker, EventOutbox):
            await self._stream_new_events(self.event_broker, new, tracker.sender_id)

    def _latest_events(self, sender_id: str) -> list[str]:
        """The latest session's events, in the order in which they were committed.

        Rasa's own query goes by their timestamps: when a clock was set back, or two replicas' clocks differ, it loses
        the newest events, and with them the form that is under way.
        """
        table = chat_tables.events
        mine = table.c.sender_id == sender_id
        begins = select(func.max(table.c.id)).where(mine, table.c.type_name == SessionStarted.type_name)
        latest = select(table.c.data).where(mine, table.c.id >= func.coalesce(begins.scalar_subquery(), 0))
        with self._reader() as session:
            return list(session.scalars(latest.order_by(table.c.id)))


def _completed(turn: CurrentTurn, events: list[dict[str, Any]], broker: EventBroker | None) -> CompletedTurn:
    return CompletedTurn(
        conversation_id=turn.conversation_id,
        message_id=turn.message_id,
        user_id=turn.user_id,
        version=turn.version,
        opens_until=turn.opens_until,
        said=turn.said,
        replies=turn.replies,
        events=[_row(turn.conversation_id, event) for event in events],
        floor=turn.floor,
        answers=turn.answers,
        figures=broker.rows(turn.conversation_id, turn.version, events) if isinstance(broker, EventOutbox) else (),
        erases=turn.erases,
    )


def _row(sender_id: str, data: dict[str, Any]) -> dict[str, Any]:
    """A row of the `events` table, as `SQLTrackerStore.save` writes it."""
    return {
        "sender_id": sender_id,
        "type_name": data["event"],
        "timestamp": data.get("timestamp"),
        "intent_name": data.get("parse_data", {}).get("intent", {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }


async def _in_thread(function: Callable[..., T], *args: Any) -> T:
    try:
        return await asyncio.to_thread(function, *args)
    except LostRace:
        raise TurnOvertaken("another turn was committed first") from None
    except SQLAlchemyError as error:
        raise TurnAborted(f"database: {describe(error)}") from None
