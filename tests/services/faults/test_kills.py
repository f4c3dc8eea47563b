"""kill -9 of each server between two messages, with a landlord at every step of the journey."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext

import httpx
import pytest

from tests.services.faults.house import DECLARED, NOTHING_DONE, OPENING, TURNS, House
from tests.support.chat import ChatProblem
from tests.support.journey import TENANT
from tests.support.portal import PortalClient

WHILE_IT_IS_DOWN: Mapping[str, Callable[[], AbstractContextManager[object]]] = {
    "actions": lambda: pytest.raises(ChatProblem, match=NOTHING_DONE),
    "rasa": lambda: pytest.raises(httpx.TransportError),
    "portal": nullcontext,
}
"""How a message fares while a server is down."""


@pytest.mark.parametrize("server", WHILE_IT_IS_DOWN)
def test_a_server_killed_between_two_messages_loses_nothing_and_doubles_nothing(house: House, server: str) -> None:
    stories = house.after_every_turn()
    house.kill(server)
    for turn, story in zip(TURNS, stories, strict=True):
        assert story.declared() == DECLARED[turn]
        if not story.is_over:
            with WHILE_IT_IS_DOWN[server]():
                story.send()
    house.restart(server)
    for story in stories:
        if not story.is_over:
            story.send_again()
            story.finish()
        house.assert_nothing_lost_or_doubled(story)


def test_a_browser_is_still_signed_in_after_the_portal_was_killed(house: House) -> None:
    story = house.story().go_to(OPENING)
    with PortalClient(house.bot.servers.settings.portal_url) as browser:
        browser.sign_in(story.household.people[0].login)
        house.kill("portal")
        story.finish()
        attachment = story.chat.messages[-2].attachment
        assert attachment is not None
        recaps = []
        for _ in range(2):
            house.restart("portal")
            tenants, recap = browser.get("/locataires"), browser.get(attachment["url"])
            assert tenants.status_code == recap.status_code == httpx.codes.OK
            assert TENANT in tenants.text
            recaps.append(recap.content)
            house.kill("portal")
        house.restart("portal")
    assert recaps[0] == recaps[1]
    assert len(recaps[0]) == attachment["size"]
