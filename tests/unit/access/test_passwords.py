"""Which passwords will do, and what is said of the others."""

from __future__ import annotations

import ast
import inspect
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zxcvbn import feedback

from offre_bailleurs import temporary_passwords
from offre_bailleurs.passwords import FRENCH, MAX_LENGTH, RULES, weaknesses

PERSONAL = ("camille35", "Camille", "Dupont", "camille.dupont@bailleur.example", "LES OLIVIERS")
PHRASE = "cheval batterie agrafe correcte tulipe marron volet"


@pytest.mark.parametrize(
    "password",
    [
        pytest.param("h4Kd!v9Qz2Lp", id="12 characters of 4 kinds"),
        pytest.param("h4Kdxv9Qz2LpTr", id="14 characters of 3 kinds"),
        pytest.param("h4kd!v9qz2lp-r", id="14 characters of 3 other kinds"),
        pytest.param(PHRASE, id="7 words"),
        pytest.param(PHRASE.replace(" ", "-"), id="7 words between hyphens"),
        pytest.param("Été-bleu-à-l'île-42", id="accents"),
        pytest.param("J'ai 3 chats gris.", id="spaces"),
        pytest.param("4@8({[<3691!|750$+%2" * 6 + "aZ", id="long"),
    ],
)
def test_a_password_of_80_bits_will_do(password: str) -> None:
    assert weaknesses(password, PERSONAL) == []


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("h4Kd!v9Qz2L", "Il est trop court : il manque 1 caractère."),
        ("h4Kd!v9", "Il est trop court : il manque 5 caractères."),
        ("h4Kdxv9Qz2LpT", "Il manque un caractère spécial, ou bien 1 caractère."),
        ("h4Kdxv9Qz2Lp", "Il manque un caractère spécial, ou bien 2 caractères."),
        ("h4kd!v9qz2lp", "Il manque une majuscule, ou bien 2 caractères."),
        (
            "h4Kdxv9",
            "Il est trop court : il manque 5 caractères dont un caractère spécial, ou bien 7 caractères quelconques.",
        ),
        ("hskdxvWQzjlptrMNbc", "Il manque un chiffre ou un caractère spécial."),
        (
            "hskdxvWQzjlp",
            "Il manque un chiffre et un caractère spécial, ou l'un des deux et 14 caractères en tout.",
        ),
        (
            "hskdxvwqzjlptrmnbc",
            "Il n'a qu'une sorte de caractères. Ajoutez-en au moins deux autres parmi :",
        ),
        ("hskd", "Il est trop court : il a 4 caractères, il en faut 12 au moins."),
        (
            "cheval batterie agrafe correcte",
            "Ou bien continuez votre phrase : elle a 4 mots différents de 3 lettres ou plus, il en faut 7.",
        ),
        (PHRASE.rpartition(" ")[0], "il en faut 7."),
        ("cheval " * 7, "Il manque une majuscule ou un chiffre."),
        ("le la un du au ou et si tu as vu", "Il manque une majuscule ou un chiffre."),
    ],
)
def test_one_below_is_told_what_is_missing(password: str, said: str) -> None:
    assert any(sentence.startswith(said) or sentence.endswith(said) for sentence in weaknesses(password, PERSONAL))


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("Motdepasse2026!", "Il contient un mot trop courant."),
        ("Azertyuiop123!", "Il contient un mot trop courant."),
        ("Bonjour Bonjour Bonjour 1", "Évitez de répéter un mot ou un caractère."),
        ("Soleil-Rennes-2026", "Il contient un mot trop courant."),
        ("Loyer-Juillet-2026", "Il contient un mot trop courant."),
        ("aaaaaaaaaaaaA1!", "Les répétitions comme « aaa » se devinent facilement."),
        ("Camille.Dupont.35!", "Il contient ce que d'autres savent de vous"),
        ("Les OLIVIERS 2026!", "Il contient ce que d'autres savent de vous"),
        ("Camille35camille35!", "Il contient ce que d'autres savent de vous"),
        ("Câmillé.Dupont.35!", "Il contient ce que d'autres savent de vous"),
    ],
)
def test_a_guessable_one_is_refused_however_long(password: str, said: str) -> None:
    found = weaknesses(password, PERSONAL)
    assert found[0] == "Il se devine trop facilement."
    assert any(sentence.startswith(said) for sentence in found)


def test_a_name_counts_for_its_own_user_alone() -> None:
    assert weaknesses("Zéphyrin.Quillard.35", ["Zéphyrin", "Quillard"])
    assert weaknesses("Zéphyrin.Quillard.35", ["Camille"]) == []


def test_users_who_choose_at_the_same_moment_do_not_share_their_names() -> None:
    def choose(turn: int) -> bool:
        return bool(weaknesses("Zéphyrin.Quillard.35", ["Zéphyrin", "Quillard"] if turn % 2 else ["Camille"]))

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(choose, range(64))) == [bool(turn % 2) for turn in range(64)]


@pytest.mark.parametrize("password", ["a\0bCd3fGh!jkl", "h4Kd!v9Qz2Lp\t", "h4Kd!v9Qz2Lp\r\n", "h4Kd!v9Qz2Lp\ud800"])
def test_what_cannot_be_seen_or_stored_is_refused(password: str) -> None:
    assert weaknesses(password) == [
        "Ce mot de passe contient un caractère invisible : retapez-le sans tabulation ni retour à la ligne."
    ]


def test_the_longest_and_one_longer() -> None:
    longest = (PHRASE + " h4Kd!v9Qz2Lp ") * 2
    assert weaknesses(longest[:MAX_LENGTH]) == []
    assert weaknesses("x" * (MAX_LENGTH + 1)) == ["Ce mot de passe est trop long : 128 caractères au plus."]


@pytest.mark.parametrize("password", ["", " ", "   "])
def test_nothing_is_no_password(password: str) -> None:
    assert weaknesses(password) == ["Saisissez un mot de passe."]


def test_a_decomposed_accent_counts_as_one_character() -> None:
    assert weaknesses("e\u0301" * 6) == weaknesses("é" * 6)


def test_every_sentence_of_the_strength_library_has_its_french() -> None:
    said = set()
    for call in ast.walk(ast.parse(inspect.getsource(feedback))):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "_":
            said.add(ast.literal_eval(call.args[0]))
    strings = {
        node.value
        for node in ast.walk(ast.parse(inspect.getsource(feedback)))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value
    }
    assert said == set(FRENCH)
    assert strings == said, "a sentence that does not pass through gettext"
    assert not {french for french in FRENCH.values() if french in said}


@settings(deadline=None)
@given(st.text(max_size=60))
def test_whatever_is_typed_is_answered_in_french(password: str) -> None:
    for sentence in weaknesses(password, PERSONAL):
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert sentence not in FRENCH


def test_a_long_or_twisted_password_is_judged_quickly() -> None:
    start = time.process_time()
    for password in ("4@8({[<3691!|750$+%2" * 6, "@4{(1!|7$5+" * 11, "a" * MAX_LENGTH, "1234567890" * 12):
        weaknesses(password, PERSONAL)
    assert time.process_time() - start < 10  # 8 s for the first one alone when it is read whole


def test_the_rules_tell_the_numbers_that_are_checked() -> None:
    told = " ".join(RULES)
    assert all(f"{number} " in told for number in (12, 14, 7))


def test_a_temporary_password_would_be_strong_enough_so_that_its_reuse_is_refused_elsewhere() -> None:
    letters = temporary_passwords.ALPHABET
    assert weaknesses("-".join((letters[3:7], letters[24:28], letters[9:13], letters[30:] + "QX"))) == []
