"""One turn as an action sees it, and the base class of every action."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, NamedTuple

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from offre_bailleurs.chat_tables import Erasure, Floor
from offre_bailleurs.identity import ExpiredToken, InvalidToken, Turn, verify_turn
from offre_bailleurs.settings import settings

REQUESTED_SLOT = "requested_slot"
"""Rasa's: which question the next reply answers; None leaves the form."""
NOT_UNDERSTOOD = "nlu_fallback"
"""Rasa's: the intent of a message that is not understood surely enough."""
MISUNDERSTANDINGS = "misunderstandings"
"""How many replies in a row were not understood."""


class Button(NamedTuple):
    """A reply to press: what it shows and the intent, with entities, that it stands for."""

    title: str
    payload: str


class Attachment(NamedTuple):
    """A file to download."""

    name: str
    url: str
    type: str
    size: int
    """In bytes."""


class Exchange:
    """What the landlord said and what is answered: messages, slots, what follows."""

    def __init__(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        self._dispatcher = dispatcher
        self._tracker = tracker
        self._slots: dict[str, Any] = {}
        self._follow_up: str | None = None
        self.turn = _turn_of(tracker)
        self.memo: dict[str, Any] = {}
        """What an action keeps to itself until it has answered, such as its database session."""

    # What was said

    @property
    def text(self) -> str:
        """The landlord's words; of a pressed button, its title."""
        return self._tracker.latest_message.get("text") or ""

    @property
    def intent(self) -> str:
        """What the words were understood to mean."""
        return (self._tracker.latest_message.get("intent") or {}).get("name") or ""

    @property
    def confidence(self) -> float:
        """How sure the understanding is, 0 to 1; 1 of a pressed button."""
        return float((self._tracker.latest_message.get("intent") or {}).get("confidence") or 0.0)

    def entity(self, name: str) -> str | None:
        """A value that a pressed button carries: signed by the chat, no text can stand for it."""
        return next((str(entity["value"]) for entity in self._entities(name) if _is_pressed(entity)), None)

    def mention(self, name: str) -> str | None:
        """The first value of this kind that was recognised in typed text."""
        return next((str(entity["value"]) for entity in self._entities(name) if not _is_pressed(entity)), None)

    @property
    def questions(self) -> list[str]:
        """The intents of the questions that a message with several of them holds, in their order; mostly empty."""
        return list(dict.fromkeys(entity["value"] for entity in self._entities("question") if not _is_pressed(entity)))

    @property
    def likely_intents(self) -> list[str]:
        """What the words may have meant, the likeliest first."""
        ranking = self._tracker.latest_message.get("intent_ranking") or ()
        return [intent["name"] for intent in ranking if intent.get("name")]

    @property
    def is_choice(self) -> bool:
        """A button was pressed that carries a value."""
        return any(map(_is_pressed, self._entities()))

    @property
    def is_pressed(self) -> bool:
        """A button was pressed: the chat gives its meaning as the only one that it may have (bot/user_message.py)."""
        return len(self.likely_intents) == 1

    def slot(self, name: str) -> Any:
        """A slot, as set in this turn or before."""
        return self._slots[name] if name in self._slots else self._tracker.get_slot(name)

    def was_set(self, name: str) -> bool:
        """A slot was set in this turn."""
        return name in self._slots

    @property
    def in_form(self) -> bool:
        """A guided form is under way."""
        return self.form is not None

    @property
    def form(self) -> str | None:
        """The guided form that is under way, by its name in the domain."""
        return (self._tracker.active_loop or {}).get("name") or None

    def was_rejected(self) -> bool:
        """True when the form already handed this message over to the rules (a question, a greeting)."""
        for event in reversed(self._tracker.events):
            if event.get("event") == "action_execution_rejected":
                return True
            if event.get("event") == "user":
                return False
        return False

    @property
    def intents_before(self) -> list[str]:
        """What the messages before this one were understood to mean, the newest first."""
        return [name or "" for name in self._intents()[-2::-1]]

    def not_understood_before(self) -> int:
        """How many messages in a row, just before this one, were not understood."""
        before = self.intents_before
        return next((count for count, intent in enumerate(before) if intent != NOT_UNDERSTOOD), len(before))

    def _intents(self) -> list[str | None]:
        return [
            (event.get("parse_data") or {}).get("intent", {}).get("name")
            for event in self._tracker.events
            if event.get("event") == "user"
        ]

    def pressed_before(self, intent: str) -> list[dict[str, str]]:
        """What each button of this intent carried that was pressed before this message, the oldest first."""
        told = [event.get("parse_data") or {} for event in self._tracker.events if event.get("event") == "user"]
        return [
            {
                str(entity["entity"]): str(entity["value"])
                for entity in each.get("entities") or ()
                if _is_pressed(entity)
            }
            for each in told[:-1]
            if (each.get("intent") or {}).get("name") == intent
        ]

    def _entities(self, name: str | None = None) -> list[dict[str, Any]]:
        entities = self._tracker.latest_message.get("entities") or []
        return [entity for entity in entities if name is None or entity.get("entity") == name]

    # What is answered

    def say(
        self, response: str, *, buttons: Sequence[Button] = (), attachment: Attachment | None = None, **values: Any
    ) -> None:
        """Utter a response of the domain, filled with values, above buttons of this moment."""
        self._dispatcher.utter_message(
            response=response,
            buttons=[button._asdict() for button in buttons],
            attachment=attachment._asdict() if attachment else None,
            **values,
        )

    def keep_waiting(self) -> None:
        """Have the chat note, with this turn, that the conversation waits for an adviser (again)."""
        self._dispatcher.utter_message(json_message={"floor": Floor.WAITING})

    def erase(self, what: Erasure) -> None:
        """Have the chat erase instead of keeping this turn."""
        self._dispatcher.utter_message(json_message={"erase": what})

    def set(self, **slots: Any) -> None:
        """Set slots."""
        self._slots.update(slots)

    def follow_up(self, action: str) -> None:
        """Let an action run next."""
        self._follow_up = action

    def events(self) -> list[dict[str, Any]]:
        """The events that this exchange leaves in the conversation: a slot that stays as it was needs none, but for the
        two by which Rasa's form knows that its validator took the reply."""
        events = [
            SlotSet(name, value)
            for name, value in self._slots.items()
            if name in (REQUESTED_SLOT, MISUNDERSTANDINGS) or value != self._tracker.get_slot(name)
        ]
        return [*events, FollowupAction(self._follow_up)] if self._follow_up else events


class Answer(Action, ABC):
    """An action whose work (SQL, PDF) runs in a thread: the server's event loop stays free for other conversations."""

    @abstractmethod
    def answer(self, exchange: Exchange) -> None:
        """Do the work of this turn."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Called by rasa-sdk. An exception ends the turn: the channel tells the landlord, and keeps nothing of it."""
        exchange = Exchange(dispatcher, tracker)
        await asyncio.to_thread(self.answer, exchange)
        return exchange.events()


def _is_pressed(entity: dict[str, Any]) -> bool:
    """The entity comes from a button that the chat signed, see `bot/user_message.py`; the others were read in text."""
    return entity.get("extractor") == "choice"


def _turn_of(tracker: Tracker) -> Turn:
    """Who speaks, as the channel vouches for it. Anything else (a forged call, another channel) is nobody.

    Raises:
        ExpiredToken: the channel did vouch for somebody, whom it would be wrong to take for a visitor: two machines'
            clocks disagree, or the call waited for minutes. The turn fails, and nothing is done.
    """
    token = (tracker.latest_message.get("metadata") or {}).get("turn", "")
    try:
        turn = verify_turn(token, secret=settings().secret_key)
    except ExpiredToken:
        raise
    except InvalidToken:
        turn = None
    if turn is None or turn.conversation_id != tracker.sender_id:
        return Turn(conversation_id=tracker.sender_id, message_id="", user_id=None)
    return turn
