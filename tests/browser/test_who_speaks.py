"""A visitor, then the same person signed in, then nobody any more, on a computer that others may use next."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from offre_bailleurs.demo import LANDLORD_44
from tests.browser.visitor import Visitor
from tests.support.chat import ChatClient, ChatProblem

PRIVATE = "Loïc Œillet"


def test_a_visitor_is_answered_and_told_how_to_sign_in_to_declare(visitor: Visitor) -> None:
    assistant = visitor.assistant
    visitor.go("/")
    assert "programme automatique" in assistant.open()
    assert "14 caractères" in assistant.say("Où trouver mon N° utilisateur ?")
    answer = assistant.say("Je veux déclarer un loyer")
    assert "connectez-vous d'abord à Mon Compte Partenaire" in answer
    assert "« Connexion »" in answer


def test_signing_in_begins_a_conversation_that_knows_the_name_and_signing_out_leaves_none_of_it(
    visitor: Visitor,
) -> None:
    page, assistant = visitor.page, visitor.assistant
    visitor.go("/")
    assistant.open()
    assistant.say("Je veux déclarer un loyer")
    before = assistant.client()

    visitor.sign_in(LANDLORD_44)
    expect(assistant.log).to_contain_text("Votre connexion a changé")
    assert "Bonjour Camille Fictive" in assistant.wait_until_answered()
    assert [said.who for said in assistant.said] == ["bot"]
    _assert_forgotten(before)

    assert PRIVATE in assistant.say(f"Déclarer le loyer de {PRIVATE}")
    private = assistant.client()
    visitor.sign_out()
    expect(assistant.log).to_contain_text("Votre connexion a changé")
    assert "Bonjour, je suis" in assistant.wait_until_answered()
    assert _reads_nothing_private(page)
    _assert_forgotten(private)

    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Connexion")
    assistant.wait_until_answered()
    assert _reads_nothing_private(page)


def test_a_sign_out_in_another_tab_is_noticed_when_one_comes_back(visitor: Visitor) -> None:
    page, assistant = visitor.page, visitor.assistant
    visitor.sign_in(LANDLORD_44)
    assistant.open()
    assistant.say(f"Déclarer le loyer de {PRIVATE}")
    private = assistant.client()

    other = visitor.context.new_page()
    other.goto("/locataires")
    other.get_by_role("button", name="Se déconnecter").click()
    expect(other.get_by_role("status").get_by_text("déconnecté")).to_be_visible()
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new FocusEvent('focus'))")  # a window that is not drawn gets none by itself

    expect(assistant.log).to_contain_text("Votre connexion a changé")
    assert "Camille" not in assistant.wait_until_answered()
    _assert_forgotten(private)


def test_nothing_is_asked_of_the_chat_before_it_is_opened(visitor: Visitor) -> None:
    visitor.go("/")
    expect(visitor.assistant.launcher).to_be_visible()
    visitor.page.wait_for_load_state("networkidle")
    asked = [url for url in visitor.witness.requests if url.startswith(visitor.site.settings.chat_url)]
    assert asked == []


def _reads_nothing_private(page: Page) -> bool:
    everything = page.evaluate(
        "document.body.innerText + JSON.stringify(sessionStorage) + JSON.stringify(localStorage)"
    )
    return PRIVATE not in everything and page.get_by_text(PRIVATE).count() == 0


def _assert_forgotten(conversation: ChatClient) -> None:
    with conversation, pytest.raises(ChatProblem) as refused:
        conversation.history()
    assert refused.value.status == 401
