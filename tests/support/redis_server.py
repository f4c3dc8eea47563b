"""A Redis server of the tests' own, which they may stop, kill and start again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from cli.tether import tethered
from tests.support.ports import free_ports

READY_PATIENCE = 30.0
"""Seconds for it to answer, on a machine that may be busy."""
END_PATIENCE = 10.0
POLL_INTERVAL = 0.02


class NoRedis(Exception):
    """This machine cannot run Redis; the message says why."""


class RedisServer:
    """A server of its own: its port, its process; it keeps nothing on a disk."""

    def __init__(self, folder: Path) -> None:
        """Prepare; nothing runs before `start`. `folder`: for its log.

        Raises:
            NoRedis: it is not installed here.
        """
        program = shutil.which("redis-server")
        if program is None:
            raise NoRedis("Redis (redis-server) is not installed on this machine")
        self._program = program
        self._folder = folder
        (self.port,) = free_ports(1)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, empty, and wait until it answers.

        Raises:
            RuntimeError: it did not.
        """
        keeps_nothing = ("--save", "", "--appendonly", "no")
        listens = ("--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self._folder))
        with (self._folder / "redis.log").open("ab") as log:
            self._process = subprocess.Popen(
                tethered([self._program, *listens, *keeps_nothing], signal.SIGKILL),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = monotonic() + READY_PATIENCE
        while not self._answers():
            if monotonic() > deadline or self._process.poll() is not None:
                raise RuntimeError(f"Redis did not start: see {self._folder / 'redis.log'}")
            sleep(POLL_INTERVAL)

    @property
    def is_running(self) -> bool:
        """Started and not ended."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Ask it to end, as an operator does."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """kill -9."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Have it hold its connections and answer nothing, as a machine that hangs does."""
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        """Have it answer again."""
        self._send(signal.SIGCONT)

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        self._send(signal.SIGCONT)
        self._send(number)
        try:
            self._process.wait(END_PATIENCE)
        except subprocess.TimeoutExpired:
            self._send(signal.SIGKILL)
            self._process.wait()
        self._process = None

    def _send(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, number)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


@contextmanager
def redis_server(folder: Path) -> Iterator[RedisServer]:
    """A server that runs; it is gone at the end.

    Raises:
        NoRedis: it is not installed here.
    """
    server = RedisServer(folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()
