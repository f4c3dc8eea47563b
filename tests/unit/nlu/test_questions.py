"""Messages with several questions, and those with one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.questions import find_questions

KEYS = {
    "identifiant": "lost_login",
    "date limite": "deadline",
    "mot de passe": "forgotten_password",
    "connecter": "cannot_connect",
    "charges": "rent_with_charges",
    "parti": "situation_left",
    "merci": "thank",
}


def classify(text: str) -> tuple[str, float]:
    """Sure where one key alone stands, unsure with none, torn with two."""
    intents = [intent for key, intent in KEYS.items() if key in text.lower()]
    return (intents[0], 0.9 / len(intents)) if intents else ("off_topic", 0.9)


def found(text: str) -> list[str]:
    return [question.intent for question in find_questions(text, classify, 0.5)]


@pytest.mark.parametrize(
    "text",
    [
        "où est mon identifiant et quelle est la date limite",
        "où est mon identifiant ? quelle est la date limite ?",
        "Bonjour, j'ai perdu mon identifiant, c'est quand la date limite ?",
        "j'ai perdu mon identifiant. Autre question : c'est quand la date limite",
        "où est mon identifiant,et quelle est la date limite?",
        "j'habite à Rennes, où est mon identifiant et sinon la date limite c'est quand",
    ],
)
def test_two_questions_are_found(text: str) -> None:
    assert found(text) == ["lost_login", "deadline"]


def test_three_questions_are_found() -> None:
    text = "où est mon identifiant, la date limite c'est quand, et je compte les charges ?"
    assert found(text) == ["lost_login", "deadline", "rent_with_charges"]


@pytest.mark.parametrize(
    "text",
    [
        "j'ai perdu mon identifiant",
        "j'ai perdu mon identifiant, merci beaucoup à vous",
        "mon identifiant est perdu et mon identifiant ne revient pas",
        "identifiant et date limite",  # too short to be two questions
        "mon locataire est parti hier, quelle est la date limite",
        "j'ai oublié mon mot de passe et je ne peux pas me connecter",
        "j'ai perdu mon identifiant, que dois-je faire",
        "",
    ],
)
def test_one_question_stays_one(text: str) -> None:
    assert found(text) == []


def test_each_question_knows_its_words() -> None:
    text = "Bonjour, où est mon identifiant, et quelle est la date limite ?"
    assert [text[question.start : question.end] for question in find_questions(text, classify, 0.5)] == [
        "Bonjour, où est mon identifiant",
        "quelle est la date limite ?",
    ]


@given(st.text(alphabet="abc ,.?!et\n", max_size=300))
def test_whatever_is_typed_has_questions_in_order(text: str) -> None:
    for question in find_questions(text, lambda part: (f"topic_{len(part)}", 0.9), 0.5):
        assert 0 <= question.start < question.end <= len(text)
