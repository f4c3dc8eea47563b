"""What a browser complains of, and whom it talks to, from the first page to the last."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError

TO_A_SERVER = {"http", "https", "ws", "wss"}
"""Other schemes reach no machine: Chromium shows a PDF with an extension of its own."""


class Witness:
    """Listens to a browser context.

    A violation of the content security policy is an error of the console in Chromium: `complaints` holds it too.
    """

    def __init__(self, context: BrowserContext, allowed_origins: Collection[str]) -> None:
        self.requests: list[str] = []
        """The addresses that a server was asked for, the oldest first."""
        self._errors: list[str] = []
        self._expected: list[str] = []
        self._allowed = allowed_origins
        context.on("request", self._on_request)
        context.on("console", self._on_console)
        context.on("weberror", self._on_web_error)

    def expect(self, part: str) -> None:
        """A complaint that contains this is what the test is about."""
        self._expected.append(part)

    @property
    def complaints(self) -> list[str]:
        """Errors and warnings that nobody expected, and requests to other origins."""
        strangers = [url for url in self.requests if origin_of(url) not in self._allowed]
        everything = self._errors + [f"a request to another origin: {url}" for url in strangers]
        return [complaint for complaint in everything if not any(part in complaint for part in self._expected)]

    def _on_request(self, request: Request) -> None:
        if urlsplit(request.url).scheme in TO_A_SERVER:
            self.requests.append(request.url)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._errors.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def _on_web_error(self, error: WebError) -> None:
        self._errors.append(f"uncaught: {error.error}")


def origin_of(url: str) -> str:
    """Scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
