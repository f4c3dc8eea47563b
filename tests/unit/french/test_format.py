"""Amounts, days and moments as the landlord reads them."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offre_bailleurs.french.dates import Day, read_date
from offre_bailleurs.french.format import euros, euros_in_words, long_date, long_moment


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
