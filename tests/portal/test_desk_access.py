"""Who may open the desk: advisers alone, and advisers open nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy.exc import OperationalError

from offre_bailleurs.database import transaction
from tests.portal.browser import Browser
from tests.portal.desk import KEY, QUEUE, Desk, by_script, desk, path, post, text_of
from tests.portal.world import TEMPORARY_PASSWORD, World, give_temporary_password

__all__ = ["desk"]

NewBrowser = Callable[[], Browser]

ACTIONS = ("prendre", "messages", "courriel", "rendre", "reprendre", "clore")
FIELDS = {"texte": "Bonjour", "cle": KEY, "issue": "resolved"}
LANDLORDS_PAGES = ("/locataires", "/recapitulatifs/1.pdf", "/habilitations", "/habilitations/utilisateurs/nouveau")


def pages(request_id: int) -> list[str]:
    """Every address of the desk that a browser opens by itself."""
    return [QUEUE, path(request_id), "/conseil/tableau-de-bord"]


def parts(request_id: int) -> list[str]:
    """Every address that the pages' script asks."""
    return ["/conseil/file", path(request_id, "suite"), path(request_id, "reponses")]


def test_an_adviser_lands_on_the_queue_after_sign_in(browser: Browser, desk: Desk) -> None:
    assert browser.submit_sign_in("alice").headers["location"] == QUEUE
    page = browser.text(QUEUE)
    assert '<h1 id="titre-file" tabindex="-1">File d’attente</h1>' in page
    assert "Alice Accueil" in page
    assert browser.get("/connexion").headers["location"] == QUEUE


def test_an_adviser_who_was_sent_to_sign_in_comes_back(browser: Browser, desk: Desk) -> None:
    request_id = desk.ask()
    for address in pages(request_id):
        assert browser.get(address).headers["location"].startswith("/connexion?next="), address
    assert browser.submit_sign_in("alice", next=path(request_id)).headers["location"] == path(request_id)


def test_a_new_adviser_chooses_a_password_and_lands_on_the_queue(browser: Browser, desk: Desk) -> None:
    with transaction(on=desk.engine) as session:
        give_temporary_password(session, desk.alice)
    assert browser.submit_sign_in("alice", TEMPORARY_PASSWORD).headers["location"].startswith("/mot-de-passe/nouveau")
    assert browser.get(QUEUE).status_code == 303
    chosen = "Trois-Chats-gris-77"
    answer = browser.submit("/mot-de-passe/nouveau", nouveau=chosen, nouveau_encore=chosen)
    assert answer.headers["location"] == QUEUE, text_of(answer)
    assert browser.get(QUEUE).status_code == 200


@pytest.mark.parametrize("login", ["camille", "oliviers"])
def test_a_landlord_is_not_told_that_there_is_a_desk(browser: Browser, desk: Desk, login: str) -> None:
    request_id = desk.ask(("user", "Un secret de quelqu’un d’autre"))
    browser.sign_in(login)
    assert "onseil" not in browser.text("/locataires").partition("<main")[0]
    nowhere = browser.get("/nulle-part")
    before = desk.state()
    for address in pages(request_id) + parts(request_id):
        response = browser.get(address)
        assert (response.status_code, response.text) == (404, nowhere.text), address
    token = browser.csrf_token("/locataires")
    for action in ACTIONS:
        response = browser.client.post(path(request_id, action), data={"jeton": token, **FIELDS})
        assert (response.status_code, response.text) == (404, nowhere.text), action
    assert desk.state() == before


def test_a_landlord_who_signs_in_on_the_way_to_the_desk_finds_their_tenants(browser: Browser, desk: Desk) -> None:
    assert browser.submit_sign_in("camille", next=QUEUE).headers["location"] == "/locataires"


def test_whoever_is_not_signed_in_changes_nothing(browser: Browser, desk: Desk) -> None:
    request_id = desk.ask()
    before = desk.state()
    token = browser.csrf_token("/connexion")
    for action in ACTIONS:
        response = browser.client.post(path(request_id, action), data={"jeton": token, **FIELDS})
        assert response.status_code == 303, action
        assert response.headers["location"].startswith("/connexion"), action
    assert desk.state() == before


def test_an_adviser_is_told_kindly_that_a_page_is_the_landlords(browser: Browser, desk: Desk, world: World) -> None:
    browser.sign_in("alice")
    for address in (*LANDLORDS_PAGES, f"/recapitulatifs/{world.camilles_transmitted}.pdf"):
        sent = browser.get(address)
        assert sent.status_code == 303, address
        page = browser.get(sent.headers["location"])
        assert page.status_code == 403, address
        assert "Cette page est réservée aux bailleurs" in text_of(page), address
        assert "Morel" not in page.text, address
    assert browser.get("/chat/identite").json() == {"token": None, "who": ""}


def test_an_adviser_creates_no_user(browser: Browser, desk: Desk) -> None:
    browser.sign_in("alice")
    token = browser.csrf_token(QUEUE)
    for address in ("/habilitations/utilisateurs/nouveau", "/habilitations/administrateur"):
        assert browser.client.post(address, data={"jeton": token, "nom": "Dupont"}).status_code == 404, address


def test_the_desk_s_pages_do_not_load_the_landlords_chat(browser: Browser, desk: Desk) -> None:
    request_id = desk.ask()
    browser.sign_in("alice")
    for address in (QUEUE, path(request_id)):
        page = browser.get(address).text
        assert "offre-bailleurs-chat.js" not in page, address
        assert "/static/desk/htmx.min.js" in page, address


def test_a_form_without_its_token_or_from_another_site_changes_nothing(browser: Browser, desk: Desk) -> None:
    request_id = desk.ask()
    browser.sign_in("alice")
    token = browser.csrf_token(QUEUE)
    before = desk.state()
    for action in ACTIONS:
        without = browser.client.post(path(request_id, action), data={"jeton": "x", **FIELDS})
        assert without.status_code == 403, action
        elsewhere = browser.client.post(
            path(request_id, action), data={"jeton": token, **FIELDS}, headers={"Origin": "https://ailleurs.example"}
        )
        assert elsewhere.status_code == 403, action
    assert desk.state() == before


def test_a_page_whose_session_is_over_is_told_so_and_not_redirected(browser: Browser, desk: Desk) -> None:
    request_id = desk.ask()
    browser.sign_in("alice")
    token = browser.csrf_token(QUEUE)
    browser.client.post("/deconnexion", data={"jeton": token})
    for address in parts(request_id):
        assert browser.get(address, hx_request="true").status_code == 401, address
    data = {"jeton": token, **FIELDS}
    said = browser.client.post(path(request_id, "messages"), data=data, headers={"HX-Request": "true"})
    assert said.status_code == 401


def test_an_adviser_whose_access_is_closed_reads_and_does_nothing_more(browser: Browser, desk: Desk) -> None:
    request_id = desk.ask(("user", "Un secret"))
    browser.sign_in("alice")
    token = browser.csrf_token(QUEUE)
    desk.close_access(desk.alice)
    before = desk.state()
    for address in pages(request_id):
        assert browser.get(address).status_code == 303, address
    for address in parts(request_id):
        assert browser.get(address).status_code == 401, address
    for action in ACTIONS:
        response = browser.client.post(path(request_id, action), data={"jeton": token, **FIELDS})
        assert response.status_code == 303, action
    assert desk.state() == before


@pytest.mark.parametrize("name", ["0", "999999", "abc", "-1", "1" * 30, "%D9%A1", "1%00", "1;2"])
def test_a_request_that_does_not_exist_is_not_found(browser: Browser, desk: Desk, name: str) -> None:
    browser.sign_in("alice")
    address = f"{QUEUE}/demandes/{name}"
    assert browser.get(address).status_code == 404
    assert browser.get(f"{address}/suite").status_code == 404
    assert browser.get(f"{address}/reponses").status_code == 404
    token = browser.csrf_token(QUEUE)
    for action in ACTIONS:
        response = browser.client.post(f"{address}/{action}", data={"jeton": token, **FIELDS})
        assert response.status_code == 404, action


@pytest.mark.parametrize("address", [f"{QUEUE}/demandes/999999", f"{QUEUE}/rien", "/rien"])
def test_an_adviser_who_is_lost_finds_the_way_back_to_the_queue(browser: Browser, desk: Desk, address: str) -> None:
    browser.sign_in("alice")
    lost = browser.get(address)
    assert lost.status_code == 404
    page = browser.text(address)
    assert 'href="/conseil">Retour à la file d’attente</a>' in page
    assert "Alice Accueil" in page
    assert "/locataires" not in page
    assert "offre-bailleurs-chat.js" not in page


def test_a_form_that_has_expired_leads_an_adviser_back_to_the_queue(browser: Browser, desk: Desk) -> None:
    request_id = desk.ask()
    browser.sign_in("alice")
    refused = browser.client.post(path(request_id, "prendre"), data={"jeton": "autre"})
    assert refused.status_code == 403
    assert "Retour à la file d’attente" in text_of(refused)
    assert "/locataires" not in refused.text
    token = re.search(r'name="jeton" value="([^"]+)"', refused.text)
    assert token is not None
    assert browser.client.post("/deconnexion", data={"jeton": token[1]}).status_code == 303


def test_whoever_is_no_adviser_reads_of_no_queue_when_they_are_lost(browser: Browser, desk: Desk) -> None:
    for page in (browser.text("/rien"), browser.sign_in("camille").text("/rien")):
        assert "Mes locataires" in page
        assert "Camille" not in page
        assert QUEUE not in page


def test_a_page_that_is_not_found_is_said_so_though_the_database_is_silent(
    browser: Browser, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.sign_in("alice")

    def silent(*_: object, **__: object) -> None:
        raise OperationalError("SELECT", {}, Exception())

    monkeypatch.setattr("portal.visitors.find_session", silent)
    assert browser.get("/rien").status_code == 404


def test_an_action_has_no_page(browser: Browser, desk: Desk) -> None:
    request_id = desk.ask()
    browser.sign_in("alice")
    for action in ACTIONS:
        assert browser.get(path(request_id, action)).status_code == 405, action


def test_what_a_colleague_has_is_read_and_not_touched(new_browser: NewBrowser, desk: Desk) -> None:
    request_id = desk.ask(("user", "Bonjour"))
    alice, basile = new_browser().sign_in("alice"), new_browser().sign_in("basile")
    post(alice, request_id, "prendre")
    page = text_of(basile.get(path(request_id)))
    assert "Bonjour" in page
    assert "Prise par Alice Accueil" in page
    assert "Votre réponse" not in page
    before = desk.state()
    for action in ACTIONS:
        assert post(basile, request_id, action, **FIELDS).status_code == 409, action
    assert by_script(basile, request_id, "messages", **FIELDS).status_code == 409
    assert desk.state() == before
