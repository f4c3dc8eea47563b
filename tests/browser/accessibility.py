"""What axe-core finds on a page, and whether the page fits its window."""

from __future__ import annotations

from typing import Final

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

WCAG_2_1_AA: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa")
"""axe-core's tags of the rules that stand for WCAG 2.1, levels A and AA."""

DESKTOP: Final = (1280, 800)
NARROW: Final = (320, 640)
"""What a window of 1280 pixels comes to at a zoom of 400 %."""

_AXE: Final = Axe()

_OVERFLOWING = """() => {
    const found = [];
    const look = root => {
        for (const element of root.querySelectorAll("*")) {
            if (element.shadowRoot) look(element.shadowRoot);
            const scrolls = ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
            const excess = element.scrollWidth - element.clientWidth;
            if (scrolls && excess > 0) found.push(`${element.tagName}.${element.className}: ${excess} px`);
        }
    };
    look(document);
    const page = document.scrollingElement;
    if (page.scrollWidth > page.clientWidth) found.push(`the page: ${page.scrollWidth} > ${page.clientWidth} px`);
    return found;
}"""


def violations(page: Page) -> list[str]:
    """The rules that are broken, each with where and why; open shadow trees are looked into."""
    options = {"runOnly": {"type": "tag", "values": list(WCAG_2_1_AA)}, "resultTypes": ["violations"]}
    found = _AXE.run(page, options=options).response["violations"]
    return [
        f"{each['id']} ({each['help']}) at {node['target']}: {node['failureSummary']}"
        for each in found
        for node in each["nodes"]
    ]


def overflowing(page: Page) -> list[str]:
    """What must be scrolled sideways to be read: the page itself, or a part of it."""
    return list(page.evaluate(_OVERFLOWING))


def assert_accessible(page: Page) -> None:
    """Nothing is broken and nothing scrolls sideways, in a wide window and at 320 pixels."""
    for width, height in (NARROW, DESKTOP):
        page.set_viewport_size({"width": width, "height": height})
        assert violations(page) == [], width
        assert overflowing(page) == [], width
