"""Reloads and cuts: what was said stays, what was being done goes on, and nothing is done twice."""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.sync_api import Route, expect
from sqlalchemy import func, select

from offre_bailleurs.database import reading
from offre_bailleurs.models import AuditEvent, Declaration, DeclarationState
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.support.chat import ChatClient
from tests.support.world import Household, TenantGiven

TENANT = "Renée Sauge"


@pytest.fixture
def household(site: Site) -> Household:
    return site.world.landlord("Gaël Coupure", [TenantGiven(TENANT, last_year_rent=Decimal(500))])


@pytest.fixture
def declaring(visitor: Visitor, household: Household) -> Visitor:
    """Signed in, and asked for July's rent."""
    visitor.sign_in(household)
    visitor.assistant.open()
    visitor.assistant.say(f"Déclarer le loyer de {TENANT}")
    visitor.assistant.press("Oui")
    return visitor


def test_a_reload_in_mid_form_shows_what_was_said_and_the_form_goes_on(declaring: Visitor) -> None:
    assistant = declaring.assistant
    before = assistant.said

    declaring.page.reload()
    expect(assistant.entries).to_have_count(len(before))
    assert assistant.said == before
    assert "510,00 €" in assistant.say("510")


def test_what_is_being_typed_outlives_another_page(declaring: Visitor) -> None:
    declaring.assistant.input.click()
    declaring.page.keyboard.type("51")
    declaring.page.get_by_role("link", name="Accueil").click()
    expect(declaring.page.get_by_role("heading", level=1)).to_contain_text("loyer de juillet")
    expect(declaring.assistant.input).to_have_value("51")


def test_a_message_sent_while_the_network_is_cut_arrives_by_itself_and_once(declaring: Visitor) -> None:
    assistant = declaring.assistant
    declaring.witness.expect("ERR_INTERNET_DISCONNECTED")
    declaring.context.set_offline(True)
    assistant.input.click()
    declaring.page.keyboard.type("510")
    assistant.sending.click()
    expect(assistant.log).to_contain_text("La connexion est difficile")

    declaring.context.set_offline(False)
    assert "510,00 €" in assistant.wait_until_answered()
    assert _times_said(assistant.client(), "510") == 1


def test_a_validation_whose_answer_is_lost_transmits_once_and_tells_so(
    declaring: Visitor, household: Household, site: Site
) -> None:
    assistant = declaring.assistant
    assistant.say("510")
    declaring.witness.expect("ERR_CONNECTION_RESET")
    tries = _lose_the_first_answer(declaring)

    answer = assistant.press("Valider")
    assert "transmise à la Caf" in answer
    assert len(tries) == 2
    assert tries[0] == tries[1], "another try of the same message must bear the same id"
    assert _times_said(assistant.client(), "Valider") == 1
    declaration = site.world.declaration(household.tenancies[TENANT])
    assert declaration is not None
    assert declaration.state is DeclarationState.TRANSMITTED
    assert str(declaration.reference) in answer
    assert _times_transmitted(site, declaration) == 1


def test_a_reload_before_the_answer_comes_shows_the_answer_and_acts_once(
    declaring: Visitor, household: Household, site: Site
) -> None:
    assistant = declaring.assistant
    assistant.say("510")
    declaring.witness.expect("ERR_CONNECTION_RESET")
    with declaring.page.expect_event("requestfailed", lambda request: request.method == "POST"):
        _lose_the_first_answer(declaring)
        assistant.choice("Valider").click()
    declaring.page.reload()

    expect(assistant.log).to_contain_text("transmise à la Caf")
    expect(assistant.file_link).to_be_visible()
    assert _times_said(assistant.client(), "Valider") == 1
    declaration = site.world.declaration(household.tenancies[TENANT])
    assert declaration is not None
    assert _times_transmitted(site, declaration) == 1


def test_after_a_long_cut_the_person_decides_and_the_message_counts_once(declaring: Visitor) -> None:
    assistant, clock = declaring.assistant, declaring.page.clock
    declaring.witness.expect("ERR_INTERNET_DISCONNECTED")
    clock.install()
    declaring.context.set_offline(True)
    assistant.input.click()
    declaring.page.keyboard.type("510")
    assistant.sending.click()
    expect(assistant.log).to_contain_text("La connexion est difficile")
    assistant.wait_for_trouble(lambda: clock.fast_forward("00:10"))
    expect(assistant.trouble).to_contain_text("Votre message est gardé")

    declaring.context.set_offline(False)
    assistant.trouble.get_by_role("button", name="Réessayer").click()
    assert "510,00 €" in assistant.wait_until_answered()
    expect(assistant.trouble).to_be_empty()
    assert _times_said(assistant.client(), "510") == 1


def _lose_the_first_answer(visitor: Visitor) -> list[str]:
    """The server gets the next message and acts; its answer never arrives. The messages sent, as they are sent."""
    tries: list[str] = []

    def pass_on(route: Route) -> None:
        tries.append(route.request.post_data or "")
        if len(tries) == 1:
            route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    visitor.page.route(lambda url: url.endswith("/messages"), pass_on)
    return tries


def _times_said(conversation: ChatClient, text: str) -> int:
    with conversation:
        return [message.text for message in conversation.history() if message.sender == "user"].count(text)


def _times_transmitted(site: Site, declaration: Declaration) -> int:
    with reading(on=site.engine) as session:
        events = select(func.count()).where(
            AuditEvent.subject == f"declaration:{declaration.id}", AuditEvent.action == "declaration.transmitted"
        )
        return session.scalar(events) or 0
