"""The action server as a process: where it listens, and what a failure tells."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import httpx
import psutil
import pytest

from offre_bailleurs.settings import PROJECT_ROOT
from tests.support.ports import free_ports

PATIENCE = 60.0


@dataclass(frozen=True)
class ActionServer:
    """A running action server whose database cannot be opened."""

    url: str
    pid: int
    log: Path

    def call(self, action: str) -> httpx.Response:
        """Call an action as Rasa does, in a conversation that names somebody."""
        message = {"text": "Je suis Ursule Discrète"}
        tracker = {"sender_id": "c", "slots": {}, "latest_message": message, "events": [], "active_loop": {}}
        return httpx.post(f"{self.url}/webhook", json={"next_action": action, "tracker": tracker}, trust_env=False)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ActionServer]:
    (port,) = free_ports(1)
    log = tmp_path_factory.mktemp("actions") / "log"
    environ = {**os.environ, "ACTIONS_PORT": str(port), "DATABASE_URL": "sqlite:////proc/nowhere/bailleurs.db"}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "actions"], cwd=PROJECT_ROOT, env=environ, stdout=output, stderr=subprocess.STDOUT
        )
    found = ActionServer(f"http://127.0.0.1:{port}", process.pid, log)
    try:
        _wait_until_it_answers(found, process)
        yield found
    finally:
        process.kill()
        process.wait()


def _wait_until_it_answers(server: ActionServer, process: subprocess.Popen[bytes]) -> None:
    deadline = monotonic() + PATIENCE
    while monotonic() < deadline:
        assert process.poll() is None, server.log.read_text()
        try:
            httpx.get(f"{server.url}/health", trust_env=False).raise_for_status()
        except httpx.TransportError:
            sleep(0.1)
        else:
            return
    raise AssertionError(f"no answer: {server.log.read_text()}")


def test_it_listens_on_this_machine_only(server: ActionServer) -> None:
    sockets = psutil.Process(server.pid).net_connections("tcp")
    assert {socket.laddr.ip for socket in sockets if socket.status == psutil.CONN_LISTEN} == {"127.0.0.1"}


def test_a_failure_tells_nobody_what_was_said(server: ActionServer) -> None:
    response = server.call("action_open_conversation")
    assert (response.status_code, response.json()) == (500, {"error": "internal error"})
    log = server.log.read_text()
    assert "an action failed" in log
    assert "open_conversation.py" in log
    assert "Discrète" not in log


def test_an_unknown_action_is_not_found(server: ActionServer) -> None:
    assert server.call("action_nobody_wrote").status_code == 404
