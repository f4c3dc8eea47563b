"""The tables are brought up to date while the version that runs goes on answering: revisions only add."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import inspect, text

from offre_bailleurs.settings import PROJECT_ROOT
from tests.services.topology.conftest import topology_of
from tests.services.topology.people import Landlord
from tests.support.live import LiveBot

VERSIONS = PROJECT_ROOT / "migrations" / "versions"
BEFORE_THE_RULE = ("0001", "0002", "0003", "0004", "0005")
"""Revisions of the time when one process of each was served, and stopped for an upgrade."""
NARROWS = {"drop_table", "drop_column", "drop_constraint", "drop_index", "rename_table", "alter_column"}
REASON = "CONTRACTS"
"""A revision that takes something away says in a constant of this name which version was the last that used it."""

NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"
branch_labels = depends_on = None


def upgrade():
    op.add_column("declaration", sa.Column("next_year", sa.Integer(), nullable=True))
    op.add_column("chat_conversation", sa.Column("mood", sa.String(20), server_default="calm", nullable=False))
    op.create_table("tomorrow", sa.Column("id", sa.Integer(), primary_key=True))
    with op.get_context().autocommit_block():
        op.create_index("ix_declaration_next", "declaration", ["next_year"], postgresql_concurrently=True)
"""
"""What a next version may bring: columns that may be empty or fill themselves, a table, an index."""


@pytest.fixture
def next_version(tmp_path: Path) -> Path:
    """The project's revisions and one more, as the next version's image would hold them."""
    head = max(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*.py"))
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    for path in (VERSIONS.parent / "env.py", *VERSIONS.glob("[0-9]*.py")):
        (folder / path.relative_to(VERSIONS.parent)).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "versions" / "9999_next.py").write_text(NEXT.format(head=head), encoding="utf-8")
    return folder


def upgrade(folder: Path, url: str) -> subprocess.CompletedProcess[str]:
    """`bailleurs migrate`, of that version."""
    script = (
        "import sys; from alembic import command; from alembic.config import Config; c = Config(); "
        "c.set_main_option('script_location', sys.argv[1]); c.attributes['url'] = sys.argv[2]; "
        "command.upgrade(c, 'head')"
    )
    return subprocess.run(
        [sys.executable, "-c", script, str(folder), url],
        cwd=PROJECT_ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_landlords_declare_while_the_next_versions_tables_are_made(whole: LiveBot, next_version: Path) -> None:
    service = topology_of(whole)
    stop, declared = Event(), []

    def declare_on_and_on() -> None:
        while not stop.is_set():
            declared.append(Landlord(whole).declare())

    with ThreadPoolExecutor(max_workers=2) as pool:
        declaring = [pool.submit(declare_on_and_on) for _ in range(2)]
        try:
            done = upgrade(next_version, service.database_url)
        finally:
            stop.set()
        for each in declaring:
            each.result()  # no turn has failed
    try:
        assert done.returncode == 0, done.stderr
        assert "next_year" in {column["name"] for column in inspect(whole.engine).get_columns("declaration")}
        assert declared
        assert all(declared)
        assert Landlord(whole).declare()  # the version of before, on the tables of after
    finally:
        with whole.engine.begin() as connection:  # as they were: other tests share them
            for undo in (
                "ALTER TABLE declaration DROP COLUMN IF EXISTS next_year",
                "ALTER TABLE chat_conversation DROP COLUMN IF EXISTS mood",
                "DROP TABLE IF EXISTS tomorrow",
                "UPDATE alembic_version SET version_num = :head",
            ):
                connection.execute(text(undo), {"head": _head()} if ":head" in undo else {})


def test_an_upgrade_that_cannot_have_a_table_gives_up_instead_of_holding_up_everybody(
    whole: LiveBot, next_version: Path
) -> None:
    with whole.engine.connect() as reader, reader.begin():
        reader.execute(text("SELECT count(*) FROM declaration"))  # a long report
        done = upgrade(next_version, topology_of(whole).database_url)
    assert done.returncode != 0
    assert "LockNotAvailable" in done.stderr
    assert "next_year" not in {column["name"] for column in inspect(whole.engine).get_columns("declaration")}


def _head() -> str:
    return max(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*.py"))


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(VERSIONS.glob("[0-9]*.py")) if not path.name.startswith(BEFORE_THE_RULE)],
    ids=lambda path: path.stem,
)
def test_a_revision_only_adds_unless_it_says_who_used_what_it_takes_away(path: Path) -> None:
    module = ast.parse(path.read_text(encoding="utf-8"))
    says_why = any(
        isinstance(node, ast.Assign | ast.AnnAssign) and REASON in ast.unparse(node).partition("=")[0]
        for node in module.body
    )
    (upgrading,) = (node for node in module.body if isinstance(node, ast.FunctionDef) and node.name == "upgrade")
    calls = [node for node in ast.walk(upgrading) if isinstance(node, ast.Call)]
    called = [(ast.unparse(node.func).rpartition(".")[2], ast.unparse(node)) for node in calls]
    assert says_why or not {name for name, _ in called} & NARROWS
    for name, written in called:
        assert name != "add_column" or "nullable=False" not in written or "server_default" in written, written
