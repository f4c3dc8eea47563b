"""Chooses, on data/ alone, how scores become probabilities and below which confidence nothing is understood.

Each fold of the examples is scored by a model that has not seen it. On those scores: the temperature with the least
log loss in scope; the log-odds of off topic by a logistic regression on two scores; then, of all pairs of a threshold
and a shift of those log-odds, the pair that refuses most of what is off topic, and at most 3 % of the messages in scope
that were understood rightly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from time import process_time
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from bench.nlu.messages import OFF_TOPIC, Labelled, folds
from bench.nlu.scores import Understood
from bot.nlu.linear_model import Hyperparameters, LinearIntentModel

LOST = 0.03
"""The share of what was understood rightly in scope that may be refused."""
_TEMPERATURES = np.round(np.arange(0.1, 1.01, 0.02), 2)
_THRESHOLDS = np.round(np.arange(0.2, 0.71, 0.02), 2)
_SHIFTS = np.round(np.arange(0.0, 2.51, 0.1), 1)
"""Towards off topic: a refusal asks for other words, a wrong answer misleads."""

Scores = npt.NDArray[Any]


@dataclass(frozen=True)
class Chosen:
    """What came of the choice."""

    hyperparameters: Hyperparameters
    threshold: float
    before: list[Understood]
    """The examples as the settings that are now in force understand them, each by a model that has not seen it."""
    after: list[Understood]
    """The same with the chosen settings."""


def choose(examples: Sequence[Labelled], now: Hyperparameters, threshold: float, count: int) -> Chosen:
    """Cross-validate in `count` folds and choose."""
    scored = list(chain.from_iterable(_scored(examples, now, count)))
    model, scores, meant = scored[0][0], np.array([each[1] for each in scored]), [each[2] for each in scored]
    calibrated = replace(model, hyperparameters=_calibrated(now, model.intents, scores, meant))
    decided, best = _decided(calibrated, scores, meant)
    return Chosen(
        decided.hyperparameters,
        best,
        _understood(model, scores, meant, threshold),
        _understood(decided, scores, meant, best),
    )


def _scored(
    examples: Sequence[Labelled], hyperparameters: Hyperparameters, count: int
) -> list[list[tuple[LinearIntentModel, Scores, str]]]:
    parts = folds(examples, count)
    result = []
    for number, held in enumerate(parts):
        start = process_time()
        rest = list(chain.from_iterable(part for other, part in enumerate(parts) if other != number))
        model = LinearIntentModel.fit(
            [message.text for message in rest], [message.intent for message in rest], hyperparameters
        )
        result.append([(model, model.scores(message.text), message.intent) for message in held])
        print(f"• fold {number + 1} of {count}: {process_time() - start:.0f} s of CPU", flush=True)
    return result


def _calibrated(
    now: Hyperparameters, intents: tuple[str, ...], scores: Scores, meant: Sequence[str]
) -> Hyperparameters:
    position = intents.index(OFF_TOPIC)
    in_scope = np.delete(scores, position, axis=1)
    is_off_topic = np.array([intent == OFF_TOPIC for intent in meant])
    own_and_rival = np.column_stack([scores[:, position], in_scope.max(axis=1)])
    regression = LogisticRegression(C=100).fit(own_and_rival, is_off_topic)
    topics = [intent for intent in intents if intent != OFF_TOPIC]
    targets = np.array([topics.index(intent) for intent in meant if intent != OFF_TOPIC])
    losses = {float(one): _log_loss(in_scope[~is_off_topic] / one, targets) for one in _TEMPERATURES}
    return replace(
        now,
        temperature=min(losses, key=lambda one: losses[one]),
        off_topic_own=round(float(regression.coef_[0][0]), 1),
        off_topic_rival=round(-float(regression.coef_[0][1]), 1),
        off_topic_offset=round(float(regression.intercept_[0]), 1),
    )


def _log_loss(scores: Scores, targets: npt.NDArray[np.intp]) -> float:
    shifted = scores - scores.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -float(logs[np.arange(len(targets)), targets].mean())


def _understood(model: LinearIntentModel, scores: Scores, meant: Sequence[str], threshold: float) -> list[Understood]:
    off_topic = model.intents.index(OFF_TOPIC)
    result = []
    for row, intent in zip(scores, meant, strict=True):
        probabilities = model.calibrated(row)
        best = int(probabilities.argmax())
        confidence = float(probabilities[best])
        refused = best == off_topic or confidence < threshold
        result.append(Understood(intent, model.intents[best], confidence, float(probabilities[off_topic]), refused))
    return result


def _decided(model: LinearIntentModel, scores: Scores, meant: Sequence[str]) -> tuple[LinearIntentModel, float]:
    """The model with the chosen shift, and the chosen threshold."""
    is_off_topic = np.array([intent == OFF_TOPIC for intent in meant])
    was_right = np.array([one.is_right for one in _understood(model, scores, meant, 0.0)]) & ~is_off_topic
    choices = []
    for shift in _SHIFTS:
        offset = round(model.hyperparameters.off_topic_offset + float(shift), 1)
        shifted = replace(model, hyperparameters=replace(model.hyperparameters, off_topic_offset=offset))
        understood = _understood(shifted, scores, meant, 0.0)
        confidence = np.array([one.confidence for one in understood])
        taken_for = np.array([one.intent == OFF_TOPIC for one in understood])
        for threshold in _THRESHOLDS:
            refused = taken_for | (confidence < threshold)
            if refused[was_right].mean() <= LOST:
                choices.append((refused[is_off_topic].mean(), -float(shift), float(threshold), shifted))
    _, _, threshold, chosen = max(choices, key=lambda choice: choice[:3])
    return chosen, threshold
