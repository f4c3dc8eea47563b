"""Reads what Rasa reads: the training files, the domain, the configuration; and the held-out messages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[3]
TOPIC_FILES = sorted((ROOT / "data" / "answers").glob("*.yml"))
CONVERSATION_FILES = sorted((ROOT / "data" / "conversation").glob("*.yml"))
JOURNEY_FILES = sorted((ROOT / "data" / "journeys").glob("*.yml"))
PROFILES = ("landlord", "organisation", None)


@dataclass(frozen=True)
class Example:
    """A message and the intent it stands for."""

    text: str
    intent: str


@dataclass(frozen=True)
class Variation:
    """One wording of a response; `profile` is whose it is, None when it is everybody's."""

    response: str
    profile: str | None
    text: str
    buttons: tuple[dict[str, str], ...]


@cache
def read(path: Path) -> dict[str, Any]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def examples(path: Path) -> list[Example]:
    """The examples of one training file."""
    return [
        Example(line.strip().removeprefix("- ").strip(), block["intent"])
        for block in read(path).get("nlu") or []
        for line in block["examples"].splitlines()
        if line.strip()
    ]


@cache
def training_examples() -> tuple[Example, ...]:
    files = [*TOPIC_FILES, *CONVERSATION_FILES, *JOURNEY_FILES]
    return tuple(example for path in files for example in examples(path))


@cache
def held_out() -> tuple[Example, ...]:
    """Messages that no training file holds."""
    by_intent = read(Path(__file__).parent / "held_out.yml")
    return tuple(Example(text, intent) for intent, texts in by_intent.items() for text in texts)


def variations(path: Path) -> list[Variation]:
    """Every wording of every response of one training file."""
    return [
        Variation(
            response,
            wording["condition"][0]["value"] if "condition" in wording else None,
            wording.get("text", ""),
            tuple(wording.get("buttons", [])),
        )
        for response, wordings in (read(path).get("responses") or {}).items()
        for wording in wordings
    ]


def answer(topic: str, profile: str | None) -> str:
    """What somebody of this profile reads when asking about a topic."""
    wordings = {wording.profile: wording.text for wording in variations(ROOT / "data" / "answers" / f"{topic}.yml")}
    return wordings[profile]


def steps(path: Path) -> list[dict[str, str]]:
    """Every step of every rule of one training file."""
    return [step for rule in read(path).get("rules") or [] for step in rule["steps"]]


@cache
def domain() -> dict[str, Any]:
    return read(ROOT / "domain.yml")


def intents() -> set[str]:
    """The intents that the domain lists."""
    return {intent if isinstance(intent, str) else next(iter(intent)) for intent in domain()["intents"]}


@cache
def thresholds() -> tuple[float, float]:
    """The least confidence, and the least distance to the second intent, below which a message is not understood."""
    fallback = next(part for part in read(ROOT / "config.yml")["pipeline"] if part["name"] == "FallbackClassifier")
    return fallback["threshold"], fallback["ambiguity_threshold"]
