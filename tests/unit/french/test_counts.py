"""What the reader of counts makes of the ways a landlord says how many live there."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from num2words import num2words

from offre_bailleurs.french.counts import HIGHEST_COUNT, read_count

READ = {
    "3": 3,
    "3.": 3,
    "trois": 3,
    "Trois !": 3,
    "ils sont trois": 3,
    "nous sommes deux colocataires": 2,
    "non, 3": 3,
    "vingt et un": 21,
    "0": 0,
    "zéro": 0,
    "un": 1,
    "Un.": 1,
    "une": 1,
    "1 seul": 1,
    "un seul": 1,
    "une seule personne": 1,
    "un locataire": 1,
    "plus qu'un": 1,
    "il n'y en a qu'un": 1,
    "il n'y a plus qu’une personne": 1,
    "ils ne sont plus que deux": 2,
    "trois, oui 3": 3,
    "c'est un couple, 2 personnes": 2,
    "un des locataires me l'a dit, ils sont deux": 2,
    "ils sont 4 depuis 3 mois": 4,
    "2 depuis le 3 mars": 2,
    "2 depuis le 03/05/2026": 2,
    "trois personnes dans le T2": 3,
    "2 personnes pour 3 chambres": 2,
}
UNREAD = (
    "",
    "bonjour",
    "un ami",
    "2 ou 3",
    "deux adultes et un enfant de 3 ans, 4 au total",
    "ils étaient trois, ils sont deux",
    "un de plus",
    "deux nouveaux",
    "un colocataire est parti",
    "environ 3",
    "2,5",
    "-3",
    "350",
    "650 €",
    "20 %",
    "20/07",
    "le 2e",
    "35900007090001",
    "9" * 1000,
    "1.2.3",
)


@pytest.mark.parametrize(("text", "count"), READ.items())
def test_a_number_of_people_is_read(text: str, count: int) -> None:
    assert read_count(text) == count


@pytest.mark.parametrize("text", UNREAD)
def test_what_is_no_single_number_of_people_is_left_unread(text: str) -> None:
    assert read_count(text) is None


@settings(deadline=None)
@given(
    count=st.integers(0, HIGHEST_COUNT),
    write=st.sampled_from((str, lambda count: num2words(count, lang="fr"))),
    sentence=st.sampled_from(("{}", "ils sont {}", "il en reste {}.", "{} personnes")),
)
def test_every_count_reads_back_in_figures_and_in_letters(
    count: int, write: Callable[[int], str], sentence: str
) -> None:
    assert read_count(sentence.format(write(count))) == count
