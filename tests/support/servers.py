"""The real servers and the worker, as processes that a test can start, stop, kill -9 and start again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType
from typing import Self

import httpx

from cli import tether, training
from cli.environment import programs_environ, read_programs
from cli.supervisor import Program
from offre_bailleurs.settings import PROJECT_ROOT, read_settings
from tests.support.ports import free_ports

READY_PATIENCE = 120.0
"""Seconds for a server to answer: Rasa imports TensorFlow on a machine that may be busy."""
END_PATIENCE = 15.0
POLL_INTERVAL = 0.05
LOG_TAIL = 40

ALL = ("actions", "rasa", "portal", "outbox", "desk")
CHAT = ("actions", "rasa")
"""What a conversation needs."""

UNLIMITED = {
    "MESSAGES_PER_MINUTE": "1000000",
    "CONVERSATIONS_PER_MINUTE": "1000000",
    "SIGN_IN_ATTEMPTS_PER_MINUTE": "1000000",
    "RECOVERIES_PER_HOUR": "1000000",
    "RECOVERIES_PER_ACCOUNT": "1000000",
}
"""Every test speaks from one address, faster than people do."""
OPEN_DESK = {"DESK_HOURS": "24/7"}
CLOSED_DESK = {"DESK_HOURS": "24/7 off"}
"""An adviser can be asked for at whatever hour the tests run, or at none."""


class Servers:
    """The servers of the Procfile on one database, each in a process group of its own.

    Nothing runs before `start`. As a context manager it ends all that it started; should this process be killed, the
    kernel ends them (`cli.tether`).
    """

    def __init__(self, folder: Path, database_url: str, *, model: Path | None = None, **variables: str) -> None:
        """Args:
        folder: for logs and data.
        database_url: of a migrated database.
        model: Rasa's; None is what stands in the folders now, trained if it is not yet.
        variables: settings that differ from a test's usual ones.
        """
        portal, rasa, actions = (str(port) for port in free_ports(3))
        overrides = {
            "ENVIRONMENT": "development",
            "HOST": "127.0.0.1",
            "DATA_DIR": str(folder),
            "DATABASE_URL": database_url,
            "MAIL_URL": f"file:{folder / 'mail'}",  # whatever a developer's .env says
            "LETTERS_DIR": str(folder / "letters"),
            "RABBITMQ_URL": "",  # the same
            "PORTAL_PORT": portal,
            "RASA_PORT": rasa,
            "ACTIONS_PORT": actions,
            **UNLIMITED,
            **OPEN_DESK,
            **variables,
        }
        self.settings = read_settings(overrides)
        self._folder = folder
        self._environ = {**programs_environ(self.settings, model or _current_model()), **overrides}
        self._programs = {program.name: program for program in read_programs(self.settings)}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self.own_environ: dict[str, Mapping[str, str]] = {}
        """By program: variables that it alone is started with."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self, *names: str) -> None:
        """Start servers (those that do not run yet) and wait until all of them answer.

        Raises:
            RuntimeError: one ended or did not answer; the message holds the tail of its log.
        """
        self.wait_until_ready(*self.launch(*names))

    def launch(self, *names: str) -> list[str]:
        """Start servers (those that do not run yet) without waiting for them; which ones."""
        started = [name for name in names if not self.is_running(name)]
        for name in started:
            self._running[name] = self._spawn(self._programs[name])
        return started

    def stop(self, name: str) -> None:
        """Ask a server to end, as an operator does, and wait for it."""
        process = self._running.pop(name)
        _send(process, signal.SIGTERM)
        try:
            process.wait(END_PATIENCE)
        except subprocess.TimeoutExpired:
            _send(process, signal.SIGKILL)
            process.wait()
            raise RuntimeError(f"{name} did not end when it was asked to\n{self.log_tail(name)}") from None

    def kill(self, name: str) -> None:
        """kill -9."""
        process = self._running.pop(name)
        _send(process, signal.SIGKILL)
        process.wait()

    def restart(self, *names: str) -> None:
        """Start servers again after `kill` or `stop`, on the same ports, and wait until they answer."""
        self.start(*names)

    def close(self) -> None:
        """End everything at once: nothing of a test's servers is worth a clean end."""
        for name in list(self._running):
            self.kill(name)

    @property
    def environ(self) -> Mapping[str, str]:
        """What the servers are started with: for a command that is to do something to their database."""
        return self._environ

    def is_running(self, name: str) -> bool:
        """Started and not ended."""
        process = self._running.get(name)
        return process is not None and process.poll() is None

    def pid(self, name: str) -> int:
        """The process id of a running server."""
        return self._running[name].pid

    def wait_until_ready(self, *names: str) -> None:
        """See `start`."""
        deadline = monotonic() + READY_PATIENCE
        waiting: Sequence[str] = names
        with httpx.Client(timeout=2, trust_env=False) as client:
            while waiting := [name for name in waiting if not self._answers(client, name)]:
                if monotonic() > deadline:
                    raise RuntimeError(
                        f"{waiting[0]} did not answer in {READY_PATIENCE:g} s\n{self.log_tail(waiting[0])}"
                    )
                sleep(POLL_INTERVAL)

    def log(self, name: str) -> str:
        """All that a server printed."""
        path = self._log_path(name)
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def log_tail(self, name: str) -> str:
        """The end of a server's log, for a message."""
        lines = self.log(name).splitlines()[-LOG_TAIL:]
        return "\n".join([f"--- the end of the log of {name} ---", *lines])

    def _answers(self, client: httpx.Client, name: str) -> bool:
        if not self.is_running(name):
            raise RuntimeError(f"{name} ended before it answered\n{self.log_tail(name)}")
        url = self._programs[name].health_url
        if url is None:  # it listens nowhere: it is ready as soon as it runs
            return True
        try:
            return client.get(url).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def _spawn(self, program: Program) -> subprocess.Popen[bytes]:
        launcher = [sys.executable, "-I", "-S", tether.__file__, str(os.getpid()), signal.SIGKILL.name]
        with self._log_path(program.name).open("ab") as log:
            return subprocess.Popen(
                [*launcher, "/bin/sh", "-c", program.command],
                env={**self._environ, **self.own_environ.get(program.name, {})},
                cwd=PROJECT_ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _log_path(self, name: str) -> Path:
        return self._folder / f"{name}.log"


def _current_model() -> Path:
    model = training.model_path()
    return model if model.exists() else training.train()


def _send(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signal the whole group, unless its leader has ended: the group's number could then be a stranger's."""
    if process.poll() is None:
        os.killpg(process.pid, number)
