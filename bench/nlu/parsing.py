"""Parses messages with one trained model, in a process of its own: `python -m bench.nlu.parsing MODEL TEXTS RESULT`.

TEXTS is a JSON list of lists: the first is measured in time, the others only parsed. RESULT gets what Rasa said.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import psutil

from cli.environment import rasa_environ
from offre_bailleurs.settings import PROJECT_ROOT

_WARM_UP = 20


@dataclass(frozen=True)
class Parsed:
    """What a model said, and what it took."""

    messages: list[list[dict[str, Any]]]
    seconds: list[float]
    """For each message of the first list."""
    loading: float
    """Seconds from nothing in memory to the first answer, Rasa's own imports left out."""
    resident: float
    """Megabytes of the process after all that."""


def parse(model: Path, texts: Sequence[Sequence[str]]) -> Parsed:
    """Let a process of its own parse the texts."""
    with TemporaryDirectory(prefix="bench-nlu-") as name:
        asked, answered = Path(name) / "asked.json", Path(name) / "answered.json"
        asked.write_text(json.dumps(texts))
        command = [sys.executable, "-m", "bench.nlu.parsing", str(model), str(asked), str(answered)]
        done = subprocess.run(
            command, cwd=PROJECT_ROOT, env=rasa_environ(), capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise RuntimeError(f"{model} could not be measured:\n{done.stderr[-2000:]}")
        return Parsed(**json.loads(answered.read_text()))


async def _parse_here(model: str, texts: list[list[str]]) -> Parsed:
    from rasa.core.agent import Agent

    start = perf_counter()
    agent = Agent.load(model)
    await agent.parse_message("bonjour")
    loading = perf_counter() - start
    for text in texts[0][:_WARM_UP]:
        await agent.parse_message(text)
    seconds, messages = [], []
    for number, group in enumerate(texts):
        said = []
        for text in group:
            start = perf_counter()
            result = await agent.parse_message(text)
            if number == 0:
                seconds.append(perf_counter() - start)
            said.append({key: result.get(key) for key in ("intent", "intent_ranking", "entities")})
        messages.append(said)
    return Parsed(messages, seconds, loading, psutil.Process().memory_info().rss / 2**20)


def _main() -> None:
    model, asked, answered = sys.argv[1:]
    parsed = asyncio.run(_parse_here(model, json.loads(Path(asked).read_text())))
    Path(answered).write_text(json.dumps(vars(parsed)))


if __name__ == "__main__":
    _main()
