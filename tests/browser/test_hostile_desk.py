"""What a landlord typed is text at the desk too, and what an adviser types is text in the landlord's chat."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.desk import AdviserAtDesk
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.support.world import TenantGiven

MARKUP = "<img src=/intrus onerror=document.title='PERDU'>"
HTMX = "<b hx-get=/intrus hx-trigger=load>bonjour</b>"
NAME = f"Ozalid {MARKUP}"


@pytest.fixture(scope="module")
def site(open_desk: Site) -> Site:
    return open_desk


def test_neither_side_of_a_conversation_can_act_on_the_page_of_the_other(
    visitor: Visitor, advisers: Callable[..., AdviserAtDesk], site: Site
) -> None:
    visitor.sign_in(site.world.landlord(NAME, [TenantGiven("Noé Genêt")]))
    assistant = visitor.assistant
    assistant.open()
    for typed in (MARKUP, HTMX):
        assistant.say(typed)
    assistant.say("je veux parler à un conseiller")

    adviser = advisers()
    expect(adviser.request_of("Ozalid")).to_contain_text(MARKUP)
    adviser.take("Ozalid")
    for typed in (MARKUP, HTMX):
        expect(adviser.log).to_contain_text(typed)
        adviser.say(f"{typed} vu")
        expect(assistant.log).to_contain_text(f"{typed} vu")
    for page in ("/conseil/a-ameliorer", "/conseil/tableau-de-bord"):
        adviser.go(page)
        adviser.page.wait_for_load_state("load")
    for side in (visitor, adviser):
        side.page.wait_for_timeout(500)  # a chat that is open waits for what others say: its network is never idle
        assert "PERDU" not in side.page.title()
        assert [url for url in side.witness.requests if url.endswith("/intrus")] == []
