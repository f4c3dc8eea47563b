"""What the intent model sees of a message: its words, its pairs of words, and pieces of its words.

Written out here because a message is one short text: scikit-learn's vectorizers, made for collections, take ten times
as long over it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from bot.nlu.reader import Reading
from bot.nlu.sounds import sound_of

Floats = npt.NDArray[np.float32]
Positions = npt.NDArray[np.intp]
Names = npt.NDArray[np.bytes_]

GROUPS = ("words", "pieces", "typed_pieces", "sounds")
_UNKNOWN = "0unknown"
_START, _END = "^", "$"
_SHORTEST_PIECE = 2
_LONGEST_WORD = 40


@dataclass(frozen=True)
class Weighting:
    """tf-idf: how much each feature weighs. Kept in arrays: a dictionary of as many takes five times the memory."""

    features: Names
    """In UTF-8, sorted."""
    weights: Floats
    """One value a feature."""

    @classmethod
    def fit(cls, documents: Sequence[Iterable[str]], min_count: int) -> Weighting:
        """Keep the features that occur in `min_count` documents at least; the rarer one is, the more it weighs."""
        counts = Counter(feature for document in documents for feature in set(document))
        kept = sorted(feature for feature, count in counts.items() if count >= min_count)
        weights = [math.log((1 + len(documents)) / (1 + counts[feature])) + 1 for feature in kept]
        return cls(_names(kept), np.array(weights, dtype=np.float32))

    @classmethod
    def empty(cls) -> Weighting:
        """Knows nothing."""
        return cls(_names([]), np.zeros(0, dtype=np.float32))

    def __len__(self) -> int:
        return len(self.features)

    def weigh(self, document: Iterable[str]) -> tuple[Positions, Floats]:
        """The positions of a document's known features and their values, together of length 1 (or none at all)."""
        counts = Counter(self._positions(_names(document)))
        found = np.fromiter(counts, dtype=np.intp, count=len(counts))
        frequencies = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
        values = (1 + np.log(frequencies)) * self.weights[found]
        length = float(np.sqrt(values @ values))
        return found, values / length if length else values

    def _positions(self, names: Names) -> list[int]:
        places = self.features.searchsorted(names)
        places[places == len(self.features)] = 0
        known: list[int] = places[self.features[places] == names].tolist()
        return known


def _names(features: Iterable[str]) -> Names:
    """UTF-8 sorts as Python's strings do."""
    return np.array([feature.encode() for feature in features], dtype=np.bytes_)


@dataclass(frozen=True)
class TextFeatures:
    """The features of a message, in four groups that weigh the same.

    The words as corrected, with their pairs; the pieces of those; the pieces of the words as typed, which keep what a
    correction lost; and how the words as typed sound, with their pairs. A word that is not known counts as `_UNKNOWN`:
    several in a message point at a name, an address or another subject.
    """

    known_words: frozenset[str]
    groups: tuple[Weighting, ...]
    """In the order of `GROUPS`. A group may know nothing: it was left out."""
    longest_piece: int

    @classmethod
    def fit(
        cls, readings: Sequence[Reading], *, originals: int, longest_piece: int, min_count: int, hears: bool
    ) -> TextFeatures:
        """Know the words and pieces that `min_count` messages at least have; `hears`: and the sounds.

        The first `originals` messages are the examples, the others are copies: a word is known from examples alone, so
        that a name that occurs once looks like one never seen.
        """
        counts = Counter(word for reading in readings[:originals] for word in set(reading.corrected.split()))
        known = frozenset(word for word, count in counts.items() if count >= min_count)
        are_corrected = any(reading.typed != reading.corrected for reading in readings)
        used = {"words": True, "pieces": True, "typed_pieces": are_corrected, "sounds": hears}
        groups = tuple(
            Weighting.fit([list(_features(name, each, known, longest_piece)) for each in readings], min_count)
            if used[name]
            else Weighting.empty()
            for name in GROUPS
        )
        return cls(known, groups, longest_piece)

    def __len__(self) -> int:
        return sum(map(len, self.groups))

    def weigh(self, reading: Reading) -> tuple[Positions, Floats]:
        """The positions and values of what is known in a message."""
        positions, values, before = [], [], 0
        for name, group in zip(GROUPS, self.groups, strict=True):
            if group:
                found, weights = group.weigh(_features(name, reading, self.known_words, self.longest_piece))
                positions.append(found + before)
                values.append(weights)
                before += len(group)
        return np.concatenate(positions), np.concatenate(values)


def _features(group: str, reading: Reading, known: frozenset[str], longest_piece: int) -> Iterable[str]:
    match group:
        case "words":
            return _words_and_pairs([word if word in known else _UNKNOWN for word in reading.corrected.split()])
        case "pieces":
            return _pieces(reading.corrected, longest_piece)
        case "typed_pieces":
            return _pieces(reading.typed, longest_piece)
        case _:
            return _words_and_pairs([sound_of(word) for word in reading.typed.split()])


def _words_and_pairs(words: list[str]) -> list[str]:
    """The words, and the pairs of neighbours with the text's two ends."""
    return words + [f"{left} {right}" for left, right in zip([_START, *words], [*words, _END], strict=True)]


def _pieces(text: str, longest: int) -> Iterator[str]:
    for word in text.split():
        yield from _pieces_of(word, longest)


@lru_cache(maxsize=20_000)
def _pieces_of(word: str, longest: int) -> tuple[str, ...]:
    """The pieces of a word, of 2 to `longest` characters; a space marks the word's ends. Cached: words come again."""
    padded = f" {word[:_LONGEST_WORD]} "
    return tuple(
        padded[start : start + size]
        for size in range(_SHORTEST_PIECE, longest + 1)
        for start in range(len(padded) - size + 1)
    )
