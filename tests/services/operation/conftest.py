"""One house for the tests of operation: the real servers, writing JSON, telling Prometheus."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.services.faults.house import House, open_house
from tests.support.ports import free_ports

METRICS = ("PORTAL_METRICS_PORT", "RASA_METRICS_PORT", "ACTIONS_METRICS_PORT")
SHUTDOWN_DELAY = 2
"""Seconds for which a server that was told to stop goes on serving."""


@pytest.fixture(scope="session")
def kept_house(request: pytest.FixtureRequest) -> Iterator[House]:
    """The servers of all tests."""
    ports = dict(zip(METRICS, map(str, free_ports(3)), strict=True))
    settings = {**ports, "LOG_FORMAT": "json", "SHUTDOWN_DELAY": str(SHUTDOWN_DELAY)}
    with open_house("sqlite", model=request.config.getoption("--model"), **settings) as house:
        yield house


@pytest.fixture
def house(kept_house: House) -> Iterator[House]:
    """The servers, all of them running, whatever the test before did."""
    yield kept_house
    kept_house.repair()
