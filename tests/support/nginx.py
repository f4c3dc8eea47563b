"""nginx as it is deployed (deploy/nginx/nginx.conf.template), as a process of the tests' own, on free ports."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic, sleep

from cli.tether import tethered
from offre_bailleurs.settings import PROJECT_ROOT

TEMPLATE = PROJECT_ROOT / "deploy" / "nginx" / "nginx.conf.template"
READY_PATIENCE = 30.0
"""Seconds for it to take connections, on a machine that may be busy."""
END_PATIENCE = 10.0
POLL_INTERVAL = 0.02


class NoNginx(Exception):
    """This machine cannot run nginx; the message says why."""


def program() -> str:
    """nginx's path.

    Raises:
        NoNginx: it is not installed here.
    """
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise NoNginx("nginx is not installed on this machine (Debian: nginx-light)")
    return found


def rendered(values: Mapping[str, str], template: Path = TEMPLATE) -> str:
    """The configuration, filled in as envsubst does; a name without a value is an error here."""
    return re.sub(r"\$\{(BAILLEURS_\w+)\}", lambda found: values[found[1]], template.read_text(encoding="utf-8"))


class Nginx:
    """A server of its own: two ports, a configuration that a test may change, its process."""

    def __init__(self, folder: Path, *, port: int, actions_port: int) -> None:
        """Prepare; nothing runs before `start`.

        Args:
            folder: for its configuration, its log, its temporary files.
            port: the public door.
            actions_port: the door for Rasa's calls of the action servers.

        Raises:
            NoNginx: it is not installed here.
        """
        self._program = program()
        self._folder = folder
        self._configuration = folder / "nginx.conf"
        self.port = port
        self.actions_port = actions_port
        self._process: subprocess.Popen[bytes] | None = None

    def configure(self, *, portals: Sequence[int], rasas: Sequence[int], actions: Sequence[int]) -> None:
        """Write the configuration for replicas on these ports; `reload` makes a running nginx read it."""
        values = {
            "BAILLEURS_FOLDER": str(self._folder),
            "BAILLEURS_LISTEN": f"listen 127.0.0.1:{self.port};",
            "BAILLEURS_LISTEN_ACTIONS": f"listen 127.0.0.1:{self.actions_port};",
            "BAILLEURS_PORTALS": _servers(portals),
            "BAILLEURS_RASAS": _servers(rasas),
            "BAILLEURS_ACTIONS": _servers(actions),
        }
        self._configuration.write_text(rendered(values), encoding="utf-8")

    def check(self) -> str:
        """`nginx -t`: what it says of the configuration.

        Raises:
            RuntimeError: it is wrong.
        """
        done = subprocess.run([*self._command, "-t"], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"nginx refuses its configuration:\n{done.stderr}")
        return done.stderr

    def start(self) -> None:
        """Start it and wait until it takes connections.

        Raises:
            RuntimeError: it did not; the message holds the end of its log.
        """
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                tethered([*self._command, "-g", self._as_whom + "daemon off;"], signal.SIGTERM),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = monotonic() + READY_PATIENCE
        while not _listens(self.port):
            if monotonic() > deadline or self._process.poll() is not None:
                raise RuntimeError(f"nginx did not start\n{self.log()[-2000:]}")
            sleep(POLL_INTERVAL)

    def reload(self) -> None:
        """Have it read its configuration again: requests under way are answered by the processes that hold them."""
        self.check()
        self._send(signal.SIGHUP)

    def stop(self) -> None:
        """Ask it to end once what is under way is answered."""
        self._end(signal.SIGQUIT)

    def kill(self) -> None:
        """kill -9, its workers too."""
        self._end(signal.SIGKILL)

    @property
    def is_running(self) -> bool:
        """Started and not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process id of nginx's master.

        Raises:
            RuntimeError: it does not run.
        """
        if self._process is None:
            raise RuntimeError("nginx does not run")
        return self._process.pid

    @property
    def log_path(self) -> Path:
        """Where its access log goes, one JSON object a line, and what else it says."""
        return self._folder / "nginx.log"

    def log(self) -> str:
        """All that it printed."""
        return self.log_path.read_text(encoding="utf-8", errors="replace") if self.log_path.exists() else ""

    @property
    def _command(self) -> list[str]:
        return [self._program, "-p", str(self._folder), "-c", str(self._configuration)]

    @property
    def _as_whom(self) -> str:
        """Its workers give up root for a user who could not enter a test's folder; where it runs, it is never root."""
        return "user root; " if os.geteuid() == 0 else ""

    def _send(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        if number is signal.SIGKILL:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)  # the master tells its workers
        try:
            process.wait(END_PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _servers(ports: Sequence[int]) -> str:
    return " ".join(f"server 127.0.0.1:{port} max_fails=0;" for port in ports)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
