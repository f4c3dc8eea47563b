"""What the portal refuses to take for a form of its own."""

from __future__ import annotations

import html
from collections.abc import Callable

import pytest

from tests.portal.browser import Browser
from tests.portal.world import PASSWORD

NewBrowser = Callable[[], Browser]
FIELDS = {"identifiant": "camille", "mot_de_passe": PASSWORD}


def test_a_form_without_its_token_is_refused(browser: Browser) -> None:
    browser.get("/connexion")
    response = browser.client.post("/connexion", data=FIELDS)
    assert response.status_code == 403
    assert "rien n’a été changé" in html.unescape(response.text)


@pytest.mark.parametrize("token", ["", "0" * 64, "é", "x" * 5000])
def test_a_forged_token_is_refused(browser: Browser, token: str) -> None:
    browser.get("/connexion")
    assert browser.client.post("/connexion", data={**FIELDS, "jeton": token}).status_code == 403


def test_the_token_of_another_visitor_is_refused(new_browser: NewBrowser) -> None:
    attacker, victim = new_browser(), new_browser()
    victim.get("/connexion")
    assert victim.client.post("/connexion", data={**FIELDS, "jeton": attacker.csrf_token()}).status_code == 403


def test_a_token_taken_before_sign_in_does_not_sign_out(browser: Browser) -> None:
    before = browser.csrf_token()
    browser.sign_in("camille")
    assert browser.client.post("/deconnexion", data={"jeton": before}).status_code == 403
    assert browser.get("/locataires").status_code == 200


def test_the_token_of_someone_else_s_session_is_refused_even_with_their_visit_cookie(new_browser: NewBrowser) -> None:
    attacker, victim = new_browser().sign_in("bruno"), new_browser().sign_in("camille")
    token = attacker.csrf_token("/locataires")
    victim.put_cookie("ob_visite", attacker.cookie("ob_visite"))
    assert victim.client.post("/deconnexion", data={"jeton": token}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://mechant.test"},
        {"origin": "null"},
        {"origin": "http://testserver.mechant.test"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
    ],
)
def test_a_form_posted_by_another_site_is_refused_though_its_token_is_right(
    browser: Browser, headers: dict[str, str]
) -> None:
    form = {**FIELDS, "jeton": browser.csrf_token()}
    assert browser.client.post("/connexion", data=form, headers=headers).status_code == 403
    assert browser.client.post("/connexion", data=form).status_code == 303


def test_a_form_of_this_site_is_accepted_with_the_headers_of_a_browser(browser: Browser) -> None:
    form = {**FIELDS, "jeton": browser.csrf_token()}
    headers = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}
    assert browser.client.post("/connexion", data=form, headers=headers).status_code == 303


def test_signing_out_takes_a_form_and_never_a_link(browser: Browser) -> None:
    browser.sign_in("camille")
    assert browser.get("/deconnexion").status_code == 405
    assert browser.get("/locataires").status_code == 200


def test_a_body_too_long_is_refused(browser: Browser) -> None:
    form = {**FIELDS, "jeton": browser.csrf_token(), "mot_de_passe": "x" * 20_000}
    assert browser.client.post("/connexion", data=form).status_code == 413


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json", b'{"identifiant": "camille"}', 415),
        ("multipart/form-data; boundary=a", b"--a--", 415),
        ("application/x-www-form-urlencoded", b"\xff\xfe", 400),
        ("application/x-www-form-urlencoded", b"&".join(b"a=%d" % n for n in range(310)), 400),
        ("application/x-www-form-urlencoded", b"", 403),
        ("application/x-www-form-urlencoded", b"jeton=%ff&identifiant=%00", 403),
    ],
)
def test_what_is_no_form_is_refused(browser: Browser, content_type: str, body: bytes, status: int) -> None:
    browser.get("/connexion")
    response = browser.client.post("/connexion", content=body, headers={"content-type": content_type})
    assert response.status_code == status
    assert '<html lang="fr">' in response.text
