"""The actions of the tests' bot. What they do, they do in the folder ACTS, where a test looks and holds them up."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection

from offre_bailleurs.identity import Turn, verify_turn
from offre_bailleurs.settings import settings

ACTS = Path(os.environ["ACTS"])


def turn_of(tracker: Tracker) -> Turn:
    return verify_turn(tracker.latest_message["metadata"]["turn"], secret=settings().secret_key)


async def be_called(turn: Turn) -> None:
    with (ACTS / f"calls-{turn.conversation_id}").open("a") as calls:
        calls.write(f"{turn.message_id}\n")
    while (ACTS / f"hold-{turn.conversation_id}").exists():  # noqa: ASYNC110 - another process removes it
        await asyncio.sleep(0.02)


class Act(Action):
    """Tells of every call in a file, and waits while another file is there before it answers."""

    def name(self) -> str:
        return "action_act"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        turn = turn_of(tracker)
        (ACTS / f"client-{turn.conversation_id}").write_text(turn.client)
        await be_called(turn)
        dispatcher.utter_message(text=f"C'est fait pour {turn.user_id}.")
        return []


class Decline(Action):
    """Declines to run, as a form does when it understood nothing."""

    def name(self) -> str:
        return "action_decline"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        raise ActionExecutionRejection(self.name())


class Fail(Action):
    """Has a fault."""

    def name(self) -> str:
        return "action_fail"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        raise KeyError(tracker.latest_message["text"])


class AnswerNonsense(Action):
    """Answers what Rasa cannot read."""

    def name(self) -> str:
        return "action_answer_nonsense"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        return [{"event": "slot", "name": 3}]


class GoOnForEver(Action):
    """Asks to be run again."""

    def name(self) -> str:
        return "action_go_on_for_ever"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        dispatcher.utter_message(text="Encore.")
        return [FollowupAction(self.name())]


class Attach(Action):
    """Hands a file over."""

    def name(self) -> str:
        return "action_attach"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        file = {"name": "recap.pdf", "url": "http://127.0.0.1/recap.pdf", "type": "application/pdf", "size": 12}
        buttons = [{"title": "Encore", "payload": "/attach"}]
        dispatcher.utter_message(text="Voici.\n\nGardez-le.", buttons=buttons, attachment=file)
        return []


class TakeFloorBack(Action):
    """Says that the bot is back, and that the adviser is awaited again while a file is there."""

    def name(self) -> str:
        return "action_take_floor_back"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        turn = turn_of(tracker)
        await be_called(turn)
        dispatcher.utter_message(text="Me revoici.")
        if (ACTS / f"awaited-{turn.conversation_id}").exists():
            dispatcher.utter_message(json_message={"floor": "waiting"})
        return []
