"""Runs the journey `create_user` as Rasa does: the start, the form's validator, and the form's last action."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.create_user.case import OUTCOME
from actions.create_user.finish import LeaveCreateUser, SubmitCreateUser
from actions.create_user.form import CreateUserForm
from actions.create_user.start import StartCreateUser
from actions.exchange import Answer
from offre_bailleurs.identity import Turn, sign_turn
from offre_bailleurs.settings import settings

CONVERSATION = "conversation-of-the-test"
EMAIL = "julie.martin@exemple.fr"


@dataclass
class Said:
    """What the bot says in one turn."""

    names: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    buttons: dict[str, str] = field(default_factory=dict)
    """Title → payload."""


class Creation:
    """One person's way through the journey."""

    def __init__(self, user_id: int | None) -> None:
        self._user_id = user_id
        self.slots: dict[str, Any] = {}
        self._turns = 0
        self.form: str | None = None
        """The form under way."""

    @property
    def question(self) -> str | None:
        """What the next reply answers; None: no form is under way."""
        return self.slots.get("requested_slot")

    @property
    def draft(self) -> dict[str, Any]:
        """What was given so far."""
        return dict(self.slots["new_user"])

    def asks(self, text: str, intent: str = "create_user") -> Said:
        """What begins the journey, or a question."""
        self._turns += 1
        said = Said()
        self._run(StartCreateUser(), text, intent, {}, 1.0, said)
        if self.slots.get("create_user_ready"):
            self._form_turn(text, intent, {}, 1.0, said)
        return said

    def says(self, text: str, intent: str = "inform", confidence: float = 1.0, **entities: str) -> Said:
        """A reply in the form."""
        self._turns += 1
        said = Said()
        self._form_turn(text, intent, entities, confidence, said)
        return said

    def again(self, slots: dict[str, Any], text: str, intent: str, **entities: str) -> Said:
        """The same message once more, from the slots of before it: its turn was lost after the action had acted."""
        self.slots, self.form = dict(slots), CreateUserForm.form
        self._turns -= 1
        return self.says(text, intent, **entities)

    def presses(self, said: Said, title: str) -> Said:
        """Press a button that was shown."""
        payload = next(payload for shown, payload in said.buttons.items() if title in shown)
        intent, brace, entities = payload.removeprefix("/").partition("{")
        if self.form is None:
            return self.asks(title, intent)
        return self.says(title, intent, **(json.loads(brace + entities) if brace else {}))

    def _form_turn(self, text: str, intent: str, entities: dict[str, str], confidence: float, said: Said) -> None:
        self.form = CreateUserForm.form
        self._run(CreateUserForm(), text, intent, entities, confidence, said)
        if self.question is not None or not self.slots.get(OUTCOME):
            return
        self.form = None
        if self.slots[OUTCOME] == "declare":
            return
        last = SubmitCreateUser() if self.slots[OUTCOME] == "validate" else LeaveCreateUser()
        events = self._run(last, text, intent, entities, confidence, said)
        if any(event["event"] == "followup" for event in events):
            self.form = CreateUserForm.form
            self._run(CreateUserForm(), text, intent, entities, confidence, said)

    def _run(
        self, action: Answer, text: str, intent: str, entities: dict[str, str], confidence: float, said: Said
    ) -> list[dict[str, Any]]:
        dispatcher = CollectingDispatcher()
        turn = Turn(CONVERSATION, f"message-{self._turns}", self._user_id)
        message = {
            "text": text,
            "intent": {"name": intent, "confidence": confidence},
            "entities": [{"entity": name, "value": value, "extractor": "choice"} for name, value in entities.items()],
            "metadata": {"turn": sign_turn(turn, secret=settings().secret_key)},
        }
        loop = {"name": self.form} if self.form else {}
        tracker = Tracker(CONVERSATION, self.slots, message, [{"event": "user"}], False, None, loop, "action_listen")
        events: list[dict[str, Any]] = asyncio.run(action.run(dispatcher, tracker, {}))
        for response in dispatcher.messages:
            said.names.append(response["response"])
            said.values |= response
            said.buttons |= {button["title"]: button["payload"] for button in response["buttons"]}
        self.slots |= {event["name"]: event["value"] for event in events if event["event"] == "slot"}
        return events


def at_the_summary(talk: Creation) -> Said:
    """All is given: Julie Martin, by mail alone, in the first group."""
    talk.asks("ajoute ma collègue Julie Martin")
    talk.says(EMAIL)
    talk.says(EMAIL)
    for _ in range(3):
        talk.says("passer")
    said = talk.says("passer")
    said = talk.presses(said, "Conventionnés")
    return talk.presses(said, "C'est tout")
