"""One house for all fault tests of a database: starting Rasa takes longer than most of them.

A module says on which databases it runs with `DATABASES` (SQLite alone without it); `--database KIND` overrules it.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.services.faults.house import House, open_house
from tests.support.databases import NoDatabase

USUAL = "sqlite"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test once on each of its databases."""
    if "kept_house" in metafunc.fixturenames:
        asked = metafunc.config.getoption("--database")
        kinds = getattr(metafunc.module, "DATABASES", (USUAL,)) if asked == USUAL else (asked,)
        metafunc.parametrize("kept_house", kinds, indirect=True, scope="session")


@pytest.fixture(scope="session")
def kept_house(request: pytest.FixtureRequest) -> Iterator[House]:
    """The servers of all tests on one database."""
    try:
        with open_house(request.param) as house:
            yield house
    except NoDatabase as error:
        pytest.skip(str(error))


@pytest.fixture
def house(kept_house: House) -> Iterator[House]:
    """The servers, all of them running, whatever the test before did."""
    yield kept_house
    kept_house.repair()
