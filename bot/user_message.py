"""What Rasa is told of a landlord's message: a typed text, a verified choice, the opening, the floor's return."""

from __future__ import annotations

from typing import Any, Final

from rasa.core.channels.channel import UserMessage
from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.nlu.training_data.message import Message

from bot.choices import Choice
from bot.incoming import for_rasa

OPENING_INTENT: Final = "open_conversation"
"""The intent of a conversation's first turn: its rule greets."""
RETURNED_INTENT: Final = "floor_returned"
"""The intent of the turn with which the bot takes over from an adviser: its rule says what happened."""


def typed(text: str) -> UserMessage:
    """A text, to be understood; never a command."""
    return UserMessage(for_rasa(text))


def opening() -> UserMessage:
    """The first turn's message, which nobody typed."""
    return _unsaid(OPENING_INTENT)


def returned() -> UserMessage:
    """The message of the turn with which the floor returns to the bot, which nobody typed either."""
    return _unsaid(RETURNED_INTENT)


def chosen(choice: Choice, domain: Domain | None) -> UserMessage:
    """A button pressed.

    A payload `/intent{"entity": …}` is read as Rasa reads it, and given with the button's title as its text: a form
    that asks for a text then gets what the landlord read, not the payload. Any other payload, and one whose intent the
    model no longer knows, is understood as if it had been typed.
    """
    if not choice.payload.startswith("/"):
        return typed(choice.payload)
    read = YAMLStoryReader.unpack_regex_message(Message({"text": choice.payload}), entity_extractor_name="choice")
    intent = read.get("intent")
    if not intent or domain is None or intent["name"] not in domain.intents:
        return typed(choice.title)
    entities = [
        {key: value for key, value in each.items() if key not in ("start", "end")} for each in read.get("entities")
    ]
    return _meant(choice.title, intent, entities)


def _unsaid(intent: str) -> UserMessage:
    return _meant(f"/{intent}", {"name": intent, "confidence": 1.0}, [])


def _meant(text: str, intent: dict[str, Any], entities: list[dict[str, Any]]) -> UserMessage:
    """A message whose meaning is known: Rasa's language understanding is not asked."""
    parsed = {"text": text, "intent": intent, "entities": entities, "intent_ranking": [intent]}
    return UserMessage(text, parse_data=parsed)
