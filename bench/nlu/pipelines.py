"""The pipelines that are compared, and what training each took."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import yaml

from cli.environment import RASA, rasa_environ
from cli.tether import tethered
from offre_bailleurs.settings import PROJECT_ROOT

DATA = PROJECT_ROOT / "data"
_DEFAULT_CONFIG = PROJECT_ROOT / "bench" / "default" / "config.yml"
_CLASSIFIER = "bot.nlu.classifier.LinearIntentClassifier"


@dataclass(frozen=True)
class Training:
    """A trained model and what it took."""

    model: Path
    wall: float
    """Seconds."""
    cpu: float
    """Seconds, of all cores, Rasa's start and imports included."""


@dataclass(frozen=True)
class Pipeline:
    """A way of understanding."""

    name: str
    folder: str
    steps: list[dict[str, Any]]

    def train(self, models: Path, data: Path = DATA) -> Training:
        """Train it through Rasa on the NLU data alone, unless an earlier run did so in this folder."""
        folder = models / self.folder
        record = folder / "training.json"
        if record.exists():
            return Training(folder / "model.tar.gz", **json.loads(record.read_text()))
        folder.mkdir(parents=True, exist_ok=True)
        config = folder / "config.yml"
        written = {"recipe": "default.v1", "assistant_id": self.folder, "language": "fr", "pipeline": self.steps}
        config.write_text(yaml.safe_dump(written, allow_unicode=True, sort_keys=False))
        command = [*RASA, "train", "nlu", "--config", str(config), "--domain", "domain.yml", "--nlu", str(data)]
        command += ["--out", str(folder), "--fixed-model-name", "model"]
        before, start = _children_cpu(), perf_counter()
        with (folder / "train.log").open("wb") as log:
            environ = {**rasa_environ(), "RASA_CACHE_DIRECTORY": str(folder / "cache")}
            done = subprocess.run(
                tethered(command, signal.SIGKILL), cwd=PROJECT_ROOT, env=environ, stdout=log, stderr=log, check=False
            )
        if done.returncode != 0:
            raise RuntimeError(f"{self.name} could not be trained:\n{(folder / 'train.log').read_text()[-2000:]}")
        took = {"wall": perf_counter() - start, "cpu": _children_cpu() - before}
        record.write_text(json.dumps(took))
        return Training(folder / "model.tar.gz", **took)


def pipelines(*, with_default: bool) -> list[Pipeline]:
    """`rasa init`'s default, ours without its components, then with one more each time; the last is the shipped one."""
    shipped = _steps(PROJECT_ROOT / "config.yml")
    default = Pipeline("`rasa init`'s default (DIET)", "default", _steps(_DEFAULT_CONFIG))
    none = {"normalises": False, "corrects_spelling": False, "hears": False, "spoilt_copies": 0}
    ours = [
        Pipeline("linear, bare", "bare", _with(shipped, none)),
        Pipeline("+ normaliser", "normaliser", _with(shipped, none, "normalises")),
        Pipeline("+ spelling tolerance", "spelling", _with(shipped, none, "normalises", "corrects_spelling")),
        Pipeline("+ sounds", "sounds", _with(shipped, none, "normalises", "corrects_spelling", "hears")),
        Pipeline("+ spoilt copies = shipped", "shipped", shipped),
    ]
    return [default, *ours] if with_default else ours


def _steps(config: Path) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = yaml.safe_load(config.read_text())["pipeline"]
    return steps


def _with(steps: list[dict[str, Any]], none: dict[str, Any], *parts: str) -> list[dict[str, Any]]:
    """The shipped steps with these parts of the classifier alone."""
    off = {name: value for name, value in none.items() if name not in parts}
    return [{**step, **off} if step["name"] == _CLASSIFIER else step for step in steps]


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
