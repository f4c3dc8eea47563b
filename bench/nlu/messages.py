"""The messages that understanding is measured on: those of tests/unit/nlu/unseen/, which no training file holds."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from offre_bailleurs.settings import PROJECT_ROOT

UNSEEN = PROJECT_ROOT / "tests" / "unit" / "nlu" / "unseen"
OFF_TOPIC = "off_topic"
_TWO_QUESTIONS = UNSEEN / "two_questions.yml"


@dataclass(frozen=True)
class Labelled:
    """A message and what it means."""

    text: str
    intent: str


@dataclass(frozen=True)
class TwoQuestions:
    """A message that asks two things."""

    text: str
    topics: tuple[str, ...]


@cache
def unseen() -> tuple[Labelled, ...]:
    """Every message with one meaning."""
    files = sorted(path for path in UNSEEN.glob("*.yml") if path != _TWO_QUESTIONS)
    return tuple(Labelled(text, intent) for path in files for intent, texts in _read(path).items() for text in texts)


@cache
def two_questions() -> tuple[TwoQuestions, ...]:
    """Every message with two."""
    return tuple(TwoQuestions(each["text"], tuple(each["topics"])) for each in _read(_TWO_QUESTIONS))


@cache
def trained() -> tuple[Labelled, ...]:
    """The examples of the training files, in the order of the files."""
    return tuple(
        Labelled(line.strip().removeprefix("- ").strip(), block["intent"])
        for path in sorted((PROJECT_ROOT / "data").rglob("*.yml"))
        for block in _read(path).get("nlu") or ()
        for line in block["examples"].splitlines()
        if line.strip()
    )


def folds(messages: Sequence[Labelled], count: int) -> list[list[Labelled]]:
    """Parts of about the same size, each with its share of every intent, always the same ones."""
    ordered = sorted(messages, key=lambda message: (message.intent, hash_of(message.text)))
    return [ordered[number::count] for number in range(count)]


def hash_of(text: str) -> int:
    """Mixes texts that stand near each other in their file; the same on every machine."""
    return zlib.crc32(text.encode())


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def thinned(every: int, folder: Path) -> Path:
    """Training data with one example in `every` of each intent, written into a folder."""
    by_intent: dict[str, list[str]] = {}
    for message in trained():
        by_intent.setdefault(message.intent, []).append(message.text)
    blocks = [
        f"- intent: {intent}\n  examples: |\n" + "".join(f"    - {text}\n" for text in texts[::every])
        for intent, texts in by_intent.items()
    ]
    (folder / "nlu.yml").write_text('version: "3.1"\nnlu:\n' + "".join(blocks), encoding="utf-8")
    return folder
