"""After « Mot de passe oublié »: another password must be chosen before anything opens again."""

from __future__ import annotations

import html
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, func, select

from offre_bailleurs.database import reading, transaction
from offre_bailleurs.models import PortalSession, PortalUser
from offre_bailleurs.portal_sessions import ROTATION
from tests.portal.browser import Browser
from tests.portal.first_steps import OWN_PASSWORD
from tests.portal.test_sessions import grow_older
from tests.portal.world import PASSWORD, TEMPORARY_PASSWORD, World, give_temporary_password

NewBrowser = Callable[[], Browser]
PATH = "/mot-de-passe/nouveau"


@pytest.fixture(autouse=True)
def _recovered(engine: Engine, world: World) -> None:
    """Camille asked for a temporary password."""
    with transaction(on=engine) as session:
        give_temporary_password(session, world.camille)


@pytest.fixture
def recovering(browser: Browser) -> Browser:
    """Camille, signed in with it."""
    return browser.sign_in("camille", TEMPORARY_PASSWORD)


def test_a_temporary_password_leads_to_the_choice_of_another_and_then_onward(
    browser: Browser, new_browser: NewBrowser, world: World
) -> None:
    recap = f"/recapitulatifs/{world.camilles_transmitted}.pdf"
    response = browser.submit_sign_in("camille", TEMPORARY_PASSWORD, next=recap)
    assert response.status_code == 303
    form = response.headers["location"]
    assert form.startswith(PATH + "?next=")
    assert "mot de passe provisoire" in browser.text(form)
    assert f'name="next" value="{recap}"' in browser.text(form)
    chosen = browser.submit(form, nouveau=OWN_PASSWORD, nouveau_encore=OWN_PASSWORD, next=recap)
    assert (chosen.status_code, chosen.headers["location"]) == (303, recap)
    assert browser.get(recap).status_code == 200
    for over in (TEMPORARY_PASSWORD, PASSWORD):
        assert new_browser().submit_sign_in("camille", over).status_code == 422
    assert new_browser().submit_sign_in("camille", OWN_PASSWORD).headers["location"] == "/locataires"


def test_nothing_opens_before_another_password_is_chosen(recovering: Browser, world: World) -> None:
    for address in ("/locataires", f"/recapitulatifs/{world.camilles_transmitted}.pdf", "/habilitations/utilisateurs"):
        response = recovering.get(address)
        assert response.status_code == 303
        assert recovering.get(response.headers["location"]).headers["location"].startswith(PATH)
    assert recovering.get("/chat/identite").json() == {"token": None, "who": ""}
    for address in ("/premiere-connexion", "/premiere-connexion/mot-de-passe", "/premiere-connexion/terminee"):
        assert recovering.get(address).headers["location"].startswith(PATH)


def test_every_page_names_them_and_leads_on(recovering: Browser) -> None:
    page = recovering.text("/")
    assert "Camille Durand" in page
    assert "Se déconnecter" in page
    assert f'<a href="{PATH}">Choisir mon mot de passe</a>' in page
    assert recovering.submit(PATH, to="/deconnexion").status_code == 303
    assert recovering.get(PATH).headers["location"].startswith("/connexion")


@pytest.mark.parametrize(
    "target", ["https://mechant.test/", "//mechant.test", "/deconnexion", "/habilitations//mechant.test"]
)
def test_it_never_leads_to_another_site(recovering: Browser, target: str) -> None:
    response = recovering.submit(PATH, nouveau=OWN_PASSWORD, nouveau_encore=OWN_PASSWORD, next=target)
    assert response.headers["location"] == "/locataires"


def test_the_temporary_password_will_not_do_and_the_old_one_still_opens(
    recovering: Browser, new_browser: NewBrowser
) -> None:
    response = recovering.submit(PATH, nouveau=TEMPORARY_PASSWORD, nouveau_encore=TEMPORARY_PASSWORD)
    assert response.status_code == 422
    assert "C’est votre mot de passe provisoire." in html.unescape(response.text)
    assert TEMPORARY_PASSWORD not in response.text
    assert new_browser().submit_sign_in("camille", PASSWORD).headers["location"] == "/locataires"


def test_a_weak_password_is_refused(recovering: Browser) -> None:
    response = recovering.submit(PATH, nouveau="Camille-Durand-1", nouveau_encore="Camille-Durand-1")
    assert response.status_code == 422
    assert "Camille-Durand-1" not in response.text


def test_every_other_browser_is_signed_out(recovering: Browser, new_browser: NewBrowser, engine: Engine) -> None:
    elsewhere = new_browser().sign_in("camille", PASSWORD)
    assert elsewhere.get("/locataires").status_code == 200, "their own password is still good"
    recovering.submit(PATH, nouveau=OWN_PASSWORD, nouveau_encore=OWN_PASSWORD)
    assert elsewhere.get("/locataires").status_code == 303
    assert recovering.get("/locataires").status_code == 200
    with reading(on=engine) as session:
        assert session.scalar(select(func.count()).select_from(PortalSession)) == 1


def test_time_that_goes_by_opens_nothing(recovering: Browser, engine: Engine) -> None:
    first = recovering.cookie("ob_session")
    grow_older(engine, ROTATION)
    assert recovering.get(PATH).status_code == 200
    assert recovering.cookie("ob_session") != first, "the session's token is replaced"
    assert recovering.get("/locataires").status_code == 303
    assert recovering.get(PATH).status_code == 200


def test_one_s_own_password_asks_for_no_other(browser: Browser, engine: Engine, world: World) -> None:
    assert browser.sign_in("camille", PASSWORD).get(PATH).headers["location"] == "/locataires"
    response = browser.submit("/", to=PATH, nouveau=OWN_PASSWORD, nouveau_encore=OWN_PASSWORD)
    assert response.headers["location"] == "/locataires"
    with reading(on=engine) as session:
        assert session.get_one(PortalUser, world.camille).password_hash is not None
    assert Browser(browser.client.app).submit_sign_in("camille", PASSWORD).status_code == 303


def test_the_form_of_someone_else_is_refused(recovering: Browser, new_browser: NewBrowser) -> None:
    token = new_browser().sign_in("bruno").csrf_token("/locataires")
    form = {"jeton": token, "nouveau": OWN_PASSWORD, "nouveau_encore": OWN_PASSWORD}
    assert recovering.client.post(PATH, data=form).status_code == 403
