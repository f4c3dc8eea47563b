"""The two texts that a first connection accepts, as this portal shows them: plain text files, each with a version.

A file's first line is its title, the second its version; the paragraphs follow, an empty line between them. Whoever
changes a text changes its version: what was accepted is recorded with it, and newcomers accept the new one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from offre_bailleurs.models import Document

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Text:
    """A document as it is shown: plain text, French."""

    title: str
    version: str
    paragraphs: tuple[str, ...]


@cache
def current(document: Document) -> Text:
    """The version in force of a document."""
    heading, *paragraphs = (_FOLDER / f"{document.value}.txt").read_text("utf-8").split("\n\n")
    title, version = heading.splitlines()
    return Text(title, version, tuple(" ".join(paragraph.split()) for paragraph in paragraphs))
