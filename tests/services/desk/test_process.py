"""`python -m offre_bailleurs.desk`, as `bailleurs serve` runs it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from time import sleep

import pytest

from cli import tether
from offre_bailleurs.chat_tables import Floor
from offre_bailleurs.database import now
from offre_bailleurs.models import Outcome, RequestState
from offre_bailleurs.settings import PROJECT_ROOT
from tests.services.mail.office import until
from tests.support.databases import connections_refused
from tests.unit.desk.conftest import Desk

AN_OUTAGE = 13.0
"""Seconds: the sweep looks twice, and would tell of it twice."""
Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """What the processes print."""
    return tmp_path / "desk.log"


@pytest.fixture
def start(url: str, tmp_path: Path, log: Path) -> Iterator[Start]:
    """Starts a `desk` process, that ends with the test."""
    started: list[subprocess.Popen[bytes]] = []

    def run(**variables: str) -> subprocess.Popen[bytes]:
        launcher = [sys.executable, "-I", "-S", tether.__file__, str(os.getpid()), signal.SIGKILL.name]
        given = {"ENVIRONMENT": "development", "DATABASE_URL": url, "DATA_DIR": str(tmp_path), "RABBITMQ_URL": ""}
        with log.open("ab") as output:
            process = subprocess.Popen(
                [*launcher, sys.executable, "-m", "offre_bailleurs.desk"],
                cwd=PROJECT_ROOT,
                env={**os.environ, **given, "DESK_HOURS": "24/7", **variables},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.wait()


def test_two_processes_do_together_what_one_would(desk: Desk, start: Start, log: Path) -> None:
    lost, erased = [desk.taken(f"lost-{number}") for number in range(10)], desk.ask("erased")
    for request_id in lost:
        desk.change(request_id, adviser_seen_at=now() - timedelta(minutes=5))
    desk.erase("erased")
    start()
    start()
    until(lambda: all(desk.request(each).state is RequestState.WAITING for each in lost), f"released, see {log}")
    until(lambda: desk.request(erased).outcome is Outcome.WITHDRAWN, f"withdrawn, see {log}")
    released = [event.subject for event in desk.journal() if event.action == "desk.released"]
    assert sorted(released) == sorted(f"support_request:{request_id}" for request_id in lost)
    assert [desk.floor(f"lost-{number}") for number in range(10)] == [Floor.RETURNING] * 10


def test_a_process_that_is_told_to_stop_stops(desk: Desk, start: Start, log: Path) -> None:
    missed = desk.ask()
    process = start(DESK_HOURS="24/7 off")
    until(lambda: desk.request(missed).outcome is Outcome.MISSED, f"missed, see {log}")
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0
    assert "missed 1" in log.read_text(encoding="utf-8")


def test_a_setting_that_cannot_be_used_is_told_in_one_line(start: Start, log: Path) -> None:
    assert start(DESK_HOURS="lun-ven").wait(timeout=60) == 2
    (line,) = log.read_text(encoding="utf-8").splitlines()
    assert line.startswith("DESK_HOURS")


def test_a_database_that_is_down_is_told_once_and_waited_for(desk: Desk, start: Start, log: Path) -> None:
    if desk.engine.dialect.name != "postgresql":
        pytest.skip("optional: SQLite has no connections to refuse")
    before, after = desk.ask("before"), desk.ask("after")
    desk.erase("before")
    process = start()
    until(lambda: desk.request(before).outcome is Outcome.WITHDRAWN, f"withdrawn, see {log}")
    with connections_refused(desk.engine):
        sleep(AN_OUTAGE)
    desk.erase("after")
    until(lambda: desk.request(after).outcome is Outcome.WITHDRAWN, f"withdrawn, see {log}")
    assert process.poll() is None
    until(lambda: "sweep: works again" in log.read_text(encoding="utf-8"), "the good news")
    assert log.read_text(encoding="utf-8").count("sweep: OperationalError") == 1
