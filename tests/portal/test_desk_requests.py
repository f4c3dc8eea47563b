"""What a request's page tells of its past, and what an adviser is told who comes too late."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from offre_bailleurs import chat_tables
from offre_bailleurs.chat_tables import Floor
from offre_bailleurs.database import now, transaction
from offre_bailleurs.desk.reasons import ASKED
from offre_bailleurs.desk.requests import Matter, ask_adviser
from offre_bailleurs.desk.sweep import sweep
from offre_bailleurs.identity import Turn
from offre_bailleurs.mail.messages import ADVISER_ANSWER
from offre_bailleurs.models import Outcome, Profile, SupportRequest
from offre_bailleurs.settings import settings
from tests.portal.browser import Browser
from tests.portal.desk import KEY, QUEUE, Desk, desk, hidden, path, post, text_of

__all__ = ["desk"]

NewBrowser = Callable[[], Browser]
ANSWERED = r"Réponse envoyée par courriel le \d+ \w+ \d{4} à \d+ h \d\d par Alice Accueil\."


@pytest.fixture
def alice(new_browser: NewBrowser, desk: Desk) -> Browser:
    return new_browser().sign_in("alice")


@pytest.fixture
def basile(new_browser: NewBrowser, desk: Desk) -> Browser:
    return new_browser().sign_in("basile")


def ask_again(desk: Desk, request_id: int) -> int:
    """The landlord of a request that was handed back asks for an adviser once more; the new request's number."""
    name = desk.request(request_id).conversation_id
    with transaction(on=desk.engine) as session:
        table = chat_tables.conversation
        session.execute(update(table).where(table.c.id == name).values(floor=Floor.BOT))
        return ask_adviser(session, Turn(name, "asked-again", None, "client"), Matter(ASKED)).id


def answers(desk: Desk) -> int:
    """How many answers wait to be sent."""
    return sum(each.purpose == ADVISER_ANSWER for each in desk.outbox())


# Closing what is closed


def test_whoever_closes_it_again_otherwise_reads_how_it_was_closed(alice: Browser, desk: Desk) -> None:
    request_id = desk.ask()
    post(alice, request_id, "prendre")
    for _ in range(2):  # a double click
        assert post(alice, request_id, "clore", issue="bot_was_wrong").headers["location"] == f"{QUEUE}?fait=close"
    late = post(alice, request_id, "clore", issue="resolved")
    assert late.status_code == 409
    assert "cette demande est déjà close : L’assistant s’est trompé." in text_of(late)
    assert desk.request(request_id).outcome is Outcome.BOT_WAS_WRONG


def test_whoever_closes_what_the_landlord_has_left_reads_that_they_are_gone(alice: Browser, desk: Desk) -> None:
    request_id = desk.ask()
    post(alice, request_id, "prendre")
    desk.erase(request_id)
    sweep(desk.engine)
    late = post(alice, request_id, "clore", issue="resolved")
    assert late.status_code == 409
    assert "cette demande est déjà close : Le bailleur est parti." in text_of(late)


# The landlord asks again


def test_a_landlord_who_asks_again_is_found_from_the_request_that_was_handed_back(alice: Browser, desk: Desk) -> None:
    request_id = desk.ask(("user", "Bonjour"))
    post(alice, request_id, "prendre")
    post(alice, request_id, "rendre")
    page = alice.get(path(request_id)).text
    assert "Reprendre la parole" in page
    again = ask_again(desk, request_id)
    seen = f"?apres={hidden(page, 'apres')}&etat={hidden(page, 'etat')}"
    assert "Le bailleur a demandé de nouveau un conseiller." in text_of(alice.get(path(request_id, f"suite{seen}")))
    page = alice.get(path(request_id)).text
    assert "Reprendre la parole" not in page
    assert f'href="{path(again)}">voir sa nouvelle demande</a>' in page
    post(alice, again, "prendre")
    assert f'href="{path(again)}"' in alice.get(path(request_id)).text
    post(alice, again, "clore", issue="resolved")
    assert "Reprendre la parole" in alice.get(path(request_id)).text


# A message that was answered


@pytest.mark.parametrize("is_gone", [False, True])
def test_an_answer_that_was_sent_stays_on_the_page_whoever_looks(
    alice: Browser, basile: Browser, desk: Desk, is_gone: bool
) -> None:
    request_id = desk.leave("Mon locataire a deux adresses.")
    post(alice, request_id, "prendre")
    assert "Réponse envoyée" not in text_of(alice.get(path(request_id)))
    post(alice, request_id, "courriel", texte="Déclarez l’adresse louée.", cle=KEY)
    if is_gone:
        desk.erase(request_id)
    assert re.search(ANSWERED, text_of(alice.get(path(request_id))))
    post(alice, request_id, "rendre")
    told = text_of(basile.get(path(request_id)))
    assert re.search(ANSWERED, told)
    assert re.search(r"Remise dans la file le .{10,40} par Alice Accueil\.", told)
    post(basile, request_id, "prendre")
    post(basile, request_id, "clore", issue="resolved")
    assert re.search(ANSWERED, text_of(alice.get(path(request_id))))


def test_a_second_answer_is_sent_only_by_who_ticks_that_they_know(alice: Browser, basile: Browser, desk: Desk) -> None:
    request_id = desk.leave("Mon locataire a deux adresses.")
    post(alice, request_id, "prendre")
    assert 'name="encore"' not in alice.get(path(request_id)).text
    post(alice, request_id, "courriel", texte="Déclarez l’adresse louée.", cle=KEY)
    post(alice, request_id, "rendre")
    post(basile, request_id, "prendre")
    assert 'name="encore"' in basile.get(path(request_id)).text
    refused = post(basile, request_id, "courriel", texte="Voici ma réponse.", cle="autre")
    assert refused.status_code == 409
    assert "une réponse est déjà partie par courriel" in text_of(refused)
    assert ">Voici ma réponse.</textarea>" in refused.text
    assert answers(desk) == 1
    sent = post(basile, request_id, "courriel", texte="Voici ma réponse.", cle="autre", encore="oui")
    assert sent.status_code == 303
    assert answers(desk) == 2


# An adviser who was not there


def test_a_request_that_left_its_adviser_says_why(
    alice: Browser, basile: Browser, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESK_HOURS", "24/7")
    settings.cache_clear()
    request_id = desk.ask(("user", "Bonjour"))
    post(alice, request_id, "prendre")
    assert "Remise dans la file" not in text_of(alice.get(path(request_id)))
    with transaction(on=desk.engine) as session:
        session.get_one(SupportRequest, request_id).adviser_seen_at = now() - timedelta(hours=1)
    sweep(desk.engine)
    settings.cache_clear()
    for browser in (alice, basile):
        told = text_of(browser.get(path(request_id)))
        assert "État En attente" in told
        assert re.search(r"Remise dans la file le .{10,40} : Alice Accueil n’était plus là\.", told)


def test_what_happened_to_another_request_is_not_told(alice: Browser, desk: Desk) -> None:
    first, second = desk.leave("Un"), desk.leave("Deux")
    for request_id in (first, second):
        post(alice, request_id, "prendre")
    post(alice, first, "courriel", texte="Oui.", cle=KEY)
    assert "Réponse envoyée" not in text_of(alice.get(path(second)))


# The ready answers, and pages without JavaScript


def test_a_ready_answer_is_put_in_the_reply_without_its_source_and_is_to_be_read_again(
    alice: Browser, desk: Desk
) -> None:
    request_id = desk.ask(profile=Profile.LANDLORD, topic="how_to_declare")
    post(alice, request_id, "prendre")
    page = html.unescape(alice.get(f"{path(request_id)}?reponse=how_to_declare").text)
    assert "Source :" not in page.replace("\xa0", " ")
    assert "Vous déclarez locataire par locataire" in page.partition("<textarea")[2].partition("</textarea>")[0]
    assert "relisez-les avant de les envoyer" in page


def test_without_javascript_the_newest_line_is_one_link_away(alice: Browser, desk: Desk) -> None:
    request_id = desk.ask(("user", "Bonjour"))
    post(alice, request_id, "prendre")
    page = alice.get(path(request_id)).text
    assert page.index('id="fil"') < page.index('id="dernier"') < page.index('id="texte"')
    assert '<noscript><p><a href="#dernier">' in page
    reload = re.search(r'<noscript><p><a href="([^"]+)#dernier">Recharger', page)
    assert reload is not None
    assert reload[1] not in alice.get(reload[1]).text  # the same address would only jump, and load nothing
