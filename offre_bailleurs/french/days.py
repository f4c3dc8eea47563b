"""Days of the calendar and days counted from today.

The library dateparser reads what is relative (« hier », « il y a 3 semaines », « lundi », « le mois dernier »). Days of
the calendar are read here: it takes « 07/20 » for 20 July, and gives the same None for « 31 juin » and for « bonjour ».
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum, auto
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dateparser.date import DateDataParser


class DateProblem(Enum):
    """Why no day can be taken from a sentence."""

    NONE = auto()
    """Nothing in it speaks of a day."""
    SEVERAL = auto()
    """Different days."""
    IMPRECISE = auto()
    """A time that is no day: « en juillet », « l'été dernier », « il y a quelques semaines »."""
    IMPOSSIBLE = auto()
    """A day that no calendar has: « 31 juin », « 29/02/2026 »."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day. When `approximate`, the words leave room for another one: show the day back before relying on it."""

    date: date
    approximate: bool = False


class Which(Enum):
    """Which of the days that bear the same name in every year."""

    USUAL = auto()
    """The latest that is not after today, but in the running month this month's."""
    LAST = auto()
    """« dernier »: the latest that is not after today."""
    NEXT = auto()
    """« prochain »: the first after today."""


Reading = Day | DateProblem

_SOON = timedelta(days=31)
_LEAP_GAP = 8  # years without a 29 February, at most


@lru_cache(maxsize=256)
def relative_day(expression: str, today: date) -> Reading:
    """Return what dateparser makes of a relative day; a span of weeks, months or years is approximate."""
    found = _parser(today).get_date_data(expression)
    if found.date_obj is None:  # before the first year or after the last
        return DateProblem.IMPRECISE
    return Day(found.date_obj.date(), approximate=found.period != "day")


@lru_cache(maxsize=4)
def _parser(today: date) -> "DateDataParser":
    # Imported at the first use: the import takes longer than a hundred readings.
    from dateparser.date import DateDataParser

    noon = datetime.combine(today, time(12))
    return DateDataParser(languages=["fr"], settings={"PREFER_DATES_FROM": "past", "RELATIVE_BASE": noon})


def calendar_day(day: int, month: int, year: int | None, today: date, which: Which = Which.USUAL) -> Reading:
    """Return a day of the calendar, the one that `which` tells when there is no year.

    On 25 July, « le 31 juillet » is the coming one and « le 5 août » the past one; the latter is approximate, because
    the coming one is near.
    """
    if year is not None:
        exact = _date(year, month, day)
        return Day(exact) if exact else DateProblem.IMPOSSIBLE
    if which is Which.NEXT:
        coming = _first_date(range(today.year, today.year + _LEAP_GAP + 1), month, day, lambda found: found > today)
        return Day(coming) if coming else DateProblem.IMPOSSIBLE
    this_month = _date(today.year, month, day) if month == today.month else None
    if this_month and which is Which.USUAL:
        return Day(this_month)
    years = range(today.year, today.year - _LEAP_GAP - 1, -1)
    latest = _first_date(years, month, day, lambda found: found <= today)
    if latest is None:
        return DateProblem.IMPOSSIBLE
    coming = _date(latest.year + 1, month, day)
    return Day(latest, approximate=which is Which.USUAL and coming is not None and coming - today <= _SOON)


def _first_date(years: range, month: int, day: int, fits: Callable[[date], bool]) -> date | None:
    dates = (_date(year, month, day) for year in years)
    return next((found for found in dates if found and fits(found)), None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def latest_with_number(day: int, today: date) -> date | None:
    """Return the latest day of the month `day` that is not after `today`."""
    months = (today.year * 12 + today.month - 1 - back for back in range(3))  # no two months in a row lack a day
    dates = (_date(month // 12, month % 12 + 1, day) for month in months)
    return next((found for found in dates if found and found <= today), None)
