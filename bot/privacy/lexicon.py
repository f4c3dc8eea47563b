"""The words that tell names from ordinary French, from the lists in `lists/`: folded, in lower case.

The lists are drawn from the examples and the answers in `data/`, read by a person, and kept apart from them: an example
that is added tomorrow must not make a name ordinary.
"""

from __future__ import annotations

from collections.abc import Set
from functools import cache
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.nlu.sounds import sound_of

_LISTS = Path(__file__).parent / "lists"
_SHORTEST_SOUND, _SHORTEST_SLIP, _TWO_SLIPS = 4, 5, 9
"""Letters from which a word is known by its sound, one slip away, and two."""


@cache
def ordinary() -> Set[str]:
    """Words that name nobody by themselves."""
    return _read("ordinary.txt")


@cache
def names() -> Set[str]:
    """First and last names that are no ordinary word."""
    return _read("names.txt")


@cache
def ambiguous() -> Set[str]:
    """Ordinary words that are names too: « petit », « rose »."""
    return _read("ambiguous.txt")


@cache
def places() -> Set[str]:
    """Towns, départements and regions that are no ordinary word."""
    return _read("places.txt")


@cache
def is_misspelt(word: str) -> bool:
    """Whether a word that is not ordinary is one badly typed: « declaré », « recapitulatiff »."""
    if len(word) >= _SHORTEST_SOUND and sound_of(word) in _sounds():
        return True
    if len(word) < _SHORTEST_SLIP:
        return False
    slips = 2 if len(word) >= _TWO_SLIPS else 1
    return process.extractOne(word, _sorted_words(), scorer=OSA.distance, score_cutoff=slips) is not None


@cache
def _sounds() -> Set[str]:
    return {sound_of(word) for word in ordinary() if len(word) >= _SHORTEST_SOUND}


@cache
def _sorted_words() -> list[str]:
    return sorted(word for word in ordinary() if len(word) >= _SHORTEST_SOUND)


def _read(name: str) -> Set[str]:
    lines = (_LISTS / name).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
