"""The browser: the system's own Chromium, cut off from everything that is not the site."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import Browser, sync_playwright

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS: Final = (
    "--no-sandbox",  # root has none, and the pages are ours
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NoBrowser(Exception):
    """This machine has no Chromium."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser, without a window.

    Raises:
        NoBrowser: it is not installed.
    """
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        raise NoBrowser(f"no Chromium is installed (looked for {', '.join(NAMES)})")
    # A proxy that the machine needs for the internet would be asked for pages of this very machine.
    environ = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=list(ARGUMENTS), env={**environ})
        try:
            yield browser
        finally:
            browser.close()
