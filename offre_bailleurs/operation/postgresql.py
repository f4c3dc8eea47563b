"""PostgreSQL's own tools, for `backups`: pg_dump and pg_restore, of the server's version or a newer one."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from typing import Final

from sqlalchemy import Connection, Engine, make_url, text

from offre_bailleurs.database import make_engine

_LAST_WORDS: Final = 300


class ToolError(Exception):
    """A tool is missing or refuses. The message is one line for the operator, in French."""


@contextmanager
def snapshot(engine: Engine) -> Iterator[tuple[Connection, str]]:
    """A transaction that reads one moment of the database, and the name by which pg_dump reads the same one."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        yield connection, str(connection.scalar(text("SELECT pg_export_snapshot()")))


def dump(url: str, name: str, target: Path) -> None:
    """Dump a snapshot into a file in pg_dump's custom format.

    Raises:
        ToolError: see there.
    """
    target.touch(mode=0o600)
    _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={name}", f"--file={target}")


def restore(url: str, dumped: Path) -> None:
    """Empty the schema `public` and fill it from a dump, in one transaction each.

    Raises:
        ToolError: see there. The schema may be empty then.
    """
    engine = make_engine(url)
    try:
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA IF EXISTS public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    finally:
        engine.dispose()
    _run("pg_restore", url, "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(dumped))


def _run(program: str, url: str, *arguments: str) -> None:
    parsed = make_url(url)
    if which(program) is None:
        raise ToolError(f"{program} est introuvable (Debian : apt install postgresql-client).")
    # the password goes by the environment: a command line is everybody's to read
    secret = {"PGPASSWORD": parsed.password} if parsed.password else {}
    address = parsed.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    done = subprocess.run(
        [program, *arguments[: len(arguments) - 1], f"--dbname={address}", arguments[-1]],
        env={**os.environ, **secret},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or [f"code {done.returncode}"]
        raise ToolError(f"{program} a échoué : {lines[0][:_LAST_WORDS]}")
