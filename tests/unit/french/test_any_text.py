"""Whatever is typed, the readers answer, and soon."""

import timeit
from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offre_bailleurs.french.amounts import Amount, AmountProblem, read_amount
from offre_bailleurs.french.counts import read_count
from offre_bailleurs.french.dates import DateProblem, Day, read_date, warm_up
from offre_bailleurs.french.text import fold

TODAY = date(2026, 7, 25)
LENGTH = 1000  # characters, the longest message that the chat accepts
SLOW = 0.25  # seconds; the slowest reading takes about 0.02 s on a laptop, a catastrophic pattern takes minutes

VOCABULARY = """
    zéro un une deux six sept vingt quatre-vingt cent cents mille million milliard virgule premier deuxième neuf € euros
    centimes 650 1 20 2026 000 1.2.3 650,50 20/07 ² \u0301 - , . / + % ( k e x m2 T3 le du de pas moins plus environ et
    à entre ou par an mois jours locataires juillet mars mai fin mi début il y a depuis dans lundi dernier hier avant
"""
WORDS = VOCABULARY.split()
PIECES = (*WORDS, "1 ", "un ", "1 et ", "20-", "1,", "1 000 ", "6\u0338", "il y a ", "depuis bien ", "2 mois de loyer ")

hostile = st.one_of(
    st.text(),
    st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=30).map("".join),
    st.from_regex(r"[\d.,/ '€-]{0,40}", fullmatch=True),
)


@settings(deadline=None)
@given(hostile)
def test_the_reader_of_amounts_always_answers(text: str) -> None:
    amount = read_amount(text)
    assert isinstance(amount, AmountProblem) or 0 <= amount.cents <= 2_000_000


@settings(deadline=None)
@given(hostile, st.dates(date(1930, 1, 1), date(2100, 12, 31)), st.booleans())
def test_the_reader_of_days_always_answers(text: str, today: date, month_is_enough: bool) -> None:
    assert isinstance(read_date(text, today=today, month_is_enough=month_is_enough), Day | DateProblem)


@settings(deadline=None)
@given(hostile)
def test_the_reader_of_counts_always_answers(text: str) -> None:
    count = read_count(text)
    assert count is None or 0 <= count <= 99


@settings(deadline=None)
@given(hostile)
def test_what_does_not_show_does_not_matter(text: str) -> None:
    invisible = "\u200b".join(text)
    assert read_amount(invisible) == read_amount(text)
    assert read_count(invisible) == read_count(text)
    assert read_date(invisible, today=TODAY) == read_date(text, today=TODAY)


@pytest.mark.parametrize("read", [fold, read_amount, read_count, partial(read_date, today=TODAY)])
def test_the_longest_message_is_read_at_once(read: Callable[[str], object]) -> None:
    warm_up()
    texts = [(piece * LENGTH)[:LENGTH] for piece in PIECES]
    assert {text[:20]: seconds for text in texts if (seconds := _best_of_three(read, text)) > SLOW} == {}


def test_a_message_longer_than_the_chat_accepts_is_read_too() -> None:
    assert read_amount("le loyer " * 2000 + "650") == Amount(650_00)
    assert read_date("il est parti " * 2000 + "le 20 juillet", today=TODAY) == Day(date(2026, 7, 20))


def _best_of_three(read: Callable[[str], object], text: str) -> float:
    return min(timeit.repeat(lambda: read(text), number=1, repeat=3))
