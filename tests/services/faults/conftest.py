"""One house for all fault tests of a database: starting Rasa takes longer than most of them.

A module says on which databases it runs with `DATABASES`; without it, on SQLite alone, or on both when the tests are to
be `--thorough`. `--database KIND` overrules it.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.services.faults.house import House, open_house
from tests.services.faults.parts import Parts, open_parts
from tests.support.databases import NoDatabase
from tests.support.rabbitmq import NoRabbitMQ
from tests.support.redis_server import NoRedis

USUAL = "sqlite"
ALL_KINDS = ("sqlite", "postgresql")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test once on each of its databases."""
    if "kept_house" in metafunc.fixturenames:
        asked = metafunc.config.getoption("--database")
        usual = ALL_KINDS if metafunc.config.getoption("--thorough") else (USUAL,)
        kinds = getattr(metafunc.module, "DATABASES", usual) if asked == USUAL else (asked,)
        metafunc.parametrize("kept_house", kinds, indirect=True, scope="session")


@pytest.fixture(scope="session")
def kept_house(request: pytest.FixtureRequest) -> Iterator[House]:
    """The servers of all tests on one database."""
    try:
        with open_house(request.param, model=request.config.getoption("--model")) as house:
            yield house
    except NoDatabase as error:
        pytest.skip(str(error))


@pytest.fixture
def house(kept_house: House) -> Iterator[House]:
    """The servers, all of them running, whatever the test before did."""
    yield kept_house
    kept_house.repair()


@pytest.fixture(scope="session")
def kept_parts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    """A house on services of its own."""
    try:
        with open_parts(tmp_path_factory.mktemp("parts"), model=request.config.getoption("--model")) as parts:
            yield parts
    except (NoDatabase, NoRedis, NoRabbitMQ) as error:
        pytest.skip(str(error))


@pytest.fixture
def parts(kept_parts: Parts) -> Iterator[Parts]:
    """All of it, running, whatever the test before did."""
    yield kept_parts
    kept_parts.repair()
