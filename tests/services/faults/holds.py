"""A database held by a test: what the servers write waits, what they read does not."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from time import monotonic, sleep

from sqlalchemy import Engine, text

PATIENCE = 60.0
POLL_INTERVAL = 0.02

_ENDLESS = (
    "CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
    "CREATE TRIGGER endless_audit AFTER INSERT ON audit_event BEGIN SELECT * FROM endless; END",
)
_ENDED = ("DROP TRIGGER endless_audit", "DROP VIEW endless")


@contextmanager
def writes_wait(engine: Engine) -> Iterator[None]:
    """Whoever writes waits: on SQLite for the one write lock, on PostgreSQL for the tables that a turn writes."""
    with engine.connect() as connection, connection.begin():
        if not _is_sqlite(engine):
            connection.execute(text("LOCK TABLE chat_conversation, declaration IN EXCLUSIVE MODE"))
        yield


@contextmanager
def validation_never_commits(engine: Engine) -> Iterator[Callable[[], None]]:
    """«Valider» comes as far as its last statement, the audit event, and never to its commit.

    Yields a function that waits until a transaction stands there. It ends with the process that runs it, which must
    not live any more when the context is left.
    """
    if _is_sqlite(engine):
        _execute(engine, _ENDLESS)
        try:
            yield lambda: until(lambda: _is_locked(engine), "a transaction is under way")
        finally:
            _execute(engine, _ENDED)
        return
    with engine.connect() as connection, connection.begin():
        connection.execute(text("LOCK TABLE audit_event IN EXCLUSIVE MODE"))
        yield lambda: until(lambda: _someone_waits_for_audit_event(engine), "a transaction is under way")


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait for a condition.

    Raises:
        AssertionError: it does not come.
    """
    deadline = monotonic() + PATIENCE
    while not condition():
        if monotonic() > deadline:
            raise AssertionError(f"not within {PATIENCE:g} s: {what}")
        sleep(POLL_INTERVAL)


def _is_sqlite(engine: Engine) -> bool:
    return engine.dialect.name == "sqlite"


def _execute(engine: Engine, statements: tuple[str, ...]) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def _is_locked(engine: Engine) -> bool:
    with closing(sqlite3.connect(str(engine.url.database), timeout=0)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        return False


def _someone_waits_for_audit_event(engine: Engine) -> bool:
    query = "SELECT count(*) FROM pg_locks WHERE relation = 'audit_event'::regclass AND NOT granted"
    with engine.connect() as connection:
        return bool(connection.scalar(text(query)))
