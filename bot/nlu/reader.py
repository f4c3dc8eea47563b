"""From what was typed to what the intent model sees: the normalised text, and the same with its spelling corrected."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.nlu.corrector import SpellingCorrector
from bot.nlu.normaliser import normalise
from offre_bailleurs.french.tenant_phrase import Kind, read_phrase

_WORD = re.compile(r"\w+|[?]")
_NAMES = re.compile(
    r"\s*(?!M(?:me|lle|r|\.|adame|onsieur)?\b)[^\W\d_a-zà-ÿ][^\W\d_]*[a-zà-ÿ](?:[ '’-]+[^\W\d_a-zà-ÿ]\w*){1,3}\W*"
)
_NAMED = " 0names"
"""Added to a message of a few words that all begin with a capital: « Élodie Tanguy »; and in the place of a name."""
_POINTED = re.compile(
    r"(?P<said>.*\b(?:loyers?|d[ée]clar\w*)\b.*\b(?:de|pour))\s+(?P<who>[^\W\d_][^\n?!.,;:\d]{1,40}?)\W*", re.IGNORECASE
)
_DETERMINERS = frozenset(
    [
        "un",
        "une",
        "des",
        "le",
        "la",
        "les",
        "mon",
        "ma",
        "mes",
        "son",
        "sa",
        "ses",
        "notre",
        "nos",
        "votre",
        "vos",
        "ce",
    ]
)
_LONGEST_NAME = 4
_CAPITALISED = r"[A-ZÀ-ÖØ-Þ][\w'’-]*"
_CREATES = r"r?ajoute[rz]?|cr[ée]e[rz]?|cr[ée]ation|inscri(?:s|re|vez)|habilite[rz]?|enregistre[rz]?"
_ADDED = re.compile(
    rf"(?P<said>\W*(?i:{_CREATES})\b[^A-ZÀ-ÖØ-Þ\d@]*?)\s"
    rf"(?P<who>{_CAPITALISED}(?:\s(?:d[eu]\s|la\s)?{_CAPITALISED}){{1,3}})(?P<rest>\W.*)?",
    re.DOTALL,
)
"""« Ajoute ma collègue Zoé Petit, zoe@… »: whatever the name, it reads alike."""


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
        pointed = _POINTED.fullmatch(text)
        if pointed is not None and _is_name(pointed["who"]):
            # « déclarer le loyer de Joël Bleuet »: any name reads alike.
            return normalise(pointed["said"]) + _NAMED
        added = _ADDED.fullmatch(text)
        if added is not None:
            return normalise(f"{added['said']} {added['rest'] or ''}") + _NAMED
        return normalise(text) + (_NAMED if _NAMES.fullmatch(text) else "")


def _is_name(text: str) -> bool:
    """Whether words that end « le loyer de … » name a person: none is ordinary French, or begins a common noun."""
    words = read_phrase(text).words
    begins_noun = text.split()[0] in _DETERMINERS
    return (
        0 < len(words) <= _LONGEST_NAME
        and not begins_noun
        and all(word.kind is not Kind.ORDINARY for word in words)
        and any(word.kind is Kind.TELLING for word in words)
    )
