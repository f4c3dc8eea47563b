"""`bailleurs status`: what an operator, or a container's probe, is told, and the exit code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

import migrations
from cli.status import LATE, status
from offre_bailleurs.chat_tables import event_outbox
from offre_bailleurs.database import make_engine, now, transaction
from offre_bailleurs.operation.heartbeats import WORKERS, Heartbeat
from offre_bailleurs.settings import Settings, read_settings

Say = Callable[[], str]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Of a service that is well: migrated, its workers at work."""
    settings = read_settings({"DATA_DIR": str(tmp_path)})
    migrations.upgrade(settings.database_url)
    for worker, loops in WORKERS.items():
        for loop in loops:
            Heartbeat(settings, worker, loop)()
    return settings


def test_all_is_well(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(settings) == 0
    assert "Base de données : répond, révision" in capsys.readouterr().out


@pytest.mark.parametrize(("seconds", "verdict"), [(LATE / 2, 0), (LATE * 2, 1)])
def test_what_has_waited_for_too_long_is_for_an_operator(
    settings: Settings, capsys: pytest.CaptureFixture[str], seconds: float, verdict: int
) -> None:
    engine = make_engine(settings.database_url)
    with transaction(on=engine) as session:
        waiting = {"event_id": "e", "body": {}, "created_at": now() - timedelta(seconds=seconds)}
        session.execute(insert(event_outbox).values(waiting))
    engine.dispose()
    assert status(settings) == verdict
    assert ("EN RETARD" in capsys.readouterr().out) == bool(verdict)


def test_a_database_without_its_tables_or_without_an_answer_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status(read_settings({"DATA_DIR": str(tmp_path)})) == 1
    assert "bailleurs migrate" in capsys.readouterr().out
    assert (
        status(read_settings({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "DATA_DIR": str(tmp_path)})) == 1
    )
    assert "ne répond pas" in capsys.readouterr().out


def test_a_container_asks_after_its_own_worker_alone_and_asks_no_database(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    without = read_settings({"DATA_DIR": str(tmp_path), "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"})
    assert status(without, worker="outbox") == 0
    (tmp_path / "heartbeats" / "outbox-calls").unlink()
    assert status(without, worker="outbox") == 1
    assert status(without, worker="desk") == 0
    assert "ARRÊTÉ" in capsys.readouterr().out


def test_a_worker_that_runs_on_another_machine_is_no_trouble_here(settings: Settings, tmp_path: Path) -> None:
    for beat in (tmp_path / "heartbeats").iterdir():
        beat.unlink()
    assert status(settings) == 0
