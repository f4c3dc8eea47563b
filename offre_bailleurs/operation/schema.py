"""Whether the database's tables are those that this code needs. Asks one row; imports no Alembic.

Revisions are numbered in their order ("0001", "0002", …), and a migration only adds what older code can live with
(docs/operating.md, "Upgrade"). So a database *ahead* of the code serves it: the next version was rolled out, or rolled
back. A database *behind* does not: a column that the code names is missing.
"""

from __future__ import annotations

from functools import cache

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from offre_bailleurs.settings import PROJECT_ROOT

VERSIONS = PROJECT_ROOT / "migrations" / "versions"


class SchemaBehind(Exception):
    """The database lacks a migration that this code needs, or all of them."""


@cache
def needed() -> str:
    """The newest revision that this code brings."""
    return max((path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*_*.py")), default="")


def found(connection: Connection) -> str:
    """The database's revision; "" when it has none.

    Raises:
        SQLAlchemyError: the database does not answer.
    """
    exists = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
    if connection.dialect.name == "postgresql":
        exists = "SELECT 1 WHERE to_regclass('alembic_version') IS NOT NULL"
    if connection.scalar(text(exists)) is None:
        return ""
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")


def check(connection: Connection) -> None:
    """Raises:
    SchemaBehind: a migration is missing.
    SQLAlchemyError: the database does not answer, or cannot be written.
    """
    revision = found(connection)
    if revision < needed():
        raise SchemaBehind
    if connection.dialect.name == "postgresql" and connection.scalar(text("SELECT pg_is_in_recovery()")):
        raise ReadOnly


class ReadOnly(SQLAlchemyError):
    """The database that answers is a standby: nothing can be written to it."""
