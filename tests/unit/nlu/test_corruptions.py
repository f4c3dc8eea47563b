"""The ways in which the unseen messages are spoilt."""

from __future__ import annotations

import pytest
from rapidfuzz.distance import OSA

from bench.nlu.corruptions import CORRUPTIONS, capitals, glued_punctuation, sms, typos, without_accents

TEXT = "Bonjour, pourquoi est-ce que je n'arrive pas à déclarer le loyer (650,50 €) ?"


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_each_spoils_and_always_alike(name: str) -> None:
    assert CORRUPTIONS[name](TEXT) != TEXT
    assert CORRUPTIONS[name](TEXT) == CORRUPTIONS[name](TEXT)


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_figures_stay(name: str) -> None:
    assert "650,50" in CORRUPTIONS[name](TEXT)


def test_what_each_does() -> None:
    assert without_accents("À côté, où ?") == "A cote, ou ?"
    assert capitals("où est-ce ?") == "OÙ EST-CE ?"
    assert glued_punctuation("bonjour, où est-ce ?") == "bonjour,où est-ce?"
    assert sms("Pourquoi est-ce que je n'ai pas reçu le mot de passe ?") == "pk esk g pas recu le mdp"


@pytest.mark.parametrize("rate", [0.03, 0.06])
def test_the_share_of_slips_is_what_was_asked(rate: float) -> None:
    texts = [f"{number} la déclaration du loyer de juillet pour mon locataire" for number in range(300)]
    letters = sum(char.isalpha() for text in texts for char in text)
    slips = sum(OSA.distance(text, typos(rate)(text)) for text in texts)
    assert slips / letters == pytest.approx(rate, rel=0.2)
