"""The desk's pages as an adviser sees them, at a browser of their own."""

from __future__ import annotations

from time import monotonic

from playwright.sync_api import Browser, Locator, expect

from offre_bailleurs.demo import DemoLogin
from tests.browser.site import Site
from tests.browser.visitor import Visitor

SOON = 2.0
"""Seconds in which what one says reaches the other."""


class AdviserAtDesk(Visitor):
    """Signed in, before the queue."""

    def __init__(self, browser: Browser, site: Site, who: DemoLogin) -> None:
        super().__init__(browser, site)
        self.try_to_sign_in(who.login, who.password)
        expect(self.page.get_by_role("heading", level=1)).to_have_text("File d’attente")
        self.waiting = self.page.get_by_role("region", name="En attente")
        self.mine = self.page.get_by_role("region", name="Mes demandes")
        self.log = self.page.get_by_role("log", name="La conversation")
        self.messages = self.log.get_by_role("listitem")
        self.reply = self.page.get_by_label("Votre réponse")
        self.change = self.page.locator("#changement")

    def open_queue(self) -> None:
        """Go to the queue."""
        self.go("/conseil")
        expect(self.page.get_by_role("heading", level=1)).to_have_text("File d’attente")

    def request_of(self, name: str) -> Locator:
        """The line of whoever waits."""
        return self.waiting.get_by_role("row").filter(has_text=name)

    def take(self, name: str) -> None:
        """Press «Prendre» beside somebody who waits; their request's page."""
        self.request_of(name).get_by_role("button", name="Prendre").click()
        expect(self.reply).to_be_visible()

    def say(self, text: str) -> None:
        """Type a reply and press Enter; it stands in the conversation."""
        self.reply.click()
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")
        expect(self.messages.filter(has_text=text)).to_have_count(1)

    def press(self, name: str) -> None:
        """Press a button of the page."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def close_as(self, outcome: str) -> None:
        """Say how the request ended; the queue."""
        self.page.get_by_label(outcome).check()
        self.press("Clore la demande")
        expect(self.page.get_by_role("status").filter(has_text="La demande est close.")).to_be_visible()


def seconds_until(shown: Locator) -> float:
    """How long it takes from now until an element is on the page."""
    start = monotonic()
    shown.first.wait_for()
    return monotonic() - start
