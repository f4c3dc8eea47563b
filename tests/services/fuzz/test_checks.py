"""The nets of the fuzzing catch what they are for: each is shown what must not pass, and what may."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import find
from jsonschema import ValidationError  # type: ignore[import-untyped]

from bot.privacy import mask
from tests.services.fuzz.checks import Leak, check_answer
from tests.services.fuzz.texts import CORPUS, answers_nothing, hostile, secrets

NAMES = ["declare_rent", "tenancy_id"]


def answer(text: str, **more: Any) -> dict[str, Any]:
    return {"messages": [{"seq": 1, "from": "bot", "text": text, **more}]}


@pytest.mark.parametrize(
    "text",
    [
        "Le logement est au 77 venelle du Basilic-Pourpre.",
        "Pour quel locataire : Zéphyrine Quetzalcoatl ?",
        "Le loyer de {tenant} est noté.",
        "Traceback (most recent call last): le serveur a échoué",
        "OperationalError: la base de données",
        "Le fichier /root/app/actions/form.py est en cause.",
        "L'intention declare_rent est reconnue.",
        "Dites /pick_tenancy{ pour continuer la déclaration.",
        "utter_ask_rent est la réponse.",
        "Votre jeton est eyJhbGciOiJIUzI1NiJ9.",
        "Le loyer est de None euros.",
        "Vous avez &lt;tapé&gt; ceci.",
        "Sorry, something went wrong avec le loyer.",
        "Abc xyz.",
        "Le loyer\u202e est noté.",
        "Le loyer\x1b[31m est noté.",
    ],
)
def test_what_must_not_be_said_is_noticed(text: str) -> None:
    with pytest.raises(Leak):
        check_answer(answer(text), ["bonjour"], NAMES)


def test_a_title_is_read_too() -> None:
    with pytest.raises(Leak):
        check_answer(answer("Quel est le loyer ?", buttons=[{"title": "{tenant}", "choice": "a.b"}]), [], NAMES)


@pytest.mark.parametrize("extra", [{"payload": "/x"}, {"buttons": []}, {"seq": 0}, {"from": "admin"}])
def test_what_the_interface_does_not_describe_is_noticed(extra: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        check_answer(answer("Quel est le loyer ?", **extra), [], NAMES)


@pytest.mark.parametrize("typed", ["{tenant}", "Zéphyrine Quetzalcoatl", "SELECT * FROM x", "the tenancy_id is null"])
def test_what_was_typed_may_be_said_back(typed: str) -> None:
    check_answer(answer(f"Je ne trouve pas « {typed} » parmi vos locataires."), [typed], NAMES)


@pytest.mark.parametrize("kind", sorted(CORPUS))
def test_each_kind_of_text_is_really_sent(kind: str) -> None:
    sent = [text for text in CORPUS[kind] if answers_nothing(text)]
    assert len(sent) > len(CORPUS[kind]) / 2


@pytest.mark.parametrize(
    "what",
    [
        lambda text: any("\ud800" <= character <= "\udfff" for character in text),
        lambda text: "\x00" in text,
        lambda text: "\u202e" in text,
        lambda text: len(text) > 1_000,
        lambda text: len(re.findall("[\u0300-\u036f]", text)) > 10,
        lambda text: "Quetzalcoatl" in text,
    ],
)
def test_what_is_hard_is_among_the_texts(what: Any) -> None:
    assert find(hostile(), what)


@pytest.mark.parametrize(
    "text", ["oui", "650", "650 €", "a@b.fr", "35900007090012", "Valider", "un conseiller", "OK !"]
)
def test_a_proper_answer_is_not_called_hostile(text: str) -> None:
    assert not answers_nothing(text)


def test_the_secrets_are_ones_that_the_chat_masks() -> None:
    with pytest.raises(Exception, match=r"NoSuchExample|Could not find|No examples"):
        find(secrets(), lambda told: told[1] in mask(told[0]).text)
