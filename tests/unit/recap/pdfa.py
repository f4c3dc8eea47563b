"""What PDF/A-3 level A (ISO 19005-3) demands of a file such as a recap, checked without a validator.

The clauses are those of the standard. A full validator (veraPDF) is asked too where one is installed.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from fontTools.ttLib import TTFont
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject, StreamObject

from tests.unit.recap.reading import operations, reader, runs, widths

_PAINTING = {b"S", b"s", b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"sh", b"Do", b"Tj", b"TJ", b"'", b'"', b"EI"}
_STANDARD_TYPES = {"/Document", "/H1", "/H2", "/P", "/Table", "/TR", "/TH", "/TD"}
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"


def violations(pdf: bytes) -> list[str]:
    """Every demand that a file does not meet, with its clause; an empty list when it meets them all."""
    document = reader(pdf)
    checks = (_file, _colours, _fonts, _metadata, _structure, _embedded_files)
    return [problem for check in checks for problem in check(pdf, document)]


def _file(pdf: bytes, document: PdfReader) -> Iterator[str]:
    if not re.match(rb"%PDF-1\.[0-7]\n%[\x80-\xff]{4}", pdf):
        yield "6.1.2 header"
    identifiers = document.trailer.get("/ID", [])
    if len(identifiers) != 2 or not all(identifiers):
        yield "6.1.3 identifier"
    if document.is_encrypted or "/Encrypt" in document.trailer:
        yield "6.1.3 encryption"
    if not re.search(rb"%%EOF\n?$", pdf):
        yield "6.1.3 data after the end"
    for value in _objects(document):
        if isinstance(value, StreamObject) and {"/F", "/FFilter", "/FDecodeParms"} & value.keys():
            yield "6.1.7 external stream"
        if isinstance(value, StreamObject) and value.get("/Filter", "/FlateDecode") != "/FlateDecode":
            yield "6.1.7 filter"
    catalog = document.root_object
    for clause, key in (("6.5.2", "/AA"), ("6.4.2", "/AcroForm"), ("6.11", "/Requirements"), ("6.9", "/OCProperties")):
        if key in catalog:
            yield f"{clause} {key}"
    if isinstance(catalog.get("/OpenAction"), DictionaryObject):
        yield "6.5.1 action"
    if any("/Annots" in page or "/AA" in page for page in document.pages):
        yield "6.3 annotation, 6.5.2 action"


def _colours(_pdf: bytes, document: PdfReader) -> Iterator[str]:
    intents = [intent.get_object() for intent in document.root_object.get("/OutputIntents", [])]
    if [intent.get("/S") for intent in intents] != ["/GTS_PDFA1"]:
        yield "6.2.3 output intent"
        return
    profile = intents[0]["/DestOutputProfile"].get_object()
    data = profile.get_data()
    if data[36:40] != b"acsp" or data[16:20] != b"RGB " or profile["/N"] != 3:
        yield "6.2.3 ICC profile"
    for page in document.pages:
        used = {operator for _, operator in operations(page)}
        if used & {b"k", b"K", b"cs", b"CS", b"sc", b"scn", b"gs"}:
            yield "6.2.4 colour beyond grey and RGB"


def _fonts(_pdf: bytes, document: PdfReader) -> Iterator[str]:
    for page in document.pages:
        used: dict[str, set[int]] = {}
        for run in runs(page):
            used.setdefault(run.font, set()).update(run.codes)
        for name, reference in page["/Resources"]["/Font"].items():
            yield from _font(reference.get_object(), used.get(name, set()))


def _font(font: Any, codes: set[int]) -> Iterator[str]:
    descendant = font["/DescendantFonts"][0].get_object()
    descriptor = descendant["/FontDescriptor"].get_object()
    if font["/Encoding"] != "/Identity-H" or descendant["/Subtype"] != "/CIDFontType2":
        yield "6.2.11.3 encoding"
    if "/FontFile2" not in descriptor:
        yield "6.2.11.4 font not embedded"
        return
    if not re.match(r"/[A-Z]{6}\+", font["/BaseFont"]) or font["/BaseFont"] != descriptor["/FontName"]:
        yield "6.2.11.4 subset name"
    program = TTFont(io.BytesIO(descriptor["/FontFile2"].get_object().get_data()))
    glyphs = descendant["/CIDToGIDMap"].get_object().get_data()
    scale = 1000 / program["head"].unitsPerEm
    told = widths(font)
    unicode_values = _to_unicode(font["/ToUnicode"].get_object().get_data())
    for code in codes:
        glyph = int.from_bytes(glyphs[2 * code : 2 * code + 2])
        if glyph == 0:
            yield f"6.2.11.8 .notdef for code {code}"
        if abs(program["hmtx"][program.getGlyphName(glyph)][0] * scale - told[code]) > 1:
            yield f"6.2.11.5 width of code {code}"
        value = unicode_values.get(code, "")
        if not value or set(value) & {"\0", "\ufeff", "\ufffe"} or any("\ue000" <= char <= "\uf8ff" for char in value):
            yield f"6.2.11.7 Unicode of code {code}"


def _to_unicode(cmap: bytes) -> dict[int, str]:
    pairs = re.findall(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>\n", cmap.split(b"endcodespacerange")[1])
    return {int(code, 16): bytes.fromhex(value.decode()).decode("utf-16-be") for code, value in pairs}


def _metadata(_pdf: bytes, document: PdfReader) -> Iterator[str]:
    if "/Metadata" not in document.root_object:
        yield "6.6.2.1 metadata"
        return
    packet = document.root_object["/Metadata"].get_object().get_data().decode()
    header = packet.split("?>")[0]
    if "bytes=" in header or "encoding=" in header:
        yield "6.6.2.1 packet header"
    description = ElementTree.fromstring(packet).find(f".//{_RDF}Description")  # noqa: S314 - written by ourselves
    if description is None or description.findtext(f"{_PDFAID}part") != "3":
        yield "6.6.4 part"
    elif description.findtext(f"{_PDFAID}conformance") != "A":
        yield "6.6.4 conformance"
    if "/Info" in document.trailer:
        yield "6.6.3 an information dictionary, which the metadata would have to repeat"


def _structure(_pdf: bytes, document: PdfReader) -> Iterator[str]:
    catalog = document.root_object
    if not catalog.get("/MarkInfo", {}).get("/Marked") or "/StructTreeRoot" not in catalog:
        yield "6.7.2 not tagged"
        return
    if not re.fullmatch(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*", catalog.get("/Lang", "")):
        yield "6.7.4 language"
    root = catalog["/StructTreeRoot"].get_object()
    leaves: list[tuple[int, Any]] = []
    yield from _elements(root["/K"], root, leaves)
    (page,) = document.pages
    owners = root["/ParentTree"].get_object()["/Nums"][1]
    drawn = list(_marked(page))
    if None in drawn:
        yield "6.7.3 content that is neither tagged nor decoration"
    identifiers = [identifier for identifier in drawn if identifier is not None]
    if identifiers != [identifier for identifier, _ in leaves]:
        yield "6.7.3 the structure tells another order than the page"
    for identifier, element in leaves:
        if not _same(owners[identifier], element) or not _same(element["/Pg"], page):
            yield f"6.7.3 parent of content {identifier}"


def _elements(kids: Any, parent: Any, leaves: list[tuple[int, Any]]) -> Iterator[str]:
    for kid in kids:
        element = kid.get_object()
        if isinstance(element, int):
            leaves.append((element, parent))
            continue
        if element["/S"] not in _STANDARD_TYPES:
            yield f"6.7.3 structure type {element['/S']}"
        if not _same(element["/P"], parent):
            yield "6.7.3 parent of an element"
        yield from _elements(element["/K"], element, leaves)


def _same(one: Any, other: Any) -> bool:
    numbers = {thing.get_object().indirect_reference.idnum for thing in (one, other)}
    return len(numbers) == 1


def _marked(page: Any) -> Iterator[int | None]:
    """The marked contents in the order of the page; None for something drawn outside of them and of decoration."""
    depth = 0
    for operands, operator in operations(page):
        if operator in (b"BDC", b"BMC"):
            depth += 1
            if operator == b"BDC":
                yield int(operands[1]["/MCID"])
        elif operator == b"EMC":
            depth -= 1
        elif operator in _PAINTING and depth != 1:
            yield None


def _embedded_files(_pdf: bytes, document: PdfReader) -> Iterator[str]:
    names = document.root_object.get("/Names", {}).get("/EmbeddedFiles", {}).get("/Names", [])
    associated = [reference.idnum for reference in document.root_object.get("/AF", [])]
    for reference in names[1::2]:
        specification = reference.get_object()
        if not specification.get("/F") or not specification.get("/UF"):
            yield "6.8 file name"
        if specification.get("/AFRelationship") not in ("/Source", "/Data"):
            yield "6.8 relationship"
        if not isinstance(reference, IndirectObject) or reference.idnum not in associated:
            yield "6.8 not associated with the document"
        stream = specification["/EF"]["/F"].get_object()
        if not re.fullmatch(r"/[-\w+.]+/[-\w+.]+", stream.get("/Subtype", "")):
            yield "6.8 media type"
        if "/ModDate" not in stream["/Params"]:
            yield "annex E modification date"


def _objects(document: PdfReader) -> Iterator[Any]:
    for number in range(1, int(document.trailer["/Size"])):
        yield document.get_object(number)
