"""What people type about themselves."""

from __future__ import annotations

import pytest

from offre_bailleurs.contacts import (
    Refused,
    format_phone,
    read_email,
    read_name,
    read_phone,
    same_email,
    same_phone,
)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  Marie   Claire ", "Marie Claire"),
        ("jean-pierre", "Jean-Pierre"),
        ("l’écorce", "L'Écorce"),
        ("DUPONT", "DUPONT"),
        ("McAdam", "McAdam"),
        ("e\u0301ric", "Éric"),
        ("St. Aubin", "St. Aubin"),
        ("Nguyễn", "Nguyễn"),
        ("Anne\u200b", "Anne"),
        ("a" * 100, "A" + "a" * 99),
    ],
)
def test_a_name_is_read_as_people_write_names(typed: str, name: str) -> None:
    assert read_name(typed) == name


@pytest.mark.parametrize(
    "typed", ["", "  ", "-", "R2D2", "a" * 101, "<b>", "a@b", "Jean\x00\x01 =1", "https://a.fr", "Jean;DROP", "😀"]
)
def test_what_is_no_name_is_refused_in_french(typed: str) -> None:
    with pytest.raises(Refused, match=r"nom"):
        read_name(typed)


@pytest.mark.parametrize(
    ("typed", "email"),
    [
        (" Camille.Durand@Exemple.FR ", "camille.durand@exemple.fr"),
        ("a+b@exemple.example", "a+b@exemple.example"),
        ("jean@société.fr", "jean@xn--socit-esab.fr"),
        ("jean@exemple.fr\u200b", "jean@exemple.fr"),
    ],
)
def test_an_email_address_is_stored_in_one_form(typed: str, email: str) -> None:
    assert read_email(typed) == email
    assert read_email(email) == email


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "camille",
        "camille@",
        "@exemple.fr",
        "camille@exemple",
        "a b@exemple.fr",
        "a@b@exemple.fr",
        "élise@exemple.fr",
        "a@localhost",
        "a@exemple.fr, b@exemple.fr",
        "Camille <a@exemple.fr>",
        "a@exemple.fr\r\nBcc: b@exemple.fr",
        f"{'a' * 250}@exemple.fr",
    ],
)
def test_what_is_no_email_address_is_refused_in_french(typed: str) -> None:
    with pytest.raises(Refused, match="adresse"):
        read_email(typed)


@pytest.mark.parametrize(
    ("typed", "stored", "said"),
    [
        ("06.12.34.56.78", "+33612345678", "06 12 34 56 78"),
        ("01 40-20 30/40", "+33140203040", "01 40 20 30 40"),
        ("+33 (0)6 12 34 56 78", "+33612345678", "06 12 34 56 78"),
        ("0033 6 12 34 56 78", "+33612345678", "06 12 34 56 78"),
        ("０６１２３４５６７８", "+33612345678", "06 12 34 56 78"),
        ("0262 20 12 34", "+262262201234", "0262 20 12 34"),
        ("0696 12 34 56", "+596696123456", "0696 12 34 56"),
        ("+32 470 12 34 56", "+32470123456", "+32 470 12 34 56"),
    ],
)
def test_a_telephone_number_is_stored_in_one_form_and_said_as_people_write_it(
    typed: str, stored: str, said: str
) -> None:
    assert read_phone(typed) == stored
    assert format_phone(stored).replace("\u00a0", " ") == said
    assert read_phone(format_phone(stored)) == stored


@pytest.mark.parametrize("typed", ["", "0612", "112", "06 12 34 56 78 9", "06 12 34 56 78 poste 3", "+999 1", "abc"])
def test_what_is_no_telephone_number_is_refused_in_french(typed: str) -> None:
    with pytest.raises(Refused, match=r"numéro de téléphone"):
        read_phone(typed)


def test_a_confirmation_is_compared_by_what_it_means() -> None:
    assert same_email("A@exemple.fr", " a@EXEMPLE.fr")
    assert not same_email("a@exemple.fr", "b@exemple.fr")
    assert not same_email("pas une adresse", "pas une adresse")
    assert same_phone("06 12 34 56 78", "+33612345678")
    assert not same_phone("06 12 34 56 78", "06 12 34 56 79")
    assert not same_phone("", "")
