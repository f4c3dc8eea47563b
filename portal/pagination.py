"""Which page numbers a list shows under itself."""

from __future__ import annotations


def page_links(current: int, last: int) -> list[int | None]:
    """The first, the last and the current page with its neighbours, in order; None stands for a gap.

    >>> page_links(6, 48)
    [1, None, 5, 6, 7, None, 48]
    >>> page_links(1, 1)
    [1]
    """
    shown = sorted({1, last, *range(max(1, current - 1), min(last, current + 1) + 1)})
    links: list[int | None] = []
    for previous, number in zip([0, *shown], shown, strict=False):
        if number - previous == 2:
            links.append(number - 1)  # a gap of one page takes no less room than its number
        elif number - previous > 2:
            links.append(None)
        links.append(number)
    return links
