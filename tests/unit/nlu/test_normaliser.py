"""Two ways of typing the same thing look alike to the classifier."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.normaliser import normalise


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("MOT DE PASSE OUBLIÉ", "mot de passe oublie"),
        ("g perdu mon mdp", "j'ai perdu mon mot de passe"),
        ("jai perdu mon mot de passe", "j’ai perdu mon mot de passe"),
        ("c bon", "c'est bon"),
        ("c est bon", "c'est bon"),
        ("non non non", "non"),
        ("cc", "coucou"),
        ("apart", "appartement"),
        ("pk declarer le loyer", "Pourquoi déclarer le loyer"),
        ("merciiii", "merci"),
        ("mon adrese", "mon adresse"),
        ("où est l'icône ?", "ou est l icone ?"),
        ("ma sœur", "ma soeur"),
        ("650 €", "720,50 €"),
        ("650€", "six cent cinquante euros"),
        ("1 234,56 €", "1.234,56 euros"),
        ("1\u202f234,56\u00a0€", "900 euros"),
        ("le loyer est de 650 euros 50", "le loyer est de 700 euros"),
        ("20/07", "3 juin 2026"),
        ("depuis mars", "depuis avril"),
        ("fin juin", "fin mai"),
        ("ils sont trois", "ils sont 3"),
        ("mon numéro est 35900007090001", "mon numéro est 359 00007090001"),
    ],
)
def test_two_spellings_of_the_same_thing_are_one(typed: str, meant: str) -> None:
    assert normalise(typed) == normalise(meant)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("le loyer de juillet", "le loyer de juin"),
        ("650", "650 rue"),
        ("12 rue des Lilas", "35000 Rennes"),
        ("A123456", "35900007090001"),
        ("il est parti", "il est parti ?"),
        ("non", "oui"),
        ("je valide", "je ne valide pas"),
        ("m'aider", "monsieur aider"),
    ],
)
def test_what_differs_in_meaning_stays_different(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@pytest.mark.parametrize(
    "greeted",
    [
        "Bonjour, j'ai perdu mon identifiant",
        "Bonsoir Madame, j'ai perdu mon identifiant, merci d'avance",
        "j'ai perdu mon identifiant s'il vous plaît",
        "bjr j'ai perdu mon identifiant svp merci",
    ],
)
def test_a_greeted_question_is_the_question(greeted: str) -> None:
    assert normalise(greeted) == normalise("j'ai perdu mon identifiant")


@pytest.mark.parametrize("courtesy", ["bonjour", "Bonjour Madame", "merci", "merci à vous", "bonsoir monsieur"])
def test_a_courtesy_alone_stays(courtesy: str) -> None:
    assert normalise(courtesy)


def test_a_tenant_keeps_the_title() -> None:
    assert normalise("Madame Le Goff") == "madame le gof"
    assert normalise("Mme Le Goff") == normalise("Madame Le Goff")


@pytest.mark.parametrize("nothing", ["", "   ", "...", "😀", "--"])
def test_nothing_but_signs_is_nothing(nothing: str) -> None:
    assert normalise(nothing) == ""


@given(st.text(max_size=200))
def test_whatever_is_typed_becomes_plain_tokens(text: str) -> None:
    tokens = normalise(text).split()
    assert all(token.isascii() and token.isalnum() for token in tokens)
    assert normalise(text) == " ".join(tokens)
