"""Draws charts with matplotlib, without a window system and without pyplot's global figures.

The text of a drawing stays text, in the reader's own font: nothing here relies on how wide a word is. Lengths are CSS
pixels of the image as it is meant to be shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from math import ceil
from threading import Lock
from typing import Final
from xml.etree import ElementTree

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator

from portal.charts.chart import BAR_PITCH, Chart, Shape, Size, Unit

mpl.rcParams.update(
    {
        "svg.fonttype": "none",
        "svg.hashsalt": "offre-bailleurs",  # the same chart is the same file
        "font.family": "DejaVu Sans",  # matplotlib's own, to measure with; the reader's is put in its place
        "hatch.linewidth": 1.5,
    }
)

INK: Final = "#14284b"
TEXT: Final = "#1c2536"
LINE: Final = "#d3dbe8"
PAPER: Final = "#ffffff"
FILLS: Final = ((INK, ""), ("#f0b79a", "////"), ("#ffffff", ""))
"""Of a series: its colour and its pattern, so that series are told apart without seeing colours."""
FONT: Final = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif'
FONT_SIZE: Final = 12.0

MOST_TICKS: Final = {Size.WIDE: 8, Size.NARROW: 4}
LONGEST_NAME: Final = {Size.WIDE: 90, Size.NARROW: 42}

_DAY: Final = 86_400
_TIME_STEPS: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, _DAY)
_PIXELS_PER_INCH: Final = 72
_SVG: Final = "http://www.w3.org/2000/svg"
_FONT_SHORTHAND: Final = re.compile(r"(?:\w+ )*([\d.]+)px .*")

_drawing: Final = Lock()
"""matplotlib's caches of fonts and its settings are the process's, and know no threads."""

ElementTree.register_namespace("", _SVG)
ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")


@lru_cache(maxsize=128)
def render(chart: Chart, size: Size) -> bytes:
    """See `portal.charts.draw`."""
    width, height = size.width, chart.height
    with _drawing:
        figure = Figure(figsize=(width / _PIXELS_PER_INCH, height / _PIXELS_PER_INCH), facecolor=PAPER)
        axes = figure.add_axes(_frame(chart, width, height))
        _DRAW[chart.shape](axes, chart, size)
        out = BytesIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Type": None, "Format": None})
    return _with_attributes(out.getvalue(), chart.title)


def _frame(chart: Chart, width: int, height: int) -> tuple[float, float, float, float]:
    """Where the axes stand, in shares of the figure: what is left around them holds their words."""
    if chart.shape is Shape.BARS:
        left, right, bottom, top = 2, 2, 4, 4
    else:
        left, right, bottom, top = (
            64 if chart.unit is Unit.DURATION else 52,
            14,
            28,
            34 if len(chart.series) > 1 else 14,
        )
    return left / width, bottom / height, (width - left - right) / width, (height - bottom - top) / height


def _columns(axes: Axes, chart: Chart, size: Size) -> None:
    places = range(len(chart.labels))
    bases = [0.0] * len(chart.labels)
    for number, series in enumerate(chart.series):
        heights = [value or 0.0 for value in series.values]
        colour, pattern = FILLS[number % len(FILLS)]
        axes.bar(
            places, heights, 0.8, bottom=bases, color=colour, hatch=pattern, edgecolor=INK, linewidth=0.6,
             label=series.name,
        )  # fmt: skip
        bases = [base + height for base, height in zip(bases, heights, strict=True)]
    _over_time(axes, chart, size, highest=max(bases, default=0.0))


def _line(axes: Axes, chart: Chart, size: Size) -> None:
    for number, series in enumerate(chart.series):
        values = [float("nan") if value is None else value for value in series.values]
        axes.plot(
            range(len(values)), values, color=FILLS[number % len(FILLS)][0], linewidth=2, marker="o",
            markersize=4 if len(values) > 40 else 6, label=series.name, clip_on=False,
        )  # fmt: skip
    known = [value for series in chart.series for value in series.values if value is not None]
    _over_time(axes, chart, size, highest=max(known, default=0.0))


def _over_time(axes: Axes, chart: Chart, size: Size, *, highest: float) -> None:
    """The axes of a chart whose labels are days or weeks."""
    count = len(chart.labels)
    axes.set_xlim(-0.6, max(count, 1) - 0.4)
    step = max(1, ceil(count / MOST_TICKS[size]))
    shown = range(0, count, step)
    axes.set_xticks(shown, [_plain(chart.labels[place]) for place in shown])
    if chart.unit is Unit.SHARE:
        axes.set_ylim(0, 1)
        axes.yaxis.set_major_locator(MultipleLocator(0.25))
    else:
        axes.set_ylim(0, highest * 1.08 or 1)
        is_duration = chart.unit is Unit.DURATION
        axes.yaxis.set_major_locator(
            MultipleLocator(_time_step(highest)) if is_duration else MaxNLocator(5, integer=True, steps=[1, 2, 5, 10])
        )
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: chart.unit.write(value)))
    axes.grid(axis="y", color=LINE, linewidth=1)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=FONT_SIZE, labelcolor=TEXT, pad=6)
    axes.tick_params(axis="x", pad=9)
    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(INK)
    if len(chart.series) > 1:
        axes.legend(
            loc="lower left", bbox_to_anchor=(0, 1), ncols=len(chart.series), frameon=False, fontsize=FONT_SIZE,
            handlelength=1.2, columnspacing=1.6, borderaxespad=0.2, labelcolor=TEXT,
        )  # fmt: skip


def _time_step(highest: float) -> float:
    """Between two marks of an axis of times, in seconds: a length that people count in."""
    return next((step for step in _TIME_STEPS if highest <= 5 * step), ceil(highest / 5 / _DAY) * _DAY)


def _bars(axes: Axes, chart: Chart, size: Size) -> None:
    """A category's name stands above its bar, its number after the bar, so that no name needs a margin."""
    totals = [sum(value or 0.0 for value in values) for values in _across(chart)]
    starts = [0.0] * len(totals)
    for number, series in enumerate(chart.series):
        colour, pattern = FILLS[number % len(FILLS)]
        widths = [value or 0.0 for value in series.values]
        axes.barh(
            range(len(totals)), widths, 0.36, left=starts, color=colour, hatch=pattern, edgecolor=INK, linewidth=0.4
        )
        starts = [start + width for start, width in zip(starts, widths, strict=True)]
    for place, (label, total) in enumerate(zip(chart.labels, totals, strict=True)):
        name = _shortened(label, LONGEST_NAME[size])
        axes.annotate(
            _plain(name), (0, place), (0, BAR_PITCH * 0.3), textcoords="offset points", fontsize=FONT_SIZE, color=TEXT
        )
        axes.annotate(
            chart.unit.write(total), (total, place), (5, 0), textcoords="offset points", fontsize=FONT_SIZE,
            color=TEXT, va="center", fontweight="bold",
        )  # fmt: skip
    axes.set_ylim(len(totals) - 0.65, -0.8)
    axes.set_xlim(0, max(totals, default=0.0) * 1.2 or 1)
    axes.set_axis_off()


_DRAW: Final = {Shape.COLUMNS: _columns, Shape.LINE: _line, Shape.BARS: _bars}


def _across(chart: Chart) -> Sequence[tuple[float | None, ...]]:
    """The values of each label, series by series."""
    return list(zip(*(series.values for series in chart.series), strict=True))


def _shortened(name: str, length: int) -> str:
    return name if len(name) <= length else name[: length - 1].rstrip() + "…"


def _plain(text: str) -> str:
    """Text that matplotlib does not take for a formula."""
    return text.replace("$", r"\$")


def _with_attributes(svg: bytes, title: str) -> bytes:
    """The drawing with its title, and with attributes in the place of styles: the portal's policy forbids inline ones,
    also for who opens the image by itself."""
    root = ElementTree.fromstring(svg)  # noqa: S314 - written above
    parents = {child: parent for parent in root.iter() for child in parent}
    for element in list(root.iter()):
        if element.tag in (f"{{{_SVG}}}metadata", f"{{{_SVG}}}style"):
            parents[element].remove(element)
            continue
        for declaration in filter(None, map(str.strip, element.attrib.pop("style", "").split(";"))):
            name, _, value = declaration.partition(": ")
            size = _FONT_SHORTHAND.fullmatch(value) if name == "font" else None
            element.set("font-size" if size else name, size[1] if size else value)
            if size and " 700 " in f" {value} ":
                element.set("font-weight", "bold")
    root.attrib |= {name: root.attrib[name].removesuffix("pt") for name in ("width", "height")}
    root.attrib |= {"stroke-linejoin": "round", "stroke-linecap": "butt", "font-family": FONT}
    root.insert(0, ElementTree.Element(f"{{{_SVG}}}title"))
    root[0].text = title
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document
