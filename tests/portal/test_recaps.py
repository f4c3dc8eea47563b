"""The recap PDF: for whoever may see the tenancy, and for nobody else."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from pypdf import PdfReader

from offre_bailleurs.campaigns import today
from tests.portal.browser import Browser
from tests.portal.world import World

NewBrowser = Callable[[], Browser]


def test_the_landlord_opens_the_recap(browser: Browser, world: World) -> None:
    response = browser.sign_in("camille").get(f"/recapitulatifs/{world.camilles_transmitted}.pdf")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/pdf"
    reference = f"OB-{today().year}-000001"
    assert response.headers["content-disposition"] == f'inline; filename="recapitulatif-{reference}.pdf"'
    assert response.headers["cache-control"] == "private, no-store"
    text = PdfReader(io.BytesIO(response.content)).pages[0].extract_text()
    assert reference in text
    assert "Anne Morel" in text.replace("\n", " ")


def test_the_same_recap_is_served_again_byte_for_byte(browser: Browser, world: World) -> None:
    address = f"/recapitulatifs/{world.camilles_transmitted}.pdf"
    browser.sign_in("camille")
    assert browser.get(address).content == browser.get(address).content


def test_who_may_see_what(new_browser: NewBrowser, world: World) -> None:
    theirs = {
        "camille": {world.camilles_transmitted},
        "bruno": {world.brunos_transmitted},
        "oliviers": {world.regulated_transmitted, world.private_transmitted},
        "limite": {world.private_transmitted},
    }
    everything = set().union(*theirs.values())
    for login, visible in theirs.items():
        browser = new_browser().sign_in(login)
        for declaration in everything:
            expected = 200 if declaration in visible else 404
            assert browser.get(f"/recapitulatifs/{declaration}.pdf").status_code == expected, (login, declaration)


def test_what_is_not_theirs_looks_like_what_does_not_exist(browser: Browser, world: World) -> None:
    browser.sign_in("camille")
    assert browser.get(f"/recapitulatifs/{world.brunos_transmitted}.pdf").text == browser.get(
        "/recapitulatifs/999999.pdf"
    ).text.replace("999999", str(world.brunos_transmitted))


def test_a_draft_has_no_recap(browser: Browser, world: World) -> None:
    assert browser.sign_in("camille").get(f"/recapitulatifs/{world.camilles_draft}.pdf").status_code == 404


def test_who_is_not_signed_in_is_sent_to_sign_in(browser: Browser, world: World) -> None:
    response = browser.get(f"/recapitulatifs/{world.camilles_transmitted}.pdf")
    assert response.status_code == 303
    assert response.headers["location"] == f"/connexion?next=%2Frecapitulatifs%2F{world.camilles_transmitted}.pdf"


@pytest.mark.parametrize("name", ["abc", "-1", "1e3", "9" * 30, "9" * 6000, "%C2%B2", "1%00", "0x1", "+1", "%201"])
def test_a_strange_number_is_not_found(browser: Browser, name: str) -> None:
    assert browser.sign_in("camille").get(f"/recapitulatifs/{name}.pdf").status_code == 404
