"""« Effacer la conversation »."""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.support.chat import ChatProblem
from tests.support.world import TenantGiven


def test_a_conversation_is_erased_only_after_a_confirmation(visitor: Visitor) -> None:
    assistant = visitor.assistant
    visitor.go("/")
    assistant.open()
    assistant.say("Où trouver mon N° utilisateur ?")
    said, erased = assistant.said, assistant.client()

    assistant.erasing.click()
    assistant.confirmation.get_by_role("button", name="Annuler").click()
    expect(assistant.confirmation).to_be_hidden()
    assert assistant.said == said

    assistant.erasing.click()
    assistant.confirmation.get_by_role("button", name="Oui, effacer").click()
    expect(assistant.log).to_contain_text("La conversation a été effacée")
    assistant.wait_until_answered()
    expect(assistant.entries).to_have_count(1)
    expect(assistant.log).not_to_contain_text("N° utilisateur ?")
    expect(assistant.input).to_be_focused()
    with erased, pytest.raises(ChatProblem) as refused:
        erased.history()
    assert refused.value.status == 401

    visitor.page.reload()
    assistant.wait_until_answered()
    expect(assistant.entries).to_have_count(1)


def test_effacez_mes_donnees_erases_what_is_on_the_screen_too_and_begins_anew(visitor: Visitor) -> None:
    assistant = visitor.assistant
    visitor.go("/")
    assistant.open()
    assistant.say("je suis Ursule Discrète, effacez mes données")
    erased = assistant.client()
    assert "Rien n'est effacé tant que" in assistant.wait_until_answered().replace("’", "'")
    assistant.choice("Effacer cette conversation").click()
    expect(assistant.log).to_contain_text("cette conversation est effacée")
    assistant.wait_until_answered()
    expect(assistant.entries).to_have_count(1)
    expect(assistant.log).not_to_contain_text("Ursule")
    with erased, pytest.raises(ChatProblem) as refused:
        erased.history()
    assert refused.value.status == 401
    assert "Ursule" not in visitor.page.evaluate("JSON.stringify(sessionStorage)")
    assistant.say("Bonjour")
    visitor.page.reload()
    assistant.wait_until_answered()
    expect(assistant.log).to_contain_text("Bonjour")


def test_the_chats_first_line_leads_to_what_is_kept(visitor: Visitor) -> None:
    visitor.go("/")
    visitor.assistant.open()
    link = visitor.assistant.log.get_by_role("link", name="Vos données personnelles")
    with visitor.page.expect_popup() as opened:
        link.click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Vos données personnelles")


def test_erasing_the_conversation_does_not_take_back_a_declaration(visitor: Visitor, site: Site) -> None:
    tenant = "Joël Bleuet"
    household = site.world.landlord("Solène Gomme", [TenantGiven(tenant, last_year_rent=Decimal(500))])
    assistant = visitor.assistant
    visitor.sign_in(household)
    assistant.open()
    for step in (f"Déclarer le loyer de {tenant}", "oui, rien n'a changé", "500"):
        assistant.say(step)
    assistant.press("Valider")

    assistant.erasing.click()
    assistant.confirmation.get_by_role("button", name="Oui, effacer").click()
    expect(assistant.log).to_contain_text("La conversation a été effacée")
    assert "toutes transmises" in assistant.wait_until_answered()
    visitor.page.reload()
    expect(visitor.page.get_by_role("row").filter(has_text=tenant)).to_contain_text("Transmise")
