"""Each page, with the chat closed and open, in a wide window and at 320 pixels."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from offre_bailleurs.demo import ADMINISTRATOR, LARGE_LANDLORD
from tests.browser.accessibility import NARROW, assert_accessible, overflowing, violations
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.support.world import TenantGiven


def _home(visitor: Visitor) -> None:
    visitor.go("/")


def _sign_in(visitor: Visitor) -> None:
    visitor.go("/connexion")


def _sign_in_refused(visitor: Visitor) -> None:
    visitor.witness.expect("status of 422")
    visitor.go("/connexion")
    visitor.page.get_by_label("Identifiant", exact=True).fill("personne")
    visitor.page.get_by_label("Mot de passe", exact=True).fill("inexact")
    visitor.page.get_by_role("button", name="Connexion", exact=True).click()
    expect(visitor.page.get_by_role("alert").first).to_be_visible()


def _tenants_in_every_state(visitor: Visitor) -> None:
    visitor.sign_in(ADMINISTRATOR)


def _tenants_on_many_pages(visitor: Visitor) -> None:
    visitor.sign_in(LARGE_LANDLORD)


def _search_without_result(visitor: Visitor) -> None:
    visitor.sign_in(ADMINISTRATOR)
    visitor.go("/locataires?q=zzzzzz")


def _not_found(visitor: Visitor) -> None:
    visitor.witness.expect("status of 404")
    visitor.go("/nulle-part")


PAGES: tuple[Callable[[Visitor], None], ...] = (
    _home,
    _sign_in,
    _sign_in_refused,
    _tenants_in_every_state,
    _tenants_on_many_pages,
    _search_without_result,
    _not_found,
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.__name__.strip("_"))
def test_a_page_is_accessible_with_the_chat_closed_and_open(visitor: Visitor, page: Callable[[Visitor], None]) -> None:
    page(visitor)
    expect(visitor.assistant.launcher).to_be_visible()
    assert_accessible(visitor.page)
    visitor.assistant.open()
    assert_accessible(visitor.page)


def test_a_declaration_is_accessible_at_each_step(visitor: Visitor, site: Site) -> None:
    tenant = "Geneviève Châtaignier-Vigne-Vierge"
    household = site.world.landlord(
        "Pierre-Yves Lisible", [TenantGiven(tenant, last_year_rent=Decimal(700)), TenantGiven("Noé Genêt")]
    )
    assistant = visitor.assistant
    visitor.sign_in(household)
    assistant.open()
    assistant.say("Je veux déclarer un loyer")
    assert_accessible(visitor.page)
    assistant.press(tenant)
    assistant.press("Oui")
    assistant.say("710")
    assert_accessible(visitor.page)
    assistant.press("Valider")
    expect(assistant.file_link).to_be_visible()
    assert_accessible(visitor.page)


def test_the_confirmation_and_a_trouble_are_accessible(visitor: Visitor) -> None:
    assistant, clock = visitor.assistant, visitor.page.clock
    visitor.witness.expect("ERR_INTERNET_DISCONNECTED")
    clock.install()
    visitor.go("/")
    assistant.open()
    assistant.erasing.click()
    expect(assistant.confirmation).to_be_visible()
    assert_accessible(visitor.page)
    assistant.confirmation.get_by_role("button", name="Annuler").click()

    visitor.context.set_offline(True)
    assistant.input.fill("x" * 1001)
    assistant.sending.click()
    expect(assistant.panel).to_contain_text("1 caractère en trop")
    assert_accessible(visitor.page)
    assistant.input.fill("bonjour")
    assistant.sending.click()
    expect(assistant.log).to_contain_text("La connexion est difficile")
    assistant.wait_for_trouble(lambda: clock.fast_forward("00:10"))
    assert_accessible(visitor.page)


def test_a_fault_inside_the_chat_is_seen(visitor: Visitor) -> None:
    visitor.go("/")
    visitor.assistant.open()
    visitor.resize(NARROW)
    visitor.assistant.input.evaluate("input => { input.labels[0].remove(); input.style.width = '400px'; }")
    assert any(violation.startswith("label ") for violation in violations(visitor.page))
    visitor.page.evaluate("document.querySelector('main').style.width = '400px'")
    assert any(part.startswith("the page") for part in overflowing(visitor.page))
