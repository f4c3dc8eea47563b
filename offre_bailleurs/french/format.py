"""Writes amounts, days and moments in French, as an official letter would."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
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


def grouped(number: int) -> str:
    """A whole number, its thousands apart by a narrow no-break space (U+202F): « 1 200 »."""
    return f"{number:,}".replace(",", _NARROW_SPACE)


def percentage(share: float) -> str:
    """A share of 1 in percent, to a tenth: `percentage(0.125)` is « 12,5 % ».

    What is not quite nothing or everything is never rounded to it: « moins de 0,1 % », « plus de 99,9 % ».
    """
    if 0 < share < 0.0005:
        return f"moins de 0,1{_NO_BREAK_SPACE}%"
    if 0.9995 <= share < 1:
        return f"plus de 99,9{_NO_BREAK_SPACE}%"
    tenths = (Decimal(str(share)) * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{tenths:f}".removesuffix(".0").replace(".", ",") + f"{_NO_BREAK_SPACE}%"


def duration(seconds: int) -> str:
    """A measured time, in its two largest units: « 45 s », « 3 min 20 s », « 1 h 05 min », « 2 j 3 h »."""
    minutes, left = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        parts = [f"{days} j", f"{hours} h" if hours else ""]
    elif hours:
        parts = [f"{hours} h", f"{minutes:02} min" if minutes else ""]
    else:
        parts = [f"{minutes} min" if minutes else "", f"{left} s" if left or not minutes else ""]
    return " ".join(filter(None, parts)).replace(" ", _NO_BREAK_SPACE)


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
