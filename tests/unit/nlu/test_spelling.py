"""Spelling tolerance: slips are forgiven towards the words of the examples, names are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.corrector import SpellingCorrector
from bot.nlu.noise import spoilt
from bot.nlu.normaliser import normalise
from bot.nlu.reader import Reader
from bot.nlu.sounds import sound_of

KNOWN = [
    "j ai perdu mon identifiant",
    "mot de passe oublie",
    "mon passe",
    "habilitation du bailleur",
    "mon loyer a 0amount",
]
CORRECTOR = SpellingCorrector.fit([*KNOWN, *KNOWN, "rarissime"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("identifant", "identifiant"),
        ("idebtofiant", "identifiant"),  # two slips in a long word
        ("oubkie", "oublie"),
        ("lpyer", "loyer"),
        ("pasde", "passe"),  # s for d: the key beside
        ("0amount", "0amount"),
        ("loyer", "loyer"),
        ("mno", "mno"),  # too short to tell
        ("kerouanton", "kerouanton"),
        ("abgrall", "abgrall"),
        ("moyenage", "moyenage"),
    ],
)
def test_a_word_becomes_the_nearest_one_known(typed: str, meant: str) -> None:
    assert CORRECTOR.correct(f"j ai {typed}") == f"j ai {meant}"


def test_the_commoner_of_two_equally_near_words_is_taken() -> None:
    corrector = SpellingCorrector.of({"rente": 1, "tente": 9})
    assert corrector.correct("xente") == "tente"


def test_a_word_of_one_example_alone_is_none_to_correct_to() -> None:
    assert CORRECTOR.correct("j ai rarisime") == "j ai rarisime"


def test_the_name_after_a_civility_is_left_alone() -> None:
    assert CORRECTOR.correct("madame loyet identifant oublue") == "madame loyet identifant oublie"


@pytest.mark.parametrize("text", ["Élodie Tanguy", "Margaux Le Pennec"])
def test_a_message_of_capitalised_words_may_be_a_name(text: str) -> None:
    reader = Reader.fit(KNOWN, normalises=True, corrects=True)
    assert "0names" in reader.read(text).corrected.split()


@pytest.mark.parametrize("text", ["Mot de passe", "MOT DE PASSE", "Bonjour", "M. Le Goff"])
def test_other_messages_are_not(text: str) -> None:
    reader = Reader.fit(KNOWN, normalises=True, corrects=True)
    assert "0names" not in reader.read(text).corrected.split()


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz 0", max_size=60))
def test_a_correction_keeps_the_number_of_words(text: str) -> None:
    assert len(CORRECTOR.correct(text).split()) == len(text.split())


@pytest.mark.parametrize(
    ("one", "other"),
    [("declarer", "declares"), ("kand", "quand"), ("telephone", "telefone"), ("loyers", "loyer"), ("fo", "fo")],
)
def test_words_that_sound_alike_are_one(one: str, other: str) -> None:
    assert sound_of(one) == sound_of(other)


@pytest.mark.parametrize(("one", "other"), [("loyer", "payer"), ("compte", "courrier"), ("perdu", "parti")])
def test_words_that_sound_different_are_two(one: str, other: str) -> None:
    assert sound_of(one) != sound_of(other)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=30))
def test_every_word_has_a_sound(word: str) -> None:
    assert sound_of(word)


def test_spoilt_copies_differ_from_the_example_and_are_always_the_same() -> None:
    text = "Bonjour, je n'arrive pas à retrouver le mot de passe que vous m'aviez envoyé"
    copies = list(spoilt(text, 3))
    assert len({text, *copies}) == 4
    assert copies == list(spoilt(text, 3))
    assert all(len(normalise(copy).split()) > 5 for copy in copies)


def test_figures_are_never_spoilt() -> None:
    assert list(spoilt("650,50 €", 6)) == ["650,50 €"] * 6
