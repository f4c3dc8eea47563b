"""Asking in the terminal, without servers: what is shown of a sentence, and where the actions run."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest
import typer
from rasa.utils.endpoints import ClientResponseError
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection, Tracker
from sqlalchemy import inspect

from cli.ask import Heard, Intent, Understanding, converse, read_profile, shown
from cli.ask_actions import ActionFailed, InProcessActions, real_actions
from cli.ask_conversation import empty_database
from cli.chat_client import Button
from cli.console import OperatorError
from cli.content.reading import Thresholds
from offre_bailleurs import database
from offre_bailleurs.settings import settings

THRESHOLDS = Thresholds(confidence=0.4, ambiguity=0.1)
LOST = Understanding((Intent("lost_login", 0.97), Intent("forgotten_password", 0.02)))
ANSWER = {
    "text": "Cliquez sur « Identifiant perdu ».",
    "image": "https://portal.test/static/chat/numero-utilisateur.svg",
    "buttons": [{"title": "Où le trouver ?", "payload": "/find_user_number"}],
}


class ScriptedConversation:
    """Answers each message alike, and keeps what it was told."""

    def __init__(self, *answers: dict[str, Any]) -> None:
        self.told: list[str | Button] = []
        self._heard = Heard(LOST, ("action_answer",), answers)

    async def say(self, text: str) -> Heard:
        self.told.append(text)
        return self._heard

    async def press(self, button: Button) -> Heard:
        self.told.append(button)
        return self._heard


def turns_of(conversation: ScriptedConversation, *sentences: str) -> list[dict[str, Any]]:
    return asyncio.run(converse(conversation, sentences, THRESHOLDS))


def understood(*confidences: float) -> Understanding:
    return Understanding(tuple(Intent(name, each) for name, each in zip("abc", confidences, strict=False)))


@pytest.mark.parametrize(
    ("written", "profile"),
    [
        (None, None),
        ("landlord", "landlord"),
        ("Particulier", "landlord"),
        ("organisation", "organisation"),
        ("organisme", "organisation"),
    ],
)
def test_a_profile_is_named_in_english_or_in_french(written: str | None, profile: str | None) -> None:
    assert read_profile(written) == profile


def test_an_unknown_profile_is_refused_with_those_there_are() -> None:
    with pytest.raises(OperatorError, match="« agence » est inconnu, il y a landlord, particulier"):
        read_profile("agence")


@pytest.mark.parametrize(
    ("understanding", "reason"),
    [
        (understood(0.9, 0.05), None),
        (understood(0.41, 0.2), None),
        (understood(0.39, 0.1), "la confiance 0,39 est sous le seuil 0,40"),
        (understood(0.45, 0.4), "a et b sont à moins de 0,10 l'un de l'autre"),
        (understood(), "aucune intention n'est reconnue"),
    ],
)
def test_a_message_is_refused_for_a_reason(understanding: Understanding, reason: str | None) -> None:
    assert understanding.refusal(THRESHOLDS) == reason


def test_several_sentences_are_one_conversation_and_press_its_buttons() -> None:
    conversation = ScriptedConversation(ANSWER)
    turns = turns_of(conversation, "1", "1", "où le trouver ?", "=1")
    button = Button("Où le trouver ?", "/find_user_number")
    assert conversation.told == ["1", button, button, "1"]
    assert [turn["button"] for turn in turns] == [False, True, True, False]


def test_a_turn_is_told_whole() -> None:
    (turn,) = turns_of(ScriptedConversation(ANSWER), "identifiant perdu")
    assert [typer.unstyle(line) for line in shown(turn)] == [
        "Vous : identifiant perdu",
        "  Compris : lost_login (0,97)",
        "  Ensuite : forgotten_password (0,02)",
        "  Actions : action_answer",
        "",
        "Assistant : Cliquez sur « Identifiant perdu ».",
        "  Image : https://portal.test/static/chat/numero-utilisateur.svg",
        "  [1] Où le trouver ? → /find_user_number",
    ]


def test_a_turn_is_told_to_a_program() -> None:
    (turn,) = turns_of(ScriptedConversation(ANSWER), "identifiant perdu")
    assert json.loads(json.dumps(turn)) == {
        "said": "identifiant perdu",
        "button": False,
        "intent": {"name": "lost_login", "confidence": 0.97},
        "next": [{"name": "forgotten_password", "confidence": 0.02}],
        "entities": [],
        "refused": None,
        "actions": ["action_answer"],
        "answers": [ANSWER],
    }


def test_silence_is_seen() -> None:
    (turn,) = turns_of(ScriptedConversation(), "identifiant perdu")
    assert typer.unstyle(shown(turn)[-1]) == "Rien n'est répondu."


def run_action(name: str, action: Any = None) -> Any:
    """What Rasa gets when it has an action run."""
    executor = ActionExecutor()
    if action is not None:
        executor.register_function(name, action)
    call = {"next_action": name, "sender_id": "someone", "tracker": {"sender_id": "someone", "events": []}}
    return asyncio.run(InProcessActions(executor).request(json=call, method="post", timeout=1, compress=False))


def test_an_action_runs_in_this_process() -> None:
    def action(dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        dispatcher.utter_message(response="utter_hello")
        return [{"event": "slot", "name": "who", "value": tracker.sender_id}]

    answer = run_action("action_hello", action)
    assert answer["events"] == [{"event": "slot", "name": "who", "value": "someone"}]
    assert [message["response"] for message in answer["responses"]] == ["utter_hello"]


def test_an_action_that_declines_is_told_as_the_server_tells_it() -> None:
    def action(dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        raise ActionExecutionRejection("validate_form")

    with pytest.raises(ClientResponseError) as declined:
        run_action("validate_form", action)
    assert declined.value.status == 400
    assert json.loads(declined.value.text)["action_name"] == "validate_form"


def test_an_action_that_fails_or_is_missing_ends_the_conversation() -> None:
    def action(dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        raise KeyError("guide")

    with pytest.raises(ActionFailed, match=r"l'action « action_x » a échoué, KeyError: 'guide' \(.*test_ask\.py:\d+\)"):
        run_action("action_x", action)
    with pytest.raises(ActionFailed, match="l'action « action_y » n'existe"):
        run_action("action_y")


def test_the_actions_are_the_real_ones() -> None:
    assert {"action_open_conversation", "validate_declare_rent_form"} <= real_actions().actions.keys()


def test_the_database_is_empty_and_gone_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "own.db"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{own}")
    settings.cache_clear()
    database.engine.cache_clear()
    with empty_database() as url:
        assert settings().database_url == url
        assert {"declaration", "chat_conversation"} <= set(inspect(database.engine()).get_table_names())
        file = Path(url.removeprefix("sqlite:///"))
        assert file.exists()
    assert not file.exists()
    assert not own.exists()
    assert os.environ["DATABASE_URL"] == f"sqlite:///{own}"
    assert settings().database_url == f"sqlite:///{own}"
    settings.cache_clear()
