"""Periods: days of France, ISO weeks, and the hours of summer and winter."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from offre_bailleurs.figures.report_period import Audience, Grain, Scope, Span
from offre_bailleurs.models import Profile


def test_a_period_of_one_day_is_one_span() -> None:
    day = date(2026, 11, 22)
    for grain in Grain:
        assert Scope(day, day, grain).spans == (Span(day, day),)


def test_a_period_ends_when_it_begins_or_later() -> None:
    with pytest.raises(ValueError, match="first day"):
        Scope(date(2026, 11, 22), date(2026, 11, 21))


def test_weeks_go_from_monday_to_sunday_and_hold_no_day_of_another_period() -> None:
    scope = Scope(date(2026, 12, 24), date(2027, 1, 5), Grain.WEEK)  # Thursday to Tuesday, over the year's end
    assert scope.spans == (
        Span(date(2026, 12, 24), date(2026, 12, 27)),
        Span(date(2026, 12, 28), date(2027, 1, 3)),
        Span(date(2027, 1, 4), date(2027, 1, 5)),
    )


@pytest.mark.parametrize("grain", Grain)
@pytest.mark.parametrize("first", [date(2026, 6, 1) + timedelta(days=offset) for offset in range(7)])
def test_each_day_stands_in_the_span_that_holds_it(first: date, grain: Grain) -> None:
    scope = Scope(first, first + timedelta(days=40), grain)
    for offset in range(41):
        day = first + timedelta(days=offset)
        span = scope.spans[scope.place_of(day)]
        assert span.first <= day <= span.last


@pytest.mark.parametrize(
    ("day", "begins_at", "hours"),
    [
        (date(2026, 7, 1), datetime(2026, 6, 30, 22, tzinfo=UTC), 24),
        (date(2026, 1, 1), datetime(2025, 12, 31, 23, tzinfo=UTC), 24),
        (date(2026, 3, 29), datetime(2026, 3, 28, 23, tzinfo=UTC), 23),
        (date(2026, 10, 25), datetime(2026, 10, 24, 22, tzinfo=UTC), 25),
    ],
)
def test_a_day_lasts_as_long_as_clocks_in_france_say(day: date, begins_at: datetime, hours: int) -> None:
    span = Span(day, day)
    assert span.begins_at == begins_at
    assert span.ends_before - span.begins_at == timedelta(hours=hours)


def test_an_audience_is_a_profile_or_none() -> None:
    assert [audience.profile for audience in Audience] == [None, Profile.LANDLORD, Profile.ORGANISATION, None]
