"""What the assistant knows, for its tests: read once, as `bailleurs lint` reads it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from cli.content.reading import Content, Example, Thresholds, read_content, read_thresholds
from offre_bailleurs.settings import PROJECT_ROOT

__all__ = ["Example", "content", "held_out", "intents", "thresholds", "training_examples", "unseen"]


@cache
def content() -> Content:
    return read_content(PROJECT_ROOT)


def training_examples() -> tuple[Example, ...]:
    return tuple(content().examples)


def unseen() -> tuple[Example, ...]:
    """Messages that no training file holds, each with its intent; those with two questions are left out."""
    return tuple(message for message in content().unseen if message.intent)


@cache
def held_out() -> tuple[Example, ...]:
    """Those of before, while held_out.yml is there."""
    path = Path(__file__).parent / "held_out.yml"
    if not path.exists():
        return unseen()
    by_intent = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(Example(text, intent) for intent, texts in by_intent.items() for text in texts)


def intents() -> set[str]:
    """The intents that the domain lists."""
    return set(content().intents)


@cache
def thresholds() -> Thresholds:
    return read_thresholds(PROJECT_ROOT)
