"""Databases for a test session: a SQLite file, or a PostgreSQL cluster of its own that ends with it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, create_engine, text

from offre_bailleurs.settings import PROJECT_ROOT
from tests.support.ports import free_ports

POSTGRESQL_SYSTEM_USER = "postgres"
"""Who runs the cluster when the tests run as root, whom PostgreSQL refuses."""


class NoDatabase(Exception):
    """This machine cannot run that kind of database; the message says why."""


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The URL of a new, migrated database.

    Args:
        kind: "sqlite", "postgresql" (a new cluster), or the URL of an existing, empty database.
        folder: where SQLite's file is to be.

    Raises:
        NoDatabase: PostgreSQL is not installed here.
    """
    if kind == "postgresql":
        with cluster() as server:
            migrate(server.url)
            yield server.url
        return
    url = f"sqlite:///{folder / 'bailleurs.db'}" if kind == "sqlite" else kind
    migrate(url)
    yield url


def migrate(url: str) -> None:
    """Bring a database's tables up to date, with the command that operators use."""
    bailleurs = Path(sys.executable).parent / "bailleurs"
    done = subprocess.run(
        [bailleurs, "migrate"],
        cwd=PROJECT_ROOT,
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"bailleurs migrate failed:\n{done.stdout}{done.stderr}")


@contextmanager
def connections_refused(engine: Engine) -> Iterator[None]:
    """Every connection to a PostgreSQL database is broken, and none is accepted."""
    database = engine.url.database
    admin = create_engine(engine.url.set(database="template1"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'ALTER DATABASE "{database}" WITH ALLOW_CONNECTIONS false'))
        try:
            mine = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
            connection.execute(mine, {"name": database})
            yield
        finally:
            connection.execute(text(f'ALTER DATABASE "{database}" WITH ALLOW_CONNECTIONS true'))
    admin.dispose()


class Cluster:
    """A PostgreSQL server of the tests' own, which they may stop and start again; trust, no password."""

    def __init__(self, folder: Path) -> None:
        """Make the cluster in `folder`, which is to be new; nothing runs before `start`.

        Raises:
            NoDatabase: PostgreSQL is not installed here.
        """
        self._programs = _programs()
        self._user = POSTGRESQL_SYSTEM_USER if os.geteuid() == 0 else None
        self._folder = folder
        folder.mkdir()
        if self._user is not None:
            shutil.chown(folder, self._user)
            for parent in folder.parents:  # as far as we made them: the cluster's user must be able to enter
                if parent.owner() == "root" and parent.stat().st_mode & 0o777 == 0o700:
                    parent.chmod(0o711)
        (self.port,) = free_ports(1)
        self._data = str(folder / "data")
        self._run(
            "initdb", "--pgdata", self._data, "--username=bailleurs", "--auth=trust", "--encoding=UTF8", "--no-sync"
        )

    @property
    def url(self) -> str:
        """Of its first database, which has no tables yet."""
        return f"postgresql+psycopg2://bailleurs@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start it, with what it kept, and wait until it takes connections."""
        options = f"-h 127.0.0.1 -p {self.port} -k {self._folder} -c max_connections=300"  # as deploy/ has it
        log = str(self._folder / "log")
        self._run("pg_ctl", "--pgdata", self._data, "--log", log, "--wait", "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop it: "immediate" as if the machine had lost its power, "fast" as an operator does."""
        self._run("pg_ctl", "--pgdata", self._data, f"--mode={mode}", "--wait", "stop")

    @property
    def is_running(self) -> bool:
        """Started and not stopped."""
        return (Path(self._data) / "postmaster.pid").exists()

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._programs / program, *arguments],
            cwd=self._folder,
            user=self._user,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed:\n{done.stdout}{done.stderr}")


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server that runs, its database still empty; it is gone at the end.

    Raises:
        NoDatabase: PostgreSQL is not installed here.
    """
    # Not in pytest's folder: another session of pytest would close it to the cluster's user.
    with TemporaryDirectory(prefix="bailleurs-postgresql-") as own:
        server = Cluster(Path(own) / "cluster")
        server.start()
        try:
            yield server
        finally:
            if server.is_running:
                server.stop()


def _programs() -> Path:
    """The folder of PostgreSQL's own programs: on the PATH, or where Debian keeps them."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not versions:
        raise NoDatabase("PostgreSQL's initdb is not installed on this machine")
    return versions[-1].parent
