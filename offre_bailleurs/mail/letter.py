"""A letter as a PDF: one A4 page for a window envelope. The same message gives the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from offre_bailleurs.campaigns import in_paris
from offre_bailleurs.french.format import long_date
from offre_bailleurs.mail.messages import SAFETY, SAFETY_HEADING, typeset
from offre_bailleurs.mail.outbox import Content
from offre_bailleurs.paper.metadata import describe
from offre_bailleurs.paper.sheet import GREY, INK, LINE, TINT, Sheet, Style
from offre_bailleurs.paper.typeface import displayable

GREETING = "Madame, Monsieur,"

_SENDER = Style(12, INK, bold=True)
_RECIPIENT = Style(11, INK, leading=1.25)
_DATE = Style(11, GREY)
_SUBJECT = Style(13, INK, bold=True)
_BODY = Style(11.5, INK, leading=1.4)
_LABEL = Style(11, GREY)
_SECRET = Style(24, INK, bold=True)
_HEADING = Style(11.5, INK, bold=True)

# The address shows through the window of a French envelope (NF Z 11-001), on the right.
_ADDRESS_LEFT, _ADDRESS_TOP = 110.0, 50.0
_ADDRESS_WIDTH, _ADDRESS_HEIGHT = 78.0, 36.0
_LEFT = 25.0
_TOP = 25.0
_WIDTH = Sheet.width - 2 * _LEFT
_DATE_TOP = 100.0
_BOTTOM = Sheet.height - 20.0
_GAP = 3.2
_PADDING = 4.0
_SHRINK = 0.94


@dataclass(frozen=True)
class _Block:
    """Lines of one style, their role in the page's structure, and the space above them."""

    lines: list[str]
    style: Style
    role: str = "P"
    above: float = _GAP
    boxed: bool = False


def render_letter(content: Content, recipient: Sequence[str], *, sender: str, at: datetime) -> bytes:
    """Write a letter.

    Args:
        content: what it says.
        recipient: the lines on the envelope.
        sender: whose letter it is, a name.
        at: when it was posted; the letter is dated of that day, in Paris.
    """
    sheet = Sheet()
    sheet.write(sheet.wrap([displayable(sender)], _SENDER, _ADDRESS_LEFT - _LEFT - 5), _SENDER, _LEFT, _TOP)
    _write_recipient(sheet, [displayable(line) for line in recipient])
    date = f"Le {long_date(in_paris(at).date())}"
    top = sheet.write([date], _DATE, _LEFT, _DATE_TOP) + _GAP
    _write_blocks(sheet, content, top)
    describe(sheet.pdf, title=displayable(content.subject), moment=at)
    return sheet.finish()


def _write_recipient(sheet: Sheet, recipient: list[str]) -> None:
    style = _RECIPIENT
    while len(lines := sheet.wrap(recipient, style, _ADDRESS_WIDTH)) * sheet.line_height(style) > _ADDRESS_HEIGHT:
        style = style.scaled(_SHRINK)
    sheet.write(lines, style, _ADDRESS_LEFT, _ADDRESS_TOP)


def _write_blocks(sheet: Sheet, content: Content, top: float) -> None:
    scale = 1.0
    blocks = _blocks(sheet, content, scale)
    while top + sum(_height(sheet, block) for block in blocks) > _BOTTOM:
        scale *= _SHRINK
        blocks = _blocks(sheet, content, scale)
    for block in blocks:
        left, text_top, height = _LEFT, top + block.above, _height(sheet, block) - block.above
        if block.boxed:
            sheet.panel(_LEFT, text_top, _WIDTH, height, fill=TINT, line=LINE)
            left, text_top = left + _PADDING, text_top + _PADDING / 2
        sheet.write(block.lines, block.style, left, text_top, role=block.role)
        top += block.above + height


def _blocks(sheet: Sheet, content: Content, scale: float) -> list[_Block]:
    """The letter from its subject on, at one scale."""

    def block(text: str, style: Style, *, role: str = "P", above: float = _GAP) -> _Block:
        scaled = style.scaled(scale)
        return _Block(sheet.wrap([displayable(typeset(text))], scaled, _WIDTH), scaled, role, above * scale)

    first, *others = content.paragraphs
    blocks = [
        block(f"Objet : {content.subject}", _SUBJECT, role="H1", above=2 * _GAP),
        block(GREETING, _BODY, above=2 * _GAP),
        block(first, _BODY),
    ]
    if content.secret is not None:
        if content.secret_label is not None:
            blocks.append(block(f"{content.secret_label} :", _LABEL, above=1.5 * _GAP))
        secret = displayable(content.secret)
        blocks.append(
            _Block([secret], sheet.fit(secret, _SECRET, _WIDTH - 2 * _PADDING), above=_GAP / 2, boxed=True),
        )
    blocks += [block(text, _BODY, above=1.5 * _GAP if number == 0 else _GAP) for number, text in enumerate(others)]
    blocks.append(block(SAFETY_HEADING, _HEADING, role="H2", above=2 * _GAP))
    blocks.append(block(SAFETY, _BODY, above=_GAP / 3))
    return blocks


def _height(sheet: Sheet, block: _Block) -> float:
    padding = _PADDING if block.boxed else 0.0
    return block.above + len(block.lines) * sheet.line_height(block.style) + padding
