"""The desk's pages without a mouse, for everybody and in every window."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import assert_accessible
from tests.browser.desk import AdviserAtDesk
from tests.browser.keyboard import is_focused
from tests.browser.site import Site
from tests.support.chat import ChatClient

OTHER_PAGES = ("/conseil", "/conseil/tableau-de-bord", "/conseil/a-ameliorer")

Ask = Callable[[str], ChatClient]


@pytest.fixture(scope="module")
def site(open_desk: Site) -> Site:
    return open_desk


@pytest.fixture
def adviser(advisers: Callable[[], AdviserAtDesk]) -> AdviserAtDesk:
    return advisers()


@pytest.fixture
def ask(site: Site) -> Iterator[Ask]:
    """Somebody who is not signed in asks something, then for an adviser; they are gone at the end."""
    clients: list[ChatClient] = []

    def begin(said: str) -> ChatClient:
        client = ChatClient(site.settings.chat_url)
        clients.append(client)
        client.open()
        client.say(said)
        client.say("je veux parler à un conseiller")
        return client

    yield begin
    for client in clients:
        client.forget()
        client.close()


def test_an_adviser_answers_and_closes_with_the_keyboard_alone(adviser: AdviserAtDesk, ask: Ask) -> None:
    landlord = ask("j'ai perdu mon identifiant")
    page, keyboard = adviser.page, adviser.keyboard
    adviser.open_queue()
    taking = adviser.waiting.get_by_role("button", name="Prendre").last
    keyboard.tab_to(taking)
    page.wait_for_timeout(2_500)  # the list was asked for again meanwhile
    assert is_focused(taking)
    keyboard.press("Enter")
    expect(adviser.reply).to_be_visible()

    keyboard.tab_to(adviser.log)
    keyboard.tab_to(adviser.reply)
    keyboard.type("Je regarde votre dossier.")
    keyboard.press("Enter")
    expect(adviser.messages.filter(has_text="Je regarde votre dossier.")).to_have_count(1)
    assert is_focused(adviser.reply)
    assert landlord.history()[-1].text == "Je regarde votre dossier."

    keyboard.tab_to(page.get_by_label("Chercher dans les réponses de l’assistant"))
    keyboard.type("perdu identifiant")
    answer = page.locator("#reponses").get_by_role("link").first
    expect(answer).to_have_text("J’ai perdu mon identifiant")
    keyboard.tab_to(answer)
    keyboard.press("Enter")
    expect(adviser.reply).to_be_focused()
    expect(adviser.reply).not_to_have_value("")
    keyboard.press("Control+Enter")
    expect(adviser.reply).to_have_value("")

    keyboard.tab_to(page.get_by_role("button", name="Rendre la parole à l’assistant"), backwards=True)
    keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="L’assistant a repris la parole.")).to_be_visible()
    keyboard.tab_to(page.get_by_label("Résolu"))
    keyboard.press("ArrowDown")
    assert is_focused(page.get_by_label("L’assistant s’est trompé"))
    keyboard.tab_to(page.get_by_role("button", name="Clore la demande"))
    keyboard.press("Space")
    expect(page.get_by_role("status").filter(has_text="La demande est close.")).to_be_visible()


def test_the_queue_hears_of_somebody_new_by_itself(adviser: AdviserAtDesk, ask: Ask) -> None:
    waiting = adviser.waiting.get_by_role("button", name="Prendre")
    before = waiting.count()
    ask("j'ai perdu mon identifiant")
    expect(waiting).to_have_count(before + 1)
    expect(adviser.page.locator("#annonce")).to_contain_text("attend")
    assert adviser.page.title().startswith(f"({before + 1}) File d’attente")


def test_a_session_that_is_over_says_so_and_keeps_what_was_typed(adviser: AdviserAtDesk, ask: Ask) -> None:
    ask("j'ai perdu mon identifiant")
    adviser.open_queue()
    adviser.waiting.get_by_role("button", name="Prendre").last.click()
    adviser.reply.fill("Une réponse à moitié écrite")
    adviser.witness.expect("status of 401")
    adviser.witness.expect("Status Error Code 401")
    adviser.context.clear_cookies()
    notice = adviser.page.get_by_role("alert").filter(has_text="Votre connexion est terminée")
    expect(notice).to_be_visible()
    expect(adviser.reply).to_have_value("Une réponse à moitié écrite")
    expect(notice.get_by_role("link", name="Se connecter")).to_be_visible()


def test_every_page_is_accessible_wide_and_narrow(adviser: AdviserAtDesk, ask: Ask) -> None:
    ask("j'ai perdu mon identifiant")
    ask("comment déclarer un loyer ?")
    for address in OTHER_PAGES:
        adviser.go(address)
        expect(adviser.page.get_by_role("heading", level=1)).to_be_visible()
        assert_accessible(adviser.page)


def test_a_request_s_page_is_accessible_in_each_of_its_states(adviser: AdviserAtDesk, ask: Ask) -> None:
    landlord = ask("j'ai perdu mon identifiant")
    adviser.open_queue()
    adviser.waiting.get_by_role("link").last.click()
    adviser.page.get_by_role("button", name="Prendre cette demande").wait_for()
    assert_accessible(adviser.page)  # waiting
    adviser.press("Prendre cette demande")
    adviser.say("Bonjour, je regarde.")
    landlord.say("Merci beaucoup")
    expect(adviser.log).to_contain_text("Merci beaucoup")
    assert_accessible(adviser.page)  # taken
    adviser.press("Rendre la parole à l’assistant")
    adviser.page.get_by_role("button", name="Reprendre la parole").wait_for()
    assert_accessible(adviser.page)  # handed back
    address = adviser.page.url.partition("?")[0]
    adviser.close_as("Résolu")
    adviser.go(address)
    expect(adviser.page.get_by_text("Close : Résolu")).to_be_visible()
    assert_accessible(adviser.page)  # closed
