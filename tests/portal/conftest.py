"""A portal on a real database, made for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, text
from starlette.types import ASGIApp

from offre_bailleurs import accounts
from offre_bailleurs.database import Base, make_engine
from offre_bailleurs.operation import schema
from offre_bailleurs.settings import Settings, read_settings
from portal.app import create_app
from tests.portal.browser import Browser
from tests.portal.world import World, build_world


@pytest.fixture(autouse=True, scope="session")
def _cheap_passwords() -> Iterator[None]:
    """The same Argon2, with parameters that spare the machine; a test of their cost puts the real ones back."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        yield


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory, _cheap_passwords: None) -> tuple[Path, World]:
    """A database with the world in it, to be copied."""
    path = tmp_path_factory.mktemp("portal") / "world.db"
    engine = make_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    with engine.begin() as connection:  # as if it had been migrated: /sante looks
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:it)"), {"it": schema.needed()})
    world = build_world(engine)
    engine.dispose()
    return path, world


@pytest.fixture
def configuration(tmp_path: Path) -> Settings:
    return read_settings(
        {
            "DATA_DIR": str(tmp_path),
            "PORTAL_URL": "http://testserver",
            "CHAT_URL": "https://chat.exemple.test/webhooks/webchat",
            "SIGN_IN_ATTEMPTS_PER_MINUTE": "5",
        }
    )


@pytest.fixture
def world(seeded: tuple[Path, World]) -> World:
    return seeded[1]


@pytest.fixture
def engine(configuration: Settings, seeded: tuple[Path, World]) -> Iterator[Engine]:
    shutil.copy(seeded[0], configuration.data_dir / "bailleurs.db")
    engine = make_engine(configuration.database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def app(configuration: Settings, engine: Engine) -> ASGIApp:
    return create_app(configuration, engine)


@pytest.fixture
def new_browser(app: ASGIApp) -> Callable[[], Browser]:
    return lambda: Browser(app)


@pytest.fixture
def browser(new_browser: Callable[[], Browser]) -> Browser:
    return new_browser()
