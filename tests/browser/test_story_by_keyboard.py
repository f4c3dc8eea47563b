"""The whole story without a mouse: every stop of the focus is seen (`Keyboard` checks it), and comes in its turn."""

from __future__ import annotations

from decimal import Decimal

from playwright.sync_api import expect

from tests.browser.accessibility import NARROW
from tests.browser.keyboard import is_focused
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.support.world import PASSWORD, TenantGiven

TENANT = "Maëlle Trèfle"
TENANTS = (TenantGiven(TENANT, last_year_rent=Decimal(480)), TenantGiven("Ugo Sureau", "5 rue Haute, 35000 Rennes"))


def test_a_landlord_declares_a_rent_with_the_keyboard_alone(visitor: Visitor, site: Site) -> None:
    page, assistant, keyboard = visitor.page, visitor.assistant, visitor.keyboard
    household = site.world.landlord("Nadège Clavier", TENANTS)

    visitor.go("/")
    keyboard.tab_to(page.get_by_role("navigation").get_by_role("link", name="Se connecter"))
    keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Connexion")
    keyboard.tab_to(page.get_by_label("Identifiant", exact=True))
    keyboard.type(household.people[0].login)
    keyboard.tab_to(page.get_by_label("Mot de passe", exact=True))
    keyboard.type(PASSWORD)
    keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Mes locataires")
    keyboard.tab_to(assistant.launcher)
    keyboard.press("Enter")
    expect(assistant.input).to_be_focused()
    assert "Nadège Clavier" in assistant.wait_until_answered()

    keyboard.type(f"Déclarer le loyer de {TENANT}")
    keyboard.press("Enter")
    assistant.wait_until_answered(0)
    expect(assistant.input).to_be_focused()

    keyboard.tab_to(assistant.choice("Oui"), backwards=True)
    keyboard.press("Enter")
    assert "loyer de juillet" in assistant.wait_until_answered(1)
    assert is_focused(assistant.log.get_by_role("button", name="Oui, rien")), (
        "pressing a button must not lose the focus"
    )

    keyboard.tab_to(assistant.input)
    keyboard.type("490")
    keyboard.press("Enter")
    assert "490,00 €" in assistant.wait_until_answered(2)

    keyboard.tab_to(assistant.choice("Valider"), backwards=True)
    keyboard.press("Space")
    assert "transmise à la Caf" in assistant.wait_until_answered(3)

    keyboard.tab_to(assistant.file_link)
    with visitor.context.expect_page() as opened:
        keyboard.press("Enter")
    assert TENANT in visitor.fetch_pdf(opened.value.url)
    page.bring_to_front()

    keyboard.press("Escape")
    expect(assistant.panel).to_be_hidden()
    expect(assistant.launcher).to_be_focused()


def test_the_focus_goes_down_the_sign_in_page_and_ends_at_the_assistant(visitor: Visitor) -> None:
    visitor.go("/connexion")
    visitor.keyboard.tab_to(visitor.assistant.launcher)
    assert visitor.keyboard.stops == [
        "Aller au contenu",
        "Offre Bailleurs Mon Compte Partenaire",
        "Accueil",
        "Se connecter",
        "Identifiant",
        "Mot de passe",
        "Connexion",
        "Identifiant perdu",
        "Mot de passe oublié",
        "« Identifiant perdu »",
        "« Mot de passe oublié »",
        "Données personnelles",
        "Poser une question à l’assistant",
    ]


def test_the_first_tab_offers_to_skip_to_the_content(visitor: Visitor) -> None:
    visitor.go("/connexion")
    visitor.keyboard.tab_to(visitor.page.get_by_role("link", name="Aller au contenu"))
    visitor.keyboard.press("Enter")
    visitor.keyboard.tab_to(visitor.page.get_by_label("Identifiant", exact=True))
    assert visitor.keyboard.stops == ["Aller au contenu", "Identifiant"]


def test_a_wrong_password_brings_the_focus_to_what_went_wrong(visitor: Visitor) -> None:
    page, keyboard = visitor.page, visitor.keyboard
    visitor.witness.expect("status of 422")  # Chromium notes it for any page that is not a success
    visitor.go("/connexion")
    keyboard.tab_to(page.get_by_label("Identifiant", exact=True))
    keyboard.type("personne")
    keyboard.tab_to(page.get_by_label("Mot de passe", exact=True))
    keyboard.type("inexact")
    keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_be_focused()
    keyboard.tab_to(page.get_by_role("alert").get_by_role("link"))
    keyboard.press("Enter")
    expect(page.get_by_label("Identifiant", exact=True)).to_be_focused()


def test_the_focus_goes_through_the_panel_in_the_order_of_what_is_seen(visitor: Visitor) -> None:
    assistant, keyboard = visitor.assistant, visitor.keyboard
    _open_on_the_sign_in_page(visitor)
    keyboard.type("je veux déclarer un loyer")
    keyboard.press("Enter")
    assistant.wait_until_answered(0)

    keyboard.tab_to(assistant.closing, backwards=True)
    keyboard.stops.clear()
    keyboard.tab_to(assistant.erasing)
    assert keyboard.stops == [
        "Messages de la conversation",
        "Vos données personnelles (nouvelle fenêtre)",
        "J'ai perdu mon identifiant",
        "J'ai oublié mon mot de passe",
        "C'est ma première connexion",
        "Votre message",
        "Envoyer",
        "Effacer la conversation",
    ]


def test_escape_closes_the_question_first_then_the_panel(visitor: Visitor) -> None:
    assistant, keyboard = visitor.assistant, visitor.keyboard
    _open_on_the_sign_in_page(visitor)
    keyboard.tab_to(assistant.erasing)
    keyboard.press("Enter")
    expect(assistant.confirmation.get_by_role("button", name="Annuler")).to_be_focused()

    keyboard.press("Escape")
    expect(assistant.confirmation).to_be_hidden()
    expect(assistant.erasing).to_be_focused()

    keyboard.press("Escape")
    expect(assistant.panel).to_be_hidden()
    expect(assistant.launcher).to_be_focused()


def test_where_the_panel_fills_the_window_the_focus_never_goes_behind_it(visitor: Visitor) -> None:
    visitor.resize(NARROW)
    _open_on_the_sign_in_page(visitor)
    visitor.keyboard.stops.clear()
    visitor.keyboard.tab_to(visitor.assistant.input)  # once round
    assert "Mot de passe" not in visitor.keyboard.stops


def _open_on_the_sign_in_page(visitor: Visitor) -> None:
    visitor.go("/connexion")
    visitor.keyboard.tab_to(visitor.assistant.launcher)
    visitor.keyboard.press("Enter")
    expect(visitor.assistant.input).to_be_focused()
    visitor.assistant.wait_until_answered()
