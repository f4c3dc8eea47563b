"""A landlord is told when an adviser can be expected, and by when a message is answered."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from offre_bailleurs.desk import hours
from offre_bailleurs.french.format import PARIS
from tests.unit.desk.conftest import Configure

WEEK = "Mo-Fr 09:00-12:30,13:30-17:00; PH off"


@pytest.fixture(autouse=True)
def _usual_hours(configure: Configure) -> None:
    configure(DESK_HOURS=WEEK, DESK_ANSWER_DAYS="2")


def paris(text: str) -> datetime:
    """A moment as a clock in Paris shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-23 08:59", False),
        ("2026-11-23 09:00", True),
        ("2026-11-23 12:29", True),
        ("2026-11-23 12:30", False),
        ("2026-11-23 13:30", True),
        ("2026-11-23 16:59", True),
        ("2026-11-23 17:00", False),
        ("2026-11-22 10:00", False),  # a Sunday
        ("2026-12-25 10:00", False),  # Christmas, a Friday
        ("2026-05-01 10:00", False),  # Labour Day, a Friday
        ("2026-07-14 10:00", False),  # the national day, a Tuesday
        ("2026-04-06 10:00", False),  # Easter Monday
        ("2026-05-14 10:00", False),  # Ascension, a Thursday
        ("2026-11-11 10:00", False),
        ("2026-12-24 10:00", True),
    ],
)
def test_the_desk_is_open_in_its_hours_and_not_on_public_holidays(moment: str, is_open: bool) -> None:
    assert hours.is_open(paris(moment)) is is_open


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (datetime(2026, 3, 27, 7, 59, tzinfo=UTC), False),  # winter: 9 o'clock in Paris is 8 in UTC
        (datetime(2026, 3, 27, 8, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 30, 6, 59, tzinfo=UTC), False),  # summer: it is 7
        (datetime(2026, 3, 30, 7, 0, tzinfo=UTC), True),
        (datetime(2026, 10, 26, 7, 30, tzinfo=UTC), False),  # winter again
    ],
)
def test_the_hours_are_those_of_paris_in_summer_and_in_winter(moment: datetime, is_open: bool) -> None:
    assert hours.is_open(moment) is is_open


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-11-23 08:00", "2026-11-23 09:00"),
        ("2026-11-23 12:45", "2026-11-23 13:30"),
        ("2026-11-23 10:00", "2026-11-23 13:30"),  # open already: the next time
        ("2026-11-27 18:00", "2026-11-30 09:00"),  # a Friday evening
        ("2026-12-24 18:00", "2026-12-28 09:00"),  # Christmas and a week-end between
        ("2026-03-28 12:00", "2026-03-30 09:00"),  # the clocks go forward between
    ],
)
def test_the_next_opening_passes_over_nights_week_ends_and_holidays(moment: str, opening: str) -> None:
    assert hours.next_opening(paris(moment)) == paris(opening)


@pytest.mark.parametrize(
    ("left", "answered_by"),
    [
        ("2026-11-23 10:00", date(2026, 11, 25)),  # a Monday, the desk being open
        ("2026-11-23 07:00", date(2026, 11, 25)),  # before it opens: read the same day
        ("2026-11-23 12:45", date(2026, 11, 25)),  # at lunch
        ("2026-11-23 18:00", date(2026, 11, 26)),  # closed for the day: read on Tuesday
        ("2026-11-26 10:00", date(2026, 11, 30)),  # a Thursday: Friday, then Monday
        ("2026-11-27 18:00", date(2026, 12, 2)),  # a Friday evening: read on Monday
        ("2026-11-28 10:00", date(2026, 12, 2)),  # a Saturday
        ("2026-12-24 10:00", date(2026, 12, 29)),  # Christmas and a week-end do not count
        ("2026-12-24 18:00", date(2026, 12, 30)),
        ("2026-04-30 10:00", date(2026, 5, 5)),  # 1 May and a week-end
        ("2026-03-27 18:00", date(2026, 4, 1)),  # the clocks go forward
        ("2026-10-23 10:00", date(2026, 10, 27)),  # and back
    ],
)
def test_a_message_is_answered_within_working_days_of_the_one_on_which_it_is_read(left: str, answered_by: date) -> None:
    assert hours.answer_by(paris(left)) == answered_by


def test_one_day_more_is_one_working_day_more(configure: Configure) -> None:
    configure(DESK_ANSWER_DAYS="3")
    assert hours.answer_by(paris("2026-11-25 10:00")) == date(2026, 11, 30)


def test_a_message_left_in_the_utc_evening_is_left_the_next_day_in_paris() -> None:
    assert hours.answer_by(datetime(2026, 6, 15, 22, 30, tzinfo=UTC)) == date(2026, 6, 18)


def test_a_desk_that_never_closes_answers_within_days_of_the_calendar(configure: Configure) -> None:
    configure(DESK_HOURS="24/7")
    assert hours.is_open(paris("2026-12-25 03:00"))
    assert hours.next_opening(paris("2026-12-25 03:00")) is None
    assert hours.answer_by(paris("2026-12-25 03:00")) == date(2026, 12, 27)


def test_of_a_desk_that_never_opens_the_days_of_the_week_are_counted(configure: Configure) -> None:
    configure(DESK_HOURS="24/7 off")
    assert not hours.is_open(paris("2026-11-23 10:00"))
    assert hours.next_opening(paris("2026-11-23 10:00")) is None
    assert hours.answer_by(paris("2026-11-26 10:00")) == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("written", "in_words"),
    [
        (WEEK, "du lundi au vendredi de 9 h à 12 h 30 et de 13 h 30 à 17 h"),
        ("Mo-Sa 08:30-18:00", "du lundi au samedi de 8 h 30 à 18 h"),
        ("Mo,We,Fr 09:00-12:00", "le lundi, le mercredi et le vendredi de 9 h à 12 h"),
        ("Tu,Th 10:05-12:00", "le mardi et le jeudi de 10 h 05 à 12 h"),
        ("Mo-We,Fr 09:00-12:00", "du lundi au mercredi et le vendredi de 9 h à 12 h"),
        (
            "Mo-Fr 09:00-12:30,13:30-17:00; Fr 09:00-12:00; PH off",
            "du lundi au jeudi de 9 h à 12 h 30 et de 13 h 30 à 17 h, et le vendredi de 9 h à 12 h",
        ),
        ("Sa-Mo 10:00-12:00", "du samedi au lundi de 10 h à 12 h"),
        ("09:00-17:00", "tous les jours de 9 h à 17 h"),
        ("24/7", "tous les jours 24 heures sur 24"),
        ("Mo-Su 22:00-02:00", "tous les jours de 0 h à 2 h et de 22 h à minuit"),
        ("24/7 off", "sur une période qui n’est pas encore fixée"),
    ],
)
def test_the_hours_are_told_in_french_whatever_the_setting(configure: Configure, written: str, in_words: str) -> None:
    configure(DESK_HOURS=written)
    assert hours.hours_in_words().replace("\u00a0", " ") == in_words


def test_a_holiday_in_the_week_to_come_changes_nothing_of_the_usual_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hours, "now", lambda: datetime(2026, 12, 21, 10, tzinfo=UTC))
    assert hours.hours_in_words().startswith("du lundi au vendredi de")


def test_hours_that_are_of_another_season_are_told_by_their_first_day(
    configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(DESK_HOURS="Jul-Sep Mo-Fr 09:00-12:00")
    monkeypatch.setattr(hours, "now", lambda: datetime(2026, 1, 5, 10, tzinfo=UTC))
    assert hours.hours_in_words() == "à partir du 1er juillet 2026"


def test_an_hour_and_its_minutes_never_part_at_the_end_of_a_line() -> None:
    assert "9\u00a0h" in hours.hours_in_words()
    assert "12\u00a0h\u00a030" in hours.hours_in_words()
