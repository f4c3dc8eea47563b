"""When the desk is open: `DESK_HOURS`, in Paris, French public holidays included, by the library opening-hours-py."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby

from opening_hours import OpeningHours, State

from offre_bailleurs.campaigns import in_paris
from offre_bailleurs.database import now
from offre_bailleurs.french.format import PARIS, long_date
from offre_bailleurs.settings import settings

_DAY = timedelta(days=1)
_LOOKED_AHEAD = timedelta(days=366)
"""A desk that stays closed for longer is taken for one that never opens."""
_SATURDAY = 5
_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_SPACE = "\u00a0"

Span = tuple[time, time]
"""From when to when of one day; an end at midnight is `time.min`."""


def is_open(at: datetime | None = None) -> bool:
    """Whether an adviser can be expected to answer live at a moment, by default now."""
    return _schedule(settings().desk_hours).is_open(_local(at))


def next_opening(at: datetime | None = None) -> datetime | None:
    """When the desk opens next after a moment, Paris time, even if it is open then; None: not within a year."""
    schedule, moment = _schedule(settings().desk_hours), _local(at)
    for start, _, state, _ in schedule.intervals(moment, moment + _LOOKED_AHEAD):
        if state == State.OPEN and start > moment:
            return start.astimezone(PARIS)
    return None


def answer_by(at: datetime | None = None) -> date:
    """The day until which a message that is left at a moment is answered.

    `DESK_ANSWER_DAYS` working days, those on which the desk opens, after the day on which advisers can first read the
    message: the same day while the desk is open or opens again later that day, else the next day on which it opens. A
    message of Friday evening is read on Monday, and answered within two days on Wednesday.

    Of a desk that does not open within a year the days from Monday to Friday are counted.
    """
    moment = _local(at)
    opening = moment if is_open(moment) else next_opening(moment)
    day = (opening or moment).date()
    left, last = settings().desk_answer_days, day + _LOOKED_AHEAD
    while left:
        day += _DAY
        if _opens_on(day) if opening and day <= last else day.weekday() < _SATURDAY:
            left -= 1
    return day


def hours_in_words() -> str:
    """The opening hours of the week to come, public holidays left out, in French.

    « du lundi au vendredi de 9 h à 12 h 30 et de 13 h 30 à 17 h »
    """
    week = _week(_local(None).date())
    same_hours: dict[tuple[Span, ...], list[int]] = {}
    for weekday in range(7):
        if spans := week.get(weekday):
            same_hours.setdefault(spans, []).append(weekday)
    if same_hours:
        groups = [f"{_days_in_words(days)} {_spans_in_words(spans)}" for spans, days in same_hours.items()]
        return ", et ".join([", ".join(groups[:-1]), groups[-1]] if len(groups) > 1 else groups)
    opening = next_opening()
    return f"à partir du {long_date(opening.date())}" if opening else "sur une période qui n’est pas encore fixée"


@lru_cache(maxsize=4)
def _schedule(written: str) -> OpeningHours:
    return OpeningHours(written, timezone=PARIS, country="FR")


def _local(at: datetime | None) -> datetime:
    return in_paris(at if at is not None else now())


def _opens_on(day: date) -> bool:
    start = datetime.combine(day, time.min, PARIS)
    end = datetime.combine(day + _DAY, time.min, PARIS)
    spans = _schedule(settings().desk_hours).intervals(start, end)
    return any(state == State.OPEN for _, _, state, _ in spans)


def _week(first: date) -> dict[int, tuple[Span, ...]]:
    """The spans of the seven days from a day on, by weekday, as if none were a public holiday.

    Without a time zone: no day of the week has 23 or 25 hours.
    """
    start = datetime.combine(first, time.min)
    found: dict[int, list[Span]] = {}
    for opens, closes, state, _ in OpeningHours(settings().desk_hours).intervals(start, start + 7 * _DAY):
        if state == State.OPEN:
            for day, span in _by_day(max(opens, start), min(closes, start + 7 * _DAY)):
                found.setdefault(day.weekday(), []).append(span)
    return {weekday: tuple(spans) for weekday, spans in found.items()}


def _by_day(opens: datetime, closes: datetime) -> Iterator[tuple[date, Span]]:
    """A span cut at each midnight."""
    while opens < closes:
        midnight = datetime.combine(opens.date() + _DAY, time.min)
        yield opens.date(), (opens.time(), min(closes, midnight).time())
        opens = midnight


def _days_in_words(days: list[int]) -> str:
    if len(days) == 7:
        return "tous les jours"
    runs = [[day for _, day in run] for _, run in groupby(enumerate(days), lambda each: each[1] - each[0])]
    if len(runs) == 2 and runs[0][0] == 0 and runs[1][-1] == 6 and len(days) > 2:
        runs = [runs[1] + runs[0]]  # over the week's end: « du samedi au lundi »
    return _listed([word for run in runs for word in _run_in_words(run)])


def _run_in_words(run: list[int]) -> list[str]:
    if len(run) > 2:
        return [f"du {_DAYS[run[0]]} au {_DAYS[run[-1]]}"]
    return [f"le {_DAYS[day]}" for day in run]


def _spans_in_words(spans: tuple[Span, ...]) -> str:
    if spans == ((time.min, time.min),):
        return f"24{_SPACE}heures sur{_SPACE}24"
    return _listed([f"de {_hour_in_words(opens)} à {_end_in_words(closes)}" for opens, closes in spans])


def _end_in_words(hour: time) -> str:
    return "minuit" if hour == time.min else _hour_in_words(hour)


def _hour_in_words(hour: time) -> str:
    minutes = f"{_SPACE}{hour.minute:02}" if hour.minute else ""
    return f"{hour.hour}{_SPACE}h{minutes}"


def _listed(words: list[str]) -> str:
    return " et ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
