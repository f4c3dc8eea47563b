"""Spelling tolerance: a word that nobody taught becomes the nearest word of the examples, when one is near enough.

Works on normalised text. It is tuned to this assistant's few thousand words: a general dictionary would turn « MCP »
and « Caf » into something else and miss « habilitation ». A slip to the key beside costs less than any other one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from bot.nlu.noise import are_neighbours

SHORTEST = 4
"""Letters of the shortest word that is corrected."""
_COMMON = 2
_TWO_SLIPS = 8
"""Letters from which two slips are forgiven."""
_LONGEST = 30
_CANDIDATES = 8
_REMEMBERED = 20_000
_BESIDE = 0.3
"""What a slip to the key beside is forgiven, of the 1 that a slip costs."""
_SAME_START = 0.2
_CIVILITIES = frozenset({"madame", "mademoiselle", "mesieurs", "monsieur"})
_NAME = 2
"""Words after a civility that may be a name."""


@dataclass(frozen=True)
class SpellingCorrector:
    """Knows words, and brings others to them."""

    counts: dict[str, int]
    """The words of the examples and how often they occur."""
    by_length: dict[int, list[str]]
    """Those that others are corrected to, by how many letters they have."""
    _corrections: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    """What was corrected before: the same slips come again."""

    @classmethod
    def fit(cls, texts: Iterable[str]) -> SpellingCorrector:
        """Know the words that `_COMMON` normalised texts at least hold.

        What one example alone holds is corrected there as it will be in a message, so that both look alike.
        """
        counts = Counter(word for text in texts for word in set(text.split()))
        return cls.of({word: count for word, count in counts.items() if count >= _COMMON})

    @classmethod
    def of(cls, counts: dict[str, int]) -> SpellingCorrector:
        """From words and how often each occurs."""
        by_length: dict[int, list[str]] = {}
        for word in sorted(counts):
            if len(word) >= SHORTEST - 1 and word[0] != "0":
                by_length.setdefault(len(word), []).append(word)
        return cls(counts, by_length)

    def correct(self, text: str) -> str:
        """The text with its unknown words corrected where that can be.

        What follows a civility is left alone: it is a name.
        """
        words = text.split()
        named = {
            place + ahead for place, word in enumerate(words) if word in _CIVILITIES for ahead in range(1, _NAME + 1)
        }
        return " ".join(word if place in named else self._corrected(word) for place, word in enumerate(words))

    def _corrected(self, word: str) -> str:
        if word in self.counts or not SHORTEST <= len(word) <= _LONGEST or not word.isalpha():
            return word
        if word not in self._corrections:
            if len(self._corrections) >= _REMEMBERED:
                self._corrections.clear()
            self._corrections[word] = self._nearest(word)
        return self._corrections[word]

    def _nearest(self, word: str) -> str:
        slips = 2 if len(word) >= _TWO_SLIPS else 1
        lengths = range(len(word) - slips, len(word) + slips + 1)
        known = [candidate for length in lengths for candidate in self.by_length.get(length, ())]
        near = extract(word, known, scorer=OSA.distance, score_cutoff=slips, limit=_CANDIDATES)
        if not near:
            return word
        return min(near, key=lambda found: (self._cost(word, found[0], found[1]), -self.counts[found[0]]))[0]

    @staticmethod
    def _cost(word: str, candidate: str, slips: float) -> float:
        cost = slips
        if len(word) == len(candidate):
            wrong = [pair for pair in zip(word, candidate, strict=True) if pair[0] != pair[1]]
            cost -= _BESIDE * sum(are_neighbours(*pair) for pair in wrong)
        return cost - _SAME_START * (word[0] == candidate[0])
