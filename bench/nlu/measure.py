"""Trains each pipeline, lets it parse the unseen messages as they are and spoilt, and keeps what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.nlu.corruptions import CORRUPTIONS
from bench.nlu.messages import OFF_TOPIC, Labelled, TwoQuestions
from bench.nlu.parsing import Parsed, parse
from bench.nlu.pipelines import Pipeline
from bench.nlu.scores import Understood
from bench.training import Training

CLEAN = "as written"
_FALLBACK = "nlu_fallback"


@dataclass(frozen=True)
class TwoFound:
    """Of the messages with two questions, how many had both of them found, one, or none. Together 1."""

    both: float
    one: float
    none: float


@dataclass(frozen=True)
class Measured:
    """One pipeline's figures."""

    pipeline: Pipeline
    training: Training
    understood: dict[str, list[Understood]]
    """By what was done to the messages; `CLEAN` comes first."""
    two: TwoFound
    split: float
    """The share of messages with one meaning in which several questions were seen."""
    parsed: Parsed


def measure(
    pipeline: Pipeline, models: Path, messages: Sequence[Labelled], two: Sequence[TwoQuestions], data: Path
) -> Measured:
    """Train and measure one pipeline."""
    _say(f"{pipeline.name}: training…")
    training = pipeline.train(models, data)
    _say(f"{pipeline.name}: trained in {training.wall:.0f} s ({training.cpu:.0f} s of CPU); parsing…")
    spoilt = {CLEAN: lambda text: text, **CORRUPTIONS}
    texts = [[spoil(message.text) for message in messages] for spoil in spoilt.values()]
    parsed = parse(training.model, [*texts, [each.text for each in two]])
    understood = {
        name: [_understood(message.intent, said) for message, said in zip(messages, results, strict=True)]
        for name, results in zip(spoilt, parsed.messages, strict=False)
    }
    several = [len(_questions(said)) > 1 for said in parsed.messages[0]]
    return Measured(
        pipeline,
        training,
        understood,
        _two_found(two, parsed.messages[-1]),
        sum(several) / len(several),
        parsed,
    )


def _understood(meant: str, said: dict[str, Any]) -> Understood:
    ranking = {each["name"]: float(each["confidence"]) for each in said["intent_ranking"] if each["name"] != _FALLBACK}
    best = max(ranking, key=lambda name: ranking[name])
    is_refused = said["intent"]["name"] in (OFF_TOPIC, _FALLBACK)
    return Understood(meant, best, ranking[best], ranking.get(OFF_TOPIC, 0.0), is_refused)


def _questions(said: dict[str, Any]) -> set[str]:
    return {entity["value"] for entity in said["entities"] or () if entity["entity"] == "question"}


def _two_found(two: Sequence[TwoQuestions], said: Sequence[dict[str, Any]]) -> TwoFound:
    """What is found are the questions, or the message's intent where it is taken for a single one."""
    counts = [0, 0, 0]
    for each, result in zip(two, said, strict=True):
        found = _questions(result) or {result["intent"]["name"]}
        counts[len(found & set(each.topics))] += 1
    total = max(1, len(two))
    return TwoFound(both=counts[2] / total, one=counts[1] / total, none=counts[0] / total)


def _say(what: str) -> None:
    print(f"• {what}", flush=True)
