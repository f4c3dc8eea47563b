"""Runs the form's validator as Rasa's form does: given slots, intent and words → what is said and what is set."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.declare_rent.finish import LeaveDeclareRent, SubmitDeclareRent
from actions.declare_rent.form import OUTCOME, DeclareRentForm
from actions.exchange import Answer
from offre_bailleurs.identity import Turn, sign_turn
from offre_bailleurs.settings import settings

CONVERSATION = "conversation-of-the-test"


@dataclass
class Said:
    """What the bot says in one turn."""

    names: list[str] = field(default_factory=list)
    """The responses, in order."""
    values: dict[str, Any] = field(default_factory=dict)
    """What fills them."""
    buttons: dict[str, str] = field(default_factory=dict)
    """Title → payload."""
    attachment: dict[str, Any] | None = None


class Conversation:
    """One landlord's way through the form. Rasa's part is played here: it calls the validator at activation and at each
    reply, and the form's last action once no slot is requested any more."""

    def __init__(self, user_id: int | None) -> None:
        self._user_id = user_id
        self.slots: dict[str, Any] = {}
        self._turns = 0

    @property
    def question(self) -> str | None:
        """What the next reply answers; None: the form was left."""
        return self.slots.get("requested_slot")

    def begin(self, text: str = "je veux déclarer un loyer", **entities: str) -> Said:
        """The form is activated by these words."""
        return self._turn(text, "declare_rent", entities)

    def reply(self, text: str, intent: str = "inform", **entities: str) -> Said:
        """A reply, understood as this intent; entities come from a pressed button."""
        return self._turn(text, intent, entities)

    def again(self, slots: dict[str, Any], text: str, intent: str = "inform", **entities: str) -> Said:
        """The same message once more, from the slots of before it: its turn was lost after the action had acted."""
        self.slots = dict(slots)
        self._turns -= 1
        return self._turn(text, intent, entities)

    def press(self, said: Said, title: str) -> Said:
        """Press a button that was just shown."""
        import json

        payload = next(payload for shown, payload in said.buttons.items() if title in shown)
        intent, brace, entities = payload.removeprefix("/").partition("{")
        return self._turn(title, intent, json.loads(brace + entities) if brace else {})

    def run(self, action: Answer, text: str, intent: str, entities: dict[str, str], said: Said) -> list[dict[str, Any]]:
        """One call to the action server."""
        dispatcher = CollectingDispatcher()
        turn = Turn(CONVERSATION, f"message-{self._turns}", self._user_id)
        message = {
            "text": text,
            "intent": {"name": intent, "confidence": 1.0},
            "entities": [{"entity": name, "value": value, "extractor": "choice"} for name, value in entities.items()],
            "metadata": {"turn": sign_turn(turn, secret=settings().secret_key)},
        }
        tracker = Tracker(CONVERSATION, self.slots, message, [{"event": "user"}], False, None, {}, "action_listen")
        events: list[dict[str, Any]] = asyncio.run(action.run(dispatcher, tracker, {}))
        for response in dispatcher.messages:
            said.names.append(response["response"])
            said.values |= response
            said.buttons |= {button["title"]: button["payload"] for button in response["buttons"]}
            said.attachment = response["attachment"] or said.attachment
        self.slots |= {event["name"]: event["value"] for event in events if event["event"] == "slot"}
        return events

    def _turn(self, text: str, intent: str, entities: dict[str, str]) -> Said:
        self._turns += 1
        said = Said()
        self.run(DeclareRentForm(), text, intent, entities, said)
        if self.question is None:
            last = SubmitDeclareRent() if self.slots.get(OUTCOME) == "validate" else LeaveDeclareRent()
            events = self.run(last, text, intent, entities, said)
            if any(event["event"] == "followup" for event in events):
                self.run(DeclareRentForm(), text, intent, entities, said)
        return said
