"""An answer in the middle of a journey offers no button to begin one; outside of it, it may ask whether it helped."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActiveLoop
from rasa.shared.core.trackers import DialogueStateTracker

from bot.nlg import Wordings, begins_a_journey

_DOMAIN = """
version: "3.1"
forms: {a_form: {required_slots: []}}
responses:
  utter_answer:
  - text: Voici.
    buttons:
    - {title: Déclarer un loyer, payload: /declare_rent}
    - {title: Créer, payload: /begin_create_user}
    - {title: Question, payload: /deadline}
  utter_bare:
  - text: Bien.
  utter_ask_feedback:
  - text: Cela répond-il ?
    buttons:
    - title: "Oui"
      payload: '/give_feedback{{"helped": "yes", "topic": "{topic}"}}'
"""
_OPINION = {"title": "Oui", "payload": '/give_feedback{"helped": "yes", "topic": "deadline"}'}


@pytest.mark.parametrize(("form", "count"), [(None, 3), ("a_form", 1)])
def test_buttons_that_begin_a_journey_are_dropped_inside_a_form(form: str | None, count: int) -> None:
    domain = Domain.from_yaml(_DOMAIN)
    tracker = DialogueStateTracker.from_events("c", [ActiveLoop(form)])
    wording = asyncio.run(Wordings(None, domain).generate("utter_answer", tracker, "webchat"))
    assert wording is not None
    assert len(wording["buttons"]) == count


def _worded(response: str, form: str | None, **values: str) -> dict[str, Any]:
    tracker = DialogueStateTracker.from_events("c", [ActiveLoop(form)])
    wordings = Wordings(None, Domain.from_yaml(_DOMAIN))
    wording = asyncio.run(wordings.generate(response, tracker, "webchat", **values))
    assert wording is not None
    return wording


@pytest.mark.parametrize(("response", "text", "own"), [("utter_answer", "Voici.", 3), ("utter_bare", "Bien.", 0)])
def test_the_question_whether_an_answer_helped_ends_it_and_its_buttons_come_last(
    response: str, text: str, own: int
) -> None:
    wording = _worded(response, None, feedback_about="deadline")
    assert wording["text"] == f"{text}\n\nCela répond-il ?"
    assert len(wording["buttons"]) == own + 1
    assert wording["buttons"][-1] == _OPINION


def test_an_answer_asks_nothing_of_itself_inside_a_form_or_when_no_action_wants_it() -> None:
    assert _worded("utter_bare", "a_form", feedback_about="deadline") == {"text": "Bien."}
    assert _worded("utter_bare", None) == {"text": "Bien."}


@pytest.mark.parametrize(
    ("payload", "form", "begins"),
    [
        ("/declare_rent", "declare_rent_form", True),
        ('/resume_draft{"tenancy_id": "1"}', "create_user_form", True),
        ("/cannot_connect", "declare_rent_form", True),
        ("/begin_create_user", "create_user_form", True),
        ('/pick_access{"access_missing": "login"}', "recover_access_form", False),
        ('/pick_access{"access_missing": "login"}', "create_user_form", True),
        ("/create_user", "declare_rent_form", False),
        ("/deadline", "declare_rent_form", False),
        ('/pick_new_user{"new_user_field": "phone"}', "create_user_form", False),
    ],
)
def test_what_begins_a_journey(payload: str, form: str, begins: bool) -> None:
    assert begins_a_journey(payload, form) is begins
