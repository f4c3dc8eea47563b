"""A signed-in browser, from sign-in to sign-out."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Engine, func, select, update
from starlette.types import ASGIApp

from offre_bailleurs.database import now, reading, transaction
from offre_bailleurs.models import PortalSession
from offre_bailleurs.portal_sessions import GRACE, ROTATION, find_session, open_session, rotate_session
from offre_bailleurs.settings import Settings
from portal.app import create_app
from tests.portal.browser import Browser
from tests.portal.world import PASSWORD, World

NewBrowser = Callable[[], Browser]
SECRET = "un secret d'au moins trente-deux caractères"


def grow_older(engine: Engine, age: timedelta) -> None:
    """Let time pass for the sessions that are open."""
    with transaction(on=engine) as session:
        for row in session.scalars(select(PortalSession)):
            row.created_at -= age
            row.expires_at -= age


def session_count(engine: Engine) -> int:
    with reading(on=engine) as session:
        return session.scalar(select(func.count()).select_from(PortalSession)) or 0


def test_the_token_changes_at_sign_in(browser: Browser) -> None:
    browser.put_cookie("ob_session", "choisi-par-un-autre")
    first = browser.sign_in("camille").cookie("ob_session")
    assert first != "choisi-par-un-autre"
    assert len(first or "") >= 43


def test_signing_in_as_someone_else_ends_the_first_session(browser: Browser, app: ASGIApp, engine: Engine) -> None:
    first = browser.sign_in("camille").cookie("ob_session")
    thief = Browser(app)
    thief.put_cookie("ob_session", first)
    assert thief.get("/locataires").status_code == 200
    form = {"jeton": browser.csrf_token("/locataires"), "identifiant": "bruno", "mot_de_passe": PASSWORD}
    assert browser.client.post("/connexion", data=form).status_code == 303
    assert "Bruno Lefort" in browser.text("/locataires")
    assert thief.get("/locataires").status_code == 303
    assert session_count(engine) == 1


def test_signing_out_ends_the_session_in_the_database_too(browser: Browser, app: ASGIApp, engine: Engine) -> None:
    token = browser.sign_in("camille").cookie("ob_session")
    response = browser.sign_out()
    assert (response.status_code, response.headers["location"]) == (303, "/?message=deconnexion")
    assert browser.cookie("ob_session") is None
    assert "Vous êtes déconnecté." in browser.text("/?message=deconnexion")
    assert session_count(engine) == 0
    replayed = Browser(app)
    replayed.put_cookie("ob_session", token)
    assert replayed.get("/locataires").status_code == 303


def test_signing_out_leaves_the_other_browsers_of_the_same_person_alone(new_browser: NewBrowser) -> None:
    at_home, at_work = new_browser().sign_in("camille"), new_browser().sign_in("camille")
    at_home.sign_out()
    assert at_work.get("/locataires").status_code == 200


def test_a_session_has_an_absolute_lifetime(browser: Browser, engine: Engine, configuration: Settings) -> None:
    browser.sign_in("camille")
    for _ in range(4):
        grow_older(engine, timedelta(seconds=configuration.portal_session_lifetime / 4 - 5))
        assert browser.get("/locataires").status_code == 200, "use does not end a session"
    grow_older(engine, timedelta(seconds=30))
    assert browser.get("/locataires").status_code == 303, "nor does it prolong one"


def test_a_full_page_replaces_an_old_token_and_nothing_else_does(browser: Browser, engine: Engine) -> None:
    first = browser.sign_in("camille").cookie("ob_session")
    assert "set-cookie" not in browser.get("/locataires").headers, "a late answer would bring an old token back"
    grow_older(engine, ROTATION)
    assert browser.get("/chat/identite").json()["token"]
    assert browser.cookie("ob_session") == first
    assert session_count(engine) == 1
    assert browser.get("/locataires").status_code == 200
    assert browser.cookie("ob_session") != first
    assert browser.get("/locataires").status_code == 200


def test_requests_that_race_with_the_replacement_still_work_for_a_while(
    browser: Browser, app: ASGIApp, engine: Engine
) -> None:
    old = browser.sign_in("camille").cookie("ob_session")
    grow_older(engine, ROTATION)
    browser.get("/locataires")
    late = Browser(app)
    late.put_cookie("ob_session", old)
    assert late.get("/chat/identite").json()["token"]
    grow_older(engine, GRACE)
    assert late.get("/chat/identite").json()["token"] is None


def test_pages_opened_side_by_side_get_one_and_the_same_new_token(
    browser: Browser, app: ASGIApp, engine: Engine
) -> None:
    old = browser.sign_in("camille").cookie("ob_session")
    grow_older(engine, ROTATION)

    def open_page(_: int) -> tuple[int, str | None]:
        tab = Browser(app)
        tab.put_cookie("ob_session", old)
        response = tab.get("/locataires")
        return response.status_code, response.cookies.get("ob_session")

    with ThreadPoolExecutor(6) as tabs:
        answers = set(tabs.map(open_page, range(6)))
    assert len(answers) == 1
    status, token = answers.pop()
    assert status == 200
    assert token not in (None, old)
    assert session_count(engine) == 2


def test_a_replacement_lost_on_the_way_is_handed_over_again(browser: Browser, engine: Engine) -> None:
    old = browser.sign_in("camille").cookie("ob_session")
    grow_older(engine, ROTATION)
    browser.get("/locataires")
    successor = browser.cookie("ob_session")
    browser.client.cookies.clear()
    browser.put_cookie("ob_session", old)
    response = browser.get("/locataires")
    assert response.cookies["ob_session"] == successor
    assert session_count(engine) == 2


def test_a_session_can_be_closed_with_the_token_that_was_just_replaced(
    browser: Browser, app: ASGIApp, engine: Engine
) -> None:
    browser.sign_in("camille")
    stale = browser.cookie("ob_session")
    form = {"jeton": browser.csrf_token("/locataires")}
    grow_older(engine, ROTATION)
    browser.get("/locataires")
    visit = browser.cookie("ob_visite")
    other = Browser(app)
    other.put_cookie("ob_session", stale)
    other.put_cookie("ob_visite", visit)
    assert other.client.post("/deconnexion", data=form).status_code == 303
    assert session_count(engine) == 0
    assert browser.get("/locataires").status_code == 303


def test_signing_out_right_after_a_replacement_leaves_no_token_alive(browser: Browser, engine: Engine) -> None:
    browser.sign_in("camille")
    grow_older(engine, ROTATION)
    browser.get("/locataires")
    assert session_count(engine) == 2
    browser.sign_out()
    assert session_count(engine) == 0


def test_a_page_left_open_can_sign_out_after_the_token_was_replaced(browser: Browser, engine: Engine) -> None:
    browser.sign_in("camille")
    form = {"jeton": browser.csrf_token("/locataires")}
    grow_older(engine, ROTATION)
    browser.get("/locataires")
    assert browser.client.post("/deconnexion", data=form).status_code == 303


def test_replacing_twice_gives_one_successor(engine: Engine, world: World) -> None:
    with transaction(on=engine) as session:
        token = open_session(session, world.camille, lifetime=timedelta(hours=1))
    successors = set()
    for _ in range(2):
        with transaction(on=engine) as session:
            successors.add(rotate_session(session, token, secret=SECRET))
    assert len(successors) == 1
    assert session_count(engine) == 2


def test_the_last_moments_of_a_lifetime_are_not_prolonged(engine: Engine, world: World) -> None:
    with transaction(on=engine) as session:
        token = open_session(session, world.camille, lifetime=GRACE)
        assert rotate_session(session, token, secret=SECRET) is None
        assert find_session(session, token) is not None


def test_sessions_that_are_over_are_swept_out_at_the_next_sign_in(new_browser: NewBrowser, engine: Engine) -> None:
    new_browser().sign_in("bruno")
    with transaction(on=engine) as session:
        session.execute(update(PortalSession).values(expires_at=now()))
    new_browser().sign_in("camille")
    assert session_count(engine) == 1


def test_cookies_are_closed_to_scripts_and_to_other_sites(browser: Browser) -> None:
    cookies = browser.submit_sign_in("camille").headers.get_list("set-cookie")
    assert {cookie.partition("=")[0] for cookie in cookies} == {"ob_session", "ob_visite"}
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Path=/" in cookie
        assert "Secure" not in cookie


def test_over_https_cookies_are_secure_and_bound_to_the_host(
    configuration: Settings, engine: Engine, world: World
) -> None:
    secure = replace(configuration, portal_url="https://testserver")
    browser = Browser(create_app(secure, engine), base_url="https://testserver")
    response = browser.submit_sign_in("camille")
    for cookie in response.headers.get_list("set-cookie"):
        assert cookie.startswith("__Host-")
        assert "Secure" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie
    assert browser.get("/locataires").status_code == 200
    assert browser.get("/").headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"


def test_the_public_page_sets_no_cookie(browser: Browser) -> None:
    assert "set-cookie" not in browser.get("/").headers


def test_any_cookie_may_be_sent_and_opens_nothing(browser: Browser) -> None:
    for value in ("", "x" * 4000, "%00", "' OR 1=1 --", "é", "\x7f"):
        response = browser.client.get("/locataires", headers={b"cookie": f"ob_session={value}".encode()})
        assert response.status_code == 303
