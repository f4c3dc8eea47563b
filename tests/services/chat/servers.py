"""The real servers of the tests, as processes: Rasa with the chat's channel, and an action server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[3]
BOT = Path(__file__).with_name("bot")
READY = 180.0
"""Seconds in which a server answers: Rasa's imports alone take 4, many more when the machine is busy."""


def until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait for `condition`, and fail when it does not come."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        time.sleep(0.02)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Server:
    """A process that answers `GET health` once it is ready. It is started again with the same command and port."""

    command: Sequence[str]
    health: str
    environ: Mapping[str, str]
    log: Path
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start without waiting."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(self.command, cwd=ROOT, env=self.environ, stdout=log, stderr=log)

    def wait(self) -> None:
        """Wait until the server answers."""
        until(self._answers, READY, f"{self.command[2]} ready, see {self.log}")

    def kill(self) -> None:
        """kill -9."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> float:
        """Ask the server to end; the seconds that it took."""
        assert self._process is not None
        begun = time.monotonic()
        self._process.terminate()
        self._process.wait(30)
        self._process = None
        return time.monotonic() - begun

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, f"it ended: see {self.log}\n{self.log.read_text()[-2000:]}"
        try:
            return httpx.get(self.health, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False


def train(model: Path) -> None:
    """Train the tests' bot into the file `model`."""
    parts = ["--domain", BOT / "domain.yml", "--config", BOT / "config.yml", "--data", BOT / "data.yml"]
    out = ["--out", model.parent, "--fixed-model-name", model.name.removesuffix(".tar.gz")]
    command = [sys.executable, "-m", "cli.rasa", "train", *map(str, parts + out)]
    subprocess.run(command, cwd=ROOT, env=environment({}), check=True, capture_output=True)


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with the project's `settings` and without what Rasa would send home."""
    path = os.pathsep.join([str(ROOT), str(BOT)])
    quiet = {"RASA_TELEMETRY_ENABLED": "false", "PYTHONWARNINGS": "ignore", "TF_CPP_MIN_LOG_LEVEL": "3"}
    return {**os.environ, **quiet, "PYTHONPATH": path, **settings}


def rasa_server(model: Path, folder: Path, name: str, actions_url: str, settings: Mapping[str, str]) -> Server:
    """A Rasa server with the chat's channel and tracker store, as `bailleurs serve` starts it."""
    port = free_port()
    endpoints, credentials = folder / f"{name}-endpoints.yml", folder / f"{name}-credentials.yml"
    endpoints.write_text(
        f"action_endpoint: {{url: '{actions_url}/webhook', enable_selective_domain: true}}\n"
        "tracker_store: {type: bot.tracker_store.TurnTrackerStore}\n"
    )
    credentials.write_text("bot.channel.WebChat:\n")
    options = {"--interface": "127.0.0.1", "--port": port, "--model": model, "--endpoints": endpoints}
    command = [sys.executable, "-m", "cli.rasa", "run", "--credentials", str(credentials)]
    command += [str(part) for option in options.items() for part in option]
    health = f"http://127.0.0.1:{port}/webhooks/webchat/"
    return Server(command, health, environment(settings), folder / f"{name}.log")


def action_server(folder: Path, settings: Mapping[str, str]) -> Server:
    """An action server with the tests' actions; `health` is its address followed by /health."""
    port = free_port()
    command = [sys.executable, "-m", "rasa_sdk", "--actions", "acting", "--port", str(port)]
    return Server(command, f"http://127.0.0.1:{port}/health", environment(settings), folder / "actions.log")
