"""Conversations as the figures are told of them: events that `bot/reduction.py` could have made."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any, Self

Body = dict[str, Any]
MORNING = datetime(2026, 9, 10, 9, 0, tzinfo=UTC)


def digest(name: str) -> str:
    """Stands for a conversation."""
    return hashlib.sha256(name.encode()).hexdigest()


def said(intent: str, **entities: str) -> Body:
    """A message, or a button with what it carries."""
    carried = [{"entity": name, "value": value} for name, value in entities.items()]
    return {"event": "user", "parse_data": {"intent": {"name": intent, "confidence": 0.9}, "entities": carried}}


def uttered(response: str) -> Body:
    """A response of the assistant's."""
    return {"event": "bot", "metadata": {"utter_action": response}}


def slot(name: str, value: str | int | None) -> Body:
    """A slot, set."""
    return {"event": "slot", "name": name, "value": value}


def form(journey: str | None) -> Body:
    """A form begins to ask, or none does any more."""
    return {"event": "active_loop", "name": f"{journey}_form" if journey else None}


def no_answer() -> Body:
    """Nothing could be answered."""
    return {"event": "action", "name": "action_not_understood"}


class Talk:
    """A conversation: turns of events, a minute between two of them."""

    def __init__(self, name: str = "somebody", *, begins: datetime = MORNING) -> None:
        self.id = digest(name)
        self.events: list[Body] = []
        self._version = 0
        self._at = begins
        self.turn(said("open_conversation"), uttered("utter_open_anonymous"))

    def turn(self, *events: Body) -> Self:
        """A turn, with all that happens in it."""
        for position, event in enumerate(events):
            named = {"sender_id": self.id, "event_id": f"{self.id}/{self._version}/{position}"}
            self.events.append(
                {**named, "timestamp": (self._at + timedelta(seconds=position / 100)).timestamp(), **event}
            )
        self._version += 1
        self._at += timedelta(minutes=1)
        return self

    def asks(self, topic: str) -> Self:
        """A question that is answered."""
        return self.turn(said(topic), uttered(f"utter_{topic}"))

    def votes(self, topic: str, helped: str) -> Self:
        """Whether it helped: "yes" or "no"."""
        return self.turn(said("give_feedback", topic=topic, helped=helped), uttered("utter_feedback_thanks"))

    def is_not_understood(self, text: str | None = None) -> Self:
        """A sentence that nothing could be answered to."""
        message = said("nlu_fallback")
        return self.turn({**message, "text": text} if text else message, no_answer(), uttered("utter_not_understood"))

    def begins(self, journey: str, step: str) -> Self:
        """A journey begins and asks its first question."""
        return self.turn(said(journey), form(journey), uttered(f"utter_question_{step}"), slot("requested_slot", step))

    def answers(self, step: str) -> Self:
        """The reply to the open question; the next one is asked."""
        return self.turn(said("inform"), uttered(f"utter_question_{step}"), slot("requested_slot", step))

    def leaves(self, journey: str, outcome: str, *then: Body) -> Self:
        """The form ends, and something follows."""
        return self.turn(said("affirm"), slot(f"{journey}_outcome", outcome), form(None), *then)

    def declares(self) -> Self:
        """A declaration, from the first question to the recap."""
        self.begins("declare_rent", "tenant").answers("situation").answers("july_rent").answers("decision")
        return self.leaves("declare_rent", "validate", uttered("utter_transmitted"), uttered("utter_remaining_none"))
