"""What a landlord sees on a recap: the words of each situation, on one page, whatever the names."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offre_bailleurs.models import Situation
from offre_bailleurs.paper.typeface import displayable
from offre_bailleurs.recap import RecapData, render_recap
from tests.unit.recap.reading import Run, reader, runs, text_of
from tests.unit.recap.samples import SITUATIONS, WIDEST, sample

MARGIN = 24 * 72 / 25.4
"""The left and right margins, in points."""


def the_page(pdf: bytes) -> list[Run]:
    """The pieces of text of a recap, which has one page."""
    (page,) = reader(pdf).pages
    assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) == (595, 842)
    return list(runs(page))


def assert_tidy(pieces: list[Run]) -> None:
    """Nothing in the margins, nothing over something else."""
    for piece in pieces:
        assert piece.x >= MARGIN - 0.1
        assert piece.x + piece.width <= 595.3 - MARGIN + 0.1
        assert 40 <= piece.y <= 800
    boxes = [(p.x, p.y - 0.2 * p.size, p.x + p.width, p.y + 0.7 * p.size) for p in pieces if p.width]
    for number, (left, bottom, right, top) in enumerate(boxes):
        for other_left, other_bottom, other_right, other_top in boxes[number + 1 :]:
            apart = left >= other_right or other_left >= right or bottom >= other_top or other_bottom >= top
            assert apart, (number, left, bottom)


def test_a_recap_says_everything_in_reading_order() -> None:
    assert text_of(render_recap(sample())) == (
        "Offre Bailleurs Récapitulatif de votre déclaration Loyer de juillet 2025 "
        "Référence OB-2025-000123 Transmise le 11 juillet 2025 à 14 h 05 (heure de Paris) "
        "Loyer de juillet 2025 650,00 € six cent cinquante euros "
        "Qui déclare Déclaré par Camille Le Goff Pour le compte de Camille Le Goff, bailleur particulier "
        "N° utilisateur 359 00007090001 "
        "Locataire et logement Locataire Éloïse N’Guyen-Lefèvre Logement 12 bis rue de l'Abbé-Grégoire 35000 Rennes "
        "Situation du locataire Situation Toujours locataire "
        "Conservez ce document Enregistrez-le ou imprimez-le : il reprend ce qui a été transmis à la Caf. "
        "Les mêmes informations sont jointes à ce PDF, dans le fichier declaration-OB-2025-000123.json. "
        "Document produit par l’assistant Offre Bailleurs à partir de la déclaration transmise à la Caf."
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("left", "Loyer de juillet 2025 Aucun loyer à déclarer Le locataire est parti avant le 1er juillet 2025."),
        ("left", "Situation Parti du logement Date de départ 15 juin 2025 "),
        ("left_in_july", "209,67 € deux cent neuf euros et soixante-sept centimes"),
        ("left_in_july", "Situation Parti du logement Date de départ 10 juillet 2025 "),
        ("unpaid", "1 234,56 € mille deux cent trente-quatre euros et cinquante-six centimes"),
        ("unpaid", "Situation Loyers impayés Somme due 1 300,50 € Impayés depuis le 1er mai 2025 "),
        ("management_ended", "Aucun loyer à déclarer La gestion du logement a pris fin avant le 1er juillet 2025."),
        ("management_ended", "Situation Fin de gestion du logement Fin de gestion le 30 juin 2025 "),
        ("co_tenants", "Nombre de colocataires modifié Titulaires du bail 3 colocataires "),
        ("zero_rent", "Loyer de juillet 2025 0,00 € zéro euro "),
        ("organisation", "Déclaré par Nadia Benali Pour le compte de LES OLIVIERS, organisme "),
    ],
)
def test_each_situation_is_told_in_its_own_words(name: str, words: str) -> None:
    assert words in text_of(render_recap(SITUATIONS[name]))


def test_a_tenant_who_stays_alone_on_the_lease_is_told_so() -> None:
    text = text_of(render_recap(sample(situation=Situation.CO_TENANTS, co_tenant_count=1)))
    assert "Titulaires du bail locataire seul" in text


def test_the_moment_is_that_of_the_clocks_in_paris() -> None:
    midnight = sample(submitted_at=datetime(2025, 7, 31, 22, 30, tzinfo=UTC))
    assert "Transmise le 1er août 2025 à 0 h 30 (heure de Paris)" in text_of(render_recap(midnight))


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
def test_a_reader_that_guesses_from_the_layout_finds_the_same_order(tmp_path: Path) -> None:
    file = tmp_path / "recap.pdf"
    file.write_bytes(render_recap(SITUATIONS["unpaid"]))
    guessed = subprocess.run(["pdftotext", file, "-"], capture_output=True, check=True, text=True).stdout
    assert " ".join(guessed.split()) == text_of(file.read_bytes())


@pytest.mark.parametrize("data", [*SITUATIONS.values(), WIDEST], ids=[*SITUATIONS, "widest"])
def test_nothing_spills_over(data: RecapData) -> None:
    assert_tidy(the_page(render_recap(data)))


def test_ordinary_declarations_are_written_in_letters_of_full_size() -> None:
    for data in SITUATIONS.values():
        assert {11.0, 12.0, 22.0, 25.0} <= {piece.size for piece in the_page(render_recap(data))}


def test_names_of_100_letters_stay_legible() -> None:
    hundred = "Wilhelmine-Alexandra " * 4 + "de la Tour-du-Pin"
    data = sample(declarant_name=f"{hundred} {hundred}", tenant_name=f"{hundred} {hundred}", account_name=hundred)
    pieces = the_page(render_recap(data))
    assert_tidy(pieces)
    assert min(piece.size for piece in pieces) >= 8.5


odd_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
letters = st.text(st.sampled_from("WwiÉŒĳ'’-. \u00a0\u0301Ωж李ﻻ😀"), max_size=200)


@settings(max_examples=25, deadline=None)
@given(names=st.lists(odd_text | letters, min_size=5, max_size=5), data=st.sampled_from(list(SITUATIONS.values())))
def test_one_tidy_page_whatever_the_names(names: list[str], data: RecapData) -> None:
    declarant, account, tenant, street, city = names
    odd = replace(
        data,
        declarant_name=declarant,
        account_name=account,
        tenant_name=tenant,
        dwelling_street=street,
        dwelling_city=city[:100],
    )
    assert_tidy(the_page(render_recap(odd)))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Zoé D'Hérouville-Œdipe", "Zoé D'Hérouville-Œdipe"),
        ("Éloïse", "Éloïse"),
        ("Nguyễn Thị Ánh", "Nguyễn Thị Ánh"),
        ("Łukasz Żółć, Őrsi, Şahin, Ğ", "Łukasz Żółć, Őrsi, Şahin, Ğ"),
        ("Ζωή Παπαδοπούλου", "Ζωή Παπαδοπούλου"),
        ("Александр Шевченко", "Александр Шевченко"),
        ("Ａｄａ", "Ada"),
        ("  Anne \t\n Marie\u200b\u202e ", "Anne Marie"),
        ("1\u202f234,56\u00a0€", "1\u202f234,56\u00a0€"),
        ("李 Wei 😀", "□ Wei □"),
        ("\ue000\x00\u00adLéa", "Léa"),
        ("", ""),
    ],
)
def test_names_are_shown_as_far_as_the_fonts_go(written: str, shown: str) -> None:
    assert displayable(written) == shown


def test_a_character_that_cannot_be_printed_is_announced() -> None:
    told = "Le signe □ remplace un caractère qui ne peut pas être imprimé ici"
    assert told in text_of(render_recap(sample(tenant_name="李 Wei")))
    assert told not in text_of(render_recap(sample()))


def test_a_name_in_braces_is_not_a_page_count() -> None:
    assert "Locataire {nb} Logement" in text_of(render_recap(sample(tenant_name="{nb}")))


def test_every_text_stands_out_from_its_ground() -> None:
    tint = (238 / 255, 244 / 255, 246 / 255)
    for piece in the_page(render_recap(WIDEST)):
        assert contrast(piece.colour, tint) >= 4.5


def contrast(ink: tuple[float, ...], ground: tuple[float, ...]) -> float:
    """The contrast ratio of WCAG 2.1 between two sRGB colours."""
    light, dark = sorted((luminance(ink), luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: tuple[float, ...]) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
