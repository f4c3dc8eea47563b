"""What an adviser reads of the dashboard: its parts, as text."""

from __future__ import annotations

import csv
import html
import io
import re
from xml.etree import ElementTree

PATH = "/conseil/tableau-de-bord"
SLUGS = (
    "conversations",
    "sans-conseiller",
    "aide",
    "declarations",
    "parcours",
    "etapes",
    "sujets",
    "incompris",
    "motifs",
    "issues",
    "attente",
)

_TAG = re.compile(r"<[^>]+>")
_SPACES = str.maketrans("\xa0\u202f", "  ")


def plain(text: str) -> str:
    """Text without tags, entities, or spaces other than the plain one."""
    return " ".join(html.unescape(_TAG.sub(" ", text)).translate(_SPACES).split())


def section(page: str, slug: str) -> str:
    """The part of the page that is about one measure."""
    found = re.search(rf'<section class="measure" aria-labelledby="{slug}">.*?</section>', page, re.DOTALL)
    assert found, f"no section {slug}"
    return found[0]


def tiles(page: str) -> dict[str, str]:
    """The main figures, by name."""
    pairs = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", page, re.DOTALL)
    return {plain(name): plain(number) for name, number in pairs}


def table(page: str, slug: str) -> list[list[str]]:
    """A measure's table, its head first."""
    rows = re.findall(r"<tr.*?</tr>", section(page, slug), re.DOTALL)
    return [[plain(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)] for row in rows]


def alt(page: str, slug: str) -> str:
    """What stands for a measure's chart when it is not seen."""
    found = re.search(r'<img [^>]*alt="([^"]*)"', section(page, slug))
    assert found, f"no chart of {slug}"
    return plain(found[1])


def charts(page: str) -> list[str]:
    """The addresses of all images of charts, wide and narrow."""
    addresses = re.findall(r'(?:srcset|src)="(/conseil/tableau-de-bord/[^"]+)"', page)
    return [html.unescape(address) for address in addresses]


def labels(svg: bytes) -> list[str]:
    """The texts of a chart; the document must be well-formed."""
    root = ElementTree.fromstring(svg)  # noqa: S314 - the portal's own
    return ["".join(text.itertext()).translate(_SPACES) for text in root.iter("{http://www.w3.org/2000/svg}text")]


def cells(content: bytes) -> list[list[str]]:
    """A spreadsheet's rows, as Excel reads them."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
