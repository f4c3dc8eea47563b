"""What a chart shows, apart from how it is drawn. Hashable: a drawing is kept for the next reader."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Final

from offre_bailleurs.french.format import duration, grouped, percentage

WIDTHS: Final = {"large": 640, "etroit": 300}
HEIGHT: Final = 280
BAR_PITCH: Final = 44
"""Room for a category's name and its bar."""


class Unit(Enum):
    """What a number is, and so how it is written."""

    COUNT = auto()
    SHARE = auto()
    """Of 1."""
    DURATION = auto()
    """Seconds."""

    def write(self, value: float | None) -> str:
        """The number in French; « – » when there is none."""
        if value is None:
            return "–"
        if self is Unit.SHARE:
            return percentage(value)
        return duration(round(value)) if self is Unit.DURATION else grouped(round(value))


class Shape(Enum):
    """How numbers are shown."""

    COLUMNS = auto()
    """Upright, over time; several series stand on each other."""
    LINE = auto()
    """Over time; no point where there is no number."""
    BARS = auto()
    """Lying, one for each category, whose name stands above it."""


class Size(StrEnum):
    """For which window."""

    WIDE = "large"
    NARROW = "etroit"

    @property
    def width(self) -> int:
        """Of the image, in CSS pixels."""
        return WIDTHS[self.value]


@dataclass(frozen=True)
class Series:
    """Numbers of one kind, one for each label of the chart; None: there is none."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Chart:
    """Series over the same labels."""

    title: str
    shape: Shape
    unit: Unit
    labels: tuple[str, ...]
    series: tuple[Series, ...]

    @property
    def height(self) -> int:
        """Of its image, in CSS pixels."""
        return BAR_PITCH * max(1, len(self.labels)) + 16 if self.shape is Shape.BARS else HEIGHT

    @property
    def has_points(self) -> bool:
        """False when nothing would be seen on it."""
        values = [value for series in self.series for value in series.values if value is not None]
        return bool(values) if self.shape is Shape.LINE else any(values)
