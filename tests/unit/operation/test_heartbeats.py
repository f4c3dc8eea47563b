"""Whether a worker that listens nowhere still goes round."""

from __future__ import annotations

from pathlib import Path

import pytest

from offre_bailleurs.operation import heartbeats
from offre_bailleurs.operation.heartbeats import DEAD_AFTER, WORKERS, Heartbeat, beats
from offre_bailleurs.settings import Settings, read_settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings({"DATA_DIR": str(tmp_path)})


class Clock:
    """The machine's clock since its start."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = 1000.0
        monkeypatch.setattr(heartbeats, "_since_start", lambda: self.seconds)


def test_a_worker_that_goes_round_is_alive_and_one_that_stopped_is_not(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    emails = Heartbeat(settings, "outbox", "emails")
    emails()
    clock.seconds += 60
    assert {beat.loop: beat.is_alive for beat in beats(settings, "outbox")} == {"emails": True, "calls": False}
    clock.seconds += DEAD_AFTER
    assert not any(beat.is_alive for beat in beats(settings, "outbox"))
    emails()
    assert beats(settings, "outbox")[0].is_alive


def test_a_beat_is_written_every_few_seconds_however_fast_the_loop_is(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    beat = Heartbeat(settings, "desk", "sweep")
    beat()
    clock.seconds += 1
    beat()
    assert beats(settings, "desk")[0].age == 1.0


def test_a_beat_from_before_the_machine_was_started_anew_is_none(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    Heartbeat(settings, "desk", "sweep")()
    clock.seconds = 10.0
    assert beats(settings, "desk")[0].age is None


def test_a_folder_that_cannot_be_written_stops_no_worker() -> None:
    Heartbeat(read_settings({"DATA_DIR": "/proc/nowhere"}), "desk", "sweep")()


def test_what_is_no_beat_is_no_beat(settings: Settings) -> None:
    (settings.data_dir / "heartbeats").mkdir()
    (settings.data_dir / "heartbeats" / "desk-sweep").write_text("{}")
    assert not any(beat.is_alive for beat in beats(settings))


def test_every_worker_of_the_procfile_that_listens_nowhere_has_one() -> None:
    from cli.environment import read_programs

    silent = {program.name for program in read_programs(read_settings({})) if program.health_url is None}
    assert silent == set(WORKERS)
