"""The two bots that are compared: trained, started, weighed."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, perf_counter, sleep

import httpx
import psutil

from cli.environment import rasa_environ
from offre_bailleurs.settings import PROJECT_ROOT

HERE = Path(__file__).parent
READY_PATIENCE = 300.0


@dataclass(frozen=True)
class Training:
    """What training a model took."""

    model: Path
    wall: float
    """Seconds."""
    cpu: float
    """Seconds, of all cores."""


def train(config: Path, data: Sequence[Path], folder: Path) -> Training:
    """Train from nothing (Rasa's cache is left out)."""
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "rasa", "train", "--config", str(config), "--domain", "domain.yml"]
    command += ["--data", *map(str, data), "--out", str(folder), "--fixed-model-name", "model"]
    environ = {**rasa_environ(), "RASA_CACHE_DIRECTORY": str(folder / "cache")}
    before, start = _children_cpu(), perf_counter()
    subprocess.run(
        command, check=True, cwd=PROJECT_ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return Training(folder / "model.tar.gz", perf_counter() - start, _children_cpu() - before)


class DefaultBot:
    """`rasa run` on the default bot's model, as `rasa init` leaves it, with our actions."""

    def __init__(self, model: Path, port: int, actions_url: str, folder: Path) -> None:
        self.url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "rasa", "run", "--interface", "127.0.0.1", "--port", str(port)]
        command += ["--model", str(model), "--endpoints", str(HERE / "default" / "endpoints.yml")]
        command += ["--credentials", str(HERE / "default" / "credentials.yml")]
        environ = {
            **rasa_environ(),
            "ACTIONS_URL": actions_url,
            "BENCH_TRACKER_URL": f"sqlite:///{folder / 'default-tracker.db'}",
            "PYTHONPATH": os.pathsep.join((str(PROJECT_ROOT), os.environ.get("PYTHONPATH", ""))),
        }
        start = perf_counter()
        self.process = subprocess.Popen(
            command, cwd=PROJECT_ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._wait()
        self.ready_after = perf_counter() - start

    def close(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(30)

    def _wait(self) -> None:
        deadline = monotonic() + READY_PATIENCE
        while monotonic() < deadline:
            try:
                if httpx.get(f"{self.url}/status").status_code < 500 and httpx.get(self.url).is_success:
                    return
            except httpx.TransportError:
                pass
            if self.process.poll() is not None:
                raise RuntimeError("the default bot ended")
            sleep(0.05)
        raise RuntimeError("the default bot did not answer")


def resident_megabytes(pid: int) -> float:
    """The resident memory of a process and of those below it."""
    root = psutil.Process(pid)
    return float(sum(process.memory_info().rss for process in (root, *root.children(recursive=True)))) / 2**20


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
