"""Engines and transactions: SQLite (WAL, foreign keys on) by default, PostgreSQL by `DATABASE_URL`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import DateTime, Engine, Enum, MetaData, String, create_engine, event
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from offre_bailleurs.settings import settings

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""How constraints are named: a migration can only change what has a name."""


class Base(DeclarativeBase):
    """The base of every business table."""

    metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """A timestamp that is always UTC and always aware, on SQLite too (which would drop the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a timestamp without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def by_value(values: type[StrEnum]) -> Enum:
    """The type of a column that holds one of these: by value, in plain text, so that a new member needs no change of
    type in the database."""
    return Enum(
        values, native_enum=False, length=40, values_callable=lambda members: [member.value for member in members]
    )


def folded(length: int) -> String:
    """The type of a column of folded words: compared byte by byte on PostgreSQL too, as SQLite and Python do, so that
    an index finds the words that begin alike and puts names in the alphabet's order."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def make_engine(url: str) -> Engine:
    """An engine with what the project relies on: see the module's first line.

    On SQLite a write transaction takes its lock at BEGIN, so that two writers queue instead of failing half-way,
    and each commit reaches the disk before it is told (synchronous=FULL); the file is its owner's alone. Errors never
    print a query's values: they are personal data.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        driven = parsed.set(drivername="postgresql+psycopg2")  # Rasa brings this driver; SQLAlchemy would take another
        return create_engine(driven, pool_pre_ping=True, hide_parameters=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = create_engine(parsed, connect_args={"timeout": 15}, hide_parameters=True)

    if parsed.database and not parsed.database.startswith((":memory:", "file:")):
        file = Path(parsed.database)

        @event.listens_for(engine, "do_connect")
        def _keep_to_owner(*_: Any) -> None:
            keep_to_owner(file)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy's own BEGIN below replaces sqlite3's implicit one
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        read_only = connection.get_execution_options().get("read_only", False)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def keep_to_owner(file: Path) -> None:
    """Have a SQLite file read by its owner alone: it holds what people said. SQLite gives its companions the same mode.

    One that is somebody else's is left as it is; what cannot be made or changed, SQLite itself says in a moment.
    """
    with suppress(OSError):
        file.touch(mode=0o600, exist_ok=False)
    for each in (file, *(file.with_name(f"{file.name}{end}") for end in ("-wal", "-shm"))):
        with suppress(OSError):
            found = each.stat()
            if found.st_mode & 0o077 and found.st_uid == os.geteuid():
                each.chmod(0o600)


@cache
def engine() -> Engine:
    """This process's engine on `DATABASE_URL`."""
    return make_engine(settings().database_url)


@contextmanager
def transaction(*, on: Engine | None = None) -> Iterator[Session]:
    """A session whose work is committed as one transaction, or not at all."""
    with Session(on or engine(), expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading(*, on: Engine | None = None) -> Iterator[Session]:
    """A session for reading only: takes no write lock, and what it changes is rolled back."""
    with (on or engine()).connect().execution_options(read_only=True) as connection, Session(connection) as session:
        yield session


def now() -> datetime:
    """The present moment, aware, UTC."""
    return datetime.now(UTC)
