"""Writes amounts, days and moments in French, as an official letter would."""

from datetime import date, datetime
from math import ceil
from zoneinfo import ZoneInfo

from num2words import num2words

from offre_bailleurs.french.months import MONTHS

PARIS = ZoneInfo("Europe/Paris")

_NARROW_SPACE = "\u202f"
_NO_BREAK_SPACE = "\u00a0"


def euros(cents: int) -> str:
    """Return an amount in figures: `euros(123456)` is « 1 234,56 € ».

    The thousands stand apart by a narrow no-break space (U+202F), the sign by a no-break space (U+00A0).
    """
    whole, part = divmod(abs(cents), 100)
    thousands = f"{whole:,}".replace(",", _NARROW_SPACE)
    return f"{'-' if cents < 0 else ''}{thousands},{part:02}{_NO_BREAK_SPACE}€"


def euros_in_words(cents: int) -> str:
    """Return an amount in letters: `euros_in_words(8150)` is « quatre-vingt-un euros et cinquante centimes ».

    An amount below one euro has centimes alone.

    Raises:
        ValueError: the amount is negative or reaches a million euros, which French writes otherwise.
    """
    if not 0 <= cents < 100_000_000:
        raise ValueError(f"no amount in words for {cents} cents")
    whole, part = divmod(cents, 100)
    named = [_counted(whole, "euro")] if whole or not part else []
    return " et ".join(named + ([_counted(part, "centime")] if part else []))


def long_date(day: date) -> str:
    """Return a day in full: « 1er juillet 2026 »."""
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"


def long_moment(moment: datetime, zone: ZoneInfo = PARIS) -> str:
    """Return a moment in full, as clocks in `zone` show it: « 22 novembre 2026 à 8 h 05 », without the seconds.

    No-break spaces (U+00A0) hold the time together.

    Raises:
        ValueError: `moment` has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    local = moment.astimezone(zone)
    return f"{long_date(local)} à {local.hour}{_NO_BREAK_SPACE}h{_NO_BREAK_SPACE}{local.minute:02}"


def delay_in_words(seconds: int) -> str:
    """A delay as people say it, to the second while that matters, rounded up."""
    if seconds <= 90:
        return "1 seconde" if seconds == 1 else f"{seconds} secondes"
    return f"{ceil(seconds / 60)} minutes" if seconds <= 7200 else f"{ceil(seconds / 3600)} heures"


def in_minutes(seconds: int) -> str:
    """How long to wait, in French words: whole minutes, rounded up.

    >>> in_minutes(61)
    '2 minutes'
    """
    minutes = max(1, ceil(seconds / 60))
    return "une minute" if minutes == 1 else f"{minutes} minutes"


def _counted(number: int, noun: str) -> str:
    return f"{num2words(number, lang='fr')} {noun}{'s' if number > 1 else ''}"
