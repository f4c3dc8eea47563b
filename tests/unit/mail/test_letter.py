"""A letter as it is printed, folded and opened."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from offre_bailleurs.mail.letter import render_letter
from offre_bailleurs.mail.messages import login_message, temporary_password_message, use_lost_login_message
from offre_bailleurs.mail.outbox import Content
from offre_bailleurs.models import ContactChannel
from tests.unit.mail.people import AT, colleague, landlord
from tests.unit.recap.pdfa import violations

POINTS_PER_MM = 72 / 25.4
ADDRESS = ("Ada Facteur", "3 impasse du Facteur", "35400 SAINT-MALO")
PASSWORD = "ABCD-EFGH-JKLM-2345"


def _password_letter() -> Content:
    return temporary_password_message(landlord(), PASSWORD, AT, by=ContactChannel.LETTER)


def _render(content: Content, recipient: tuple[str, ...] = ADDRESS, at: datetime = AT) -> bytes:
    return render_letter(content, recipient, sender="Offre Bailleurs", at=at)


def _read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf), strict=True)


def _text(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in _read(pdf).pages).split())


def _places(pdf: bytes) -> list[tuple[str, float, float]]:
    """Each piece of text, with its left end and its baseline in millimetres from the top left corner."""
    page = _read(pdf).pages[0]
    places: list[tuple[str, float, float]] = []

    def visit(text: str, _cm: list[float], tm: list[float], _font: object, _size: float) -> None:
        if text.strip():
            places.append((text.strip(), tm[4] / POINTS_PER_MM, 297 - tm[5] / POINTS_PER_MM))

    page.extract_text(visitor_text=visit)
    return places


def test_the_address_shows_through_the_window_of_the_envelope() -> None:
    lines = [(x, y) for text, x, y in _places(_render(_password_letter())) if any(line in text for line in ADDRESS)]
    assert len(lines) == len(ADDRESS)
    for x, y in lines:
        assert x == pytest.approx(110, abs=0.5)
        assert 50 <= y <= 86


def test_even_the_longest_names_and_addresses_stay_in_the_window() -> None:
    recipient = ("SCI " + "W" * 200, "Ada Facteur " * 16, *["3 impasse du Facteur"] * 8, "35400 SAINT-MALO")
    pdf = _render(_password_letter(), recipient)
    lines = [y for text, x, y in _places(pdf) if x == pytest.approx(110, abs=0.5)]
    assert max(lines) <= 86.5
    assert "35400 SAINT-MALO" in _text(pdf)


def test_the_secret_is_the_largest_text_of_the_letter() -> None:
    sizes: dict[str, float] = {}

    def visit(text: str, _cm: object, tm: list[float], _font: object, size: float) -> None:
        if text.strip():
            sizes[text.strip()] = size

    _read(_render(_password_letter())).pages[0].extract_text(visitor_text=visit)
    assert max(sizes, key=lambda text: sizes[text]) == PASSWORD


def test_a_letter_says_when_to_whom_and_what() -> None:
    text = _text(_render(_password_letter()))
    for words in ("Offre Bailleurs", "Le 22 novembre 2026", "Objet : Votre mot de passe provisoire", *ADDRESS):
        assert words in text
    assert "Ne cliquez pas sur les liens des courriels" in text


def test_a_letter_is_dated_of_the_day_in_paris() -> None:
    assert "Le 1er juillet 2026" in _text(_render(_password_letter(), at=datetime(2026, 6, 30, 22, 30, tzinfo=UTC)))


def test_the_same_message_gives_the_same_file() -> None:
    assert _render(_password_letter()) == _render(_password_letter())


def test_a_letter_tells_programs_its_language_and_its_title() -> None:
    reader = _read(_render(_password_letter()))
    assert str(reader.root_object["/Lang"]) == "fr-FR"
    assert reader.xmp_metadata is not None
    assert reader.xmp_metadata.dc_title is not None
    assert reader.xmp_metadata.dc_title["x-default"] == "Votre mot de passe provisoire pour Mon Compte Partenaire"


@pytest.mark.parametrize(
    "content",
    [
        _password_letter(),
        temporary_password_message(colleague(organisation="Ô" * 200), PASSWORD, AT, by=ContactChannel.LETTER),
        login_message(landlord(login="l" * 64), by=ContactChannel.LETTER),
        use_lost_login_message(landlord()),
    ],
    ids=["password", "long organisation", "long login", "no secret"],
)
def test_every_letter_is_one_page_and_ends_above_its_foot(content: Content) -> None:
    pdf = _render(content)
    assert len(_read(pdf).pages) == 1
    assert max(y for _, _, y in _places(pdf)) <= 280
    assert max(x for _, x, _ in _places(pdf)) < 190


def test_a_letter_can_be_archived_and_read_aloud_as_a_recap_can() -> None:
    assert violations(_render(_password_letter())) == []


def test_a_hostile_name_stays_on_its_line() -> None:
    text = _text(_render(_password_letter(), ("Zoé\r\n<b>\u202eX</b> {nb} 中", "35000 RENNES")))
    assert "Zoé <b>X</b> {nb} □" in text
