"""What the reader of days makes of the ways a landlord says when."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from num2words import num2words

from offre_bailleurs.french.dates import DateProblem, Day, read_date, warm_up
from offre_bailleurs.french.format import long_date
from offre_bailleurs.french.months import MONTHS, month_of
from offre_bailleurs.french.text import fold

TODAY = date(2026, 7, 25)  # a Saturday

EXACT = {
    # in figures
    "20/07": date(2026, 7, 20),
    "le 1/7": date(2026, 7, 1),
    "20/07/2026": date(2026, 7, 20),
    "20 / 07 / 2026": date(2026, 7, 20),
    "20/07/26": date(2026, 7, 20),
    "20-07-26": date(2026, 7, 20),
    "20.07.2026": date(2026, 7, 20),
    "20.7.26": date(2026, 7, 20),
    "20 07 2026": date(2026, 7, 20),
    "20072026": date(2026, 7, 20),
    "20.07": date(2026, 7, 20),
    "20-07": date(2026, 7, 20),
    "2026-07-20": date(2026, 7, 20),
    "20/07/98": date(1998, 7, 20),
    "29/02": date(2024, 2, 29),
    # with the month's name
    "le 20 juillet": date(2026, 7, 20),
    "LE 20 JUILLET": date(2026, 7, 20),
    "20 juillet 2026": date(2026, 7, 20),
    "20 juillet 26": date(2026, 7, 20),
    "20juillet": date(2026, 7, 20),
    "1er juillet": date(2026, 7, 1),
    "1er\u00a0juillet\u202f2026": date(2026, 7, 1),
    "1ᵉʳ juillet": date(2026, 7, 1),
    "1erjuillet": date(2026, 7, 1),
    "premier juillet": date(2026, 7, 1),
    "le vingt juillet": date(2026, 7, 20),
    "vingt-sept juin": date(2026, 6, 27),
    "le trente et un mai": date(2026, 5, 31),
    "le sept juillet": date(2026, 7, 7),
    "le vingt juillet deux mille vingt-six": date(2026, 7, 20),
    "le 20 du mois de juillet": date(2026, 7, 20),
    "20 juil.": date(2026, 7, 20),
    "20 sept": date(2025, 9, 20),
    "14 févr. 2026": date(2026, 2, 14),
    "20 fevrier": date(2026, 2, 20),
    "20 decembre": date(2025, 12, 20),
    "29 février": date(2024, 2, 29),
    "vendredi 17 juillet": date(2026, 7, 17),
    "vendredi 17": date(2026, 7, 17),
    "20 juillet dernier": date(2026, 7, 20),
    "28 juillet dernier": date(2025, 7, 28),
    "le 20 juillet de l'an dernier": date(2025, 7, 20),
    # with a slip of the keyboard
    "20 juilet": date(2026, 7, 20),
    "20 jullet": date(2026, 7, 20),
    "20 setpembre": date(2025, 9, 20),
    "20 fevirer": date(2026, 2, 20),
    "20 juni": date(2026, 6, 20),
    "20 octbre": date(2025, 10, 20),
    # from today
    "hier": date(2026, 7, 24),
    "hier soir": date(2026, 7, 24),
    "avant-hier": date(2026, 7, 23),
    "avant hier": date(2026, 7, 23),
    "aujourd'hui": TODAY,
    "aujourd’hui": TODAY,
    "ce matin": TODAY,
    "il y a dix jours": date(2026, 7, 15),
    "y a 3 jours": date(2026, 7, 22),
    "lundi": date(2026, 7, 20),
    "lundi dernier": date(2026, 7, 20),
    "samedi dernier": date(2026, 7, 18),
    # in the future: the caller decides
    "demain": date(2026, 7, 26),
    "après-demain": date(2026, 7, 27),
    "dans 3 jours": date(2026, 7, 28),
    "lundi prochain": date(2026, 7, 27),
    "le 31 juillet": date(2026, 7, 31),
    "20 août prochain": date(2026, 8, 20),
    "20 juillet 2030": date(2030, 7, 20),
    # in a sentence
    "il est parti le 20 juillet": date(2026, 7, 20),
    "non, le 22 juillet": date(2026, 7, 22),
    "jusqu'au 20 juillet": date(2026, 7, 20),
    "Mai Nguyen est partie le 3 mai": date(2026, 5, 3),
    "650 euros le 20 juillet": date(2026, 7, 20),
    "1 234,56 € depuis le 3 mars": date(2026, 3, 3),
    "le 20 juillet à 18h30": date(2026, 7, 20),
    "20 juillet et 650 euros": date(2026, 7, 20),
    "le 20 juillet, pendant les vacances": date(2026, 7, 20),
    "il n'est pas parti le 20 juillet": date(2026, 7, 20),
    # said twice, or corrected
    "le 20 juillet 2026 (20/07/2026)": date(2026, 7, 20),
    "hier, le 24 juillet": date(2026, 7, 24),
    "fin juin, le 28 juin": date(2026, 6, 28),
    "pas le 20 juillet mais le 22 juillet": date(2026, 7, 22),
    "le 22 juillet au lieu du 20 juillet": date(2026, 7, 22),
}

APPROXIMATE = {
    "fin juin": date(2026, 6, 30),
    "à la fin du mois de juin": date(2026, 6, 30),
    "fin juin 2025": date(2025, 6, 30),
    "fin février": date(2026, 2, 28),
    "fin février 2024": date(2024, 2, 29),
    "fin juillet": date(2026, 7, 31),
    "fin aout": date(2025, 8, 31),
    "début juillet": date(2026, 7, 1),
    "debut juilet": date(2026, 7, 1),
    "mi-juin": date(2026, 6, 15),
    "mi juin": date(2026, 6, 15),
    "milieu juin": date(2026, 6, 15),
    "il y a trois semaines": date(2026, 7, 4),
    "il y a une semaine": date(2026, 7, 18),
    "il y a quinze jours": date(2026, 7, 10),
    "il y a 2 mois": date(2026, 5, 25),
    "depuis 3 mois": date(2026, 4, 25),
    "3 mois": date(2026, 4, 25),
    "ça fait 2 semaines": date(2026, 7, 11),
    "il y a un an": date(2025, 7, 25),
    "il y a environ 3 jours": date(2026, 7, 22),
    "vers le 20 juillet": date(2026, 7, 20),
    "le 20": date(2026, 7, 20),
    "le 31": date(2026, 5, 31),
    "lundi 17 juillet": date(2026, 7, 17),  # it was a Friday
    "samedi": date(2026, 7, 18),  # today is a Saturday
    "le 5 août": date(2025, 8, 5),  # in eleven days it is the 5th of August
}

REFUSED = {
    DateProblem.NONE: (
        "",
        "bonjour",
        "650",
        "650,50",
        "50.10 €",
        "10.5",
        "8h",
        "12 rue des Lilas",
        "Martin",
        "sam",
        "Sam est parti",
        "Mai Nguyen est partie",
        "M. Janvier",
        "20 mais",
        "il a été expulsé",
        "tous les lundis",
        "fin de bail",
        "3 locataires",
        "en colocation 50/50",
        "06 12 34 56 78",
        "06.12.34.56.78",
        "35900007090001",
        "2026",
        "pas le 20 juillet",
    ),
    DateProblem.SEVERAL: (
        "le 20 juillet et le 22 juillet",
        "20 juillet ou 21",
        "entre le 20 et le 25 juillet",
        "du 1er au 20 juillet",
        "20-25 juillet",
        "20/07 ou 21/07",
        "hier, le 20 juillet",
        "fin juin ou début juillet",
    ),
    DateProblem.IMPRECISE: (
        "en juillet",
        "juillet",
        "mai",
        "mars",
        "juillet 2026",
        "depuis mars",
        "courant juillet",
        "l'été dernier",
        "le mois dernier",
        "la semaine dernière",
        "la semaine prochaine",
        "lundi de la semaine dernière",
        "lundi 17",
        "en 2025",
        "à la fin du mois",
        "il y a quelques semaines",
        "il y a 2 ou 3 jours",
        "il y a 2 mois et demi",
        "depuis longtemps",
        "récemment",
        "avant le 20 juillet",
        "le lendemain du 20 juillet",
    ),
    DateProblem.IMPOSSIBLE: (
        "31 juin",
        "le trente et un juin",
        "le 31/06",
        "30/02",
        "29/02/2026",
        "29 février 2026",
        "32 juillet",
        "0 juillet",
        "le 32",
        "20/13",
        "07/20/2026",
    ),
}

MONTH_IS_ENOUGH = {
    "depuis mars": date(2026, 3, 1),
    "mars": date(2026, 3, 1),
    "Depuis mai.": date(2026, 5, 1),
    "depuis fevrer": date(2026, 2, 1),
    "depuis mars 2025": date(2025, 3, 1),
    "depuis septembre dernier": date(2025, 9, 1),
    "depuis août": date(2025, 8, 1),
    "depuis juillet": date(2026, 7, 1),
    "Mai Nguyen ne paie plus depuis mars": date(2026, 3, 1),
    "depuis le loyer de juin": date(2026, 6, 1),
    "depuis le mois dernier": date(2026, 6, 1),
    "ce mois-ci": date(2026, 7, 1),
    "depuis fin mars": date(2026, 3, 31),
    "depuis deux mois": date(2026, 5, 25),
}


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    warm_up()


@pytest.mark.parametrize(("text", "day"), EXACT.items())
def test_a_day_is_read(text: str, day: date) -> None:
    assert read_date(text, today=TODAY) == Day(day)


@pytest.mark.parametrize(("text", "day"), APPROXIMATE.items())
def test_a_day_that_could_be_another_is_marked(text: str, day: date) -> None:
    assert read_date(text, today=TODAY) == Day(day, approximate=True)


@pytest.mark.parametrize(("text", "problem"), [(text, problem) for problem, texts in REFUSED.items() for text in texts])
def test_what_is_no_single_day_is_refused_with_the_reason(text: str, problem: DateProblem) -> None:
    assert read_date(text, today=TODAY) is problem


@pytest.mark.parametrize(("text", "day"), MONTH_IS_ENOUGH.items())
def test_where_a_month_is_enough_its_first_day_is_meant(text: str, day: date) -> None:
    assert read_date(text, today=TODAY, month_is_enough=True) == Day(day, approximate=True)


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("depuis le 3 mars", Day(date(2026, 3, 3))),
        ("mars et avril", DateProblem.SEVERAL),
        ("depuis longtemps", DateProblem.IMPRECISE),
        ("Mai Nguyen ne paie plus", DateProblem.NONE),
        ("650", DateProblem.NONE),
    ],
)
def test_where_a_month_is_enough_the_other_rules_stand(text: str, reading: Day | DateProblem) -> None:
    assert read_date(text, today=TODAY, month_is_enough=True) == reading


def _spelled(day: date) -> str:
    number = "premier" if day.day == 1 else num2words(day.day, lang="fr")
    return f"{number} {long_date(day).split()[1]} {num2words(day.year, lang='fr')}"


WITH_YEAR: tuple[Callable[[date], str], ...] = (
    date.isoformat,
    long_date,
    _spelled,
    lambda day: fold(long_date(day)),
    lambda day: long_date(day).upper(),
    lambda day: f"{day:%d/%m/%Y}",
    lambda day: f"{day:%d.%m.%Y}",
    lambda day: f"{day:%d-%m-%Y}",
    lambda day: f"{day:%d %m %Y}",
    lambda day: f"{day:%d%m%Y}",
    lambda day: f"{day.day}/{day.month}/{day.year}",
    lambda day: f"{day:%d/%m/%y}",
)
WITHOUT_YEAR: tuple[Callable[[date], str], ...] = (
    lambda day: f"{day:%d/%m}",
    lambda day: f"{day.day}/{day.month}",
    lambda day: long_date(day).rsplit(" ", 1)[0],
    lambda day: fold(long_date(day)).rsplit(" ", 1)[0],
)
SENTENCES = ("{}", "il est parti le {}", "non, le {}.", "depuis le {}, il me doit 650 euros")

days = st.dates(date(1990, 1, 1), date(2034, 12, 31))


@settings(deadline=None)
@given(day=days, write=st.sampled_from(WITH_YEAR), sentence=st.sampled_from(SENTENCES))
def test_every_day_with_its_year_reads_back(day: date, write: Callable[[date], str], sentence: str) -> None:
    assert read_date(sentence.format(write(day)), today=TODAY) == Day(day)


@settings(deadline=None)
@given(today=days, back=st.integers(0, 330), write=st.sampled_from(WITHOUT_YEAR), sentence=st.sampled_from(SENTENCES))
@example(today=date(2026, 3, 1), back=0, write=WITHOUT_YEAR[0], sentence="{}")
def test_a_day_without_its_year_is_the_latest_one(
    today: date, back: int, write: Callable[[date], str], sentence: str
) -> None:
    day = today - timedelta(days=back)
    reading = read_date(sentence.format(write(day)), today=today)
    assert isinstance(reading, Day)
    assert reading.date == day


@settings(deadline=None)
@given(today=days, number=st.integers(1, 300))
def test_days_are_counted_back_from_today(today: date, number: int) -> None:
    reading = read_date(f"il y a {number} jours", today=today)
    assert isinstance(reading, Day)
    assert reading.date == today - timedelta(days=number)


@settings(deadline=None)
@given(today=days, month=st.integers(1, 12))
def test_the_end_of_a_month_is_its_last_day(today: date, month: int) -> None:
    reading = read_date(f"fin {MONTHS[month - 1]}", today=today)
    assert isinstance(reading, Day)
    assert reading.approximate
    assert reading.date.month == month
    assert (reading.date + timedelta(days=1)).day == 1
    assert reading.date <= today or (today.year, today.month) == (reading.date.year, month)


@settings(deadline=None)
@given(day=st.integers(1, 99), month=st.integers(1, 12), year=st.integers(1990, 2034))
def test_a_day_that_no_calendar_has_is_never_moved(day: int, month: int, year: int) -> None:
    reading = read_date(f"le {day} {MONTHS[month - 1]} {year}", today=TODAY)
    try:
        expected: Day | DateProblem = Day(date(year, month, day))
    except ValueError:
        expected = DateProblem.IMPOSSIBLE
    assert reading == expected


@pytest.mark.parametrize("name", [name for name in MONTHS if name != "mai"])  # three letters leave room for no slip
def test_a_month_survives_one_slip_of_the_keyboard(name: str) -> None:
    number = MONTHS.index(name) + 1
    name = fold(name)
    swapped = {name[:at] + name[at + 1] + name[at] + name[at + 2 :] for at in range(1, len(name) - 1)}
    dropped = {name[:at] + name[at + 1 :] for at in range(1, len(name))} if len(name) > 4 else set()
    assert {word for word in swapped | dropped if month_of(word) != number} == set()


@pytest.mark.parametrize("word", ["mais", "mari", "avis", "jour", "jeudi", "nombre", "membre", "ami", "aout1", "a", ""])
def test_a_word_that_is_no_month_stays_one(word: str) -> None:
    assert month_of(word) is None
