"""Rasa's tracker store, in the project's database, committing each turn of the chat whole.

endpoints.yml:

    tracker_store:
      type: bot.tracker_store.TurnTrackerStore

Outside a turn of the chat (`rasa shell`, the HTTP API, a reminder) it is Rasa's `SQLTrackerStore`. Within one:

* reading fails the turn when the database fails, instead of letting Rasa go on in memory;
* saving commits the new events together with the turn's messages and answer, and with what the figures are counted
  from (`broker`), so that after a crash the database holds either all of the turn or nothing of it, and a message sent
  again is answered from there;
* only the events that came after those loaded are written: the stock store reads all events again to find them.
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
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import sessionmaker

from bot import conversations
from bot.broker import EventOutbox
from bot.conversations import CompletedTurn, LostRace
from bot.logs import describe
from bot.turns import CurrentTurn, Stage, TurnAborted, TurnOvertaken, current_turn
from offre_bailleurs import database

T = TypeVar("T")


class TurnTrackerStore(SQLTrackerStore):
    """See the module. The tables are the migrations' business: the store creates none."""

    def __init__(
        self,
        domain: Domain | None = None,
        event_broker: EventBroker | None = None,
        engine: Engine | None = None,
        **kwargs: Any,
    ) -> None:
        """A store on `engine`, by default on the project's `DATABASE_URL`.

        Rasa's own constructor is left out: it opens an engine without the project's guarantees and, when the database
        is down, waits for it for ever instead of letting the chat say so.
        """
        TrackerStore.__init__(self, domain, event_broker)
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
        rows = await _in_thread(self._latest_events, sender_id)
        turn.loaded_events = len(rows)
        if not rows:
            return None
        return DialogueStateTracker.from_dict(sender_id, [json.loads(row) for row in rows], self.domain.slots)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the tracker's new events; within a turn, commit the turn.

        Raises:
            TurnAborted: within a turn, when nothing could be kept.
        """
        turn = current_turn.get()
        if turn is None or turn.conversation_id != tracker.sender_id or turn.stage is Stage.COMMITTED:
            await super().save(tracker)
            return
        new = list(islice(tracker.events, turn.loaded_events, None))
        if not new:
            return  # Rasa saves a tracker once when it creates it, before anything has happened
        if turn.stage is not Stage.RUNNING:
            raise TurnAborted("given up before it could be committed")
        turn.stage = Stage.COMMITTING
        completed = _completed(turn, [event.as_dict() for event in new], self.event_broker)
        turn.answer = await _in_thread(conversations.complete_turn, self.engine, completed)
        turn.stage = Stage.COMMITTED
        if self.event_broker is not None and not isinstance(self.event_broker, EventOutbox):
            await self._stream_new_events(self.event_broker, new, tracker.sender_id)

    def _latest_events(self, sender_id: str) -> list[str]:
        with self._reader() as session:
            query = self._event_query(session, sender_id, fetch_events_from_all_sessions=False)
            return [data for (data,) in query.with_entities(self.SQLEvent.data)]


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
