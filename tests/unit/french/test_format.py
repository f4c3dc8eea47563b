"""Amounts, days and moments as the landlord reads them."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offre_bailleurs.french.dates import Day, read_date
from offre_bailleurs.french.format import duration, euros, euros_in_words, grouped, long_date, long_moment, percentage


@pytest.mark.parametrize(
    ("cents", "figures"),
    [
        (0, "0,00\u00a0€"),
        (5, "0,05\u00a0€"),
        (650_00, "650,00\u00a0€"),
        (1234_56, "1\u202f234,56\u00a0€"),
        (1_234_567_89, "1\u202f234\u202f567,89\u00a0€"),
        (-20_50, "-20,50\u00a0€"),
    ],
)
def test_an_amount_in_figures_has_no_break_spaces(cents: int, figures: str) -> None:
    assert euros(cents) == figures


@pytest.mark.parametrize(
    ("cents", "words"),
    [
        (0, "zéro euro"),
        (1, "un centime"),
        (50, "cinquante centimes"),
        (1_00, "un euro"),
        (1_01, "un euro et un centime"),
        (2_00, "deux euros"),
        (21_00, "vingt et un euros"),
        (71_00, "soixante et onze euros"),
        (80_00, "quatre-vingts euros"),
        (81_00, "quatre-vingt-un euros"),
        (200_00, "deux cents euros"),
        (201_00, "deux cent un euros"),
        (1000_00, "mille euros"),
        (1234_56, "mille deux cent trente-quatre euros et cinquante-six centimes"),
        (20_000_00, "vingt mille euros"),
        (80_000_00, "quatre-vingt mille euros"),
    ],
)
def test_an_amount_in_letters_follows_french_spelling(cents: int, words: str) -> None:
    assert euros_in_words(cents) == words


@pytest.mark.parametrize("cents", [-1, 100_000_000])
def test_an_amount_that_has_no_letters_here_is_an_error(cents: int) -> None:
    with pytest.raises(ValueError, match="no amount in words"):
        euros_in_words(cents)


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 7, 1), "1er juillet 2026"),
        (date(2026, 8, 2), "2 août 2026"),
        (date(2025, 12, 31), "31 décembre 2025"),
        (date(2024, 2, 29), "29 février 2024"),
    ],
)
def test_a_day_is_written_in_full(day: date, written: str) -> None:
    assert long_date(day) == written


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2026, 11, 22, 7, 5, 59, tzinfo=UTC), "22 novembre 2026 à 8 h 05"),
        (datetime(2026, 7, 1, 10, 0, tzinfo=UTC), "1er juillet 2026 à 12 h 00"),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "1er janvier 2027 à 0 h 30"),
        (datetime(2026, 7, 1, 10, 0, tzinfo=timezone(timedelta(hours=2))), "1er juillet 2026 à 10 h 00"),
    ],
)
def test_a_moment_shows_the_hour_of_paris(moment: datetime, written: str) -> None:
    assert long_moment(moment).replace("\u00a0", " ") == written


def test_the_hour_never_breaks_over_two_lines() -> None:
    assert long_moment(datetime(2026, 11, 22, 7, 5, tzinfo=UTC)).endswith(" à 8\u00a0h\u00a005")


def test_a_moment_without_time_zone_is_an_error() -> None:
    with pytest.raises(ValueError, match="time zone"):
        long_moment(datetime(2026, 7, 1))  # noqa: DTZ001 - this is the mistake


@settings(deadline=None)
@given(st.dates(date(1950, 1, 1), date(2049, 12, 31)))
def test_every_day_in_full_reads_back(day: date) -> None:
    assert read_date(long_date(day), today=date(2026, 7, 25)) == Day(day)


@pytest.mark.parametrize(
    ("number", "written"), [(0, "0"), (999, "999"), (1_200, "1 200"), (1_234_567, "1 234 567"), (-1_200, "-1 200")]
)
def test_thousands_stand_apart(number: int, written: str) -> None:
    assert grouped(number).replace("\u202f", " ") == written


@pytest.mark.parametrize(
    ("share", "written"),
    [
        (0, "0 %"),
        (1, "100 %"),
        (0.5, "50 %"),
        (0.125, "12,5 %"),
        (1 / 3, "33,3 %"),
        (0.6665, "66,7 %"),
        (0.0005, "0,1 %"),
        (0.0004, "moins de 0,1 %"),
        (0.9994, "99,9 %"),
        (0.9995, "plus de 99,9 %"),
    ],
)
def test_a_share_is_written_in_percent_and_never_rounded_to_nothing_or_all(share: float, written: str) -> None:
    assert percentage(share).replace("\u00a0", " ") == written


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (200, "3 min 20 s"),
        (3_600, "1 h"),
        (3_900, "1 h 05 min"),
        (86_399, "23 h 59 min"),
        (86_400, "1 j"),
        (183_600, "2 j 3 h"),
    ],
)
def test_a_duration_is_written_in_its_two_largest_units(seconds: int, written: str) -> None:
    assert duration(seconds).replace("\u00a0", " ") == written
