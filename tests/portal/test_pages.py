"""What is true of every page: headers, language, errors, health, and what the chat is told."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine
from structlog.testing import capture_logs

from offre_bailleurs.database import make_engine
from offre_bailleurs.french.format import delay_in_words
from offre_bailleurs.identity import InvalidToken, verify_identity
from offre_bailleurs.settings import Settings, SettingsError
from portal.app import create_app
from portal.rendering import TEMPLATES, typeset
from tests.portal.browser import Browser
from tests.portal.world import World

NewBrowser = Callable[[], Browser]

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self' https://chat.exemple.test; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ADDRESSES = (
    "/",
    "/connexion",
    "/deconnexion",
    "/identifiant-perdu",
    "/identifiant-perdu/demande",
    "/mot-de-passe-oublie",
    "/mot-de-passe-oublie?connexion=oui",
    "/mot-de-passe-oublie/demande",
    "/mot-de-passe/nouveau",
    "/premiere-connexion",
    "/premiere-connexion/informations",
    "/premiere-connexion/terminee",
    "/locataires",
    "/recapitulatifs/1.pdf",
    "/recapitulatifs/999.pdf",
    "/chat/identite",
    "/sante",
    "/sante/vivant",
    "/static/portal.css",
    "/static/absent.css",
    "/nulle-part",
)


@pytest.mark.parametrize("signed_in", [False, True])
def test_every_answer_bears_the_security_headers(browser: Browser, signed_in: bool) -> None:
    if signed_in:
        browser.sign_in("camille")
    for address in ADDRESSES:
        headers = browser.get(address).headers
        assert headers["content-security-policy"] == CSP, address
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]
        assert (
            headers["cache-control"] == "public, no-cache"
            if "/static/" in address
            else "no-store" in headers["cache-control"]
        )


def test_even_a_defect_bears_the_security_headers_and_speaks_french(
    browser: Browser, engine: Engine, world: World
) -> None:
    browser.sign_in("camille")
    with engine.begin() as connection:  # a value that no code of ours writes
        connection.exec_driver_sql("UPDATE portal_user SET state = 'inconnu' WHERE login = 'camille'")
    response = browser.get("/locataires")
    assert response.status_code == 500
    assert response.headers["content-security-policy"] == CSP
    assert "Une erreur est survenue" in response.text
    assert "Traceback" not in response.text


def test_no_page_holds_an_inline_script_or_style() -> None:
    for template in Path(TEMPLATES).rglob("*.html"):
        source = template.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", source), template.name
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", source)), template.name


def test_the_pages_host_the_chat_as_agreed(browser: Browser) -> None:
    tag = (
        '<script defer src="/static/chat/offre-bailleurs-chat.js"'
        ' data-chat-url="https://chat.exemple.test/webhooks/webchat" data-identity-url="/chat/identite"'
        ' data-privacy-url="/donnees-personnelles"></script>'
    )
    assert tag in browser.get("/").text
    assert tag in browser.get("/connexion").text
    assert tag in browser.sign_in("camille").get("/locataires").text


def test_the_widget_may_be_loaded_by_another_site_and_nothing_else_may(browser: Browser) -> None:
    widget = browser.get("/static/chat/offre-bailleurs-chat.js").headers
    assert widget["cross-origin-resource-policy"] == "cross-origin"
    assert browser.get("/static/portal.css").headers["cross-origin-resource-policy"] == "same-origin"
    assert browser.get("/chat/identite").headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize(
    "address", ["/nulle-part", "/locataires/", "/static/../app.py", "/static/%2e%2e/app.py", "/%00"]
)
def test_an_unknown_address_gets_a_french_page(browser: Browser, address: str) -> None:
    response = browser.get(address)
    assert response.status_code == 404
    assert "Page introuvable" in response.text
    assert '<html lang="fr">' in response.text


def test_the_home_page_tells_what_the_guides_say(browser: Browser) -> None:
    page = browser.text("/")
    for fact in ("Espace Partenaires", "Espace Professionnel", "14\xa0caractères", "rien n’est transmis avant"):
        assert fact in page
    assert "Se connecter" in page


def test_a_message_in_the_address_shows_only_our_own_words(browser: Browser) -> None:
    assert "mechant" not in browser.text("/?message=mechant")


def test_the_chat_is_told_who_is_signed_in(browser: Browser, configuration: Settings, world: World) -> None:
    assert browser.get("/chat/identite").json() == {"token": None, "who": ""}
    answer = browser.sign_in("camille").get("/chat/identite").json()
    assert verify_identity(answer["token"], secret=configuration.secret_key) == world.camille
    with pytest.raises(InvalidToken):
        verify_identity(answer["token"], secret="une autre clé, longue de plus de trente-deux caractères")


def test_who_is_stable_for_a_person_and_tells_nothing_of_them(new_browser: NewBrowser) -> None:
    def who(login: str) -> str:
        return str(new_browser().sign_in(login).get("/chat/identite").json()["who"])

    camille = who("camille")
    assert camille == who("camille")
    assert camille != who("bruno")
    assert re.fullmatch(r"[0-9a-f]{32}", camille)


def test_health_is_good_while_the_database_answers(browser: Browser) -> None:
    response = browser.get("/sante")
    assert (response.status_code, response.json()) == (200, {"statut": "ok"})


def test_without_its_database_the_portal_says_so_in_french(configuration: Settings, tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    broken.mkdir()
    engine = make_engine(f"sqlite:///{broken}")
    browser = Browser(create_app(configuration, engine))
    health = browser.get("/sante")
    assert (health.status_code, health.json()["manque"]) == (503, ["base de données"])
    assert str(broken) not in health.text
    assert browser.get("/sante/vivant").status_code == 200, "a restart would mend nothing"
    assert browser.get("/").status_code == 200, "the public page needs no database"
    browser.put_cookie("ob_session", "un-jeton")
    response = browser.get("/locataires")
    assert response.status_code == 503
    assert "momentanément indisponible" in response.text
    assert response.headers["retry-after"] == "30"
    assert response.headers["content-security-policy"] == CSP


def test_the_log_names_nobody(browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), capture_logs() as requests:
        browser.submit_sign_in("camille", "faux")
        browser.sign_in("camille").get("/locataires?q=Morel")
        browser.get("/nulle-part/Morel")
    lines = [record.getMessage() for record in caplog.records if record.name.startswith(("portal", "offre_bailleurs"))]
    asked = [(each["method"], each["route"], each["status"]) for each in requests if each["event"] == "request"]
    assert ("GET", "/locataires", 200) in asked
    assert ("GET", "(no route)", 404) in asked
    lines += map(str, requests)
    assert not any(word in line for line in lines for word in ("Morel", "camille", "testclient", "faux"))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 seconde"), (90, "90 secondes"), (91, "2 minutes"), (7200, "120 minutes"), (7201, "3 heures")],
)
def test_a_delay_is_said_as_people_say_it(seconds: int, words: str) -> None:
    assert delay_in_words(seconds) == words


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("C'est l'un : « N° utilisateur » ?", "C’est l’un\xa0: «\xa0N°\xa0utilisateur\xa0»\xa0?"),
        ("à 12:30, deux mots", "à 12:30, deux mots"),
    ],
)
def test_a_sentence_is_printed_as_french_is(typed: str, printed: str) -> None:
    assert typeset(typed) == printed


def test_the_demonstration_says_that_it_is_one(configuration: Settings, engine: Engine, browser: Browser) -> None:
    assert "fictifs" in browser.text("/")
    production = replace(configuration, environment="production")
    assert "fictifs" not in Browser(create_app(production, engine)).text("/")


def test_a_store_of_limits_that_cannot_be_used_stops_the_start(configuration: Settings, engine: Engine) -> None:
    wrong = replace(configuration, limits_storage_url="nulle-part://")
    with pytest.raises(SettingsError, match="LIMITS_STORAGE_URL"):
        create_app(wrong, engine)
