"""For each test that asks for it, a migrated database of its own, on SQLite and on PostgreSQL."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url

from offre_bailleurs.database import make_engine
from tests.support.databases import NoDatabase, database

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A migrated SQLite file, to copy."""
    with database("sqlite", tmp_path_factory.mktemp("sqlite")) as url:
        yield Path(make_url(url).database or "")


@pytest.fixture(scope="session")
def migrated_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a migrated PostgreSQL database, to copy."""
    try:
        with database("postgresql", tmp_path_factory.mktemp("postgresql")) as url:
            yield url
    except NoDatabase as error:
        pytest.skip(str(error))


@pytest.fixture
def postgresql_url(migrated_cluster: str) -> Iterator[str]:
    """A new PostgreSQL database."""
    template, name = make_url(migrated_cluster).database, f"bailleurs_{next(_numbers)}"
    admin = create_engine(make_url(migrated_cluster).set(database="template1"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        yield make_url(migrated_cluster).set(database=name).render_as_string(hide_password=False)
        connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    admin.dispose()


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    """A new SQLite database."""
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'bailleurs.db')}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """A new database, on each of the two."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def postgresql(postgresql_url: str) -> Iterator[Engine]:
    """An engine on PostgreSQL, for what SQLite's one writer at a time rules out."""
    engine = make_engine(postgresql_url)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """An engine on it."""
    engine = make_engine(url)
    yield engine
    engine.dispose()
