"""From what was typed to what the intent model sees: the normalised text, and the same with its spelling corrected."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.nlu.corrector import SpellingCorrector
from bot.nlu.normaliser import normalise

_WORD = re.compile(r"\w+|[?]")
_NAMES = re.compile(
    r"\s*(?!M(?:me|lle|r|\.|adame|onsieur)?\b)[^\W\d_a-zà-ÿ][^\W\d_]*[a-zà-ÿ](?:[ '’-]+[^\W\d_a-zà-ÿ]\w*){1,3}\W*"
)
_NAMED = " 0names"
"""Added to a message of a few words that all begin with a capital: « Élodie Tanguy »."""


@dataclass(frozen=True)
class Reading:
    """A message, in words parted by spaces."""

    typed: str
    corrected: str


@dataclass(frozen=True)
class Reader:
    """Reads messages. Each of the two steps can be left out, to measure what it brings."""

    normalises: bool
    corrector: SpellingCorrector | None

    @classmethod
    def fit(cls, texts: Sequence[str], *, normalises: bool, corrects: bool) -> Reader:
        """Know the words of the examples."""
        reader = cls(normalises, None)
        return cls(normalises, SpellingCorrector.fit(map(reader._plain, texts))) if corrects else reader

    def read(self, text: str) -> Reading:
        """Read one message."""
        plain = self._plain(text)
        return Reading(plain, plain if self.corrector is None else self.corrector.correct(plain))

    def _plain(self, text: str) -> str:
        if not self.normalises:
            return " ".join(_WORD.findall(text.lower()))
        return normalise(text) + (_NAMED if _NAMES.fullmatch(text) else "")
