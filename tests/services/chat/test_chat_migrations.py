"""The revisions make what the models describe, on SQLite and on PostgreSQL."""

from __future__ import annotations

import subprocess
import sys

import pytest
from alembic import command
from sqlalchemy import delete, insert, inspect, update
from sqlalchemy.exc import DatabaseError

import migrations
from offre_bailleurs.database import make_engine, now
from offre_bailleurs.models import AuditEvent
from tests.services.chat.servers import ROOT


def test_the_revisions_make_what_the_models_describe(url: str) -> None:
    migrations.check(url)


def test_upgrading_again_changes_nothing(url: str) -> None:
    migrations.upgrade(url)
    migrations.check(url)


def test_two_upgrades_at_the_same_time_are_one(url: str) -> None:
    command.downgrade(migrations.config(url), "base")
    upgrade = "import sys, migrations; migrations.upgrade(sys.argv[1])"
    upgrades = [subprocess.Popen([sys.executable, "-c", upgrade, url], cwd=ROOT) for _ in range(2)]
    assert [process.wait(60) for process in upgrades] == [0, 0]
    migrations.check(url)


def test_downgrading_leaves_nothing(url: str) -> None:
    command.downgrade(migrations.config(url), "base")
    engine = make_engine(url)
    assert inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()
    migrations.upgrade(url)


def test_what_was_audited_can_be_neither_changed_nor_deleted(url: str) -> None:
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(insert(AuditEvent).values(at=now(), action="tested", subject="test:1", detail={}))
    for change in (update(AuditEvent).values(action="forged"), delete(AuditEvent)):
        with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
            connection.execute(change)
    engine.dispose()
