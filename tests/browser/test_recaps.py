"""A recap is for those who may see the tenancy, and for nobody else who holds its address."""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.support.world import PASSWORD, Household, TenantGiven

TENANT = "Éloïse Aubépine"


@pytest.fixture
def household(site: Site) -> Household:
    return site.world.landlord("Moïse Coffre", [TenantGiven(TENANT, this_year_rent=Decimal("612.40"))])


@pytest.fixture
def address(site: Site, household: Household) -> str:
    """Of the recap, as somebody may have kept it."""
    declaration = site.world.declaration(household.tenancies[TENANT])
    assert declaration is not None
    return f"/recapitulatifs/{declaration.id}.pdf"


def test_without_a_session_the_link_leads_to_sign_in_and_then_to_the_recap(
    visitor: Visitor, household: Household, address: str
) -> None:
    page = visitor.page
    visitor.go(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Connexion")

    page.get_by_label("Identifiant").fill(household.people[0].login)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    with page.expect_response(f"**{address}") as shown:
        page.get_by_role("button", name="Connexion", exact=True).click()
    assert shown.value.headers["content-type"] == "application/pdf"
    assert "612,40 €" in visitor.fetch_pdf(address)


def test_someone_elses_recap_is_not_found(visitor: Visitor, site: Site, address: str) -> None:
    visitor.witness.expect("status of 404")
    visitor.sign_in(site.world.landlord("Fatou Voisine", [TenantGiven("Noé Genêt")]))
    response = visitor.page.goto(address)
    assert response is not None
    assert response.status == 404
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Page introuvable")
    expect(visitor.page.get_by_role("main")).not_to_contain_text(TENANT)


def test_after_signing_out_the_link_leads_to_sign_in_again(
    visitor: Visitor, household: Household, address: str
) -> None:
    visitor.sign_in(household)
    assert TENANT in visitor.fetch_pdf(address)
    visitor.sign_out()
    visitor.go(address)
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Connexion")
