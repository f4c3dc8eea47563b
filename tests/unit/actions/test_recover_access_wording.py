"""The responses of recover_access whose names its code puts together, and what they promise."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.recover_access.questions import QUESTIONS, REFUSALS
from actions.recover_access.triage import Request
from offre_bailleurs.user_number import Verdict

JOURNEY = Path(__file__).resolve().parents[3] / "data" / "journeys" / "recover_access.yml"


@cache
def _responses() -> dict[str, list[dict[str, Any]]]:
    responses: dict[str, list[dict[str, Any]]] = yaml.safe_load(JOURNEY.read_text())["responses"]
    return responses


def _payloads(response: str) -> list[str]:
    return [button["payload"] for button in _responses()[response][0].get("buttons", ())]


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_of_a_request_has_its_three_wordings_and_a_way_out(question: str) -> None:
    for ending in ("", "_simpler", "_examples"):
        assert "/cancel" in _payloads(f"utter_question_{question}{ending}")


@pytest.mark.parametrize("request_", Request)
def test_every_request_can_be_declined(request_: Request) -> None:
    assert f"utter_recover_access_left_{request_}" in _responses()


@pytest.mark.parametrize("verdict", REFUSALS)
def test_every_wrong_number_is_explained_with_where_to_find_the_right_one(verdict: Verdict) -> None:
    assert "/find_user_number" in _payloads(REFUSALS[verdict])


@pytest.mark.parametrize("response", ["utter_access_login_asked", "utter_access_password_asked"])
def test_a_confirmation_promises_no_account_gives_the_safety_advice_and_says_what_to_do_next(response: str) -> None:
    text = _responses()[response][0]["text"]
    for part in (
        "Si cet" if "password" in response else "Si ce N°",
        "aucun lien",
        "caf.fr/partenaires",
        "Si rien n'arrive",
        "il fonctionne tant que",
    ):
        assert part in text
    assert "/ask_adviser" in _payloads(response)
