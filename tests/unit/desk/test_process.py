"""The process `desk`, where it cannot be tested from outside."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from offre_bailleurs import database
from offre_bailleurs.desk import __main__ as process
from offre_bailleurs.figures.worker import FiguresWorker
from tests.unit.desk.conftest import Configure


@pytest.fixture(autouse=True)
def _on_a_database_of_its_own(configure: Configure, tmp_path: Path) -> Iterator[None]:
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    configure(DATABASE_URL=f"sqlite:///{tmp_path / 'desk.db'}", RABBITMQ_URL="")
    database.engine.cache_clear()
    yield
    database.engine().dispose()
    database.engine.cache_clear()
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("fault", [None, RuntimeError("broken")])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_process_that_counts_no_more_ends_and_is_started_again(
    monkeypatch: pytest.MonkeyPatch, fault: Exception | None
) -> None:
    def run(_worker: object) -> None:
        if fault is not None:
            raise fault

    monkeypatch.setattr(FiguresWorker, "run", run)
    assert process.main() == 1


def test_a_process_that_is_told_to_stop_ends_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FiguresWorker, "run", lambda _worker: signal.raise_signal(signal.SIGTERM))
    assert process.main() == 0
