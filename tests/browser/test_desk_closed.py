"""A desk that is closed: a message is left in the chat, and an adviser answers it by email."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from offre_bailleurs.campaigns import today
from tests.browser.accessibility import assert_accessible
from tests.browser.desk import AdviserAtDesk
from tests.browser.post import Post
from tests.browser.site import Site, demo_site
from tests.browser.visitor import Visitor

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MESSAGE = "Mon locataire a changé de nom, que dois-je faire ?"


@pytest.fixture(scope="module")
def site(browser: Browser) -> Iterator[Site]:
    """A site whose desk opens on one day a week, which is not today."""
    with demo_site(DESK_HOURS=f"{DAYS[(today() + timedelta(days=3)).weekday()]} 09:00-17:00") as started:
        yield started


def test_a_message_left_on_a_closed_desk_is_answered_by_email(
    visitor: Visitor, advisers: Callable[[], AdviserAtDesk], post: Post
) -> None:
    assistant = visitor.assistant
    visitor.go("/")
    assistant.open()
    assistant.say("je veux parler à un conseiller")
    assistant.say(MESSAGE)
    assistant.say("claire.absente@essai.example")
    assistant.press("Envoyer")

    adviser = advisers()
    row = adviser.request_of("Visiteur non connecté")
    expect(row).to_contain_text("Message laissé")
    row.get_by_role("button", name="Prendre").click()
    expect(adviser.page.locator("blockquote")).to_have_text(MESSAGE)
    expect(adviser.log).to_contain_text(MESSAGE)
    assert_accessible(adviser.page)
    adviser.reply.fill("Dites-le dans la démarche.\nNous nous occupons du reste.")
    adviser.reply.press("Control+Enter")
    expect(adviser.page.get_by_role("status").filter(has_text="elle part par courriel")).to_be_visible()
    adviser.close_as("Il manque une réponse à l’assistant")

    [email] = post.wait_for_emails_to("claire.absente@essai.example", 1)
    assert "Dites-le dans la démarche." in email
    assert "Nous nous occupons du reste." in email
    visitor.page.reload()
    expect(assistant.log.locator(".entry.adviser")).to_contain_text("Dites-le dans la démarche.")
