"""Trains through Rasa's own command, once for a folder, and tells what it took."""

from __future__ import annotations

import json
import re
import resource
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import yaml

from cli.tether import tethered
from offre_bailleurs.settings import PROJECT_ROOT

EPOCHS = 100
"""What `rasa init`'s config.yml asks of each network."""
_MODEL = "model"
_FEWER = ("DIETClassifier", "ResponseSelector")
"""Whose epochs grow with the examples: minutes each on ours."""
_PROGRESS = re.compile(r"Epochs: 100%\|[^|]*\| (\d+)/\1 \[(?:(\d+):)?(\d+):(\d+)<")


@dataclass(frozen=True)
class Training:
    """A trained model and what it took."""

    model: Path
    wall: float
    """Seconds."""
    cpu: float
    """Seconds, of all cores, Rasa's start and imports included."""
    epochs: int | None = None
    """Of DIET, when it was trained for fewer than `EPOCHS`."""
    epoch: float = 0.0
    """CPU seconds of one of them: its wall clock, at the cores that the training kept busy."""

    @property
    def whole_cpu(self) -> float:
        """CPU seconds of a training with all epochs: computed, when there were fewer."""
        return self.cpu if self.epochs is None else self.cpu + (EPOCHS - self.epochs) * self.epoch


def train(
    folder: Path, rasa: Sequence[str], environ: Mapping[str, str], *arguments: str, epochs: int | None = None
) -> Training:
    """Run `rasa train` with these arguments from nothing (its cache is left out), unless an earlier call did so here.

    Args:
        folder: where the model, the log and what it took are kept.
        rasa: Rasa's command.
        environ: its environment.
        arguments: of `train`.
        epochs: of DIET, if they were cut (see `with_epochs`).

    Raises:
        RuntimeError: it failed; the end of its log says why.
    """
    record, model, log = folder / "training.json", folder / f"{_MODEL}.tar.gz", folder / "train.log"
    if record.exists():
        return Training(model, **json.loads(record.read_text()))
    folder.mkdir(parents=True, exist_ok=True)
    command = [*rasa, "train", *arguments, "--out", str(folder), "--fixed-model-name", _MODEL]
    own = {**environ, "RASA_CACHE_DIRECTORY": str(folder / "cache")}
    before, start = _children_cpu(), perf_counter()
    with log.open("wb") as file:
        done = subprocess.run(
            tethered(command, signal.SIGKILL), cwd=PROJECT_ROOT, env=own, stdout=file, stderr=file, check=False
        )
    if done.returncode != 0:
        raise RuntimeError(f"the training in {folder} failed:\n{log.read_text()[-2000:]}")
    took: dict[str, float | int] = {"wall": perf_counter() - start, "cpu": _children_cpu() - before}
    if epochs is not None:
        took |= {"epochs": epochs, "epoch": _epoch(log.read_text(), epochs) * took["cpu"] / took["wall"]}
    record.write_text(json.dumps(took))
    return Training(model, **took)  # type: ignore[arg-type]


def with_epochs(config: Path, epochs: int, folder: Path) -> Path:
    """A copy of a configuration in which DIET learns for fewer epochs."""
    content = yaml.safe_load(config.read_text(encoding="utf-8"))
    for component in content["pipeline"]:
        if component["name"] in _FEWER:
            component["epochs"] = epochs
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / "config.yml"
    copy.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return copy


def _epoch(log: str, epochs: int) -> float:
    """Seconds of one epoch of DIET, the first network in the log: as its progress bar says.

    Raises:
        RuntimeError: no progress bar is in the log.
    """
    for match in _PROGRESS.finditer(log):
        if int(match[1]) == epochs:
            return (int(match[2] or 0) * 3600 + int(match[3]) * 60 + int(match[4])) / epochs
    raise RuntimeError("the log does not say how long DIET's epochs took")


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
