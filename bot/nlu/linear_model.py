"""The intent model: the examples and spoilt copies of them, tf-idf of words and pieces, then linear SVMs.

Kept apart from Rasa, so that it is trained, measured and tested without it. Nothing is pickled: the saved model is
two files of plain data, so loading executes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bot.nlu.corrector import SpellingCorrector
from bot.nlu.features import GROUPS, Floats, TextFeatures, Weighting
from bot.nlu.noise import spoilt
from bot.nlu.reader import Reader, Reading
from bot.nlu.rows import SparseRows

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

OFF_TOPIC = "off_topic"
_UNSURE = np.float32(0.25)
_DESCRIPTION_FILE = "intents.json"
_ARRAYS_FILE = "weights.npz"
_FEATURES = "{}_features"
_COEFFICIENTS = "coefficients_{}"
_PARTS = tuple(part.name for part in fields(SparseRows))


@dataclass(frozen=True)
class Hyperparameters:
    """What can be tuned."""

    inverse_regularisation: float = 1.6
    longest_piece: int = 4
    """Characters in the longest piece of a word."""
    min_count: int = 2
    """In how many training texts a word or a piece must occur to be known."""
    normalises: bool = True
    """Accents, elisions, abbreviations, SMS spellings, repeated letters; amounts, days and numbers become shapes."""
    corrects_spelling: bool = True
    """Words that no example holds become the nearest that one holds."""
    hears: bool = True
    """Words are known by how they sound too."""
    spoilt_copies: int = 1
    """Of each example, with slips of the keys and shortcuts, to learn from besides."""
    # From scores to probabilities: chosen by cross-validation, see `python -m bench.nlu --threshold`.
    temperature: float = 0.24
    """What the scores are divided by: the larger, the less sure the model is of itself."""
    off_topic_own: float = 3.2
    off_topic_rival: float = 2.0
    off_topic_offset: float = 0.3
    """Off topic is as probable as own x its score - rival x the best other score + offset says (log-odds)."""


@dataclass(frozen=True)
class LinearIntentModel:
    """Tells how probable each intent is for a text."""

    hyperparameters: Hyperparameters
    intents: tuple[str, ...]
    reader: Reader
    features: TextFeatures
    coefficients: SparseRows
    """Shape (features, intents)."""
    intercepts: Floats
    """Shape (intents,)."""

    @classmethod
    def fit(
        cls, texts: Sequence[str], intents: Sequence[str], hyperparameters: Hyperparameters | None = None
    ) -> LinearIntentModel:
        """Learn from texts and the intent of each.

        Raises:
            ValueError: fewer than three different intents.
        """
        from sklearn.svm import LinearSVC  # here: a server that only answers does without it (bot/absent.py)

        if len(set(intents)) < 3:  # with two, scikit-learn gives the coefficients another shape
            raise ValueError("three different intents at least are needed")
        chosen = hyperparameters or Hyperparameters()
        reader = Reader.fit(texts, normalises=chosen.normalises, corrects=chosen.corrects_spelling)
        copies = [
            (copy, intent)
            for text, intent in zip(texts, intents, strict=True)
            for copy in spoilt(text, chosen.spoilt_copies)
        ]
        readings = [reader.read(text) for text in (*texts, *(copy for copy, _ in copies))]
        meant = [*intents, *(intent for _, intent in copies)]
        features = TextFeatures.fit(
            readings,
            originals=len(texts),
            longest_piece=chosen.longest_piece,
            min_count=chosen.min_count,
            hears=chosen.hears,
        )
        machines = LinearSVC(C=chosen.inverse_regularisation, class_weight="balanced", random_state=0)
        machines.fit(_matrix(features, readings), meant)
        return cls(
            chosen,
            tuple(str(intent) for intent in machines.classes_),
            reader,
            features,
            SparseRows.of(np.ascontiguousarray(machines.coef_.T, dtype=np.float32)),
            machines.intercept_.astype(np.float32),
        )

    def probabilities(self, text: str) -> Floats:
        """The probability of each intent, in the order of `intents`; together 1.

        Less of a text without a single known word that looks off topic: gibberish is not understood, no other subject.
        """
        reading = self.reader.read(text)
        probabilities = self.calibrated(self._scores(reading))
        is_gibberish = self.features.known_words.isdisjoint(reading.corrected.split())
        if is_gibberish and self.intents[int(probabilities.argmax())] == OFF_TOPIC:
            return _UNSURE * probabilities
        return probabilities

    def scores(self, text: str) -> Floats:
        """How far each intent's machine places the text on its side."""
        return self._scores(self.reader.read(text))

    def _scores(self, reading: Reading) -> Floats:
        positions, values = self.features.weigh(reading)
        result: Floats = values @ self.coefficients.rows(positions) + self.intercepts
        return result

    def calibrated(self, scores: Floats) -> Floats:
        """The probabilities that scores stand for.

        Off topic is decided apart from which topic it would be: a message that two topics share is not off topic.
        """
        chosen = self.hyperparameters
        exponentials = np.exp((scores - scores.max()) / chosen.temperature)
        if OFF_TOPIC not in self.intents:
            result: Floats = exponentials / exponentials.sum()
            return result
        position = self.intents.index(OFF_TOPIC)
        rival = np.delete(scores, position).max()
        log_odds = chosen.off_topic_own * scores[position] - chosen.off_topic_rival * rival + chosen.off_topic_offset
        off_topic = 1 / (1 + np.exp(-log_odds))
        exponentials = np.exp((scores - rival) / chosen.temperature)
        exponentials[position] = 0
        result = exponentials * (1 - off_topic) / exponentials.sum()
        result[position] = off_topic
        return result

    def best(self, text: str) -> tuple[str, float]:
        """The most probable intent and its probability."""
        probabilities = self.probabilities(text)
        position = int(probabilities.argmax())
        return self.intents[position], float(probabilities[position])

    def save(self, folder: Path) -> None:
        """Write the model's two files into an existing folder."""
        description = {
            "hyperparameters": asdict(self.hyperparameters),
            "intents": self.intents,
            "known_words": sorted(self.features.known_words),
            "spelling": self.reader.corrector.counts if self.reader.corrector else None,
        }
        (folder / _DESCRIPTION_FILE).write_text(json.dumps(description, ensure_ascii=False), encoding="utf-8")
        np.savez(
            folder / _ARRAYS_FILE,
            **{_COEFFICIENTS.format(part): getattr(self.coefficients, part) for part in _PARTS},
            intercepts=self.intercepts,
            **{name: group.weights for name, group in zip(GROUPS, self.features.groups, strict=True)},
            **{
                _FEATURES.format(name): group.features for name, group in zip(GROUPS, self.features.groups, strict=True)
            },
        )

    @classmethod
    def load(cls, folder: Path) -> LinearIntentModel:
        """Read what `save` wrote.

        Raises:
            FileNotFoundError: no model was saved in the folder.
        """
        description = json.loads((folder / _DESCRIPTION_FILE).read_text(encoding="utf-8"))
        hyperparameters = Hyperparameters(**description["hyperparameters"])
        with np.load(folder / _ARRAYS_FILE, allow_pickle=False) as arrays:
            groups = tuple(Weighting(arrays[_FEATURES.format(name)], arrays[name]) for name in GROUPS)
            features = TextFeatures(frozenset(description["known_words"]), groups, hyperparameters.longest_piece)
            spelling = description["spelling"]
            corrector = None if spelling is None else SpellingCorrector.of(spelling)
            reader = Reader(hyperparameters.normalises, corrector)
            intents = tuple(description["intents"])
            coefficients = SparseRows(*(arrays[_COEFFICIENTS.format(part)] for part in _PARTS))
            return cls(hyperparameters, intents, reader, features, coefficients, arrays["intercepts"])


def _matrix(features: TextFeatures, readings: Sequence[Reading]) -> csr_matrix:
    """The features of each message: shape (messages, features)."""
    from scipy.sparse import csr_matrix  # here: training alone needs it

    rows = [features.weigh(reading) for reading in readings]
    values = np.concatenate([values for _, values in rows])
    columns = np.concatenate([positions for positions, _ in rows])
    row_ends = np.cumsum([0, *(len(positions) for positions, _ in rows)])
    return csr_matrix((values, columns, row_ends), shape=(len(rows), len(features)))
