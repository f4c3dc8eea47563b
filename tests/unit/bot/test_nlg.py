"""An answer in the middle of a journey offers no button to begin one."""

from __future__ import annotations

import asyncio

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
"""


@pytest.mark.parametrize(("form", "count"), [(None, 3), ("a_form", 1)])
def test_buttons_that_begin_a_journey_are_dropped_inside_a_form(form: str | None, count: int) -> None:
    domain = Domain.from_yaml(_DOMAIN)
    tracker = DialogueStateTracker.from_events("c", [ActiveLoop(form)])
    wording = asyncio.run(Wordings(None, domain).generate("utter_answer", tracker, "webchat"))
    assert wording is not None
    assert len(wording["buttons"]) == count


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
