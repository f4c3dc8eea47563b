"""Reads the day that a landlord writes in French."""

import re
from datetime import date

from text_to_num import alpha2digit

from offre_bailleurs.french.day_expressions import Asked, readings
from offre_bailleurs.french.days import DateProblem, Day, relative_day
from offre_bailleurs.french.text import fold

__all__ = ["DateProblem", "Day", "read_date", "warm_up"]

# After figures « sept » is September; the reader of numbers in words would make it a seven.
_SHORT_SEPTEMBER = re.compile(r"(?<=\d )sept(?![a-z])")


def read_date(text: str, *, today: date, month_is_enough: bool = False) -> Day | DateProblem:
    """Return the one day that `text` gives, or why it gives none. Never raises.

    Without a year it is the latest such day that is not after `today`, but a day of the running month is this
    month's. A day in the future is returned as it is. « Fin juin », « début juillet », « mi-juin » and « il y a trois
    semaines » give an approximate day.

    Args:
        text: what the landlord wrote.
        today: the day on which it was written.
        month_is_enough: read « depuis mars » as its first day, approximate, instead of `DateProblem.IMPRECISE`.

    >>> read_date("il est parti fin juin", today=date(2026, 7, 25))
    Day(date=datetime.date(2026, 6, 30), approximate=True)
    """
    figures = alpha2digit(_SHORT_SEPTEMBER.sub("septembre", fold(text)), "fr", threshold=0)
    found = set(readings(figures, Asked(today, month_is_enough)))
    for problem in (DateProblem.IMPOSSIBLE, DateProblem.SEVERAL):
        if problem in found:
            return problem
    days = _refined({reading for reading in found if isinstance(reading, Day)})
    if len({day.date for day in days}) > 1:
        return DateProblem.SEVERAL
    if days:
        return min(days, key=lambda day: day.approximate)
    return DateProblem.IMPRECISE if found else DateProblem.NONE


def warm_up() -> None:
    """Load what the first reading would load, a few tenths of a second."""
    relative_day("hier", date(2026, 7, 1))


def _refined(days: set[Day]) -> set[Day]:
    """Leave out the approximate days that an exact one of the same month makes precise: « fin juin, le 28 juin »."""
    exact = {(day.date.year, day.date.month) for day in days if not day.approximate}
    return {day for day in days if not day.approximate or (day.date.year, day.date.month) not in exact}
