"""The two bots that are compared: started, weighed."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Protocol

import httpx
import psutil

from cli.environment import rasa_environ
from cli.tether import tethered
from offre_bailleurs.settings import PROJECT_ROOT
from tests.support.servers import Servers

HERE = Path(__file__).parent
READY_PATIENCE = 300.0
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


class DefaultRasa:
    """`rasa run` on the default bot's model, with the files that `rasa init` leaves, and our action server."""

    def __init__(self, model: Path, port: int, actions_url: str, folder: Path) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._log = folder / "default.log"
        self._command = [sys.executable, "-m", "rasa", "run", "--interface", "127.0.0.1", "--port", str(port)]
        self._command += ["--model", str(model), "--endpoints", str(HERE / "default" / "endpoints.yml")]
        self._command += ["--credentials", str(HERE / "default" / "credentials.yml")]
        tracker_url = f"sqlite:///{folder / 'default-tracker.db'}"
        self._environ = {**rasa_environ(), "ACTIONS_URL": actions_url, "BENCH_TRACKER_URL": tracker_url}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            command = tethered(self._command, signal.SIGKILL)
            self._process = subprocess.Popen(command, cwd=PROJECT_ROOT, env=self._environ, stdout=log, stderr=log)
        deadline = monotonic() + READY_PATIENCE
        while monotonic() < deadline and self._process.poll() is None:
            with suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/webhooks/rest/", trust_env=False).is_success:
                    return
            sleep(POLL_INTERVAL)
        raise RuntimeError(f"the default bot does not answer:\n{self._log.read_text()[-2000:]}")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)
            self._process = None

    @property
    def pid(self) -> int:
        if self._process is None:
            raise RuntimeError("the default bot does not run")
        return self._process.pid


def resident_megabytes(pid: int) -> float:
    """The resident memory of a process and of those below it."""
    root = psutil.Process(pid)
    return float(sum(process.memory_info().rss for process in (root, *root.children(recursive=True)))) / 2**20


def cpu_seconds(pid: int) -> float:
    """The CPU time that a process has used, all cores together."""
    used = psutil.Process(pid).cpu_times()
    return float(used.user + used.system)
