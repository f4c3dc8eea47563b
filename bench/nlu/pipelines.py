"""The pipelines that are compared."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bench.training import Training, train
from offre_bailleurs.settings import PROJECT_ROOT

DATA = PROJECT_ROOT / "data"
_DEFAULT_CONFIG = PROJECT_ROOT / "bench" / "default" / "config.yml"
_CLASSIFIER = "bot.nlu.classifier.LinearIntentClassifier"


@dataclass(frozen=True)
class Pipeline:
    """A way of understanding."""

    name: str
    folder: str
    steps: list[dict[str, Any]]

    def train(self, models: Path, data: Path = DATA) -> Training:
        """Train it through Rasa on the NLU data alone, unless an earlier run did so in this folder."""
        folder = models / self.folder
        folder.mkdir(parents=True, exist_ok=True)
        config = folder / "config.yml"
        written = {"recipe": "default.v1", "assistant_id": self.folder, "language": "fr", "pipeline": self.steps}
        config.write_text(yaml.safe_dump(written, allow_unicode=True, sort_keys=False))
        return train(folder, "nlu", "--config", str(config), "--domain", "domain.yml", "--nlu", str(data))


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
