"""The bots that are compared: started, weighed."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Protocol

import httpx
import psutil

from bench.environments import STOCK
from cli.tether import tethered
from offre_bailleurs.settings import PROJECT_ROOT
from tests.support.servers import Servers

HERE = Path(__file__).parent
READY_PATIENCE = 900.0
"""Seconds: on a machine that does other things too, the default takes minutes to start."""
END_PATIENCE = 30.0
POLL_INTERVAL = 0.05


class RasaServer(Protocol):
    """A Rasa server that can be started again. `start` returns once it answers."""

    def start(self) -> None: ...
    def stop(self) -> None: ...
    @property
    def pid(self) -> int: ...


class OurRasa:
    """Rasa as `bailleurs serve` runs it."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers

    def start(self) -> None:
        self._servers.start("rasa")

    def stop(self) -> None:
        self._servers.stop("rasa")

    @property
    def pid(self) -> int:
        return self._servers.pid("rasa")


class StockRasa:
    """`rasa run` as Rasa comes, on a model of its own, with the files that `rasa init` leaves and our action server."""

    def __init__(self, name: str, model: Path, port: int, actions_url: str, folder: Path) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._name = name
        self._log = folder / f"{name}.log"
        self._command = [str(STOCK.python), "-m", "rasa", "run", "--interface", "127.0.0.1", "--port", str(port)]
        self._command += ["--model", str(model), "--endpoints", str(HERE / "default" / "endpoints.yml")]
        self._command += ["--credentials", str(HERE / "default" / "credentials.yml")]
        tracker_url = f"sqlite:///{folder / f'{name}-tracker.db'}"
        self._environ = {**stock_environ(), "ACTIONS_URL": actions_url, "BENCH_TRACKER_URL": tracker_url}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            command = tethered(self._command, signal.SIGKILL)
            self._process = subprocess.Popen(command, cwd=PROJECT_ROOT, env=self._environ, stdout=log, stderr=log)
        deadline = monotonic() + READY_PATIENCE
        with httpx.Client(trust_env=False) as client:
            while monotonic() < deadline and self._process.poll() is None:
                with suppress(httpx.TransportError):
                    if client.get(f"{self.url}/webhooks/rest/").is_success:
                        return
                sleep(POLL_INTERVAL)
        raise RuntimeError(f"{self._name} does not answer:\n{self._log.read_text()[-2000:]}")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(END_PATIENCE)
            except subprocess.TimeoutExpired:  # it was loading its model
                self._process.kill()
                self._process.wait()
            self._process = None

    @property
    def pid(self) -> int:
        if self._process is None:
            raise RuntimeError(f"{self._name} does not run")
        return self._process.pid


def stock_environ() -> dict[str, str]:
    """The environment of Rasa as it comes: quiet, and nothing that makes ours quick or small."""
    scripts = str(STOCK.python.parent)
    quiet = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}
    return {**os.environ, **quiet, "PATH": os.pathsep.join((scripts, os.environ.get("PATH", os.defpath)))}


def resident_megabytes(pid: int) -> float:
    """The resident memory of a process and of those below it."""
    root = psutil.Process(pid)
    return float(sum(process.memory_info().rss for process in (root, *root.children(recursive=True)))) / 2**20


def cpu_seconds(pid: int) -> float:
    """The CPU time that a process has used, all cores together."""
    used = psutil.Process(pid).cpu_times()
    return float(used.user + used.system)
