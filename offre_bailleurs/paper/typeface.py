"""The letters of what is printed: which fonts, and which text they can show."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

from fpdf import FPDF
from fpdf.fonts import TTFFont

from offre_bailleurs.paper.embedding import add_font

FAMILY = "recap"
REPLACEMENT = "□"
"""Stands for a character that the fonts lack."""

_FONTS = Path(__file__).parent / "fonts"
_REGULAR = _FONTS / "RecapSans-Regular.ttf"
_BOLD = _FONTS / "RecapSans-Semibold.ttf"
_NO_BREAK_SPACES = "\u00a0\u202f"


def add_fonts(pdf: FPDF) -> None:
    """Make the two weights known to a document, as `FAMILY` in the styles "" and "B"."""
    add_font(pdf, FAMILY, "", _REGULAR)
    add_font(pdf, FAMILY, "B", _BOLD)


def displayable(text: str) -> str:
    """Bring a text to what the fonts can show, on one line.

    Accents are composed, spaces single, controls and other invisible characters gone. A character that the fonts
    lack becomes its compatible form when there is one (full-width letters, ligatures), else `REPLACEMENT`.
    """
    known = _characters()
    shown = "".join(_shown(char, known) for char in unicodedata.normalize("NFC", text))
    return " ".join(word for word in shown.split(" ") if word)


def _shown(char: str, known: frozenset[str]) -> str:
    if char in _NO_BREAK_SPACES:
        return char
    if char.isspace():
        return " "
    if unicodedata.category(char).startswith("C"):
        return ""
    if char in known:
        return char
    compatible = unicodedata.normalize("NFKC", char)
    return compatible if known.issuperset(compatible) else REPLACEMENT


@cache
def _characters() -> frozenset[str]:
    """Every character that both weights can show."""
    pdf = FPDF()
    add_fonts(pdf)
    charts = [frozenset(map(chr, font.cmap)) for font in pdf.fonts.values() if isinstance(font, TTFFont)]
    return frozenset.intersection(*charts)
