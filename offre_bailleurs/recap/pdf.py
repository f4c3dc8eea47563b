"""The recap as a PDF: one A4 page, PDF/A-3, the declaration embedded as JSON. Same data, same bytes."""

from __future__ import annotations

from dataclasses import dataclass

from offre_bailleurs.paper.sheet import ACCENT, GREY, INK, LINE, TINT, Sheet, Style
from offre_bailleurs.paper.tagging import ROW_HEADER
from offre_bailleurs.paper.typeface import REPLACEMENT, displayable
from offre_bailleurs.recap import metadata, wording
from offre_bailleurs.recap.data import RecapData
from offre_bailleurs.recap.wording import Section

_SERVICE = Style(10.5, ACCENT, bold=True)
_HEADING = Style(25, INK, bold=True, leading=1.2)
_SUBTITLE = Style(14, GREY)
_FIGURE = Style(22, ACCENT, bold=True, leading=1.25)
_DETAIL = Style(10.5, INK)
_SECTION = Style(12, ACCENT, bold=True)
_LABEL = Style(11, GREY)
_VALUE = Style(11, INK)
_KEEP = Style(12, INK, bold=True)
_ADVICE = Style(10, INK)
_FOOTER = Style(8.5, GREY)

_LEFT = 24.0
_TOP = 22.0
_FOOTER_TOP = Sheet.height - 23.0
_WIDTH = Sheet.width - 2 * _LEFT
_GAP = 5.0
_PADDING = 4.5
_LABEL_WIDTH = 52.0
_ROW_GAP = 1.7
_SECTION_GAP = 6.5
_SHRINK = 0.94
"""How much smaller the rows become at each attempt, when they do not fit on the page."""


@dataclass(frozen=True)
class _Line:
    """A row cut into the lines of its label and of its value."""

    label: list[str]
    value: list[str]

    @property
    def count(self) -> int:
        return max(len(self.label), len(self.value))


@dataclass(frozen=True)
class _Table:
    """The sections cut into lines at one scale, and the height that they take."""

    scale: float
    sections: list[tuple[str, list[_Line]]]
    height: float


def render_recap(data: RecapData) -> bytes:
    """Make the recap of a declaration.

    The bytes depend on the data alone: the moments in the file are the moment of the transmission.
    """
    sheet = Sheet()
    content = wording.sections(data)
    top = _write_highlights(sheet, data, _write_heading(sheet, data))
    keep_lines = _keep_lines(sheet, data, content)
    keep_top = _FOOTER_TOP - _GAP - _keep_height(sheet, keep_lines)
    _write_table(sheet, _fitting_table(sheet, content, keep_top - _GAP - top), top)
    _write_keep(sheet, keep_lines, keep_top)
    _write_footer(sheet)
    metadata.describe(sheet.pdf, data)
    return sheet.finish()


def _write_heading(sheet: Sheet, data: RecapData) -> float:
    """Each `_write_…` returns where what follows may begin."""
    sheet.bar(_LEFT, _TOP, 14, 1.2, ACCENT)
    top = sheet.write([wording.SERVICE], _SERVICE, _LEFT, _TOP + 4.2)
    top = sheet.write([wording.HEADING], _HEADING, _LEFT, top + 5.5, role="H1")
    return sheet.write([wording.subtitle(data)], _SUBTITLE, _LEFT, top + 0.5) + 7


def _write_highlights(sheet: Sheet, data: RecapData, top: float) -> float:
    """The boxed reference and July's rent, on the same two columns as the rows."""
    left, right = _LEFT + _PADDING, _LEFT + _LABEL_WIDTH
    width = _LEFT + _WIDTH - _PADDING - right
    highlights = [
        (highlight, sheet.wrap([displayable(highlight.detail)], _DETAIL, width))
        for highlight in (wording.reference(data), wording.july_rent(data))
    ]
    heights = [
        2 * _PADDING + sheet.line_height(_FIGURE) + len(detail) * sheet.line_height(_DETAIL) for _, detail in highlights
    ]
    sheet.panel(_LEFT, top, _WIDTH, sum(heights), fill=TINT, line=LINE)
    sheet.bar(left, top + heights[0], _WIDTH - 2 * _PADDING, 0.25, LINE)
    for (highlight, detail), height in zip(highlights, heights, strict=True):
        value = displayable(highlight.value)
        figure = sheet.fit(value, _FIGURE, width)
        first_line = top + _PADDING
        sheet.write([highlight.label], _LABEL, left, first_line + sheet.baseline(figure) - sheet.baseline(_LABEL))
        below = sheet.write([value], figure, right, first_line)
        sheet.write(detail, _DETAIL, right, below)
        top += height
    return top + 9


def _fitting_table(sheet: Sheet, content: tuple[Section, ...], available: float) -> _Table:
    scale = 1.0
    while (table := _table(sheet, content, scale)).height > available:
        scale *= _SHRINK
    return table


def _table(sheet: Sheet, content: tuple[Section, ...], scale: float) -> _Table:
    label, value = _LABEL.scaled(scale), _VALUE.scaled(scale)
    sections = [
        (
            section.heading,
            [
                _Line(
                    sheet.wrap([row.label], label, _LABEL_WIDTH - 3),
                    sheet.wrap(map(displayable, row.lines), value, _WIDTH - _LABEL_WIDTH),
                )
                for row in section.rows
            ],
        )
        for section in content
    ]
    height = sum(
        _section_top(sheet, scale)
        + sum(line.count * sheet.line_height(value) + _ROW_GAP * scale for line in lines)
        + _SECTION_GAP * scale
        for _, lines in sections
    )
    return _Table(scale, sections, height)


def _section_top(sheet: Sheet, scale: float) -> float:
    """From the top of a section's heading to its first row."""
    return sheet.line_height(_SECTION.scaled(scale)) + 3.6 * scale


def _write_table(sheet: Sheet, table: _Table, top: float) -> None:
    scale = table.scale
    heading, label, value = _SECTION.scaled(scale), _LABEL.scaled(scale), _VALUE.scaled(scale)
    for title, lines in table.sections:
        sheet.write([title], heading, _LEFT, top, role="H2")
        sheet.bar(_LEFT, top + sheet.line_height(heading) + 0.9 * scale, _WIDTH, 0.25, LINE)
        top += _section_top(sheet, scale)
        with sheet.element("Table"):
            for line in lines:
                with sheet.element("TR"):
                    sheet.write(line.label, label, _LEFT, top, role="TH", attributes=ROW_HEADER)
                    sheet.write(line.value, value, _LEFT + _LABEL_WIDTH, top, role="TD")
                top += line.count * sheet.line_height(value) + _ROW_GAP * scale
        top += _SECTION_GAP * scale


def _keep_lines(sheet: Sheet, data: RecapData, content: tuple[Section, ...]) -> list[str]:
    texts = [wording.keep_advice(data)]
    values = [line for section in content for row in section.rows for line in row.lines]
    if any(REPLACEMENT in displayable(value) for value in values):
        texts.append(wording.REPLACED)
    return sheet.wrap(map(displayable, texts), _ADVICE, _WIDTH - _PADDING)


def _keep_height(sheet: Sheet, lines: list[str]) -> float:
    return sheet.line_height(_KEEP) + 1 + len(lines) * sheet.line_height(_ADVICE) + 2


def _write_keep(sheet: Sheet, lines: list[str], top: float) -> None:
    sheet.bar(_LEFT, top, 1.2, _keep_height(sheet, lines), ACCENT)
    below = sheet.write([wording.KEEP_HEADING], _KEEP, _LEFT + _PADDING, top + 1, role="H2")
    sheet.write(lines, _ADVICE, _LEFT + _PADDING, below + 1)


def _write_footer(sheet: Sheet) -> None:
    sheet.bar(_LEFT, _FOOTER_TOP, _WIDTH, 0.25, LINE)
    sheet.write([wording.ORIGIN], _FOOTER, _LEFT, _FOOTER_TOP + 2.4)
