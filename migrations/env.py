"""How Alembic reaches the database and what it compares it with."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext

import offre_bailleurs.figures.tables
import offre_bailleurs.improvement.tables
import offre_bailleurs.models  # noqa: F401 - these declare the tables on Base
from offre_bailleurs import chat_tables
from offre_bailleurs.database import Base, UtcDateTime, make_engine
from offre_bailleurs.settings import settings

_UPGRADE_LOCK = 7_350_001
"""Any number: PostgreSQL's advisory lock that one upgrade holds at a time."""
_LOCK_TIMEOUT = "5s"
"""How long a revision waits for a table that a turn uses: whoever comes after it waits behind it. The upgrade then
fails, nothing of that revision is kept, and it is tried again."""


def _plain_types(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """Revisions name the database's types, not the project's: what they do must not change when the code does."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, sa.Enum) and not item.native_enum:
        return f"sa.String(length={item.length})"
    return False


def _run() -> None:
    engine = make_engine(context.config.attributes.get("url") or settings().database_url)
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            # A batch operation replaces a table by a copy: enforced, the foreign keys would delete what refers to it.
            # The pragma only works outside a transaction, on the bare connection.
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        else:
            # Of the session: a revision that commits half-way (CREATE INDEX CONCURRENTLY) keeps it.
            connection.execute(sa.text("SELECT pg_advisory_lock(:key)"), {"key": _UPGRADE_LOCK})
            connection.execute(sa.text(f"SET lock_timeout = '{_LOCK_TIMEOUT}'"))
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=[Base.metadata, chat_tables.metadata],
            render_as_batch=sqlite,
            render_item=_plain_types,
            transactional_ddl=True,
            transaction_per_migration=not sqlite,  # no table is locked for longer than its own revision takes
        )
        with context.begin_transaction():
            context.run_migrations()
            if sqlite and connection.execute(sa.text("PRAGMA foreign_key_check")).first() is not None:
                raise RuntimeError("a revision left rows that refer to nothing; nothing was changed")
    engine.dispose()


_run()
