"""`python -m portal`, as a process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture
def environment(tmp_path: Path, port: int) -> dict[str, str]:
    return {**os.environ, "DATA_DIR": str(tmp_path), "PORTAL_PORT": str(port), "HOST": "127.0.0.1"}


@pytest.fixture
def served(environment: dict[str, str], port: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "portal"], cwd=ROOT, env=environment, text=True, stderr=subprocess.PIPE
    )
    try:
        yield process, _when_ready(process, f"http://127.0.0.1:{port}")
    finally:
        process.kill()
        process.communicate()


def test_it_serves_answers_for_its_health_and_stops_when_told(served: tuple[subprocess.Popen[str], str]) -> None:
    process, address = served
    response = httpx.get(f"{address}/", trust_env=False)
    assert response.status_code == 200
    assert "server" not in response.headers
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=20)
    assert "method=GET route=/ status=200" in log
    assert "127.0.0.1:" not in log.partition("portal.access")[2], "nobody's address is written down"


def test_a_busy_port_stops_the_start_with_one_line_that_names_the_setting(
    environment: dict[str, str], port: int
) -> None:
    with socket.create_server(("127.0.0.1", port)):
        done = subprocess.run(
            [sys.executable, "-m", "portal"],
            cwd=ROOT, env=environment, text=True, capture_output=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "PORTAL_PORT" in done.stderr


def _when_ready(process: subprocess.Popen[str], address: str) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{address}/sante/vivant", trust_env=False).status_code == 200:
                return address
        except httpx.TransportError:
            time.sleep(0.1)
    process.kill()
    pytest.fail(f"the portal did not start: {process.communicate()[1]}")
