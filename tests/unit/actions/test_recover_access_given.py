"""The N° utilisateur and the email address, as people type them."""

from __future__ import annotations

import pytest

from actions.recover_access.given import PASSWORD_MASKED, declines, has_no_number, read_addresses, read_user_number
from bot.privacy import Kind
from offre_bailleurs.french.format import in_minutes

RIGHT = "35900007090012"


@pytest.mark.parametrize(
    "typed",
    [
        RIGHT,
        "359 00007090012",
        "35 900 007 090 012",
        "359\u00a00000\u202f7090\u2009012",
        "359-0000-7090-012",
        "Mon numéro est le 359 00007090012, merci",
        "n°35900007090012",
        "Nº 35900007090012.",
        "numéro 1234567 pour l'allocataire, 35900007090012 pour le reste",
        "35900007090012 (département 35)",
        f"{PASSWORD_MASKED} et 35900007090012",
    ],
)
def test_a_number_is_read_however_it_is_typed(typed: str) -> None:
    number = read_user_number(typed)
    assert number is not None
    assert number.characters == RIGHT


def test_a_number_may_have_letters_in_either_case() -> None:
    number = read_user_number("c'est ab900007090012")
    assert number is not None
    assert number.characters == "AB900007090012"


@pytest.mark.parametrize("typed", ["", "oui", "administrateur", "j'en ai 2", "depuis 2024", PASSWORD_MASKED])
def test_what_is_no_number_is_not_taken_for_one(typed: str) -> None:
    assert read_user_number(typed) is None


@pytest.mark.parametrize(
    ("typed", "addresses"),
    [
        ("Camille.Durand@Exemple.FR", ["camille.durand@exemple.fr"]),
        ("mon adresse est camille@exemple.fr.", ["camille@exemple.fr"]),
        ("« camille@exemple.fr » !", ["camille@exemple.fr"]),
        ("<camille@exemple.fr>", ["camille@exemple.fr"]),
        ("camille @ exemple.fr", ["camille@exemple.fr"]),
        ("camille@exemple.fr, oui camille@exemple.fr", ["camille@exemple.fr"]),
        ("a@exemple.fr ou b@exemple.fr", ["a@exemple.fr", "b@exemple.fr"]),
        ("camille arobase exemple point fr", []),
    ],
)
def test_an_address_is_found_in_what_is_typed(typed: str, addresses: list[str]) -> None:
    assert read_addresses(typed) == addresses


@pytest.mark.parametrize(
    "typed",
    ["je ne l'ai pas", "je l'ai plus sous la main", "aucune idée", "je ne connais pas ce numéro", "c'est quoi ?"],
)
def test_who_has_no_number_says_so_in_many_ways(typed: str) -> None:
    assert has_no_number(typed)


@pytest.mark.parametrize("typed", ["je n'ai pas compris", "oui", "attendez"])
def test_not_every_reply_says_that_there_is_no_number(typed: str) -> None:
    assert not has_no_number(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "non",
        "Non merci.",
        "je préfère la page",
        "je vais le faire moi-même",
        "je vais passer par le site",
        "je ne veux pas",
    ],
)
def test_who_declines_says_so_in_many_ways(typed: str) -> None:
    assert declines(typed)


@pytest.mark.parametrize("typed", ["non, c'est le 12", "je ne trouve pas la page", "oui", "quel est le lien ?"])
def test_not_every_reply_declines(typed: str) -> None:
    assert not declines(typed)


def test_the_mask_of_a_password_is_the_one_that_the_channel_puts() -> None:
    assert PASSWORD_MASKED == Kind.PASSWORD


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "une minute"), (60, "une minute"), (61, "2 minutes"), (3600, "60 minutes")]
)
def test_a_wait_is_told_in_minutes_rounded_up(seconds: int, words: str) -> None:
    assert in_minutes(seconds) == words
