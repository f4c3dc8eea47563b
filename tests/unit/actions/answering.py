"""Runs one action on one message, as Rasa does: intent, what was recognised, slots → what is said and set."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.exchange import Answer
from offre_bailleurs.identity import Turn, sign_turn
from offre_bailleurs.settings import settings

_CONVERSATION = "conversation-of-the-test"


@dataclass
class Visitor:
    """Somebody in the chat; signed in when `user_id` is given."""

    user_id: int | None = None
    slots: dict[str, Any] = field(default_factory=dict)
    understood: list[dict[str, Any]] = field(default_factory=list)
    """What was read in each message."""
    form: str | None = None
    """The form under way."""

    def asks(
        self,
        action: Answer,
        text: str,
        intent: str,
        *,
        mentions: dict[str, str] | None = None,
        pressed: dict[str, str] | None = None,
        questions: Sequence[str] = (),
        likely: Sequence[str] = (),
    ) -> list[dict[str, Any]]:
        """The responses, in order, with what fills them; slots stay set for the next message."""
        read = [(name, value, "FrenchEntityExtractor") for name, value in (mentions or {}).items()]
        read += [("question", name, "QuestionSplitter") for name in questions]
        read += [(name, value, "choice") for name, value in (pressed or {}).items()]
        message = {
            "text": text,
            "intent": {"name": intent, "confidence": 1.0},
            "entities": [{"entity": name, "value": value, "extractor": by} for name, value, by in read],
            "intent_ranking": [{"name": name, "confidence": 0.2} for name in likely],
            "metadata": {"turn": sign_turn(Turn(_CONVERSATION, "m", self.user_id), secret=settings().secret_key)},
        }
        self.understood.append({"intent": message["intent"], "entities": message["entities"]})
        events = [{"event": "user", "parse_data": each} for each in self.understood]
        tracker = Tracker(_CONVERSATION, self.slots, message, events, False, None, _loop(self.form), "action_listen")
        dispatcher = CollectingDispatcher()
        for event in asyncio.run(action.run(dispatcher, tracker, {})):
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
        said: list[dict[str, Any]] = dispatcher.messages
        return said


def _loop(form: str | None) -> dict[str, str]:
    return {"name": form} if form is not None else {}


def names(said: list[dict[str, Any]]) -> list[str]:
    """The names of the responses."""
    return [response["response"] for response in said]
