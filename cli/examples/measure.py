"""How well the unseen messages are understood without and with the proposed examples: the intent model alone, trained
as the shipped one is, without Rasa around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from bot.nlu.linear_model import OFF_TOPIC, Hyperparameters, LinearIntentModel
from cli.content.reading import Example, read_thresholds
from cli.examples.proposal import key_of

_CLASSIFIER = "bot.nlu.classifier.LinearIntentClassifier"


@dataclass(frozen=True)
class Understood:
    """What a model made of one message."""

    message: Example
    intent: str
    is_refused: bool
    """It is off topic, or not understood, as the model is set."""

    @property
    def is_right(self) -> bool:
        """The most probable intent is the one meant."""
        return self.intent == self.message.intent


@dataclass(frozen=True)
class Figures:
    """Shares, 0 to 1."""

    messages: int
    accuracy: float
    scope_refused: float
    """Of the messages in scope."""
    off_topic_refused: float
    """Of those off topic."""


@dataclass(frozen=True)
class Measured:
    """The unseen messages before and after, in the same order."""

    before: list[Understood]
    after: list[Understood]
    every: int
    """Trained on one in that many of the examples of each intent (the proposed ones are all taken)."""
    trained_on: int


def measure(
    root: Path, examples: Sequence[Example], added: Sequence[Example], unseen: Sequence[Example], every: int
) -> Measured:
    """Train twice, and let both models read the same messages. None of them is an example, before or after."""
    settings = _settings(root)
    base = _thinned(examples, every)
    trained = {key_of(example.text) for example in (*examples, *added)}
    messages = [message for message in unseen if message.intent and key_of(message.text) not in trained]
    threshold = read_thresholds(root).confidence
    read = []
    for texts in (base, [*base, *added]):
        model = LinearIntentModel.fit([one.text for one in texts], [one.intent for one in texts], settings)
        read.append([_understood(model, message, threshold) for message in messages])
    return Measured(read[0], read[1], every, len(base))


def figures(understood: Sequence[Understood]) -> Figures:
    """The figures of one model."""
    off_topic = [one for one in understood if one.message.intent == OFF_TOPIC]
    in_scope = [one for one in understood if one.message.intent != OFF_TOPIC]
    return Figures(
        len(understood),
        _share([one.is_right for one in understood]),
        _share([one.is_refused for one in in_scope]),
        _share([one.is_refused for one in off_topic]),
    )


def _share(flags: Sequence[bool]) -> float:
    return sum(flags) / len(flags) if flags else 0.0


def _understood(model: LinearIntentModel, message: Example, threshold: float) -> Understood:
    probabilities = model.probabilities(message.text)
    best = int(probabilities.argmax())
    intent = model.intents[best]
    return Understood(message, intent, intent == OFF_TOPIC or float(probabilities[best]) < threshold)


def _thinned(examples: Sequence[Example], every: int) -> list[Example]:
    by_intent: dict[str, list[Example]] = {}
    for example in examples:
        by_intent.setdefault(example.intent, []).append(example)
    return [example for some in by_intent.values() for example in some[::every]]


def _settings(root: Path) -> Hyperparameters:
    steps: list[dict[str, Any]] = yaml.safe_load((root / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    known = {field.name for field in fields(Hyperparameters)}
    step = next(step for step in steps if step["name"] == _CLASSIFIER)
    return Hyperparameters(**{name: value for name, value in step.items() if name in known})
