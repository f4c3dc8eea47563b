"""One site and one browser for the whole folder; a new person at a browser of their own for each test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from offre_bailleurs.demo import ADVISER, DemoLogin
from tests.browser.chromium import NoBrowser, chromium
from tests.browser.desk import AdviserAtDesk
from tests.browser.post import Post
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


@pytest.fixture(scope="session")
def open_desk(browser: Browser) -> Iterator[Site]:
    """Another site, whose desk never closes and soon misses an adviser who is gone: for a module's own `site`."""
    with demo_site(DESK_HOURS="24/7", DESK_ABSENCE="10") as started:
        yield started


@pytest.fixture
def advisers(browser: Browser, site: Site) -> Iterator[Callable[..., AdviserAtDesk]]:
    """An adviser signs in at each call. Whatever their browser complained of fails the test."""
    there: list[AdviserAtDesk] = []

    def come(who: DemoLogin = ADVISER) -> AdviserAtDesk:
        there.append(AdviserAtDesk(browser, site, who))
        return there[-1]

    yield come
    complaints = [complaint for adviser in there for complaint in adviser.witness.complaints]
    for adviser in there:
        adviser.close()
    assert complaints == []


@pytest.fixture
def visitors(browser: Browser, site: Site) -> Iterator[Callable[[], Visitor]]:
    """Somebody new at each call, at a browser of their own. Whatever a browser complained of fails the test."""
    newcomers: list[Visitor] = []

    def come() -> Visitor:
        newcomers.append(Visitor(browser, site))
        return newcomers[-1]

    yield come
    complaints = [complaint for newcomer in newcomers for complaint in newcomer.witness.complaints]
    for newcomer in newcomers:
        newcomer.close()
    assert complaints == []


@pytest.fixture
def visitor(visitors: Callable[[], Visitor]) -> Visitor:
    """Somebody new."""
    return visitors()


@pytest.fixture
def post(site: Site) -> Post:
    """The emails and the letters that the worker sends."""
    return Post(site)
