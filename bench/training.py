"""Trains through Rasa's own command, once for a folder, and tells what it took."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from cli.environment import RASA, rasa_environ
from cli.tether import tethered
from offre_bailleurs.settings import PROJECT_ROOT

_MODEL = "model"


@dataclass(frozen=True)
class Training:
    """A trained model and what it took."""

    model: Path
    wall: float
    """Seconds."""
    cpu: float
    """Seconds, of all cores, Rasa's start and imports included."""


def train(folder: Path, *arguments: str) -> Training:
    """Run `rasa train` with these arguments from nothing (its cache is left out), unless an earlier call did so here.

    Raises:
        RuntimeError: it failed; the end of its log says why.
    """
    record, model = folder / "training.json", folder / f"{_MODEL}.tar.gz"
    if record.exists():
        return Training(model, **json.loads(record.read_text()))
    folder.mkdir(parents=True, exist_ok=True)
    command = [*RASA, "train", *arguments, "--out", str(folder), "--fixed-model-name", _MODEL]
    environ = {**rasa_environ(), "RASA_CACHE_DIRECTORY": str(folder / "cache")}
    before, start = _children_cpu(), perf_counter()
    with (folder / "train.log").open("wb") as log:
        done = subprocess.run(
            tethered(command, signal.SIGKILL), cwd=PROJECT_ROOT, env=environ, stdout=log, stderr=log, check=False
        )
    if done.returncode != 0:
        raise RuntimeError(f"the training in {folder} failed:\n{(folder / 'train.log').read_text()[-2000:]}")
    took = {"wall": perf_counter() - start, "cpu": _children_cpu() - before}
    record.write_text(json.dumps(took))
    return Training(model, **took)


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
