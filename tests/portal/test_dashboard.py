"""The dashboard's page: who opens it, for which period, and what an adviser reads in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from offre_bailleurs.campaigns import today
from offre_bailleurs.figures.tables import Outcome as JourneyOutcome
from offre_bailleurs.french.format import long_date
from offre_bailleurs.models import Outcome, Profile, RequestKind
from offre_bailleurs.topics import titles
from tests.portal.browser import Browser
from tests.portal.dashboard import PATH, SLUGS, alt, plain, section, table, tiles
from tests.portal.desk import Desk, desk
from tests.support.figures import FiguresGiven, noon

__all__ = ["desk"]

NewBrowser = Callable[[], Browser]

FIRST, SECOND = date(2026, 6, 1), date(2026, 6, 2)
"""A Monday and a Tuesday."""
PERIOD = "du=2026-06-01&au=2026-06-02"
ADDRESSES = (PATH, f"{PATH}.csv", f"{PATH}/conversations.svg", f"{PATH}/rien.svg", f"{PATH}.csv?mesure=rien")


@pytest.fixture
def given(engine: Engine) -> FiguresGiven:
    return FiguresGiven(engine)


@pytest.fixture
def adviser(browser: Browser, desk: Desk) -> Browser:
    """Alice, of the desk."""
    return browser.sign_in("alice")


@pytest.fixture
def two_days(given: FiguresGiven) -> None:
    """Something of every measure, on two days."""
    for _ in range(1_200):
        given.conversation(FIRST, Profile.LANDLORD)
    given.conversation(FIRST, Profile.ORGANISATION, handed_over=True, declarations=2)
    given.conversation(SECOND, handed_over=True, unanswered=3)
    given.topic(FIRST, "deadline", asked=2, helped=True)
    given.topic(SECOND, "deadline", helped=False)
    given.topic(SECOND, "keep_recap", helped=False)
    given.journey(FIRST, "declare_rent", JourneyOutcome.SUBMITTED, "decision")
    given.journey(FIRST, "declare_rent", JourneyOutcome.UNDER_WAY, "july_rent")
    given.journey(SECOND, "recover_access", JourneyOutcome.CANCELLED, "access_email")
    given.request(noon(FIRST), "silence", waited=timedelta(seconds=200), outcome=Outcome.ANSWER_MISSING)
    given.request(noon(SECOND), "asked", kind=RequestKind.MESSAGE)


@pytest.mark.parametrize("address", ADDRESSES)
def test_who_is_not_signed_in_is_sent_to_sign_in(browser: Browser, desk: Desk, address: str) -> None:
    response = browser.get(address)
    assert response.status_code == 303
    assert response.headers["location"] == "/connexion?next=%2Fconseil%2Ftableau-de-bord"
    assert browser.submit_sign_in("alice", next=PATH).headers["location"] == PATH


@pytest.mark.parametrize("login", ["camille", "oliviers"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_landlord_finds_no_such_page(browser: Browser, desk: Desk, address: str, login: str) -> None:
    response = browser.sign_in(login).get(address)
    assert response.status_code == 404
    assert "Tableau de bord" not in response.text


def test_an_adviser_whose_access_is_closed_sees_nothing_more(adviser: Browser, desk: Desk) -> None:
    assert adviser.get(PATH).status_code == 200
    desk.close_access(desk.alice)
    for address in ADDRESSES:
        assert adviser.get(address).status_code == 303


def test_usually_it_shows_the_last_thirty_days(adviser: Browser, given: FiguresGiven) -> None:
    for days_ago in (0, 29, 30):
        given.conversation(today() - timedelta(days=days_ago))
    page = adviser.text(PATH)
    begin, end = long_date(today() - timedelta(days=29)), long_date(today())
    assert f"du {begin} au {end}, tous les profils" in page
    assert tiles(page)["Conversations"] == "2"
    assert len(table(page, "conversations")) == 32  # its head, thirty days, the whole period


def test_nothing_counted_is_said_and_no_figure_is_invented(adviser: Browser, desk: Desk) -> None:
    page = adviser.text(PATH)
    assert "Aucune conversation ni aucune demande de conseiller dans cette période" in page
    assert plain(page).count("Rien n’a été compté dans cette période.") == len(SLUGS)
    for invention in ("measure__chart", "<table", "0 %", "0\xa0%", "NaN", "None"):
        assert invention not in page, invention


def test_a_share_of_nothing_is_no_share_beside_figures_that_are(adviser: Browser, given: FiguresGiven) -> None:
    given.conversation(FIRST)
    page = adviser.text(f"{PATH}?{PERIOD}")
    assert tiles(page)["Terminées sans conseiller"] == "100 %"
    assert tiles(page)["Réponses qui ont aidé"] == "–"
    assert tiles(page)["Attente médiane"] == "–"
    assert table(page, "sans-conseiller")[1:] == [
        ["1er juin 2026", "100 %", "1", "1"],
        ["2 juin 2026", "–", "0", "0"],
        ["Toute la période", "100 %", "1", "1"],
    ]


def test_requests_that_nobody_took_have_no_wait_to_draw(adviser: Browser, given: FiguresGiven) -> None:
    given.request(noon(FIRST), outcome=Outcome.MISSED)
    page = adviser.text(f"{PATH}?{PERIOD}")
    assert "Pas de courbe : il n’y a aucun chiffre à y porter." in plain(section(page, "attente"))
    assert table(page, "attente")[-1] == ["Toute la période", "–", "1", "0"]


@pytest.mark.usefixtures("two_days")
def test_every_measure_shows_its_figures(adviser: Browser) -> None:
    page = adviser.text(f"{PATH}?{PERIOD}")
    assert tiles(page) == {
        "Conversations": "1 202",
        "Terminées sans conseiller": "99,8 %",
        "Réponses qui ont aidé": "33,3 %",
        "Déclarations transmises": "2",
        "Parcours abandonnés": "2",
        "Phrases sans réponse": "3",
        "Demandes de conseiller": "2",
        "Attente médiane": "3 min 20 s",
    }
    assert table(page, "conversations")[1:] == [
        ["1er juin 2026", "1 201"],
        ["2 juin 2026", "1"],
        ["Toute la période", "1 202"],
    ]
    assert table(page, "sans-conseiller")[1] == ["1er juin 2026", "99,9 %", "1 200", "1 201"]
    assert table(page, "aide")[-1] == ["Toute la période", "33,3 %", "1", "2", "3"]
    assert table(page, "declarations")[-1] == ["Toute la période", "2"]
    assert table(page, "parcours")[-1] == ["Toute la période", "3", "1", "2", "0", "0", "0"]
    assert table(page, "etapes") == [
        ["Parcours et étape", "Abandonnés", "Silence", "Annulé"],
        ["Loyer de juillet (Déclarer un loyer)", "1", "1", "0"],
        ["Adresse de courriel (Retrouver ses codes de connexion)", "1", "0", "1"],
        ["Total", "2", "1", "1"],
    ]
    assert table(page, "sujets")[1:] == [
        [titles()["deadline"].replace("'", "’"), "2", "3", "1", "1"],
        [titles()["keep_recap"].replace("'", "’"), "1", "1", "0", "1"],
    ]
    assert table(page, "incompris")[2] == ["2 juin 2026", "3"]
    assert 'href="/conseil/a-ameliorer"' in section(page, "incompris")
    assert "jugées hors de son domaine" in section(page, "incompris")
    assert table(page, "motifs")[1:3] == [
        ["A demandé un conseiller", "1", "0", "1"],
        ["Les guides n’en parlent pas", "1", "1", "0"],
    ]
    assert table(page, "issues")[1:3] == [
        ["Il manque une réponse à l’assistant", "1", "1", "0"],
        ["Pas encore fermée", "1", "0", "1"],
    ]
    assert table(page, "attente")[1] == ["1er juin 2026", "3 min 20 s", "1", "1"]


@pytest.mark.usefixtures("two_days")
def test_by_week_and_by_profile(adviser: Browser) -> None:
    page = adviser.text(f"{PATH}?du=2026-05-31&au=2026-06-08&par=semaine&profil=organismes")
    assert "du 31 mai 2026 au 8 juin 2026, organismes" in page
    assert table(page, "declarations") == [
        ["Semaine", "Déclarations"],
        ["semaine 22, le 31 mai 2026", "0"],
        ["semaine 23, du 1er au 7 juin 2026", "2"],
        ["semaine 24, le 8 juin 2026", "0"],
        ["Toute la période", "2"],
    ]
    assert '<option value="semaine" selected>' in page
    assert '<option value="organismes" selected>' in page


@pytest.mark.usefixtures("two_days")
def test_each_measure_has_its_definition_and_each_chart_is_told_in_words(adviser: Browser) -> None:
    page = adviser.text(f"{PATH}?{PERIOD}")
    for slug in SLUGS:
        part = section(page, slug)
        assert len(plain(part.partition("measure__definition")[2].partition("</div>")[0])) > 80, slug
        assert alt(page, slug).startswith("Graphique « "), slug
        assert alt(page, slug).endswith("Tous les chiffres sont dans le tableau."), slug
        assert f"{PATH}/{slug}.svg?{PERIOD.replace('&', '&')}" in part.replace("&amp;", "&"), slug
        assert '<th scope="row"' in part, slug
        assert '<th scope="col"' in part, slug
        assert "<caption>" in part, slug
    assert alt(page, "conversations") == (
        "Graphique « Conversations, par jour ». Conversations : de 1 (2 juin 2026) à 1 201 (1er juin 2026). "
        "Tous les chiffres sont dans le tableau."
    )
    assert "Les plus nombreux : Adresse" not in alt(page, "etapes")
    assert "Loyer de juillet (Déclarer un loyer) (1)" in alt(page, "etapes")


def test_a_long_period_is_shown_by_week(adviser: Browser, desk: Desk) -> None:
    assert "donnés par semaine" not in adviser.text(f"{PATH}?du=2026-01-01&au=2026-04-02")
    page = adviser.text(f"{PATH}?du=2026-01-01&au=2026-04-03")
    assert "Sur une période de plus de 92\xa0jours, les chiffres sont donnés par semaine." in page


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("du=2026-06-03&au=2026-06-02", "La période finit le jour où elle commence, ou après."),
        ("du=hier", "Cette date ne se lit pas. Exemple : 31/12/2026."),
        ("du=2026-02-30", "Cette date ne se lit pas."),
        ("au=99999-01-01", "Cette date ne se lit pas."),
        ("du=0001-01-01&au=0001-01-02", "Il n’y a rien avant le 1er janvier 2020."),
        ("au=0001-01-02", "Il n’y a rien avant le 1er janvier 2020."),
        ("du=9999-12-31", "La période commence au plus tard aujourd’hui."),
        ("du=2020-01-01&au=2026-06-01", "La période dure au plus trois ans."),
        ("du=%00&au=%F0%9F%91%8D", "Cette date ne se lit pas."),
        ("du=%3Cscript%3E", "Cette date ne se lit pas."),
    ],
)
def test_a_period_that_cannot_be_is_told(adviser: Browser, desk: Desk, query: str, message: str) -> None:
    response = adviser.get(f"{PATH}?{query}")
    assert response.status_code == 422
    assert message in plain(response.text)
    assert "<script>" not in response.text
    assert adviser.get(f"{PATH}.csv?{query}").status_code == 400
    assert adviser.get(f"{PATH}/conversations.svg?{query}").status_code == 400


def test_dates_are_read_as_the_french_write_them(adviser: Browser, desk: Desk) -> None:
    page = adviser.text(f"{PATH}?du=01/06/2026&au=02/06/2026")
    assert "du 1er juin 2026 au 2 juin 2026" in page
    assert 'type="date" value="2026-06-01"' in page


@pytest.mark.parametrize(
    ("query", "described"),
    [
        ("du=2026-06-01", "du 1er juin 2026 au 30 juin 2026"),
        ("au=2026-06-30", "du 1er juin 2026 au 30 juin 2026"),
        ("du=2026-06-30&au=2026-06-30", "le 30 juin 2026"),
        (f"{PERIOD}&au=9999-12-31&du=2026-10-01", f"du 1er octobre 2026 au {long_date(today())}"),
    ],
)
def test_a_date_left_out_or_in_the_future_is_made_up_for(
    adviser: Browser, desk: Desk, query: str, described: str
) -> None:
    assert described in adviser.text(f"{PATH}?{query}")


@pytest.mark.parametrize(
    "query",
    ["par=heure", "profil=admin", "par=&profil=", "x=1&du=&au=", "profil=%27%20OR%201%3D1--", "a=" + "b" * 5_000],
)
def test_parameters_that_make_no_sense_count_as_not_given(adviser: Browser, desk: Desk, query: str) -> None:
    response = adviser.get(f"{PATH}?{query}")
    assert response.status_code == 200
    assert "tous les profils" in response.text
