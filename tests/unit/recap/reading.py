"""Reads a recap back: its text as a person or a program meets it, and where each piece stands on the page."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ContentStream


def reader(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf), strict=True)


def text_of(pdf: bytes) -> str:
    """The text in the order of the file, words apart by single ordinary spaces whatever the lines."""
    return " ".join(" ".join(page.extract_text() for page in reader(pdf).pages).split())


@dataclass(frozen=True)
class Run:
    """A piece of text: lower left corner and size in points, colour as 0..1, its character codes and its font."""

    x: float
    y: float
    width: float
    size: float
    colour: tuple[float, ...]
    codes: tuple[int, ...]
    font: str
    owner: int | None
    """The marked content that it belongs to; None: decoration, or nothing."""


def operations(page: Any) -> list[tuple[list[Any], bytes]]:
    return ContentStream(page.get_contents(), page.pdf).operations


def widths(font: Any) -> dict[int, float]:
    """The width of each character code of a composite font, in thousandths of its size."""
    found: dict[int, float] = {}
    entries = list(font["/DescendantFonts"][0].get_object()["/W"])
    while entries:
        first, second = entries[0], entries[1]
        if isinstance(second, list):
            found |= {first + place: float(width) for place, width in enumerate(second)}
            entries = entries[2:]
        else:
            found |= {code: float(entries[2]) for code in range(first, second + 1)}
            entries = entries[3:]
    return found


def runs(page: Any) -> Iterator[Run]:
    fonts = {name: widths(font.get_object()) for name, font in page["/Resources"]["/Font"].items()}
    state: dict[str, Any] = {"font": "", "size": 0.0, "colour": (0.0,)}
    stack: list[dict[str, Any]] = []
    owners: list[int | None] = []
    x = y = 0.0
    for operands, operator in operations(page):
        match operator:
            case b"q":
                stack.append(dict(state))
            case b"Q":
                state = stack.pop()
            case b"g" | b"rg":
                state["colour"] = tuple(map(float, operands))
            case b"Tf":
                state["font"], state["size"] = str(operands[0]), float(operands[1])
            case b"Td":
                x, y = map(float, operands)
            case b"BMC":
                owners.append(None)
            case b"BDC":
                owners.append(int(operands[1]["/MCID"]))
            case b"EMC":
                owners.pop()
            case b"Tj":
                raw = operands[0].original_bytes
                codes = tuple(int.from_bytes(raw[at : at + 2]) for at in range(0, len(raw), 2))
                width = sum(fonts[state["font"]][code] for code in codes) * state["size"] / 1000
                yield Run(
                    x, y, width, state["size"], state["colour"], codes, state["font"], owners[-1] if owners else None
                )
