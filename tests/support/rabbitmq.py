"""A RabbitMQ node of the tests' own, which they may stop, kill and start again, and a wire to it that they may cut."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

from cli.tether import tethered
from tests.support.ports import free_ports

DEBIAN_FOLDER = Path("/usr/lib/rabbitmq/bin")
"""Where Debian keeps RabbitMQ's own script: the one on the PATH starts the system's node, as the system's user."""
READY_PATIENCE = 120.0
"""Seconds for a node to take connections, on a machine that may be busy."""
END_PATIENCE = 30.0
POLL_INTERVAL = 0.1


class NoRabbitMQ(Exception):
    """This machine cannot run RabbitMQ; the message says why."""


class Node:
    """A node of its own: its port, its files, its processes."""

    def __init__(self, folder: Path) -> None:
        """Prepare; nothing runs before `start`.

        Raises:
            NoRabbitMQ: it is not installed here.
        """
        own = DEBIAN_FOLDER / "rabbitmq-server"
        program = str(own) if own.exists() else shutil.which("rabbitmq-server")
        if program is None:
            raise NoRabbitMQ("RabbitMQ (rabbitmq-server) is not installed on this machine")
        self._program = program
        self._folder = folder
        self.port, distribution, self._names = free_ports(3)
        self._environ = {
            **os.environ,
            "HOME": str(folder),  # Erlang's cookie
            "RUNNING_UNDER_SYSTEMD": "true",  # its script becomes the node: no shell in between outlives, or hides, it
            "ERL_EPMD_PORT": str(self._names),
            "RABBITMQ_NODENAME": f"bailleurs-{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOG_BASE": str(folder / "logs"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_CONFIG_FILE": str(folder / "none"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        }
        (folder / "plugins").write_text("[].\n", encoding="utf-8")
        self._processes: list[subprocess.Popen[bytes]] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"amqp://guest:guest@127.0.0.1:{self.port}/"

    def start(self) -> None:
        """Start it, with what it kept, and wait until it takes connections.

        Raises:
            RuntimeError: it did not; the message holds the end of its log.
        """
        epmd = shutil.which("epmd")
        if epmd is not None:  # else Erlang starts it, and leaves it behind
            self._spawn([epmd, "-address", "127.0.0.1", "-port", str(self._names)])
        node = self._spawn([self._program])
        deadline = monotonic() + READY_PATIENCE
        while not _listens(self.port):
            if monotonic() > deadline or node.poll() is not None:
                raise RuntimeError(f"RabbitMQ did not start\n{self._log_path.read_text(errors='replace')[-2000:]}")
            sleep(POLL_INTERVAL)

    @property
    def is_running(self) -> bool:
        """Started and not ended."""
        return bool(self._processes) and self._processes[-1].poll() is None

    def stop(self) -> None:
        """Ask it to end, as an operator does."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """kill -9."""
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        while self._processes:
            process = self._processes.pop()
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            try:
                process.wait(END_PATIENCE)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    @property
    def _log_path(self) -> Path:
        return self._folder / "rabbitmq.log"

    def _spawn(self, command: list[str]) -> subprocess.Popen[bytes]:
        with self._log_path.open("ab") as log:
            process = subprocess.Popen(
                tethered(command, signal.SIGKILL),
                env=self._environ,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._processes.append(process)
        return process


@contextmanager
def rabbitmq_node(folder: Path) -> Iterator[Node]:
    """A node that runs; it is gone at the end.

    Raises:
        NoRabbitMQ: it is not installed here.
    """
    node = Node(folder)
    try:
        node.start()
        yield node
    finally:
        node.kill()


class Wire:
    """A port that leads to another one, until it is cut: connections are broken, and refused, until it is mended."""

    def __init__(self, port: int) -> None:
        self._to = port
        (self.port,) = free_ports(1)
        self._listening: socket.socket | None = None
        self._open: set[socket.socket] = set()

    @property
    def url(self) -> str:
        """RabbitMQ's address at this end."""
        return f"amqp://guest:guest@127.0.0.1:{self.port}/"

    def mend(self) -> None:
        """Take connections."""
        listening = socket.create_server(("127.0.0.1", self.port))
        self._listening = listening
        Thread(target=self._accept, args=(listening,), daemon=True).start()

    def cut(self) -> None:
        """Break every connection, whatever is on its way, and take none."""
        if self._listening is not None:
            _close(self._listening)
            self._listening = None
        for connection in list(self._open):
            _close(connection)

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                near, _ = listening.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._to))
            except OSError:
                _close(near)
                continue
            self._open |= {near, far}
            if self._listening is not listening:  # cut meanwhile
                _close(near)
                _close(far)
            for source, target in ((near, far), (far, near)):
                Thread(target=self._carry, args=(source, target), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        for end in (source, target):
            self._open.discard(end)
            _close(end)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _close(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
