"""A PostgreSQL server that takes no connections for a while."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from tests.services.faults.house import DECLARED, OPENING, House
from tests.support.chat import ChatProblem
from tests.support.databases import connections_refused
from tests.support.portal import PortalClient

DATABASES = ("postgresql",)


def test_while_the_database_refuses_connections_everybody_is_told_so(house: House) -> None:
    if house.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no connections to refuse")
    stories = house.before_every_turn()
    browser = PortalClient(house.bot.servers.settings.portal_url)
    with browser.sign_in(stories[-1].household.people[0].login), connections_refused(house.engine):
        for story in stories:
            assert_told_so(story.send)
            if story.next_turn != OPENING:
                assert_told_so(story.chat.history)
        assert_told_so(stories[-1].chat.forget)
        page = browser.get("/locataires")
        assert page.status_code == httpx.codes.SERVICE_UNAVAILABLE
        assert "momentanément" in page.text
    assert stories[-1].declared() == DECLARED["rent"]
    for story in stories:
        story.send_again()
        story.finish()
        house.assert_nothing_lost_or_doubled(story)


def assert_told_so(ask: Callable[[], object]) -> None:
    """The chat answers 503 in French, and says when to come back."""
    with pytest.raises(ChatProblem, match="Réessayez dans un instant") as problem:
        ask()
    assert problem.value.status == httpx.codes.SERVICE_UNAVAILABLE
    assert problem.value.retry_after
