"""Runs the hand-over as Rasa does: what asks for an adviser, the message's form, the journeys that it interrupts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import insert, select

from actions.create_user.form import CreateUserForm
from actions.declare_rent.form import DeclareRentForm
from actions.desk.ask import READY, AskAdviser
from actions.desk.floor import StopWaiting, TakeFloorBack
from actions.desk.form import LeaveMessageForm
from actions.desk.send import SendMessage
from actions.exchange import REQUESTED_SLOT, Answer
from actions.form import INTERRUPTED, JourneyForm
from actions.recover_access.form import RecoverAccessForm
from offre_bailleurs.chat_tables import Floor, conversation
from offre_bailleurs.database import now, reading
from offre_bailleurs.identity import Turn, sign_turn
from offre_bailleurs.models import SupportRequest
from offre_bailleurs.settings import settings
from tests.unit.conftest import World

CONVERSATION = "conversation-of-the-test"
FORMS: Mapping[str, type[JourneyForm]] = {
    each.form: each for each in (DeclareRentForm, RecoverAccessForm, CreateUserForm, LeaveMessageForm)
}
RULES: Mapping[str, type[Answer]] = {
    "ask_adviser": AskAdviser,
    "floor_returned": TakeFloorBack,
    "stop_waiting": StopWaiting,
}
"""What the rules run, in a form and out of one."""


@dataclass
class Said:
    """What the bot says in one turn."""

    names: list[str] = field(default_factory=list)
    """The responses, in order."""
    values: dict[str, Any] = field(default_factory=dict)
    """What fills them."""
    buttons: dict[str, str] = field(default_factory=dict)
    """Title → payload."""
    floor: str | None = None
    """What the chat is told of it."""


@dataclass
class Talk:
    """One person's way through a conversation, in which any of the forms may be under way."""

    world: World
    user_id: int | None = None
    form: str | None = None
    slots: dict[str, Any] = field(default_factory=dict)
    turns: int = 0

    def __post_init__(self) -> None:
        moment = now()
        row = {"id": CONVERSATION, "created_at": moment, "expires_at": moment.replace(year=moment.year + 1)}
        with self.world.engine.begin() as connection:
            connection.execute(insert(conversation).values(last_seq=1, version=1, **row))

    @property
    def question(self) -> str | None:
        """What the next reply answers; None: no form is under way."""
        return self.slots.get(REQUESTED_SLOT) if self.form else None

    @property
    def floor(self) -> Floor:
        """Who answers the next message, as the database has it."""
        with self.world.engine.connect() as connection:
            return Floor(connection.execute(select(conversation.c.floor)).scalar_one())

    def requests(self) -> list[SupportRequest]:
        """What the desk has of this conversation."""
        with reading(on=self.world.engine) as session:
            found = list(session.scalars(select(SupportRequest).order_by(SupportRequest.id)))
            session.expunge_all()
            return found

    def begins(self, form: str, text: str, intent: str, **slots: Any) -> Said:
        """A journey's form is activated by these words."""
        self.turns += 1
        self.slots |= slots
        said = Said()
        self._activate(form, text, intent, {}, said, pressed=False)
        return said

    def says(self, text: str, intent: str = "inform", confidence: float = 0.9) -> Said:
        """Words, understood as this intent."""
        return self._turn(text, intent, {}, confidence, pressed=False)

    def presses(self, said: Said | str, title: str) -> Said:
        """A button that was shown, or one of any payload."""
        shown = said if isinstance(said, str) else next(p for t, p in said.buttons.items() if title in t)
        intent, brace, entities = shown.removeprefix("/").partition("{")
        return self._turn(title, intent, json.loads(brace + entities) if brace else {}, 1.0, pressed=True)

    def again(self, before: dict[str, Any], form: str | None, said: Said | str, title: str) -> Said:
        """The same button once more, from before it: its turn was lost after the action had acted."""
        self.slots, self.form, self.turns = dict(before), form, self.turns - 1
        return self.presses(said, title)

    def send(self, said: Said) -> None:
        """The form's last action, whatever the form made of the reply."""
        self._run(SendMessage(), "Envoyer", "pick_message", {}, said, 1.0, pressed=True)

    def _turn(self, text: str, intent: str, entities: dict[str, str], confidence: float, *, pressed: bool) -> Said:
        self.turns += 1
        said = Said()
        call = (text, intent, entities, said)
        form = self.form
        if form is None:
            self._rule(*call, confidence, pressed=pressed)
        elif self._run(FORMS[form](), *call, confidence, pressed=pressed):
            if self.slots.get(REQUESTED_SLOT) is None:
                self._ended(*call, pressed=pressed)
        else:  # the form rejects, the rules answer, the form asks again
            self._rule(*call, confidence, pressed=pressed)
            if self.form == form:
                self._run(FORMS[form](), *call, confidence, pressed=pressed, rejected=True)
        return said

    def _rule(
        self, text: str, intent: str, entities: dict[str, str], said: Said, confidence: float, *, pressed: bool
    ) -> None:
        if intent not in RULES:
            said.names.append("the rules")
            return
        self._run(RULES[intent](), text, intent, entities, said, confidence, pressed=pressed)
        if intent == "ask_adviser" and self.slots[READY]:
            self._activate(LeaveMessageForm.form, text, intent, entities, said, pressed=pressed)

    def _activate(
        self, form: str, text: str, intent: str, entities: dict[str, str], said: Said, *, pressed: bool
    ) -> None:
        self.form = form  # before the validator is called; the question requested last is still there
        self._run(FORMS[form](), text, intent, entities, said, 0.9, pressed=pressed)
        self.form = form if self.slots.get(REQUESTED_SLOT) is not None else None

    def _ended(self, text: str, intent: str, entities: dict[str, str], said: Said, *, pressed: bool) -> None:
        ended, self.form = self.form, None
        if ended != LeaveMessageForm.form:
            return
        self._run(SendMessage(), text, intent, entities, said, 0.9, pressed=pressed)
        interrupted = self.slots.get(INTERRUPTED)
        if interrupted:
            self._activate(f"{interrupted}_form", text, intent, entities, said, pressed=pressed)

    def _run(
        self,
        action: Answer,
        text: str,
        intent: str,
        entities: dict[str, str],
        said: Said,
        confidence: float,
        *,
        pressed: bool,
        rejected: bool = False,
    ) -> bool:
        """One call to the action server; whether it set anything."""
        dispatcher = CollectingDispatcher()
        turn = Turn(CONVERSATION, f"message-{self.turns}", self.user_id)
        ranking = [{"name": intent, "confidence": confidence}, *([] if pressed else [{"name": "other"}])]
        message = {
            "text": text,
            "intent": {"name": intent, "confidence": confidence},
            "entities": [{"entity": name, "value": value, "extractor": "choice"} for name, value in entities.items()],
            "intent_ranking": ranking,
            "metadata": {"turn": sign_turn(turn, secret=settings().secret_key)},
        }
        happened = [{"event": "user"}, *([{"event": "action_execution_rejected"}] if rejected else [])]
        loop = {"name": self.form} if self.form else {}
        tracker = Tracker(CONVERSATION, self.slots, message, happened, False, None, loop, "action_listen")
        events: list[dict[str, Any]] = asyncio.run(action.run(dispatcher, tracker, {}))
        for response in dispatcher.messages:
            if response["custom"]:
                said.floor = response["custom"]["floor"]
                continue
            said.names.append(response["response"])
            said.values |= response
            said.buttons |= {button["title"]: button["payload"] for button in response["buttons"]}
        self.slots |= {event["name"]: event["value"] for event in events if event["event"] == "slot"}
        return any(event["event"] == "slot" for event in events)
