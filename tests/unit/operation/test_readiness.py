"""Whether a replica can do its work: told truly, in time, and without burdening what it asks."""

from __future__ import annotations

import asyncio
from pathlib import Path
from time import monotonic

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import create_engine, text

import migrations
from offre_bailleurs.operation import readiness, schema
from offre_bailleurs.operation.readiness import (
    DATABASE,
    SCHEMA,
    DatabaseCheck,
    Part,
    Readiness,
    Report,
    Unwell,
)


class Counted:
    """A part that can be told to fail or to hang, and counts how often it was asked."""

    def __init__(self, failure: Exception | None = None, seconds: float = 0.0) -> None:
        self.failure = failure
        self.seconds = seconds
        self.asked = 0

    async def __call__(self) -> None:
        self.asked += 1
        await asyncio.sleep(self.seconds)
        if self.failure is not None:
            raise self.failure


def look(*parts: Part) -> Report:
    async def once() -> Report:
        return await Readiness(*parts).report()

    return asyncio.run(once())


def test_a_needed_part_that_fails_makes_the_replica_not_ready_and_is_named() -> None:
    report = look(Part("modèle", Counted(Unwell("modèle", "secret host db.internal"))), Part("autre", Counted()))
    assert (report.status, report.document()) == (503, {"statut": "indisponible", "manque": ["modèle"]})
    assert "Retry-After" in report.headers()


def test_a_shared_part_that_fails_is_told_and_the_replica_stays_ready() -> None:
    report = look(Part("actions", Counted(OSError("10.0.0.7")), is_needed=False))
    assert (report.status, report.document()) == (200, {"statut": "dégradé", "manque": ["actions"]})


def test_whatever_a_check_raises_the_probe_is_answered_and_the_metrics_tell() -> None:
    assert look(Part("étrange", Counted(ZeroDivisionError()))).missing == ("étrange",)
    assert REGISTRY.get_sample_value("offre_bailleurs_part_well", {"part": "étrange"}) == 0
    assert REGISTRY.get_sample_value("offre_bailleurs_ready") == 0


def test_a_part_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "TIME_LIMIT", 0.05)
    began = monotonic()
    assert look(Part("lente", Counted(seconds=60))).missing == ("lente",)
    assert monotonic() - began < 5


def test_a_thousand_probes_at_once_and_again_ask_once() -> None:
    part = Counted(seconds=0.05)

    async def probed() -> None:
        well = Readiness(Part("base", part))
        await asyncio.gather(*(well.report() for _ in range(1000)))
        await well.report()

    asyncio.run(probed())
    assert part.asked == 1


def test_a_probe_that_gives_up_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    part = Counted(seconds=0.05)

    async def probed() -> Report:
        well = Readiness(Part("base", part))
        impatient = asyncio.create_task(well.report())
        patient = asyncio.create_task(well.report())
        await asyncio.sleep(0.01)
        impatient.cancel()
        return await patient

    assert asyncio.run(probed()).is_ready


def test_told_to_stop_it_is_not_ready_at_once() -> None:
    part = Counted()

    async def probed() -> Report:
        well = Readiness(Part("base", part))
        assert (await well.report()).is_ready
        well.stop()
        return await well.report()

    assert asyncio.run(probed()).missing == (readiness.STOPPING,)


def test_each_change_is_told_once_with_its_reason(caplog: pytest.LogCaptureFixture) -> None:
    part = Counted(Unwell("base", "OperationalError"))

    async def probed() -> None:
        well = Readiness(Part("base", part))
        for failure in (part.failure, part.failure, None, None):
            part.failure = failure
            well._looked_at = -readiness.HOLDS
            await well.report()

    asyncio.run(probed())
    told = [record.getMessage() for record in caplog.records if record.name == readiness.__name__]
    assert told == ["not well: base: OperationalError", "well again: base"]


def found(url: str) -> tuple[str, ...]:
    async def asked() -> Report:
        return await Readiness(Part(DATABASE, DatabaseCheck(url))).report()

    return asyncio.run(asked()).missing


def test_a_database_with_the_tables_of_this_code_is_ready(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    assert found(url) == (SCHEMA,), "an empty one is not"
    migrations.upgrade(url)
    assert found(url) == ()


@pytest.mark.parametrize(("revision", "missing"), [("0001", (SCHEMA,)), ("9999", ())])
def test_a_database_behind_this_code_does_not_serve_it_and_one_ahead_does(
    tmp_path: Path, revision: str, missing: tuple[str, ...]
) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    migrations.upgrade(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    engine.dispose()
    assert found(url) == missing


def test_a_database_that_cannot_be_opened_is_no_accident() -> None:
    assert found("sqlite:////proc/nowhere/a.db") == (DATABASE,)
    assert found("postgresql+psycopg2://nobody:secret@127.0.0.1:1/none") == (DATABASE,)


def test_the_newest_revision_is_alembics_head() -> None:
    from alembic.script import ScriptDirectory

    assert schema.needed() == ScriptDirectory.from_config(migrations.config("sqlite://")).get_current_head()
