"""One site and one browser for the whole folder; a new person at a browser of their own for each test."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chromium import NoBrowser, chromium
from tests.browser.site import Site, demo_site
from tests.browser.visitor import PATIENCE, Visitor


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    try:
        with chromium() as started:
            yield started
    except NoBrowser as error:
        if os.environ.get("REQUIRE_SERVICES") == "1":
            pytest.fail(f"REQUIRE_SERVICES=1: {error}", pytrace=False)
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def site(browser: Browser) -> Iterator[Site]:
    """After the browser: without one nothing needs to start."""
    with demo_site() as started:
        yield started


@pytest.fixture
def visitor(browser: Browser, site: Site) -> Iterator[Visitor]:
    """Somebody new. Whatever their browser complained of fails the test at its end."""
    newcomer = Visitor(browser, site)
    yield newcomer
    complaints = newcomer.witness.complaints
    newcomer.close()
    assert complaints == []
