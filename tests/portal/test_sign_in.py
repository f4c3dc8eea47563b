"""Getting in, and not getting in."""

from __future__ import annotations

import html
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from starlette.requests import Request

from offre_bailleurs import accounts
from offre_bailleurs.accounts import Proven, authenticate, hash_password, renew_hash
from offre_bailleurs.campaigns import today
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.first_connection import choose_password
from offre_bailleurs.models import Attempt, PortalSession, PortalUser, UserState
from offre_bailleurs.settings import Settings
from portal.app import create_app
from portal.endpoints import sign_in as sign_in_endpoint
from portal.throttling import client_address
from tests.portal.browser import Browser, without_tokens
from tests.portal.world import PASSWORD, TEMPORARY_PASSWORD, World

NewBrowser = Callable[[], Browser]


def test_the_right_login_and_password_lead_to_the_tenants_list(browser: Browser) -> None:
    response = browser.submit_sign_in("camille")
    assert (response.status_code, response.headers["location"]) == (303, "/locataires")
    assert "Camille Durand" in browser.text("/locataires")


def test_spaces_around_a_pasted_login_do_no_harm(browser: Browser) -> None:
    assert browser.submit_sign_in("  camille ").status_code == 303


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("camille", "faux"),
        ("personne", PASSWORD),
        ("partie", PASSWORD),
        ("partie", "faux"),
        ("nouvelle", "faux"),
        ("camille", "x" * 2000),
        ("cam\0ille", PASSWORD),
        ("camille' OR '1'='1", PASSWORD),
    ],
    ids=["wrong password", "unknown", "closed", "closed and wrong", "never connected and wrong", "long", "NUL", "SQL"],
)
def test_whatever_is_wrong_the_words_are_the_same(browser: Browser, login: str, password: str) -> None:
    response = browser.submit_sign_in(login, password)
    assert response.status_code == 422
    assert response.text.count("Identifiant ou mot de passe incorrect.") == 2  # in the summary and at the field
    assert browser.cookie("ob_session") is None
    assert browser.get("/locataires").status_code == 303


def test_the_error_leads_to_the_field_and_keeps_the_login_but_not_the_password(browser: Browser) -> None:
    page = browser.submit_sign_in("camille", "mauvais-secret").text
    assert '<a href="#identifiant">' in page
    assert 'aria-invalid="true"' in page
    assert 'value="camille"' in page
    assert "mauvais-secret" not in page


def test_an_empty_form_is_told_field_by_field(browser: Browser) -> None:
    page = browser.submit_sign_in("", "").text
    assert page.count("Saisissez votre identifiant.") == 2
    assert page.count("Saisissez votre mot de passe.") == 2


def test_the_page_leads_to_what_recovers_an_access(browser: Browser) -> None:
    page = browser.text("/connexion")
    assert '<a href="/identifiant-perdu">Identifiant perdu</a>' in page
    assert '<a href="/mot-de-passe-oublie">Mot de passe oublié</a>' in page
    for address in ("/identifiant-perdu", "/mot-de-passe-oublie"):
        assert browser.get(address).status_code == 200


@pytest.mark.parametrize(
    "dates", [{"opens_on": today() + timedelta(days=1)}, {"closes_on": today() - timedelta(days=1)}]
)
def test_outside_of_their_dates_people_read_what_a_wrong_password_reads(
    browser: Browser, engine: Engine, world: World, dates: dict[str, date]
) -> None:
    wrong = without_tokens(browser.submit_sign_in("camille", "faux").text)
    with transaction(on=engine) as session:
        for name, day in dates.items():
            setattr(session.get_one(PortalUser, world.camille), name, day)
    response = browser.submit_sign_in("camille")
    assert response.status_code == 422
    assert without_tokens(response.text) == wrong


def test_whoever_is_signed_in_is_out_when_their_closing_day_is_over(
    browser: Browser, engine: Engine, world: World
) -> None:
    browser.sign_in("camille")
    with transaction(on=engine) as session:
        session.get_one(PortalUser, world.camille).closes_on = today() - timedelta(days=1)
    assert browser.get("/locataires").headers["location"].startswith("/connexion")


def test_an_unknown_login_reads_the_very_page_of_a_known_one(browser: Browser) -> None:
    known, unknown = browser.submit_sign_in("camille", "faux"), browser.submit_sign_in("inconnu", "faux")
    assert known.status_code == unknown.status_code == 422
    assert without_tokens(known.text) == without_tokens(unknown.text).replace("inconnu", "camille")


def test_sign_in_leads_back_to_the_page_that_was_asked_for(browser: Browser, world: World) -> None:
    address = f"/recapitulatifs/{world.camilles_transmitted}.pdf"
    response = browser.get(address)
    assert response.status_code == 303
    page = browser.text(response.headers["location"])
    assert f'name="next" value="{address}"' in page
    assert browser.submit_sign_in("camille", next=address).headers["location"] == address


@pytest.mark.parametrize(
    "target",
    [
        "https://mechant.test/",
        "//mechant.test/locataires",
        "/\\mechant.test",
        "\\\\mechant.test",
        "/locataires@mechant.test",
        "/recapitulatifs/1.pdf\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "/%2f%2fmechant.test",
        "/deconnexion",
        "/recapitulatifs/1.pdf\n",
        "",
    ],
)
def test_sign_in_never_leads_to_another_site(browser: Browser, target: str) -> None:
    assert browser.submit_sign_in("camille", next=target).headers["location"] == "/locataires"


def test_who_is_signed_in_is_not_asked_again(browser: Browser) -> None:
    browser.sign_in("camille")
    response = browser.get("/connexion?next=//mechant.test")
    assert (response.status_code, response.headers["location"]) == (303, "/locataires")


@pytest.mark.parametrize("login", ["camille", "inconnue"])
def test_guessing_one_password_is_slowed_down_whether_or_not_the_login_exists(
    configuration: Settings, engine: Engine, login: str
) -> None:
    browser = Browser(create_app(replace(configuration, sign_in_attempts_per_minute=1000), engine))
    for _ in range(5):
        assert browser.submit_sign_in(login, "faux").status_code == 422
    response = browser.submit_sign_in(login)
    assert response.status_code == 429
    assert "Trop d’essais de connexion" in html.unescape(response.text)
    assert 1 <= int(response.headers["retry-after"]) <= 60


def test_a_long_delay_is_told_in_minutes(configuration: Settings, engine: Engine) -> None:
    browser = Browser(create_app(replace(configuration, sign_in_attempts_per_minute=1000), engine))
    for _ in range(8):
        browser.submit_sign_in("camille", "faux")
        with transaction(on=engine) as session:  # an hour goes by
            for attempt in session.scalars(select(Attempt)):
                attempt.at -= timedelta(hours=1)
    browser.submit_sign_in("camille", "faux")
    response = browser.submit_sign_in("camille")
    assert response.status_code == 429
    assert 900 <= int(response.headers["retry-after"]) <= 960
    assert "Attendez 16 minutes, puis recommencez." in html.unescape(response.text)


def test_a_right_password_forgets_the_failures(configuration: Settings, engine: Engine) -> None:
    browser = Browser(create_app(replace(configuration, sign_in_attempts_per_minute=1000), engine))
    for _ in range(3):
        for _ in range(4):
            assert browser.submit_sign_in("camille", "faux").status_code == 422
        browser.sign_in("camille").sign_out()


def test_guesses_sent_side_by_side_are_all_counted(configuration: Settings, engine: Engine) -> None:
    many = replace(configuration, sign_in_attempts_per_minute=1000)

    def guess(number: int) -> int:
        server = create_app(many, engine)  # one each: what they share is the database
        return int(Browser(server).submit_sign_in("camille", f"faux{number}").status_code)

    with ThreadPoolExecutor(8) as guessers:
        statuses = Counter(guessers.map(guess, range(16)))
    assert statuses == {422: 5, 429: 11}


def test_a_password_that_was_replaced_in_the_moment_of_signing_in_opens_nothing(
    browser: Browser, engine: Engine, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def authenticate_then_replace(session: Session, login: str, password: str) -> Proven | None:
        proven = authenticate(session, login, password)
        with transaction(on=engine) as other:
            choose_password(other, world.camille, hash_password("un autre"))
        return proven

    monkeypatch.setattr(sign_in_endpoint, "authenticate", authenticate_then_replace)
    assert browser.submit_sign_in("camille").status_code == 422
    assert browser.cookie("ob_session") is None


def test_guessing_many_logins_from_one_address_is_slowed_down(browser: Browser) -> None:
    for number in range(5):
        assert browser.submit_sign_in(f"inconnu{number}", "faux").status_code == 422
    assert browser.submit_sign_in("camille").status_code == 429


def test_guessing_one_login_from_many_addresses_is_slowed_down(
    configuration: Settings, engine: Engine, world: World
) -> None:
    behind_proxy = replace(configuration, trusted_proxies=1)
    browser = Browser(create_app(behind_proxy, engine))
    for number in range(5):
        browser.client.headers["x-forwarded-for"] = f"203.0.113.{number}"
        assert browser.submit_sign_in("camille", "faux").status_code == 422
    browser.client.headers["x-forwarded-for"] = "203.0.113.99"
    assert browser.submit_sign_in("CAMILLE").status_code == 429
    assert browser.submit_sign_in("bruno").status_code == 303


def test_a_forged_forwarded_address_frees_nobody(browser: Browser) -> None:
    for number in range(5):
        browser.client.headers["x-forwarded-for"] = f"203.0.113.{number}"
        browser.submit_sign_in(f"inconnu{number}", "faux")
    browser.client.headers["x-forwarded-for"] = "203.0.113.99"
    assert browser.submit_sign_in("bruno").status_code == 429


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "expected"),
    [
        ("203.0.113.9", None, 0, "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", 0, "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", 1, "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1", 1, "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.2", 2, "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1", 2, "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", None, 0, "2001:db8:1:2::/64"),
        ("::ffff:198.51.100.1", None, 0, "198.51.100.1"),
        ("10.0.0.1", "pas une adresse", 1, "pas une adresse"),
    ],
)
def test_an_address_is_the_one_that_our_own_proxies_saw(
    peer: str, forwarded: str | None, proxies: int, expected: str
) -> None:
    headers = [] if forwarded is None else [(b"x-forwarded-for", forwarded.encode())]
    request = Request({"type": "http", "client": (peer, 1234), "headers": headers})
    assert client_address(request, proxies) == expected


def test_successes_are_never_slowed_down(new_browser: NewBrowser) -> None:
    for _ in range(7):
        new_browser().sign_in("camille")


def test_an_unknown_login_costs_the_work_of_a_wrong_password(
    engine: Engine, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "_HASHER", PasswordHasher())
    accounts._decoy.cache_clear()
    with transaction(on=engine) as session:
        session.get_one(PortalUser, world.camille).password_hash = hash_password(PASSWORD)

    def fastest(login: str) -> float:
        durations = []
        for _ in range(3):
            with reading(on=engine) as session:
                started = time.perf_counter()
                assert authenticate(session, login, "faux") is None
                durations.append(time.perf_counter() - started)
        return min(durations)

    assert fastest("personne") > 0.5 * fastest("camille")
    accounts._decoy.cache_clear()


def test_a_hash_of_old_parameters_is_renewed_when_the_password_proves_right(
    browser: Browser, engine: Engine, world: World
) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=32).hash(PASSWORD)
    with transaction(on=engine) as session:
        session.get_one(PortalUser, world.camille).password_hash = weak
    browser.submit_sign_in("camille", "faux")
    assert _stored_hash(engine, world.camille) == weak
    browser.sign_in("camille")
    renewed = _stored_hash(engine, world.camille)
    assert renewed != weak
    assert f"m={accounts._HASHER.memory_cost}," in renewed
    with transaction(on=engine) as session:
        assert not renew_hash(session, world.camille, PASSWORD)


def test_a_password_changed_in_between_is_not_overwritten(engine: Engine, world: World) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=32).hash("le nouveau")
    with transaction(on=engine) as session:
        session.get_one(PortalUser, world.camille).password_hash = weak
        assert not renew_hash(session, world.camille, PASSWORD)
    assert _stored_hash(engine, world.camille) == weak


def test_a_hash_that_is_none_opens_nothing(engine: Engine, world: World) -> None:
    with transaction(on=engine) as session:
        session.get_one(PortalUser, world.camille).password_hash = "n'importe quoi"
    with reading(on=engine) as session:
        assert authenticate(session, "camille", "n'importe quoi") is None


def test_authenticate_gives_the_user_only_when_they_may_get_in(engine: Engine, world: World) -> None:
    with reading(on=engine) as session:
        camille = authenticate(session, "camille", PASSWORD)
        assert camille is not None
        assert (camille.user.id, camille.by_temporary_password) == (world.camille, False)
        assert authenticate(session, "partie", PASSWORD) is None
        assert authenticate(session, "nouvelle", PASSWORD) is None
        newcomer = authenticate(session, "nouvelle", TEMPORARY_PASSWORD)
        assert newcomer is not None
        assert newcomer.by_temporary_password


def test_two_hashes_of_one_password_differ() -> None:
    assert hash_password("secret") != hash_password("secret")


def test_a_user_closed_after_sign_in_is_out_at_the_next_request(browser: Browser, engine: Engine, world: World) -> None:
    browser.sign_in("camille")
    with transaction(on=engine) as session:
        session.get_one(PortalUser, world.camille).state = UserState.CLOSED
    assert browser.get("/locataires").status_code == 303
    assert browser.get("/chat/identite").json() == {"token": None, "who": ""}
    assert browser.get(f"/recapitulatifs/{world.camilles_transmitted}.pdf").status_code == 303


def test_the_database_keeps_no_cookie(browser: Browser, engine: Engine) -> None:
    token = browser.sign_in("camille").cookie("ob_session")
    with reading(on=engine) as session:
        stored = session.scalars(select(PortalSession.token_hash)).all()
    assert len(stored) == 1
    assert token not in stored


def _stored_hash(engine: Engine, user_id: int) -> str | None:
    with reading(on=engine) as session:
        return session.get_one(PortalUser, user_id).password_hash
