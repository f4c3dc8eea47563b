"""One A4 page to write on: measured text, boxes and rules, each with its place in the document's structure.

Lengths are millimetres from the top left corner; font sizes are points.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from itertools import accumulate, takewhile

from fpdf import FPDF
from fpdf.enums import DocumentCompliance
from fpdf.prefs import ViewerPreferences

from offre_bailleurs.paper.embedding import finish
from offre_bailleurs.paper.tagging import StructureTree
from offre_bailleurs.paper.typeface import FAMILY, add_fonts

_CAP_HEIGHT = 0.66
"""Of the fonts, in ems: capitals stand in the middle of their line."""

Colour = tuple[int, int, int]

# Contrast on white, and on the tint: ink 15:1, grey 6:1, accent 9:1.
INK: Colour = (24, 33, 41)
GREY: Colour = (82, 95, 107)
ACCENT: Colour = (16, 74, 92)
TINT: Colour = (238, 244, 246)
LINE: Colour = (203, 214, 219)


@dataclass(frozen=True)
class Style:
    """How a text is written: size in points, weight, colour, and line height as a multiple of the size."""

    size: float
    colour: Colour
    bold: bool = False
    leading: float = 1.32

    def scaled(self, factor: float) -> Style:
        """The same style, larger or smaller."""
        return replace(self, size=self.size * factor)


class Sheet:
    """A page of a PDF/A-3 document."""

    width = 210.0
    height = 297.0

    def __init__(self) -> None:
        self.pdf = FPDF(unit="mm", format="A4", enforce_compliance=DocumentCompliance.PDFA_3B)
        self.pdf.str_alias_nb_pages = ""  # else "{nb}" in a name would be read as the number of pages
        self.pdf.c_margin = 0
        self.pdf.set_auto_page_break(False)
        self.pdf.viewer_preferences = ViewerPreferences(display_doc_title=True)
        add_fonts(self.pdf)
        self.pdf.add_page()
        self._structure = StructureTree(self.pdf)

    def finish(self) -> bytes:
        """The document; nothing more is written on it."""
        return finish(self.pdf)

    def element(self, role: str) -> AbstractContextManager[None]:
        """What is written inside belongs to a structure element such as a `Table`."""
        return self._structure.element(role)

    def line_height(self, style: Style) -> float:
        """From one line to the next."""
        return style.size * style.leading / self.pdf.k

    def baseline(self, style: Style) -> float:
        """From the top of a line to the foot of its letters."""
        return (self.line_height(style) + _CAP_HEIGHT * style.size / self.pdf.k) / 2

    def wrap(self, paragraphs: Iterable[str], style: Style, width: float) -> list[str]:
        """Cut texts into lines between words, and a word that is wider than a line between letters.

        A line that another word follows ends with a space, which is not seen but keeps the words apart for a program.
        """
        self._use(style)
        return " \n".join(self._wrapped(paragraph, width) for paragraph in paragraphs).split("\n")

    def _wrapped(self, text: str, width: float) -> str:
        lines, line = "", ""
        for word in text.split(" "):
            longer = f"{line} {word}" if line else word
            if self._width(longer) <= width:
                line = longer
                continue
            if line:
                lines += f"{line} \n"
            line = word
            while self._width(line) > width:
                widths = accumulate(self._width(letter) for letter in line)
                cut = max(1, sum(1 for _ in takewhile(lambda total: total <= width, widths)))
                lines += f"{line[:cut]}\n"
                line = line[cut:]
        return lines + line

    def fit(self, text: str, style: Style, width: float) -> Style:
        """The style, made smaller if need be, in which the text stands on one line."""
        self._use(style)
        needed = self._width(text)
        return style.scaled(width / needed) if needed > width else style

    def write(
        self, lines: list[str], style: Style, x: float, top: float, role: str = "P", attributes: str | None = None
    ) -> float:
        """Write lines as one structure element; return where the next line would begin."""
        height = self.line_height(style)
        self._use(style)
        with self._structure.content(role, attributes):
            for number, line in enumerate(lines):
                self.pdf.text(x, top + number * height + self.baseline(style), line)
        return top + len(lines) * height

    def panel(self, x: float, top: float, width: float, height: float, *, fill: Colour, line: Colour) -> None:
        """Draw a box with soft corners."""
        with self._structure.decoration():
            self.pdf.set_fill_color(*fill)
            self.pdf.set_draw_color(*line)
            self.pdf.set_line_width(0.25)
            self.pdf.rect(x, top, width, height, style="DF", round_corners=True, corner_radius=1.6)

    def bar(self, x: float, top: float, width: float, height: float, colour: Colour) -> None:
        """Draw a filled rectangle: a rule or an accent."""
        with self._structure.decoration():
            self.pdf.set_fill_color(*colour)
            self.pdf.rect(x, top, width, height, style="F")

    def _width(self, text: str) -> float:
        return self.pdf.get_string_width(text)

    def _use(self, style: Style) -> None:
        self.pdf.set_font(FAMILY, "B" if style.bold else "", style.size)
        self.pdf.set_text_color(*style.colour)
