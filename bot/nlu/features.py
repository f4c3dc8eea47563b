"""What the intent model sees of a normalised text: its words, its pairs of words, and pieces of its words.

Written out here because a message is one short text: scikit-learn's vectorizers, made for collections, take ten times
as long over it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Positions = npt.NDArray[np.intp]

_UNKNOWN = "0unknown"
_START, _END = "^", "$"
_SHORTEST_PIECE = 2


@dataclass(frozen=True)
class Weighting:
    """tf-idf: how much each feature weighs. `weights` has one value a feature, in the order of `positions`."""

    positions: dict[str, int]
    weights: Floats

    @classmethod
    def fit(cls, documents: Sequence[Iterable[str]], min_count: int) -> Weighting:
        """Keep the features that occur in `min_count` documents at least; the rarer one is, the more it weighs."""
        counts = Counter(feature for document in documents for feature in set(document))
        kept = sorted(feature for feature, count in counts.items() if count >= min_count)
        weights = [math.log((1 + len(documents)) / (1 + counts[feature])) + 1 for feature in kept]
        return cls.of(kept, np.array(weights, dtype=np.float32))

    @classmethod
    def of(cls, features: Sequence[str], weights: Floats) -> Weighting:
        """From features and their weights."""
        return cls({feature: position for position, feature in enumerate(features)}, weights)

    def __len__(self) -> int:
        return len(self.positions)

    def weigh(self, document: Iterable[str]) -> tuple[Positions, Floats]:
        """The positions of a document's known features and their values, together of length 1 (or none at all)."""
        counts = Counter(position for feature in document if (position := self.positions.get(feature)) is not None)
        found = np.fromiter(counts, dtype=np.intp, count=len(counts))
        frequencies = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
        values = (1 + np.log(frequencies)) * self.weights[found]
        length = float(np.sqrt(values @ values))
        return found, values / length if length else values


@dataclass(frozen=True)
class TextFeatures:
    """The features of a text: those of its words come first, then those of the pieces of its words.

    A word that is not known counts as `_UNKNOWN`: several in a message point at a name, an address or another subject.
    """

    known_words: frozenset[str]
    words: Weighting
    pieces: Weighting
    longest_piece: int

    @classmethod
    def fit(cls, texts: Sequence[str], *, longest_piece: int, min_count: int) -> TextFeatures:
        """Know the words and pieces that `min_count` normalised texts at least have."""
        counts = Counter(word for text in texts for word in set(text.split()))
        known = frozenset(word for word, count in counts.items() if count >= min_count)
        return cls(
            known,
            Weighting.fit([_words_and_pairs(text, known) for text in texts], min_count),
            Weighting.fit([list(_pieces(text, longest_piece)) for text in texts], min_count),
            longest_piece,
        )

    def __len__(self) -> int:
        return len(self.words) + len(self.pieces)

    def weigh(self, text: str) -> tuple[Positions, Floats]:
        """The positions and values of what is known in a normalised text."""
        word_positions, word_values = self.words.weigh(_words_and_pairs(text, self.known_words))
        piece_positions, piece_values = self.pieces.weigh(_pieces(text, self.longest_piece))
        return (
            np.concatenate([word_positions, piece_positions + len(self.words)]),
            np.concatenate([word_values, piece_values]),
        )


def _words_and_pairs(text: str, known: frozenset[str]) -> list[str]:
    """The words, and the pairs of neighbours with the text's two ends."""
    words = [word if word in known else _UNKNOWN for word in text.split()]
    return words + [f"{left} {right}" for left, right in zip([_START, *words], [*words, _END], strict=True)]


def _pieces(text: str, longest: int) -> Iterator[str]:
    """The pieces of each word, of 2 to `longest` characters; a space marks the word's ends."""
    for word in text.split():
        padded = f" {word} "
        for size in range(_SHORTEST_PIECE, longest + 1):
            for start in range(len(padded) - size + 1):
                yield padded[start : start + size]
