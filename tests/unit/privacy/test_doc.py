"""docs/privacy.md tells of every table, in one row each, and of every column of words that somebody may have given."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import Column, Table, Text
from sqlalchemy.types import JSON

import offre_bailleurs.figures.tables
import offre_bailleurs.improvement.tables
import offre_bailleurs.models  # noqa: F401 - they declare their tables
from offre_bailleurs import chat_tables
from offre_bailleurs.database import Base
from offre_bailleurs.settings import PROJECT_ROOT

DOC = (PROJECT_ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
TABLES = {**Base.metadata.tables, **chat_tables.metadata.tables}
NAMES_NOBODY = {
    ("audit_event", "detail"),  # no personal data: `audit.record`
    ("authorisation_group", "departements"),
    ("chat_event", "body"),  # told in its row
    ("events", "data"),  # the same
}
"""Columns that could hold words, and what they do hold is told otherwise."""


def _rows() -> Iterator[tuple[list[str], str]]:
    """The tables that a row is about, and the row."""
    for line in DOC.splitlines():
        if re.match(r"\| `[a-z_]+`", line):
            yield re.findall(r"`([a-z_]+)`", line.split("|")[1]), line


def test_each_table_has_one_row_and_each_row_is_about_tables_that_exist() -> None:
    told = [name for names, _ in _rows() for name in names]
    assert sorted(told) == sorted(TABLES)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_row_says_what_why_how_long_and_who_reads_it(name: str) -> None:
    (row,) = [row for names, row in _rows() if name in names]
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert len(cells) == 5
    assert all(cells)


def _free(table: Table) -> Iterator[Column[object]]:
    """Columns of words of any length: what somebody said."""
    for column in table.columns:
        if isinstance(column.type, (Text, JSON)):
            yield column


@pytest.mark.parametrize("name", sorted(TABLES))
def test_columns_that_hold_words_are_named(name: str) -> None:
    (row,) = [row for names, row in _rows() if name in names]
    for column in _free(TABLES[name]):
        assert f"`{column.name}`" in row or (name, column.name) in NAMES_NOBODY, f"{name}.{column.name}"


@pytest.mark.parametrize("column", ["email", "portal_user_id", "user_id"])
def test_who_and_where_is_told_of_each_table_that_says_it(column: str) -> None:
    for name, table in TABLES.items():
        if column not in table.columns:
            continue
        (row,) = [row for names, row in _rows() if name in names]
        assert re.search(r"who|whom|cookie|password|email|somebody", row), name


def test_durations_and_settings_that_it_names_are_those_that_hold() -> None:
    example = (PROJECT_ROOT / ".env.example").read_text(encoding="utf-8")
    defaults = dict(re.findall(r"^#([A-Z_]+)=(.*)$", example, flags=re.MULTILINE))
    for name, told in re.findall(r"`([A-Z_]+_DAYS)` \((\d+)", DOC):
        assert defaults[name] == told
    for name in set(re.findall(r"`([A-Z]+_[A-Z_]+)(?:=[^`]*)?`", DOC)):
        assert name in defaults, name
