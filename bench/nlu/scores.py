"""How well messages were understood: the figures of the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.metrics import f1_score, roc_auc_score

from bench.nlu.messages import OFF_TOPIC

_BINS = 10
REFUSED = 0.95
"""The share of off-topic messages that must be refused."""


@dataclass(frozen=True)
class Understood:
    """What a pipeline made of one message."""

    meant: str
    intent: str
    """The most probable one, whether it was sure or not."""
    confidence: float
    off_topic: float
    """How probable it is that the message is off topic."""
    is_refused: bool
    """The pipeline says that it is off topic, or that it did not understand."""

    @property
    def is_right(self) -> bool:
        """The intent is the one meant."""
        return self.intent == self.meant


def accuracy(messages: Sequence[Understood]) -> float:
    """The share of messages whose intent is right."""
    return sum(message.is_right for message in messages) / len(messages)


def macro_f1(messages: Sequence[Understood]) -> float:
    """The mean over the intents of F1: each counts alike, however often it is meant."""
    meant, found = [message.meant for message in messages], [message.intent for message in messages]
    return float(f1_score(meant, found, labels=sorted(set(meant)), average="macro", zero_division=0))


def off_topic_auc(messages: Sequence[Understood]) -> float:
    """How often an off-topic message looks more off topic than one in scope: 1 is perfect, 0.5 is chance."""
    meant, scores = _off_topic(messages)
    return float(roc_auc_score(meant, scores))


def scope_lost(messages: Sequence[Understood]) -> float:
    """The share of messages in scope that would be refused if `REFUSED` of those off topic had to be."""
    meant, scores = _off_topic(messages)
    threshold = np.quantile(scores[meant], 1 - REFUSED, method="lower")
    return float((scores[~meant] >= threshold).mean())


def refused(messages: Sequence[Understood], *, off_topic: bool) -> float:
    """The share of the messages off topic, or in scope, that the pipeline as it is set refuses."""
    flags = [message.is_refused for message in messages if (message.meant == OFF_TOPIC) is off_topic]
    return sum(flags) / len(flags)


def calibration_error(messages: Sequence[Understood]) -> float:
    """Expected calibration error: how far confidence and accuracy lie apart, in ten bins of confidence."""
    confidences = np.array([message.confidence for message in messages])
    right = np.array([message.is_right for message in messages])
    bins = np.minimum((confidences * _BINS).astype(int), _BINS - 1)
    return float(
        sum(
            (bins == number).mean() * abs(confidences[bins == number].mean() - right[bins == number].mean())
            for number in range(_BINS)
            if (bins == number).any()
        )
    )


def _off_topic(messages: Sequence[Understood]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.float64]]:
    meant = np.array([message.meant == OFF_TOPIC for message in messages])
    return meant, np.array([message.off_topic for message in messages])
