"""Of when and of whom a figure speaks: days in France, cut into days or ISO weeks, and a profile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property

from offre_bailleurs.french.format import PARIS
from offre_bailleurs.models import Profile

_DAY = timedelta(days=1)


class Grain(StrEnum):
    """Into what a period is cut."""

    DAY = "day"
    WEEK = "week"
    """ISO: from Monday to Sunday."""


class Audience(StrEnum):
    """Whose conversations are counted."""

    ALL = "all"
    LANDLORD = "landlord"
    ORGANISATION = "organisation"
    UNKNOWN = "unknown"
    """Those that ended before the profile was known."""

    @property
    def profile(self) -> Profile | None:
        """The profile that a row must have; None for ALL and for UNKNOWN, whose rows have none."""
        return None if self in (Audience.ALL, Audience.UNKNOWN) else Profile(self.value)


@dataclass(frozen=True, order=True)
class Span:
    """Days that follow each other, both ends included."""

    first: date
    last: date

    @property
    def begins_at(self) -> datetime:
        """Its first moment, UTC."""
        return _midnight(self.first)

    @property
    def ends_before(self) -> datetime:
        """The first moment after it, UTC."""
        return _midnight(self.last + _DAY)


@dataclass(frozen=True)
class Scope:
    """What a report is asked for.

    Raises:
        ValueError: the last day comes before the first.
    """

    first: date
    last: date
    """Included."""
    grain: Grain = Grain.DAY
    audience: Audience = Audience.ALL

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a period ends on its first day or later")

    @property
    def whole(self) -> Span:
        """The period as one span."""
        return Span(self.first, self.last)

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """The period cut by its grain, in order. The first and the last week hold no day that is not of the period."""
        spans, first = [], self.first
        while first <= self.last:
            length = timedelta(days=6 - first.weekday() if self.grain is Grain.WEEK else 0)
            spans.append(Span(first, min(first + length, self.last)))
            first = spans[-1].last + _DAY
        return tuple(spans)

    def place_of(self, day: date) -> int:
        """Which of `spans` holds a day of the period."""
        days = (day - self.first).days
        return days if self.grain is Grain.DAY else (days + self.first.weekday()) // 7


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=PARIS).astimezone(UTC)
