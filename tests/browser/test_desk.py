"""The hand-over, played by a landlord and an adviser in two browsers, with everything running."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from time import monotonic

import pytest
from playwright.sync_api import expect

from offre_bailleurs.demo import OTHER_ADVISER
from offre_bailleurs.models import DeclarationState
from tests.browser.desk import SOON, AdviserAtDesk, seconds_until
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.support.world import Household, TenantGiven

TENANT = "Renée Sauge"
TRANSMITTED = "Déclarations transmises"
FIGURES_PATIENCE = 30.0
"""Seconds for a turn's events to be counted."""
FAMILIES = iter(("Aubier", "Bouvreuil", "Cormier", "Dorine", "Épicéa", "Fusain", "Genêt", "Houx", "Iris", "Jonc"))
"""A landlord of another name for each test: the queue is everybody's."""
JOINED = "Un conseiller a rejoint la conversation"

NewAdviser = Callable[..., AdviserAtDesk]


@pytest.fixture(scope="module")
def site(open_desk: Site) -> Site:
    return open_desk


@pytest.fixture
def household(site: Site) -> Household:
    return site.world.landlord(f"Line {next(FAMILIES)}", [TenantGiven(TENANT, last_year_rent=Decimal(500))])


@pytest.fixture
def name(household: Household) -> str:
    """The landlord's, as the desk shows it."""
    return household.people[0].name


@pytest.fixture
def landlord(visitor: Visitor, household: Household) -> Visitor:
    """In the middle of a declaration, and waiting for an adviser."""
    visitor.sign_in(household)
    visitor.assistant.open()
    visitor.assistant.say(f"Déclarer le loyer de {TENANT}")
    visitor.assistant.press("Oui")
    assert "un conseiller va vous répondre ici même" in visitor.assistant.say("je veux parler à un conseiller")
    return visitor


def test_a_question_a_hand_over_replies_both_ways_and_the_declaration_is_finished(
    landlord: Visitor, advisers: NewAdviser, household: Household, name: str, site: Site
) -> None:
    assistant = landlord.assistant
    expect(assistant.who_answers).to_have_text("Un programme vous répond")
    expect(assistant.choice("Ne plus attendre")).to_be_enabled()
    adviser = advisers()
    before = _tiles(adviser)
    adviser.open_queue()
    expect(adviser.page).to_have_title("(1) File d’attente – Offre Bailleurs, Mon Compte Partenaire")
    expect(adviser.request_of(name)).to_contain_text("question : loyer de juillet")

    adviser.take(name)
    assert seconds_until(assistant.log.get_by_text(JOINED)) < SOON
    expect(assistant.who_answers).to_have_text("Un conseiller vous répond")
    expect(adviser.log).to_contain_text(f"Déclarer le loyer de {TENANT}")

    for said in ("Bonjour, je vous écoute.", "Prenez votre temps."):
        adviser.say(said)
        assert seconds_until(assistant.log.locator(".entry.adviser").get_by_text(said)) < SOON
    for told in ("Le loyer compte-t-il le garage ?", "510 et le garage à 40"):
        assistant.tell(told)
        assert seconds_until(adviser.log.get_by_text(told)) < SOON
    expect(assistant.log.get_by_text("L’assistant écrit")).to_have_count(0)
    assert assistant.said[-1].who == "user", "the bot keeps silent"

    adviser.press("Rendre la parole à l’assistant")
    assert seconds_until(assistant.log.get_by_text("vous rend à l'assistant")) < SOON + 1  # a turn of the bot's own
    expect(assistant.who_answers).to_have_text("Un programme vous répond")
    assistant.wait_until_answered()
    assert "loyer de juillet" in assistant.answer
    assert "510,00 €" in assistant.say("510")
    assert "transmise à la Caf" in assistant.press("Valider")
    declaration = site.world.declaration(household.tenancies[TENANT])
    assert declaration is not None
    assert declaration.state is DeclarationState.TRANSMITTED
    assert declaration.july_rent_cents == 51_000

    adviser.close_as("Résolu")
    deadline = monotonic() + FIGURES_PATIENCE
    while _count(after := _tiles(adviser), TRANSMITTED) == _count(before, TRANSMITTED) and monotonic() < deadline:
        adviser.page.wait_for_timeout(500)
    assert _count(after, TRANSMITTED) == _count(before, TRANSMITTED) + 1
    assert _count(after, "Conversations") > 0
    assert _count(after, "Demandes de conseiller") > 0
    outcomes = adviser.page.get_by_role("region", name="Issue des demandes de conseiller")
    expect(outcomes.get_by_role("rowheader", name="Résolu")).to_be_attached()


def test_a_reload_shows_everything_that_was_said_and_who_answers(
    landlord: Visitor, advisers: NewAdviser, name: str
) -> None:
    assistant, adviser = landlord.assistant, advisers()
    adviser.take(name)
    adviser.say("Bonjour, je vous écoute.")
    assistant.log.get_by_text("je vous écoute").wait_for()
    assistant.tell("Merci de m’aider.")
    before = assistant.said

    landlord.page.reload()
    expect(assistant.entries).to_have_count(len(before))
    assert assistant.said == before
    expect(assistant.who_answers).to_have_text("Un conseiller vous répond")
    adviser.say("Je suis toujours là.")
    assert seconds_until(assistant.log.get_by_text("toujours là")) < SOON
    adviser.page.reload()
    expect(adviser.messages.filter(has_text="Je suis toujours là.")).to_have_count(1)
    adviser.close_as("Hors de notre domaine")


def test_a_landlord_who_has_closed_the_panel_is_told_that_an_adviser_answers(
    landlord: Visitor, advisers: NewAdviser, name: str
) -> None:
    assistant, adviser = landlord.assistant, advisers()
    assistant.closing.click()
    expect(assistant.launcher).to_be_visible()
    adviser.take(name)
    adviser.say("Bonjour, je vous écoute.")
    told = landlord.page.get_by_role("button", name="Un conseiller vous a répondu")
    assert seconds_until(told) < SOON
    told.click()
    expect(assistant.log.locator(".entry.adviser")).to_contain_text("Bonjour, je vous écoute.")
    assistant.closing.click()
    expect(assistant.launcher).to_be_visible()
    adviser.close_as("Résolu")


def test_two_advisers_cannot_take_the_same_request(landlord: Visitor, advisers: NewAdviser, name: str) -> None:
    first, second = advisers(), advisers(OTHER_ADVISER)
    expect(second.request_of(name)).to_be_visible()
    button = second.request_of(name).get_by_role("button", name="Prendre").element_handle()
    second.page.route("**/conseil/file?*", lambda route: route.abort())  # as if the page had not heard of it yet
    second.witness.expect("ERR_FAILED")
    second.witness.expect("htmx:")
    second.witness.expect("status of 409")
    first.take(name)
    button.click()
    expect(second.page.get_by_role("alert").filter(has_text="déjà prise par Ninon Guichet")).to_be_visible()
    expect(second.reply).to_have_count(0)
    first.close_as("Résolu")


def test_what_the_adviser_types_is_never_lost(landlord: Visitor, advisers: NewAdviser, name: str) -> None:
    adviser = advisers()
    adviser.take(name)
    adviser.reply.click()
    adviser.page.keyboard.type("Je commence une phrase")
    landlord.assistant.tell("Une question encore")
    assert seconds_until(adviser.log.get_by_text("Une question encore")) < SOON
    expect(adviser.reply).to_be_focused()
    expect(adviser.reply).to_have_value("Je commence une phrase")

    adviser.page.keyboard.press("Shift+Enter")
    adviser.page.get_by_label("Chercher dans les réponses").fill("identifiant perdu")
    adviser.page.get_by_role("link", name="J’ai perdu mon identifiant").click()
    expect(adviser.reply).to_be_focused()
    filled = adviser.reply.input_value()
    assert filled.startswith("Je commence une phrase\n")
    assert "Identifiant perdu" in filled
    assert "Source" not in filled  # the adviser answers, not the guide
    adviser.reply.fill("Voici la marche à suivre.")
    adviser.page.keyboard.press("Control+Enter")
    landlord.assistant.log.get_by_text("la marche à suivre").wait_for()
    expect(adviser.reply).to_have_value("")
    adviser.close_as("Résolu")


def test_a_landlord_who_erases_the_conversation_is_told_to_the_adviser(
    landlord: Visitor, advisers: NewAdviser, name: str
) -> None:
    adviser = advisers()
    adviser.take(name)
    adviser.reply.fill("Un début de réponse")
    landlord.assistant.erasing.click()
    landlord.assistant.confirmation.get_by_role("button", name="Oui, effacer").click()
    expect(adviser.change).to_contain_text("Le bailleur a effacé la conversation")
    expect(adviser.reply).to_have_value("Un début de réponse")
    expect(landlord.assistant.who_answers).to_have_text("Un programme vous répond")
    landlord.assistant.wait_until_answered()


def test_an_adviser_whose_browser_is_gone_gives_the_landlord_back_to_the_queue(
    landlord: Visitor, advisers: NewAdviser, name: str
) -> None:
    gone, other = advisers(), advisers(OTHER_ADVISER)
    gone.take(name)
    landlord.assistant.log.get_by_text(JOINED).wait_for()
    gone.page.close()

    landlord.assistant.log.get_by_text("La liaison avec le conseiller s'est interrompue").wait_for(timeout=40_000)
    expect(landlord.assistant.who_answers).to_have_text("Un programme vous répond")
    assert "510,00 €" in landlord.assistant.say("510"), "the bot answers meanwhile, and has lost nothing"
    expect(other.request_of(name)).to_be_visible()
    other.take(name)
    expect(landlord.assistant.who_answers).to_have_text("Un conseiller vous répond")
    other.close_as("Résolu")


def test_a_portal_that_is_restarted_loses_nothing_of_either(
    landlord: Visitor, advisers: NewAdviser, name: str, site: Site
) -> None:
    adviser = advisers()
    adviser.witness.expect("ERR_CONNECTION_REFUSED")
    adviser.witness.expect("htmx:")
    for part in ("ERR_CONNECTION_REFUSED", "ERR_EMPTY_RESPONSE"):
        landlord.witness.expect(part)
        adviser.witness.expect(part)
    adviser.take(name)
    adviser.reply.fill("Écrit avant la coupure")
    site.servers.stop("portal")
    expect(adviser.page.get_by_text("Le site ne répond pas pour l’instant.")).to_be_visible()
    landlord.assistant.tell("Vous êtes là ?")
    adviser.reply.press("Enter")
    expect(adviser.reply).to_have_value("Écrit avant la coupure")

    site.servers.restart("portal")
    expect(adviser.log).to_contain_text("Vous êtes là ?")
    expect(adviser.page.get_by_text("Le site ne répond pas pour l’instant.")).to_be_hidden()
    adviser.reply.press("Enter")
    landlord.assistant.log.get_by_text("Écrit avant la coupure").wait_for()
    expect(landlord.assistant.log.get_by_text("Écrit avant la coupure")).to_have_count(1)
    adviser.close_as("Résolu")


def test_rasa_restarted_in_mid_hand_over_brings_everything_once(
    landlord: Visitor, advisers: NewAdviser, name: str, site: Site
) -> None:
    assistant, adviser = landlord.assistant, advisers()
    for part in ("ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE", "ERR_INCOMPLETE_CHUNKED"):
        landlord.witness.expect(part)
    adviser.take(name)
    assistant.log.get_by_text(JOINED).wait_for()
    site.servers.kill("rasa")
    adviser.say("Dit pendant la panne.")
    assistant.input.click()
    landlord.page.keyboard.type("Envoyé pendant la panne")
    assistant.sending.click()
    site.servers.restart("rasa")
    if assistant.trouble.get_by_role("button", name="Réessayer").count():
        assistant.trouble.get_by_role("button", name="Réessayer").click()

    assistant.log.get_by_text("Dit pendant la panne.").wait_for()
    expect(adviser.messages.filter(has_text="Envoyé pendant la panne")).to_have_count(1)
    said = [each.text for each in assistant.said]
    assert said.count("Dit pendant la panne.") == 1
    assert said.count("Envoyé pendant la panne") == 1
    expect(assistant.who_answers).to_have_text("Un conseiller vous répond")

    adviser.press("Rendre la parole à l’assistant")
    assistant.log.get_by_text("vous rend à l'assistant").wait_for()
    assert "510,00 €" in assistant.say("510")
    adviser.close_as("Résolu")


def _tiles(adviser: AdviserAtDesk) -> dict[str, str]:
    """The dashboard's main figures, by name."""
    adviser.page.get_by_role("link", name="Tableau de bord").click()
    expect(adviser.page.get_by_role("heading", level=1)).to_have_text("Tableau de bord")
    tiles = adviser.page.locator(".tiles > div")
    return {tile.locator("dt").inner_text(): tile.locator("dd").inner_text() for tile in tiles.all()}


def _count(tiles: dict[str, str], name: str) -> int:
    return int(tiles.get(name, "0"))
