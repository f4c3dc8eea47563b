"""While the desk is closed: the message, the address, the summary, «Envoyer»."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
import yaml

from actions.desk import words
from actions.desk.replies import leaves, sends
from actions.desk.words import day_in_words, opening_in_words
from actions.exchange import Exchange
from bot.incoming import MAX_TEXT
from offre_bailleurs.desk import hours
from offre_bailleurs.french.format import PARIS
from offre_bailleurs.french.text import plain
from offre_bailleurs.models import RequestKind
from tests.unit.actions.asking import Said, Talk
from tests.unit.actions.leaving import (
    ADDRESS,
    AGAIN,
    BEGINS,
    DECISION,
    EMAIL,
    MESSAGE,
    NOT_SENT,
    SENT,
    UNDER_WAY,
    WORDS,
    at_the_summary,
    closed_desk,
    talk,
)
from tests.unit.conftest import TODAY, World

__all__ = ["closed_desk", "talk"]

# --- The way through


def test_a_closed_desk_says_when_it_opens_and_by_when_it_answers(world: World) -> None:
    said = Talk(world).says("un conseiller", "ask_adviser")
    assert said.names == [BEGINS, MESSAGE]
    assert {"hours", "opening", "day"} <= said.values.keys()
    assert said.values["day"] == day_in_words(hours.answer_by())


def test_a_desk_that_does_not_open_names_no_day_of_opening(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hours, "next_opening", lambda at=None: None)
    assert Talk(world).says("un conseiller", "ask_adviser").names == [f"{BEGINS}_unknown", MESSAGE]


def test_a_visitor_leaves_a_message_which_is_sent_after_envoyer_alone(talk: Talk) -> None:
    assert talk.says(WORDS, "situation_left").names == [EMAIL]
    said = talk.says("c'est Camille@Exemple.fr merci")
    assert (said.names, said.values["message"], said.values["email"]) == ([DECISION], WORDS, ADDRESS)
    assert talk.requests() == []
    said = talk.presses(said, "Envoyer")
    (request,) = talk.requests()
    assert (said.names, said.values["number"], talk.form) == ([SENT], request.id, None)
    assert (request.kind, request.message, request.email) == (RequestKind.MESSAGE, WORDS, ADDRESS)
    assert (request.reason, request.portal_user_id) == ("silence", None)
    assert [talk.slots[slot] for slot in ("left_message", "left_email", "leave_message_outcome")] == [None] * 3


@pytest.mark.parametrize("words", ["oui", "envoyer", "ok envoie", "oui envoyez le message svp", "c'est bon", "Valider"])
def test_the_decision_can_be_typed(talk: Talk, words: str) -> None:
    at_the_summary(talk)
    assert talk.says(words, "affirm").names == [SENT]


@pytest.mark.parametrize("words", ["n'envoie pas", "pas oui", "oui mais attendez", "ok et pour les charges ?", "merci"])
def test_anything_less_than_a_plain_yes_sends_nothing(talk: Talk, words: str) -> None:
    at_the_summary(talk)
    assert not sends(words)
    talk.says(words, "affirm", 0.5)
    assert (talk.requests(), talk.question) == ([], "left_decision")


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("quelle est la date limite pour déclarer ?", "deadline"),
        ("bonjour", "greet"),
        ("zorglub plouf", "nlu_fallback"),
        ("je veux déclarer un loyer", "declare_rent"),
        ("j'ai perdu mon identifiant", "lost_login"),
        ("annulez ma déclaration de juillet s'il vous plaît", "cancel"),
        ("laissez tomber votre réponse d'hier, elle est fausse", "cancel"),
        ("650", "inform"),
        ("oui", "affirm"),
        ("un humain svp", "ask_adviser"),
        ("je n'attends plus votre réponse, écrivez-moi", "stop_waiting"),
        ("mon adresse est camille@exemple.fr", "inform"),
        ("ligne une\nligne deux", "inform"),
    ],
)
def test_whatever_is_typed_as_the_message_is_the_message(talk: Talk, text: str, intent: str) -> None:
    assert talk.says(text, intent, 0.99).names == [EMAIL]
    assert talk.slots["left_message"] == text


@pytest.mark.parametrize(
    "words", ["annuler", "Annuler svp", "laisse tomber", "laissez tomber merci", "non merci", "stop"]
)
def test_clear_words_leave_at_any_question(talk: Talk, words: str) -> None:
    assert leaves(words)
    assert talk.says(words, "nlu_fallback", 0.1).names == [NOT_SENT]
    assert (talk.form, talk.slots["leave_message_outcome"]) == (None, None)
    talk.presses("/ask_adviser", "Parler à un conseiller")
    at_the_summary(talk)
    assert talk.says(words, "nlu_fallback", 0.1).names == [NOT_SENT]
    assert talk.requests() == []


def test_non_declines_to_leave_a_message_but_not_the_whole_of_a_message_already_written(talk: Talk) -> None:
    at_the_summary(talk)
    assert talk.says("non", "deny").names == [AGAIN]
    assert talk.slots["left_message"] == WORDS
    talk.says("annuler")
    talk.presses("/ask_adviser", "Parler à un conseiller")
    assert talk.says("non", "deny").names == [NOT_SENT]


def test_a_message_without_any_word_is_not_taken(talk: Talk) -> None:
    said = talk.says("?!…", "nlu_fallback")
    assert (said.names, list(said.buttons)) == (["utter_left_message_empty"], ["Ne rien envoyer"])
    assert (talk.question, talk.slots.get("left_message")) == ("left_message", None)


# --- Changing


def test_message_and_address_can_be_changed_before_sending(talk: Talk) -> None:
    said = at_the_summary(talk)
    assert talk.presses(said, "Modifier le message").names == [AGAIN]
    said = talk.says("Autre chose")
    assert (said.names, said.values["message"]) == ([DECISION], "Autre chose")
    assert talk.presses(said, "Changer d'adresse").names == [EMAIL]
    said = talk.says("autre@exemple.fr")
    talk.presses(said, "Envoyer")
    (request,) = talk.requests()
    assert (request.message, request.email) == ("Autre chose", "autre@exemple.fr")


def test_envoyer_under_an_older_summary_sends_nothing(talk: Talk) -> None:
    old = at_the_summary(talk)
    talk.presses(old, "Modifier le message")
    talk.says("Autre chose")
    said = talk.presses(old, "Envoyer")
    assert (said.names, talk.requests()) == ([UNDER_WAY, DECISION], [])


def test_a_long_message_is_shown_by_its_beginning_and_sent_whole(talk: Talk) -> None:
    long = "Bonjour. " + "mot " * 200
    talk.says(long)
    said = talk.says(ADDRESS)
    assert len(said.values["message"]) <= 200
    talk.presses(said, "Envoyer")
    assert talk.requests()[0].message == long


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("Bonjour,\n\nune question.\nMerci", "Bonjour,\n\nune question.\nMerci"),
        ("  deux  espaces \n", "deux  espaces"),
        ("ligne\n" + "mot " * 60, "ligne\n" + "mot " * 47 + "mot …"),
        ("a" * 300, "a" * 199 + "…"),
        ("a" * 200, "a" * 200),
    ],
)
def test_the_summary_keeps_the_lines_of_the_message(talk: Talk, message: str, shown: str) -> None:
    talk.says(message)
    said = talk.says(ADDRESS)
    assert (said.values["message"], len(said.values["message"]) <= 200) == (shown, True)
    talk.presses(said, "Envoyer")
    assert talk.requests()[0].message == message


def test_the_questions_for_the_message_name_the_channel_s_limit() -> None:
    for response in (MESSAGE, AGAIN):
        (wording,) = _responses()[response]
        assert f"{MAX_TEXT:,}".replace(",", " ") in plain(wording["text"])


def _responses() -> dict[str, list[dict[str, str]]]:
    file = Path(__file__).resolve().parents[3] / "data/journeys/leave_message.yml"
    responses: dict[str, list[dict[str, str]]] = yaml.safe_load(file.read_text())["responses"]
    return responses


# --- Nothing else moves


@pytest.mark.parametrize(
    "payload",
    [
        '/validate{"summary": "0123456789abcdef"}',
        "/validate",
        "/affirm",
        "/cancel",
        "/modify",
        "/declare_rent",
        '/resume_draft{"tenancy_id": "1"}',
        '/pick_tenancy{"tenancy_id": "1"}',
        '/pick_situation{"situation": "left"}',
        '/pick_access{"access_missing": "login"}',
        '/pick_new_user{"new_user_field": "phone", "new_user_value": "none"}',
        "/begin_create_user",
        "/cannot_connect",
        "/ask_adviser",
        '/pick_message{"message_step": "send", "summary": "0123456789abcdef"}',
        '/pick_message{"message_step": "anything"}',
    ],
)
@pytest.mark.parametrize("step", ["left_message", "left_email", "left_decision"])
def test_an_old_button_moves_nothing(talk: Talk, payload: str, step: str) -> None:
    if step != "left_message":
        talk.says(WORDS)
    if step == "left_decision":
        talk.says(ADDRESS)
    before = {name: talk.slots.get(name) for name in ("left_message", "left_email", "leave_message_outcome")}
    said = talk.presses(payload, "Valider")
    assert said.names[0] == UNDER_WAY
    assert {name: talk.slots.get(name) for name in before} == before
    assert (talk.question, talk.requests()) == (step, [])


def test_a_topic_s_button_is_answered_and_the_question_asked_again(talk: Talk) -> None:
    assert talk.presses("/deadline", "La date limite").names == ["the rules", MESSAGE]
    assert talk.slots.get("left_message") is None


def test_ne_plus_attendre_and_the_floor_s_return_are_never_the_message(talk: Talk) -> None:
    assert talk.presses("/stop_waiting", "Ne plus attendre").names == ["utter_waiting_over", MESSAGE]
    assert talk.presses("/floor_returned", "/floor_returned").names == ["utter_floor_handed_back", MESSAGE]
    assert talk.presses('/give_feedback{"helped": "yes"}', "👍 Oui").names == ["the rules", MESSAGE]
    assert talk.slots.get("left_message") is None


def test_a_button_of_the_message_answers_no_question_of_another_journey(world: World) -> None:
    talk = Talk(world, world.landlord)
    talk.begins("recover_access_form", "je n'arrive pas à me connecter", "cannot_connect")
    said = talk.presses('/pick_message{"message_step": "own_email"}', "À l'adresse de mon compte")
    assert said.names == ["the rules", "utter_question_access_missing"]


# --- Faults


def test_the_same_turn_run_again_sends_once_and_says_the_same_number(talk: Talk) -> None:
    said = at_the_summary(talk)
    before = dict(talk.slots)
    first = talk.presses(said, "Envoyer")
    again = talk.again(before, "leave_message_form", said, "Envoyer")
    assert (again.names, again.values["number"]) == (first.names, first.values["number"])
    assert len(talk.requests()) == 1


def test_without_a_decision_the_last_action_sends_nothing(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rasa runs it with whatever the slots hold when the validator could not be reached."""
    at_the_summary(talk)
    monkeypatch.setattr(Exchange, "slot", lambda self, name: None)
    said = Said()
    talk.send(said)
    assert (said.names, talk.requests()) == ([NOT_SENT], [])


# --- Days in words


def test_the_next_opening_is_told_as_people_say_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "today", lambda: TODAY)  # a Thursday
    told = [
        opening_in_words(datetime(2026, 9, day, hour, minute, tzinfo=PARIS))
        for day, hour, minute in ((10, 13, 30), (11, 9, 0), (14, 9, 5))
    ]
    assert [plain(each) for each in told] == [
        "aujourd'hui à 13 h 30",
        "demain à 9 h",
        "lundi 14 septembre 2026 à 9 h 05",
    ]
