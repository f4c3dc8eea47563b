"""What the reader of amounts makes of the ways a landlord writes a rent."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offre_bailleurs.french.amounts import MAXIMUM_CENTS, Amount, AmountProblem, read_amount
from offre_bailleurs.french.format import euros, euros_in_words

READ = {
    # in figures
    "650": 650_00,
    "0650": 650_00,
    "650€": 650_00,
    "650 €": 650_00,
    "€ 650": 650_00,
    "€650": 650_00,
    "EUR 650": 650_00,
    "650 eur": 650_00,
    "650 e": 650_00,
    "650e": 650_00,
    "650 euros": 650_00,
    "650euros": 650_00,
    "650.": 650_00,
    "650,-": 650_00,
    "(650 €)": 650_00,
    "650,5": 650_50,
    "650,50": 650_50,
    "650.5": 650_50,
    "650,50 €": 650_50,
    "0": 0,
    "0,00 €": 0,
    "-0": 0,
    # thousands
    "1234": 1234_00,
    "1 234,56 €": 1234_56,
    "1\u00a0234,56\u00a0€": 1234_56,
    "1\u202f234,56\u202f€": 1234_56,
    "1\u2009234,56\u2009€": 1234_56,
    "1\u2003234,56\t€": 1234_56,
    "1.234,56": 1234_56,
    "1,234.56": 1234_56,
    "1.234": 1234_00,
    "1'234.50": 1234_50,
    "1’234,50": 1234_50,
    "2 mille": 2000_00,
    "1,2 k€": 1200_00,
    "1,2k€": 1200_00,
    "12 500 €": 12_500_00,
    # euros, then centimes
    "650 euros 50": 650_50,
    "650€50": 650_50,
    "650 € 50": 650_50,
    "650e50": 650_50,
    "650€00": 650_00,
    "650 euros et 5 centimes": 650_05,
    "650 euros 50 cents": 650_50,
    "650 euros 50 par mois": 650_50,
    "650 euros 50 charges comprises": 650_50,
    "650 euros 50 de loyer": 650_50,
    "650 € 50 pour les 3 locataires": 650_50,
    "650 virgule 50": 650_50,
    "50 centimes": 50,
    "50 cts": 50,
    # in letters
    "six cent cinquante euros": 650_00,
    "Six-cent-cinquante euros": 650_00,
    "SIX CENT CINQUANTE": 650_00,
    "mille deux cents": 1200_00,
    "douze cents euros": 1200_00,
    "six cents euros et cinquante centimes": 600_50,
    "six cents euros cinquante": 600_50,
    "650 euros cinq": 650_05,
    "six cent cinquante virgule zéro cinq": 650_05,
    "quatre vingt dix neuf euros": 99_00,
    "septante euros": 70_00,
    "six cent cinquante et un euros": 651_00,
    "un euro": 1_00,
    "un euro cinquante": 1_50,
    "zéro": 0,
    "zero euro": 0,
    # in a sentence
    "le loyer est de 650 euros par mois": 650_00,
    "loyer : 650": 650_00,
    "loyer - 650 €": 650_00,
    "loyer-650": 650_00,
    "loyer650": 650_00,
    "non, 620": 620_00,
    "non 620": 620_00,
    "Alors c'est un loyer de mille euros, merci !": 1000_00,
    "650 €/mois": 650_00,
    "650 euros hors charges": 650_00,
    "le loyer de M. Martin est toujours 650, comme l'an dernier": 650_00,
    "un logement neuf à 650": 650_00,
    "tous les deux paient 650": 650_00,
    "loué pour cent cinquante euros": 150_00,
    "ça n'a pas changé : 650": 650_00,
    # the same amount twice is one
    "650 (six cent cinquante) euros": 650_00,
    "650,00 €, soit six cent cinquante euros": 650_00,
    "650, oui 650 €": 650_00,
    # a number that is refused
    "pas 650 mais 620": 620_00,
    "620 au lieu de 650": 620_00,
    "620 et non 650": 620_00,
    "650 c'est faux, c'est 620": 620_00,
    # numbers that are no money
    "loyer de juillet 2026 : 650": 650_00,
    "loyer de juilet 2026 650": 650_00,
    "2026 : 650": 650_00,
    "le 1er juillet 650 €": 650_00,
    "le 5 juillet, 650": 650_00,
    "virement du 05/07 : 650 €": 650_00,
    "650 depuis le 05/03/2020": 650_00,
    "650 € reçus le 20.07.2026": 650_00,
    "650 le 5 de chaque mois": 650_00,
    "650 euros 25 juillet": 650_00,
    "hausse de 3 %, donc 670": 670_00,
    "trois pour cent de plus, ça fait 670 euros": 670_00,
    "3 locataires, 650": 650_00,
    "650 pour les 3 locataires": 650_00,
    "T3 650": 650_00,
    "50 m² 650 €": 650_00,
    "50 m2 650": 650_00,
    "au 2e étage 650": 650_00,
    "au 12 rue des Lilas : 650 €": 650_00,
    "appartement 12 : 650 €": 650_00,
    "650 depuis 3 ans": 650_00,
    "650 à 8h30": 650_00,
    "650 par mois soit 7800 par an": 650_00,
    "un mois de loyer à 650 €": 650_00,
    # as phones and word processors write
    "６５０ €": 650_00,
    "٦٥٠": 650_00,
    "6\u200b50\u00ad €": 650_00,
    "6\u03385\u03380\u0338": 650_00,
    # the limit
    "20 000": MAXIMUM_CENTS,
    "20000,00 €": MAXIMUM_CENTS,
    "20.000": MAXIMUM_CENTS,
}

REFUSED = {
    AmountProblem.NONE: (
        "",
        "   ",
        "bonjour",
        "c'est toujours pareil",
        "je ne sais pas",
        "juillet 2026",
        "en 2026",
        "le 20/07/2026",
        "3 %",
        "trois pour cent",
        "2 locataires",
        "un",
        "A123456",
        "4000 francs",
        "650 $",
        "7800 € par an",
        "650 € la semaine",
        "ce n'est pas 650",
        "1.2.3",
        "12,34,56",
        "²650",
        "650²",
        "65O",
        "€",
        "euros",
        ",",
        "-",
    ),
    AmountProblem.SEVERAL: (
        "600 ou 650",
        "650 et 620",
        "650 plus 50 de charges",
        "600 + 50",
        "650 dont 50 € de charges",
        "650 euros 50 de charges",
        "650 euros et 50",
        "650 euros 50 pour l'eau",
        "six cents et cinquante",
        "six cents, six cent cinquante",
        "650 € 5",
        "650 50",
        "650, 50",
        "1 234 56",
        "2 x 650",
        "2x650",
        "deux loyers impayés de 650",
        "2 mois de loyer à 650 €",
        "300 € chacun",
        "300 par personne",
        "la moitié de 650",
        "06 12 34 56 78",
        "six cents cinquante six cent soixante",
        "juin 640, juillet 650",
    ),
    AmountProblem.RANGE: (
        "entre 600 et 650",
        "entre six cents et six cent cinquante euros",
        "600-650",
        "600 – 650 €",
        "600 à 650",
        "de 600 € à 650 €",
        "environ 600 à 650",
    ),
    AmountProblem.APPROXIMATE: (
        "environ 650",
        "650 environ",
        "à peu près 650",
        "a peu pres six cents euros",
        "autour de 650",
        "aux alentours de 650",
        "~650",
        "≈ 650",
        "dans les 650",
        "650 et quelques",
        "presque 650",
        "plus de 600",
        "au moins 650",
        "650 maximum",
        "une centaine d'euros",
        "20 € de plus",
        "+ 20 €",
        "augmenté de 20 €",
        "j'ai baissé le loyer de 20 euros",
    ),
    AmountProblem.NEGATIVE: ("-650", "- 650 €", "−650", "moins 50 euros", "loyer : -650", "loyer -650"),
    AmountProblem.TOO_LARGE: ("20 000,01 €", "20001", "650 000", "35900007090001", "un million d'euros", "9" * 1000),
    AmountProblem.TOO_PRECISE: ("650,505", "650,500", "1234.5678 €", "1 234,567"),
}


@pytest.mark.parametrize(("text", "cents"), READ.items())
def test_an_amount_is_read_to_the_cent(text: str, cents: int) -> None:
    assert read_amount(text) == Amount(cents)


@pytest.mark.parametrize(("text", "problem"), [(text, problem) for problem, texts in REFUSED.items() for text in texts])
def test_what_is_no_single_exact_amount_is_refused_with_the_reason(text: str, problem: AmountProblem) -> None:
    assert read_amount(text) is problem


def test_the_caller_may_move_the_limit() -> None:
    assert read_amount("25 000 €", maximum_cents=30_000_00) == Amount(25_000_00)
    assert read_amount("650", maximum_cents=649_99) is AmountProblem.TOO_LARGE


def _words(cents: int) -> str:
    return euros_in_words(cents).replace("-", " ")


def _without_currency(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02}"


WRITTEN: tuple[Callable[[int], str], ...] = (
    euros,
    euros_in_words,
    _words,
    _without_currency,
    lambda cents: euros_in_words(cents).upper(),
    lambda cents: euros(cents).replace("\u202f", " "),
    lambda cents: euros(cents).replace("\u202f", "."),
    lambda cents: euros(cents).replace(",", "."),
    lambda cents: f"{cents // 100:,}.{cents % 100:02}",
    lambda cents: f"{cents // 100}€{cents % 100:02}",
    lambda cents: f"{cents // 100} euros {cents % 100:02}",
    lambda cents: f"{cents // 100} euros et {cents % 100} centimes",
    lambda cents: f"EUR {_without_currency(cents)}",
    lambda cents: f"{euros(cents)} ({euros_in_words(cents)})",
)
SENTENCES = (
    "{}",
    "le loyer est de {} par mois",
    "non, {}",
    "Loyer de juillet 2026 : {}",
    "le 1er juillet, {} pour les 3 locataires",
    "{}, merci !",
)

amounts = st.integers(0, MAXIMUM_CENTS)


@settings(deadline=None)
@given(cents=amounts, write=st.sampled_from(WRITTEN), sentence=st.sampled_from(SENTENCES))
def test_every_amount_reads_back_however_it_is_written(cents: int, write: Callable[[int], str], sentence: str) -> None:
    assert read_amount(sentence.format(write(cents))) == Amount(cents)


@settings(deadline=None)
@given(cents=st.integers(MAXIMUM_CENTS + 1, 10**14), write=st.sampled_from((euros, _without_currency)))
def test_every_amount_above_the_limit_is_too_large(cents: int, write: Callable[[int], str]) -> None:
    assert read_amount(write(cents)) is AmountProblem.TOO_LARGE


@settings(deadline=None)
@given(cents=amounts.filter(bool), sign=st.sampled_from(("-", "- ", "−", "moins ")))
def test_every_amount_below_zero_is_negative(cents: int, sign: str) -> None:
    assert read_amount(sign + euros(cents)) is AmountProblem.NEGATIVE


@settings(deadline=None)
@given(cents=st.lists(amounts, min_size=2, max_size=3, unique=True), joint=st.sampled_from((" ou ", " puis ", ", ")))
def test_different_amounts_are_never_read_as_one(cents: list[int], joint: str) -> None:
    assert read_amount(joint.join(map(euros, cents))) is AmountProblem.SEVERAL


@settings(deadline=None)
@given(low=amounts, high=amounts, form=st.sampled_from(("entre {} et {}", "{} - {}", "{} à {}", "de {} à {}")))
def test_two_ends_are_a_range(low: int, high: int, form: str) -> None:
    expected = Amount(low) if low == high else AmountProblem.RANGE
    assert read_amount(form.format(euros(low), euros(high))) == expected


@settings(deadline=None)
@given(cents=amounts, digits=st.integers(1, 9999))
def test_a_third_decimal_is_never_rounded_away(cents: int, digits: int) -> None:
    text = f"{_without_currency(min(cents, MAXIMUM_CENTS - 100))}{digits}"
    assert read_amount(text) is AmountProblem.TOO_PRECISE
