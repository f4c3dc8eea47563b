"""The chat on a page, as a person sees it: found by the names that are read out, never by the widget's inside."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.text import plain
from tests.support.chat import ChatClient

MOST_PUSHES = 20
LAUNCHER = "Poser une question à l’assistant"


@dataclass(frozen=True)
class Said:
    """One message as it stands on the page. `who` is "bot", "user" or "adviser"."""

    who: str
    text: str


class Assistant:
    """The launcher and the panel of one page. Its steps are a mouse's; `Keyboard` goes without."""

    def __init__(self, page: Page, chat_url: str) -> None:
        self._page = page
        self._chat_url = chat_url
        self.launcher = page.get_by_role("button", name=LAUNCHER, exact=True)
        self.panel = page.get_by_role("dialog", name="Assistant bailleurs")
        self.closing = self.panel.get_by_role("button", name="Fermer l’assistant")
        self.log = self.panel.get_by_role("log", name="Messages de la conversation")
        self.entries = self.log.locator(".entry")
        self.input = self.panel.get_by_label("Votre message")
        self.sending = self.panel.get_by_role("button", name="Envoyer", exact=True).last  # under what a message offers
        self.erasing = self.panel.get_by_role("button", name="Effacer la conversation")
        self.confirmation = page.get_by_role("alertdialog", name="Effacer la conversation ?")
        self.trouble = self.panel.get_by_role("alert")
        self.who_answers = self.panel.get_by_text(re.compile(r"^Un (programme|conseiller) vous répond$"))

    def open(self) -> str:
        """Press the launcher; the greeting."""
        self.launcher.click()
        expect(self.panel).to_be_visible()
        return self.wait_until_answered()

    def say(self, text: str) -> str:
        """Type a message and press « Envoyer »; the answer."""
        before = self.spoken
        self.input.click()
        self._page.keyboard.type(text)
        self.sending.click()
        return self.wait_until_answered(before)

    def tell(self, text: str) -> None:
        """Type a message and press « Envoyer », while a person answers: nothing is waited for but that it has gone."""
        before = self.spoken
        self.input.click()
        self._page.keyboard.type(text)
        self.sending.click()
        expect(self.log.locator(".entry.user")).to_have_count(before + 1)
        self.panel.get_by_role("button", name="Envoyer", exact=True, disabled=False).last.wait_for()

    def press(self, title: str) -> str:
        """Press the newest button whose title begins so; the answer."""
        before = self.spoken
        self.choice(title).click()
        return self.wait_until_answered(before)

    def choice(self, title: str) -> Locator:
        """The newest button whose title begins so."""
        return self.log.get_by_role("button", name=re.compile(rf"^{re.escape(title)}")).last

    @property
    def file_link(self) -> Locator:
        """The newest link to a recap."""
        return self.log.get_by_role("link", name=re.compile(r"\.pdf \(PDF, \d+\sKo\) \(nouvelle fenêtre\)$")).last

    @property
    def spoken(self) -> int:
        """How many messages the person has sent in this conversation."""
        return self.log.locator(".entry.user").count()

    def wait_until_answered(self, before: int | None = None) -> str:
        """Wait until the bot had the last word; that answer.

        Args:
            before: how many messages were sent before the one that is waited for.
        """
        sent = self.spoken if before is None else before + 1
        self.log.locator(" ~ ".join([".entry.user"] * sent + [".entry.bot"])).last.wait_for()
        self.panel.get_by_role("button", name="Envoyer", exact=True, disabled=False).last.wait_for()
        return self.answer

    def wait_for_trouble(self, push: Callable[[], None]) -> None:
        """Have the clock go on until the widget stops trying by itself, and asks what to do."""
        for _ in range(MOST_PUSHES):
            if self.trouble.get_by_role("button").count():
                return
            push()
        raise AssertionError("the widget goes on trying")

    @property
    def said(self) -> list[Said]:
        """The whole conversation."""
        read = """entries => entries.map(entry => [
            [...entry.classList].find(name => name !== "entry"),
            entry.querySelector(".bubble").innerText,
        ])"""
        return [Said(who, plain(text)) for who, text in self.entries.evaluate_all(read)]

    @property
    def answer(self) -> str:
        """What the bot said since the person's last message."""
        said = self.said
        last = max((number for number, each in enumerate(said) if each.who == "user"), default=-1)
        return "\n".join(each.text for each in said[last + 1 :])

    @property
    def kept(self) -> dict[str, Any] | None:
        """The conversation that the tab remembers: its token, and whose it is."""
        kept = self._page.evaluate("sessionStorage.getItem('offre-bailleurs-chat.conversation')")
        return None if kept is None else dict(json.loads(kept))

    def client(self) -> ChatClient:
        """The same conversation over HTTP: what the server knows of it."""
        kept = self.kept
        if kept is None:
            raise LookupError("this tab has no conversation")
        client = ChatClient(self._chat_url)
        client.token = kept["token"]
        return client
