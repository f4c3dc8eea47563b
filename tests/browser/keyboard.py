"""A person without a mouse: Tab, Enter and letters, and a focus that can be seen wherever it goes."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page

MOST_TABS = 80

_FOCUSED = """() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    if (element === null || element === document.body) return null;
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    const ringed = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    // Within a date, the button of the calendar has the focus and a ring of the browser's own: no style tells of it.
    const calendar = element.type === "date" && !element.matches(":focus");
    const [x, y] = [box.left + Math.min(box.width / 2, 20), box.top + Math.min(box.height / 2, 20)];
    let top = document.elementFromPoint(x, y);
    while (top?.shadowRoot?.elementFromPoint(x, y)) {
        const inner = top.shadowRoot.elementFromPoint(x, y);
        if (inner === top) break;
        top = inner;
    }
    const inside = top !== null && (element.contains(top) || top.contains(element));
    const name = element.labels?.[0]?.textContent ?? element.getAttribute("aria-label") ?? element.textContent;
    return {
        name: name.replace(/\\s+/g, " ").trim(),
        ringed: calendar || (ringed && element.matches(":focus-visible")),
        uncovered: box.width > 0 && box.height > 0 && inside,
    };
}"""


@dataclass(frozen=True)
class Stop:
    """Where the focus is."""

    name: str
    ringed: bool
    """It is drawn: an outline of two pixels at least."""
    uncovered: bool
    """It is within the window, and nothing lies over it."""


class Keyboard:
    """The keys of one page. Every stop of the focus must be seen."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.stops: list[str] = []
        """The names of what the focus stopped at, the oldest first."""

    def tab_to(self, target: Locator, *, backwards: bool = False) -> None:
        """Press Tab (or Shift+Tab) until the focus is there.

        Raises:
            AssertionError: it never comes there, or a stop on the way cannot be seen.
        """
        for _ in range(MOST_TABS):
            self.press("Shift+Tab" if backwards else "Tab")
            self._see()
            if is_focused(target):
                return
        raise AssertionError(f"{target} cannot be reached; the focus went {' → '.join(self.stops)}")

    def press(self, key: str) -> None:
        """Press one key, or keys together: "Enter", "Shift+Tab"."""
        self._page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Write where the focus is."""
        self._page.keyboard.type(text)

    def _see(self) -> None:
        found = self._page.evaluate(_FOCUSED)
        if found is None:  # between the page's end and its beginning the focus is the browser's own
            self.stops.append("(the browser)")
            return
        stop = Stop(**found)
        self.stops.append(stop.name)
        if not (stop.ringed and stop.uncovered):
            raise AssertionError(f"the focus cannot be seen on {stop}, after {' → '.join(self.stops)}")


def is_focused(target: Locator) -> bool:
    """Whether the focus is on an element, in whatever shadow tree it stands."""
    return bool(target.count() and target.evaluate("element => element.getRootNode().activeElement === element"))
