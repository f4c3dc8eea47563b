"""A recap as a file: archivable, accessible, with the declaration inside, and the same each time it is made."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from fpdf import FPDF

from offre_bailleurs.paper import embedding
from offre_bailleurs.paper.typeface import displayable
from offre_bailleurs.recap import RecapData, render_recap
from offre_bailleurs.recap.data import to_json
from offre_bailleurs.settings import PROJECT_ROOT
from tests.unit.recap.pdfa import violations
from tests.unit.recap.reading import reader, text_of
from tests.unit.recap.samples import SITUATIONS, WIDEST, sample

ODD = sample(tenant_name="Ζωή 李 \ue000\x00ﬁ", dwelling_street="<&> 'rue' \"x\"")


@pytest.mark.parametrize("data", [*SITUATIONS.values(), WIDEST, ODD], ids=[*SITUATIONS, "widest", "odd"])
def test_a_recap_meets_pdf_a_3(data: RecapData) -> None:
    assert violations(render_recap(data)) == []


def test_the_check_of_pdf_a_3_notices_an_ordinary_pdf() -> None:
    pdf = FPDF()
    pdf.add_font("recap", fname=PROJECT_ROOT / "offre_bailleurs/paper/fonts/RecapSans-Regular.ttf")
    pdf.add_page()
    pdf.set_font("recap")
    pdf.cell(text="Bonjour")
    pdf.embed_file(bytes=b"{}", basename="d.json")
    assert {problem.split()[0] for problem in violations(bytes(pdf.output()))} >= {"6.2.3", "6.6.2.1", "6.7.2", "6.8"}


@pytest.mark.skipif(shutil.which("verapdf") is None, reason="optional: veraPDF is not installed")
def test_verapdf_finds_a_recap_to_be_pdf_a_3a(tmp_path: Path) -> None:
    file = tmp_path / "recap.pdf"
    file.write_bytes(render_recap(SITUATIONS["unpaid"]))
    report = subprocess.run(["verapdf", "--flavour", "3a", "--format", "text", file], capture_output=True, text=True)
    assert report.stdout.startswith("PASS"), report.stdout + report.stderr


def test_a_recap_is_in_french_and_bears_its_title() -> None:
    document = reader(render_recap(sample()))
    title = "Récapitulatif de déclaration, loyer de juillet 2025, OB-2025-000123"
    assert document.root_object["/Lang"] == "fr-FR"
    assert document.root_object["/ViewerPreferences"]["/DisplayDocTitle"]
    assert document.xmp_metadata is not None
    assert document.xmp_metadata.dc_title == {"x-default": title}
    assert document.xmp_metadata.dc_language == ["fr-FR"]


def test_a_screen_reader_meets_headings_and_rows_that_bear_a_name() -> None:
    root = reader(render_recap(sample())).root_object["/StructTreeRoot"]
    roles = [element["/S"] for element in descendants(root)]
    assert [role for role in roles if role.startswith("/H")] == ["/H1", "/H2", "/H2", "/H2", "/H2"]
    assert roles.count("/TR") == roles.count("/TH") == roles.count("/TD") == 6
    headers = [element for element in descendants(root) if element["/S"] == "/TH"]
    assert all(header["/A"] == {"/O": "/Table", "/Scope": "/Row"} for header in headers)


def descendants(element):  # type: ignore[no-untyped-def]
    for kid in element["/K"]:
        if not isinstance(kid.get_object(), int):
            yield kid.get_object()
            yield from descendants(kid.get_object())


@pytest.mark.parametrize("data", [*SITUATIONS.values(), ODD], ids=[*SITUATIONS, "odd"])
def test_the_declaration_travels_inside_its_recap(data: RecapData) -> None:
    document = reader(render_recap(data))
    ((name, (content,)),) = document.attachments.items()
    assert name == "declaration-OB-2025-000123.json"
    assert content == to_json(data)
    assert json.loads(content)["tenant_name"] == data.tenant_name
    specification = document.root_object["/AF"][0].get_object()
    assert specification["/AFRelationship"] == "/Source"
    assert specification["/EF"]["/F"]["/Subtype"] == "/application/json"


def test_both_fonts_are_embedded_and_nothing_else_is_used() -> None:
    (page,) = reader(render_recap(sample())).pages
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    assert {font["/BaseFont"] for font in fonts} == {"/MPDFAA+RecapSans", "/MPDFAA+RecapSansSemibold"}
    for font in fonts:
        assert "/FontFile2" in font["/DescendantFonts"][0].get_object()["/FontDescriptor"]


def test_every_moment_in_the_file_is_that_of_the_transmission() -> None:
    document = reader(render_recap(sample()))
    packet = document.root_object["/Metadata"].get_object().get_data().decode()
    xmp = "{http://ns.adobe.com/xap/1.0/}"
    moments = [
        element.text
        for element in ElementTree.fromstring(packet).iter()  # noqa: S314 - written by ourselves
        if element.tag in (f"{xmp}CreateDate", f"{xmp}ModifyDate", f"{xmp}MetadataDate")
    ]
    assert moments == ["2025-07-11T12:05:30+00:00"] * 3
    parameters = document.root_object["/AF"][0].get_object()["/EF"]["/F"]["/Params"]
    assert parameters["/CreationDate"] == parameters["/ModDate"] == "D:20250711120530Z"


def test_the_same_data_give_the_same_bytes() -> None:
    data = SITUATIONS["unpaid"]
    assert render_recap(data) == render_recap(replace(data))


def test_recaps_made_at_the_same_time_do_not_mix() -> None:
    expected = [render_recap(data) for data in SITUATIONS.values()]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(render_recap, SITUATIONS.values())) == expected


def test_letters_that_few_names_have_are_embedded_too_and_give_the_same_bytes_again() -> None:
    rare, usual = sample(tenant_name="Łukasz Ďurič"), sample()
    first, _, again = render_recap(rare), render_recap(usual), render_recap(rare)
    assert "Łukasz Ďurič" in text_of(first)
    assert first == again
    embedding._cuts.clear()  # as in a process that has just begun
    assert render_recap(rare) == first


def test_however_many_alphabets_names_are_written_in_the_memory_is_bounded() -> None:
    rare = [chr(letter) for letter in range(0x100, 0x17F) if displayable(chr(letter)) == chr(letter)]
    for first, second in itertools.islice(itertools.pairwise(rare), embedding.MOST_KEPT + 3):
        render_recap(sample(tenant_name=f"{first}{second}"))
    assert len(embedding._cuts) <= embedding.MOST_KEPT


def test_another_process_gives_the_same_bytes() -> None:
    program = (
        "import hashlib, sys\n"
        "from offre_bailleurs.recap import render_recap\n"
        "from tests.unit.recap.samples import SITUATIONS\n"
        "print(hashlib.sha256(render_recap(SITUATIONS['unpaid'])).hexdigest())\n"
    )
    here = hashlib.sha256(render_recap(SITUATIONS["unpaid"])).hexdigest()
    for seed, zone in (("1", "Pacific/Auckland"), ("2", "America/Cayenne")):
        environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone}
        there = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, check=True, text=True
        )
        assert there.stdout.strip() == here


def test_another_declaration_has_another_identifier() -> None:
    identifiers = {
        bytes(reader(render_recap(data)).trailer["/ID"][0].original_bytes)
        for data in (sample(), sample(july_rent_cents=65001))
    }
    assert len(identifiers) == 2
