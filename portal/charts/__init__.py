"""Charts, drawn on the server: what a chart is, and its drawing (`portal.charts.drawing`).

Only the drawing needs matplotlib, which takes a second or two and 30 MB to import: it is imported when a chart is first
asked for, and never by the other pages.
"""

from portal.charts.chart import Chart, Series, Shape, Size, Unit

__all__ = ["Chart", "Series", "Shape", "Size", "Unit", "draw"]


def draw(chart: Chart, size: Size) -> bytes:
    """A chart as an SVG document, UTF-8; the same chart gives the same bytes."""
    from portal.charts.drawing import render

    return render(chart, size)
