"""The triage as the form runs it: questions, replies, and what it ends with."""

from __future__ import annotations

from typing import Any

import pytest

from actions.recover_access.form import AdviseOnAccess, RecoverAccessForm
from tests.unit.actions.answering import Visitor, names

MISSING, CONNECTED, RECEIVED = (f"utter_question_access_{name}" for name in ("missing", "connected", "received"))


class Triage(Visitor):
    """A visitor in the form. Rasa's part is played here: the last action runs once no slot is requested any more."""

    def begins(self, text: str, **pressed: str) -> list[str]:
        return self._turn(text, "pick_access" if pressed else "cannot_connect", pressed)

    def replies(self, text: str, intent: str = "inform", **pressed: str) -> list[str]:
        return self._turn(text, intent, pressed)

    def _turn(self, text: str, intent: str, pressed: dict[str, str]) -> list[str]:
        said: list[dict[str, Any]] = self.asks(RecoverAccessForm(), text, intent, pressed=pressed)
        if self.slots.get("requested_slot") is None and self.slots.get("recover_access_outcome"):
            said += self.asks(AdviseOnAccess(), text, intent)
        return names(said)


def test_the_login_is_missing() -> None:
    triage = Triage()
    assert triage.begins("je n'arrive pas à me connecter") == [MISSING]
    assert triage.replies("Mon identifiant", "pick_access", access_missing="login") == ["utter_access_login_unknown"]
    assert triage.slots["access_missing"] is None


def test_never_connected_with_codes_by_letter_leads_to_identifiant_perdu() -> None:
    triage = Triage()
    triage.begins("connexion impossible")
    assert triage.replies("mon mdp", "forgotten_password") == [CONNECTED]
    assert triage.replies("jamais", "deny") == [RECEIVED]
    assert triage.replies("par la poste", "nlu_fallback") == ["utter_access_never_by_letter"]


def test_the_case_that_the_guides_do_not_cover() -> None:
    triage = Triage()
    triage.begins("connexion impossible")
    triage.replies("refusés", "inform")
    triage.replies("non", "deny")
    assert triage.replies("par mail", "inform") == ["utter_access_never_by_email"]


@pytest.mark.parametrize("intent", ["email_safety", "access_portal", "off_topic"])
def test_a_short_reply_answers_the_question_whatever_else_it_looks_like(intent: str) -> None:
    triage = Triage()
    triage.begins("Jamais connecté", access_missing="password", access_connected="never")
    assert triage.replies("par mail", intent) == ["utter_access_never_by_email"]


def test_what_the_first_sentence_tells_is_not_asked_again() -> None:
    told = "je n'ai jamais réussi à me connecter, codes reçus par courrier et mot de passe refusé"
    assert Triage().begins(told) == ["utter_access_never_by_letter"]


def test_a_button_of_an_answer_begins_in_the_middle() -> None:
    begun = Triage().begins("Jamais connecté", access_missing="password", access_connected="never")
    assert begun == [RECEIVED]


def test_a_reply_that_is_not_understood_is_asked_in_simpler_words_then_with_examples_then_an_adviser() -> None:
    triage = Triage()
    triage.begins("connexion impossible")
    assert triage.replies("bleu", "nlu_fallback") == [f"{MISSING}_simpler"]
    assert triage.replies("vert", "nlu_fallback") == [f"{MISSING}_examples"]
    assert triage.replies("jaune", "nlu_fallback") == ["utter_offer_adviser", f"{MISSING}_examples"]
    assert triage.replies("mon identifiant", "inform") == ["utter_access_login_unknown"]


def test_a_change_of_mind_about_what_is_missing_counts_at_any_question() -> None:
    triage = Triage()
    triage.begins("connexion impossible")
    triage.replies("mot de passe", "forgotten_password")
    said = triage.replies("non c'est mon identifiant que j'ai perdu", "lost_login")
    assert said == ["utter_access_login_unknown"]


@pytest.mark.parametrize("intent", ["deadline", "ask_adviser", "greet", "account_locked"])
def test_a_question_in_between_is_left_to_its_own_rule(intent: str) -> None:
    triage = Triage()
    triage.begins("connexion impossible")
    before = dict(triage.slots)
    assert triage.replies("…", intent) == []
    assert triage.slots == before


@pytest.mark.parametrize("intent", ["cancel", "postpone"])
def test_the_triage_can_be_given_up(intent: str) -> None:
    triage = Triage()
    triage.begins("connexion impossible")
    assert triage.replies("laissez tomber", intent) == ["utter_recover_access_left"]


def test_a_declaration_comes_before_the_triage() -> None:
    triage = Triage()
    triage.begins("connexion impossible")
    triage.asks(RecoverAccessForm(), "je veux déclarer un loyer", "declare_rent")
    assert (triage.slots["requested_slot"], triage.slots["recover_access_outcome"]) == (None, "declare")


def test_a_turn_that_is_run_again_says_the_same() -> None:
    triage = Triage()
    triage.begins("connexion impossible")
    before = dict(triage.slots)
    first = triage.replies("mot de passe", "forgotten_password")
    triage.slots = before
    assert triage.replies("mot de passe", "forgotten_password") == first
