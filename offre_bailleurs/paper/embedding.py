"""Fonts in a document without reading, cutting and compressing them anew for each one.

fpdf2 reads a font's file for every document, and has fontTools cut out the glyphs that it uses: 90 % of the time that a
recap took. Here a document begins with the glyphs of `ALPHABET` in both weights, so that nearly all documents embed
the very same cut, which is kept. A rarer letter makes another cut, kept as well. Whether a cut was at hand or had to be
made, the document's bytes are the same: they depend on its text alone.
"""

from __future__ import annotations

import copy
from collections.abc import Hashable
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from fpdf import FPDF
from fpdf.fonts import SubsetMap, TTFFont
from fpdf.output import OutputProducer

ALPHABET = (
    " \u00a0\u202fABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    "ÀÂÄÇÈÉÊËÎÏÔÖÙÛÜŒàâäçèéêëîïôöùûüÿœ.,;:!?'’\"«»()-–/&€@°…□"
)
"""What French documents are made of. A change of it changes every document's bytes (docs/decisions/0016)."""
MOST_KEPT = 64
"""Cuts of the fonts that are kept in memory, some 60 kB each."""

_Cut = tuple[dict[int, Any], list[Any]]
"""What a document refers to its fonts by, and the objects that embed them, as fpdf2 made them."""

_cuts: dict[Hashable, _Cut] = {}
_making = Lock()


def add_font(pdf: FPDF, family: str, style: str, file: Path) -> None:
    """As `FPDF.add_font`, from what was read of the file the first time."""
    read = _read(family, style, file)
    font = copy.copy(read)
    font.i = len(pdf.fonts) + 1
    font.desc = copy.copy(read.desc)
    font.cw, font.missing_glyphs = copy.copy(read.cw), []
    font.subset = copy.copy(read.subset)
    font.subset.font = font
    font.subset._char_id_per_glyph = dict(read.subset._char_id_per_glyph)
    font.subset._reserved = list(read.subset._reserved)
    pdf.fonts[font.fontkey] = font


def finish(pdf: FPDF) -> bytes:
    """As `FPDF.output`: the document's bytes."""
    return bytes(pdf.output(output_producer_class=_Producer))


class _Producer(OutputProducer):
    """Embeds fonts from the cuts that are kept; fpdf2 makes those that are not."""

    def _add_fonts(self, *resources: Any) -> dict[int, Any]:
        fonts = [font for font in self.fpdf.fonts.values() if isinstance(font, TTFFont)]
        key = tuple((font.fontkey, tuple(_letters(font))) for font in fonts)
        with _making:
            cut = _cuts.get(key)
            if cut is None:
                cut = _cuts[key] = self._cut(fonts, *resources)
                while len(_cuts) > MOST_KEPT:
                    del _cuts[next(iter(_cuts))]
        by_index, objects = copy.deepcopy(cut)  # each document numbers its own
        for each in objects:
            self._add_pdf_obj(each, "fonts")
        for kept in (SubsetMap.pick, SubsetMap.get_glyph):
            kept.cache_clear()  # as fpdf2 does: they would keep the document in memory
        return by_index

    def _cut(self, fonts: list[TTFFont], *resources: Any) -> _Cut:
        """fpdf2's own way, on fonts just read (it wears them out), in a document that is thrown away."""
        apart = FPDF()
        apart._compliance = self.fpdf._compliance
        for font in fonts:
            fresh = TTFFont(apart, Path(font.ttffile), font.fontkey, font.emphasis.style)
            fresh.subset = copy.copy(font.subset)
            fresh.desc = copy.copy(font.desc)
            apart.fonts[font.fontkey] = fresh
        producer = OutputProducer(apart)
        by_index = producer._add_fonts(*resources)
        return by_index, producer.pdf_objs


def _letters(font: TTFFont) -> list[tuple[Any, int]]:
    return [(glyph.unicode if glyph else None, code) for glyph, code in font.subset.items()]


@cache
def _read(family: str, style: str, file: Path) -> TTFFont:
    pdf = FPDF()
    pdf.add_font(family, style, file)
    (font,) = (font for font in pdf.fonts.values() if isinstance(font, TTFFont))
    for letter in ALPHABET:
        if ord(letter) in font.cmap:
            font.subset.pick(ord(letter))
    return font
