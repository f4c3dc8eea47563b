"""The intent model: tf-idf of words and pieces of words, then multinomial logistic regression.

Kept apart from Rasa, so that it is trained, measured and tested without it. Nothing is pickled: the saved model is
two files of plain data, so loading executes nothing.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from bot.nlu.features import Floats, TextFeatures, Weighting
from bot.nlu.normaliser import normalise

_DESCRIPTION_FILE = "intents.json"
_ARRAYS_FILE = "weights.npz"


@dataclass(frozen=True)
class Hyperparameters:
    """What can be tuned."""

    inverse_regularisation: float = 100.0
    iterations: int = 60
    """Optimiser steps at most. Stopping here costs no accuracy and halves the training time."""
    longest_piece: int = 4
    """Characters in the longest piece of a word."""
    min_count: int = 2
    """In how many training texts a word or a piece must occur to be known."""


@dataclass(frozen=True)
class LinearIntentModel:
    """Tells how probable each intent is for a text."""

    hyperparameters: Hyperparameters
    intents: tuple[str, ...]
    features: TextFeatures
    coefficients: Floats
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
        if len(set(intents)) < 3:  # with two, scikit-learn gives the coefficients another shape
            raise ValueError("three different intents at least are needed")
        chosen = hyperparameters or Hyperparameters()
        normalised = [normalise(text) for text in texts]
        features = TextFeatures.fit(normalised, longest_piece=chosen.longest_piece, min_count=chosen.min_count)
        regression = LogisticRegression(
            C=chosen.inverse_regularisation,
            class_weight="balanced",
            max_iter=chosen.iterations,
            tol=1e-3,
            random_state=0,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # see Hyperparameters.iterations
            regression.fit(_matrix(features, normalised), list(intents))
        return cls(
            chosen,
            tuple(str(intent) for intent in regression.classes_),
            features,
            np.ascontiguousarray(regression.coef_.T, dtype=np.float32),
            regression.intercept_.astype(np.float32),
        )

    def probabilities(self, text: str) -> Floats:
        """The probability of each intent, in the order of `intents`; together 1."""
        positions, values = self.features.weigh(normalise(text))
        scores = values @ self.coefficients[positions] + self.intercepts
        exponentials = np.exp(scores - scores.max())
        result: Floats = exponentials / exponentials.sum()
        return result

    def save(self, folder: Path) -> None:
        """Write the model's two files into an existing folder."""
        description = {
            "hyperparameters": asdict(self.hyperparameters),
            "intents": self.intents,
            "known_words": sorted(self.features.known_words),
            "words": list(self.features.words.positions),
            "pieces": list(self.features.pieces.positions),
        }
        (folder / _DESCRIPTION_FILE).write_text(json.dumps(description, ensure_ascii=False), encoding="utf-8")
        np.savez(
            folder / _ARRAYS_FILE,
            coefficients=self.coefficients,
            intercepts=self.intercepts,
            words=self.features.words.weights,
            pieces=self.features.pieces.weights,
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
            features = TextFeatures(
                frozenset(description["known_words"]),
                Weighting.of(description["words"], arrays["words"]),
                Weighting.of(description["pieces"], arrays["pieces"]),
                hyperparameters.longest_piece,
            )
            intents = tuple(description["intents"])
            return cls(hyperparameters, intents, features, arrays["coefficients"], arrays["intercepts"])


def _matrix(features: TextFeatures, normalised: Sequence[str]) -> csr_matrix:
    """The features of each text: shape (texts, features)."""
    rows = [features.weigh(text) for text in normalised]
    values = np.concatenate([values for _, values in rows])
    columns = np.concatenate([positions for positions, _ in rows])
    row_ends = np.cumsum([0, *(len(positions) for positions, _ in rows)])
    return csr_matrix((values, columns, row_ends), shape=(len(rows), len(features)))
