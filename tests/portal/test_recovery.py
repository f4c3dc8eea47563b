"""« Identifiant perdu » and « Mot de passe oublié »: what they explain, write down, and never tell."""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, select
from structlog.testing import capture_logs

from offre_bailleurs import recovery
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.mail.outbox import open_sealed
from offre_bailleurs.models import Attempt, OutboxMessage, OutboxState, PortalUser, RecoveryKind, RecoveryRequest
from offre_bailleurs.sealing import unseal
from offre_bailleurs.settings import Settings, settings
from portal.app import create_app
from tests.portal.browser import Browser, without_tokens
from tests.portal.world import PASSWORD, World

NewBrowser = Callable[[], Browser]

LOST_LOGIN = "/identifiant-perdu"
FORGOTTEN = "/mot-de-passe-oublie"
EMAIL_FORM = f"{FORGOTTEN}?connexion=oui"
BRUNO = "359 00007090002"
NOBODY = "359 00007099999"

_DRAWN = re.compile(r'name="demande" value="([^"]+)"')


@pytest.fixture(autouse=True)
def _known_address(engine: Engine, world: World) -> None:
    with transaction(on=engine) as session:
        session.get_one(PortalUser, world.bruno).email = "bruno@exemple.fr"


def drawn(browser: Browser, path: str) -> str:
    """The value that names what a form asks."""
    found = _DRAWN.search(browser.get(path).text)
    assert found
    return found[1]


def ask_login(browser: Browser, number: str, **fields: str) -> Any:
    return browser.submit(LOST_LOGIN, **{"demande": drawn(browser, LOST_LOGIN), "numero": number, **fields})


def ask_password(browser: Browser, email: str, **fields: str) -> Any:
    form = {"demande": drawn(browser, EMAIL_FORM), "connexion": "oui", "courriel": email, **fields}
    return browser.submit(EMAIL_FORM, **form)


def asked(engine: Engine) -> list[tuple[RecoveryKind, str]]:
    """What is written down, unsealed."""
    with reading(on=engine) as session:
        rows = session.scalars(select(RecoveryRequest).order_by(RecoveryRequest.id)).all()
        return [(row.kind, unseal(row.sealed or "", secret=settings().secret_key)) for row in rows]


# Identifiant perdu


def test_a_lost_login_is_asked_for_with_the_number_of_the_account(browser: Browser, engine: Engine) -> None:
    response = ask_login(browser, BRUNO)
    assert (response.status_code, response.headers["location"]) == (303, "/identifiant-perdu/demande")
    assert asked(engine) == [(RecoveryKind.LOGIN, "35900007090002")]
    page = browser.text("/identifiant-perdu/demande")
    assert "Si un compte correspond au N°\xa0utilisateur" in page
    assert "le temps de la poste" in page
    assert "Si rien n’arrive" in page
    assert "caf.fr/partenaires" in page
    assert "aucun lien" in page


def test_the_page_shows_where_the_number_stands(browser: Browser) -> None:
    page = browser.text(LOST_LOGIN)
    assert 'src="/static/chat/numero-utilisateur.svg"' in page
    assert browser.get("/static/chat/numero-utilisateur.svg").status_code == 200
    assert "envoyé en juillet" in page
    assert "quittances envoyées par courrier" in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Saisissez votre N° utilisateur."),
        ("   ", "Saisissez votre N° utilisateur."),
        ("359 0000709", "trop court : il a 10 caractères"),
        ("3", "il a 1 caractère sans"),
        ("359 00007090001 23", "trop long : il a 16 caractères"),
        ("A123456", "n’a que 7 caractères"),
        ("a123456 ", "n’a que 7 caractères"),
        ("3590000709000\0", "ne s’imprime pas"),
        ("9" * 4000, "trop long"),
    ],
    ids=repr,
)
def test_a_number_that_cannot_be_one_is_explained(browser: Browser, engine: Engine, typed: str, words: str) -> None:
    response = ask_login(browser, typed)
    assert response.status_code == 422
    page = html.unescape(response.text)
    message = re.search(r'id="numero-erreur">([^<]*)<', page)
    assert message
    assert words in message[1].replace("\xa0", " ")
    assert '<a href="#numero">' in page
    assert asked(engine) == []


def test_the_specimen_of_the_guide_is_told_to_be_one_and_taken_for_it_may_be_somebody_s(
    browser: Browser, engine: Engine
) -> None:
    assert "numéro d’exemple du guide des organismes" in browser.text(LOST_LOGIN)
    assert ask_login(browser, "359 00007090001").status_code == 303
    assert asked(engine) == [(RecoveryKind.LOGIN, "35900007090001")]


def test_letters_are_no_fault_in_a_number(browser: Browser, engine: Engine) -> None:
    assert ask_login(browser, "35a 0000 7090 002").status_code == 303
    assert asked(engine) == [(RecoveryKind.LOGIN, "35A00007090002")]


def test_what_was_typed_is_kept_and_shown_as_text(browser: Browser) -> None:
    page = ask_login(browser, '"><script>1</script>').text
    assert "<script>1" not in page
    assert "&lt;script&gt;1&lt;/script&gt;" in page


# Mot de passe oublié


def test_the_first_question_is_whether_they_ever_connected(browser: Browser) -> None:
    page = browser.text(FORGOTTEN)
    assert "Vous êtes-vous déjà connecté à ce compte\xa0?" in page
    assert 'name="courriel"' not in page
    assert browser.get(EMAIL_FORM).text.count('name="courriel"') == 1


def test_without_an_answer_the_question_is_asked_again(browser: Browser) -> None:
    response = browser.get(f"{FORGOTTEN}?suite=1")
    assert response.status_code == 422
    assert '<a href="#connexion-oui">Choisissez une réponse.</a>' in html.unescape(response.text)


def test_a_forgotten_password_is_asked_for_with_the_email_address(browser: Browser, engine: Engine) -> None:
    response = ask_password(browser, "Bruno@Exemple.fr ")
    assert (response.status_code, response.headers["location"]) == (303, "/mot-de-passe-oublie/demande")
    assert asked(engine) == [(RecoveryKind.PASSWORD, "bruno@exemple.fr")]
    page = browser.text("/mot-de-passe-oublie/demande")
    assert "Si un compte correspond à l’adresse" in page
    assert "Si rien n’arrive" in page
    assert "caf.fr/partenaires" in page


def test_who_never_connected_and_got_letters_is_sent_to_the_lost_login_with_the_reason(
    browser: Browser, engine: Engine
) -> None:
    response = browser.get(f"{FORGOTTEN}?suite=1&connexion=par-courrier")
    assert response.status_code == 303
    page = browser.text(response.headers["location"])
    assert "c’est toujours «\xa0Identifiant perdu\xa0»" in page
    posted = ask_password(browser, "bruno@exemple.fr", connexion="par-courrier")
    assert posted.headers["location"] == response.headers["location"]
    assert asked(engine) == []


def test_who_never_connected_and_got_emails_is_told_that_the_guides_do_not_say(
    browser: Browser, engine: Engine
) -> None:
    page = browser.text(f"{FORGOTTEN}?connexion=par-courriel")
    assert "Les guides de la Caf ne traitent pas le cas" in page
    assert ask_password(browser, "bruno@exemple.fr", connexion="par-courriel").status_code == 303
    assert len(asked(engine)) == 1


@pytest.mark.parametrize("answer", ["", "peut-être"])
def test_a_form_that_answers_nothing_goes_back_to_the_question(browser: Browser, engine: Engine, answer: str) -> None:
    assert ask_password(browser, "bruno@exemple.fr", connexion=answer).headers["location"] == FORGOTTEN
    assert asked(engine) == []


@pytest.mark.parametrize("typed", ["", "bruno", "bruno@", "bruno@exemple", "a@b@exemple.fr", "x\0@exemple.fr" * 40])
def test_what_is_no_address_is_told_at_the_field(browser: Browser, engine: Engine, typed: str) -> None:
    response = ask_password(browser, typed)
    assert response.status_code == 422
    assert '<a href="#courriel">' in response.text
    assert 'id="courriel-erreur"' in response.text
    assert asked(engine) == []


# What comes of it


def sent_to(engine: Engine, user_id: int) -> dict[str, str]:
    """The worker handles what was asked; the secret of each message that waits for a user, by purpose."""
    recovery.handle_requests(engine)
    with reading(on=engine) as session:
        waiting = select(OutboxMessage).where(OutboxMessage.portal_user_id == user_id)
        return {
            message.purpose: open_sealed(message).content.secret or ""
            for message in session.scalars(waiting)
            if message.state is OutboxState.WAITING
        }


def test_what_is_sent_after_a_lost_login_opens_the_account(browser: Browser, engine: Engine, world: World) -> None:
    ask_login(browser, BRUNO)
    sent = sent_to(engine, world.bruno)
    response = browser.submit_sign_in(sent["login"], sent["temporary_password"])
    assert response.headers["location"].startswith("/mot-de-passe/nouveau")


def test_the_newer_of_two_temporary_passwords_is_the_good_one(browser: Browser, engine: Engine, world: World) -> None:
    ask_password(browser, "bruno@exemple.fr")
    older = sent_to(engine, world.bruno)["temporary_password"]
    ask_password(browser, "bruno@exemple.fr")
    newer = sent_to(engine, world.bruno)["temporary_password"]
    assert browser.submit_sign_in("bruno", older).status_code == 422
    assert browser.submit_sign_in("bruno", PASSWORD).status_code == 303, "nobody is locked out by being asked for"
    browser.sign_out()
    assert browser.submit_sign_in("bruno", newer.lower()).headers["location"].startswith("/mot-de-passe/nouveau")


# Telling nothing


@pytest.mark.parametrize(
    ("ask", "known", "unknown"),
    [(ask_login, BRUNO, NOBODY), (ask_password, "bruno@exemple.fr", "personne@exemple.fr")],
    ids=["lost login", "forgotten password"],
)
def test_the_answer_is_the_same_whether_or_not_an_account_exists(
    new_browser: NewBrowser, engine: Engine, ask: Callable[[Browser, str], Any], known: str, unknown: str
) -> None:
    seen = []
    for about in (known, unknown):
        browser = new_browser()
        response = ask(browser, about)
        page = browser.get(response.headers["location"])
        headers = {name: value for name, value in response.headers.items() if name != "set-cookie"}
        seen.append((response.status_code, headers, response.content, page.status_code, page.content))
    assert seen[0] == seen[1]
    with reading(on=engine) as session:
        assert session.scalars(select(OutboxMessage)).all() == [], "who it is about is found out later"


@pytest.mark.parametrize("ask", [ask_login, ask_password])
def test_an_address_that_asks_too_often_waits(
    new_browser: NewBrowser, engine: Engine, ask: Callable[[Browser, str], Any]
) -> None:
    allowed = settings().recoveries_per_hour
    for number in range(allowed):
        about = f"359000080{number:05d}" if ask is ask_login else f"personne{number}@exemple.fr"
        assert ask(new_browser(), about).status_code == 303
    responses = [ask(new_browser(), about) for about in (BRUNO, NOBODY) if ask is ask_login] or [
        ask(new_browser(), about) for about in ("bruno@exemple.fr", "inconnu@exemple.fr")
    ]
    for response in responses:
        assert response.status_code == 429
        assert 3000 < int(response.headers["retry-after"]) <= 3600
        page = html.unescape(response.text)
        assert "Trop de demandes" in page
        assert re.search(r"Attendez \d\d minutes", page)
    assert without_tokens(responses[0].text) == without_tokens(responses[1].text)
    assert len(asked(engine)) == allowed


def test_another_address_does_not_wait(configuration: Settings, engine: Engine) -> None:
    browser = Browser(create_app(replace(configuration, trusted_proxies=1), engine))
    browser.client.headers["x-forwarded-for"] = "203.0.113.1"
    for number in range(settings().recoveries_per_hour + 1):
        last = ask_login(browser, f"359000080{number:05d}")
    assert last.status_code == 429
    browser.client.headers["x-forwarded-for"] = "203.0.113.2"
    assert ask_login(browser, BRUNO).status_code == 303


def test_neither_the_addresses_nor_the_log_name_anybody(browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), capture_logs() as requests:
        answers = [ask_login(browser, BRUNO), ask_password(browser, "bruno@exemple.fr"), ask_login(browser, "A123456")]
    for answer in answers:
        assert not re.search("bruno|7090002|A123456", answer.headers.get("location", ""))
    lines = [record.getMessage() for record in caplog.records if record.name.startswith(("portal", "offre_bailleurs"))]
    asked = [(each["method"], each["route"], each["status"]) for each in requests if each["event"] == "request"]
    assert ("POST", "/identifiant-perdu", 303) in asked
    lines += map(str, requests)
    assert not any(re.search("bruno|7090002|A123456", line) for line in lines)


def test_the_database_keeps_no_name_in_clear(browser: Browser, engine: Engine) -> None:
    ask_password(browser, "bruno@exemple.fr")
    with reading(on=engine) as session:
        row = session.scalars(select(RecoveryRequest)).one()
        attempts = session.scalars(select(Attempt)).all()
    assert "bruno" not in f"{row.sealed}{row.request_key}"
    assert attempts
    assert not any("testclient" in f"{each.kind}{each.key}" for each in attempts)


# Once


def test_a_double_click_asks_once(configuration: Settings, engine: Engine) -> None:
    first = Browser(create_app(configuration, engine))
    form = {"jeton": first.csrf_token(LOST_LOGIN), "demande": drawn(first, LOST_LOGIN), "numero": BRUNO}
    visit = first.cookie("ob_visite")

    def click(_: int) -> int:
        hand = Browser(create_app(configuration, engine))
        hand.put_cookie("ob_visite", visit)
        return int(hand.client.post(LOST_LOGIN, data=form).status_code)

    with ThreadPoolExecutor(4) as clicks:
        assert set(clicks.map(click, range(4))) == {303}
    assert len(asked(engine)) == 1


def test_going_back_and_correcting_asks_again(browser: Browser, engine: Engine) -> None:
    form = {"jeton": browser.csrf_token(EMAIL_FORM), "demande": drawn(browser, EMAIL_FORM), "connexion": "oui"}
    for email in ("brune@exemple.fr", "bruno@exemple.fr", "bruno@exemple.fr"):
        assert browser.client.post(FORGOTTEN, data={**form, "courriel": email}).status_code == 303
    assert [about for _, about in asked(engine)] == ["brune@exemple.fr", "bruno@exemple.fr"]


def test_the_confirmation_can_be_reloaded(browser: Browser, engine: Engine) -> None:
    address = ask_login(browser, BRUNO).headers["location"]
    assert [browser.get(address).status_code for _ in range(3)] == [200, 200, 200]
    assert len(asked(engine)) == 1


# Forms


@pytest.mark.parametrize(
    ("path", "fields"),
    [(LOST_LOGIN, {"numero": BRUNO}), (FORGOTTEN, {"connexion": "oui", "courriel": "bruno@exemple.fr"})],
)
def test_only_a_form_of_this_site_and_of_this_visitor_asks(
    new_browser: NewBrowser, engine: Engine, path: str, fields: dict[str, str]
) -> None:
    browser = new_browser()
    shown = LOST_LOGIN if path == LOST_LOGIN else EMAIL_FORM
    fields = {**fields, "demande": drawn(browser, shown)}
    for token in ("", "0" * 64, new_browser().csrf_token()):
        assert browser.client.post(path, data={**fields, "jeton": token}).status_code == 403
    form = {**fields, "jeton": browser.csrf_token(shown)}
    assert browser.client.post(path, data=form, headers={"origin": "https://mechant.test"}).status_code == 403
    for forged in ("", "court", "é" * 30, "x" * 500):
        assert browser.client.post(path, data={**form, "demande": forged}).status_code == 403
    assert asked(engine) == []
    assert browser.client.post(path, data=form).status_code == 303


def test_whoever_is_signed_in_can_ask_too(browser: Browser, engine: Engine) -> None:
    browser.sign_in("camille")
    assert ask_login(browser, BRUNO).status_code == 303
    assert "Camille Durand" in browser.text("/identifiant-perdu/demande")
