"""The desk's pages, with plain forms: the queue, a request, what an adviser says and how it ends."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from offre_bailleurs.mail.messages import ADVISER_ANSWER
from offre_bailleurs.mail.outbox import Quotation, open_sealed
from offre_bailleurs.models import Outcome, Profile, RequestState
from tests.portal.browser import Browser
from tests.portal.desk import KEY, QUEUE, Desk, by_script, desk, hidden, path, post, text_of
from tests.portal.world import World

__all__ = ["desk"]

NewBrowser = Callable[[], Browser]

HOSTILE = '<script>alert(1)</script> <img src=x onerror=alert(2)> " \' {{ 7*7 }} hx-get="/x"'


@pytest.fixture
def alice(new_browser: NewBrowser, desk: Desk) -> Browser:
    return new_browser().sign_in("alice")


@pytest.fixture
def basile(new_browser: NewBrowser, desk: Desk) -> Browser:
    return new_browser().sign_in("basile")


# The queue


def test_the_queue_says_who_waits_since_when_and_why_the_oldest_first(alice: Browser, desk: Desk, world: World) -> None:
    new = desk.ask(topic="who_can_see_a_dragon")
    old = desk.ask(
        user_id=world.camille,
        profile=Profile.LANDLORD,
        topic="how_to_declare",
        journey="declare_rent",
        step="july_rent",
    )
    desk.age(old, minutes=12)
    page = text_of(alice.get(QUEUE))
    first, second = page.index("Comment déclarer un loyer"), page.index("Sujet non reconnu")
    assert first < second
    assert "Camille Durand, bailleur particulier" in page
    assert "Visiteur non connecté, profil non précisé" in page
    assert "A demandé un conseiller" in page
    assert "Déclarer un loyer, question : loyer de juillet" in page
    assert "12 min" in page
    assert "moins d’une minute" in page
    assert page.count("En direct, dans le chat") == 2
    assert path(new) in alice.get(QUEUE).text


def test_the_title_of_the_page_counts_who_waits(alice: Browser, desk: Desk) -> None:
    assert "<title>File d’attente –" in alice.text(QUEUE)
    desk.ask()
    desk.leave("Rappelez-moi")
    assert "<title>(2) File d’attente –" in alice.text(QUEUE)


def test_what_is_taken_is_shown_with_whose_it_is(alice: Browser, basile: Browser, desk: Desk) -> None:
    request_id = desk.ask(topic="how_to_declare")
    post(alice, request_id, "prendre")
    mine, theirs = text_of(alice.get(QUEUE)), text_of(basile.get(QUEUE))
    assert "Personne n’attend." in mine
    assert "Comment déclarer un loyer" in mine.partition("Mes demandes")[2]
    assert "Vous n’avez aucune demande en cours." in theirs
    assert "Prise par Alice Accueil" in theirs.partition("Chez vos collègues")[2]


def test_the_script_is_answered_only_when_something_changed(alice: Browser, desk: Desk) -> None:
    desk.ask()
    page = alice.get(QUEUE).text
    found = re.search(r'hx-vals=\'{"vu": "(\w+)", "attendent": "(\d+)"}\'', page)
    assert found is not None
    address = f"/conseil/file?vu={found[1]}&attendent={found[2]}"
    assert alice.get(address).status_code == 204
    desk.ask()
    news = alice.get(address)
    assert news.status_code == 200
    assert "<title>(2) File d’attente" in news.text
    assert "2 demandes attendent." in text_of(news)
    assert "<html" not in news.text


def test_what_has_no_topic_is_called_by_its_journey(alice: Browser, desk: Desk) -> None:
    request_id = desk.ask(journey="recover_access", step="access_user_number")
    assert ">Retrouver ses codes de connexion</a>" in alice.text(QUEUE)
    page = alice.text(path(request_id))
    assert "<h1>Retrouver ses codes de connexion</h1>" in page
    assert "Sujet non reconnu" in page


# A request's page


def test_the_page_shows_who_what_and_the_conversation(alice: Browser, desk: Desk, world: World) -> None:
    request_id = desk.ask(
        ("bot", "Bonjour."),
        ("user", "Combien de centimes ?\nJe ne sais pas."),
        user_id=world.camille,
        profile=Profile.LANDLORD,
        topic="how_to_declare",
        journey="declare_rent",
        step="july_rent",
    )
    page = text_of(alice.get(path(request_id)))
    for words in (
        "Qui Camille Durand",
        "Profil Bailleur particulier",
        "Motif A demandé un conseiller",
        "Sujet, d’après l’assistant Comment déclarer un loyer",
        "Démarche en cours Déclarer un loyer, question : loyer de juillet",
    ):
        assert words in page
    assert re.search(r"Assistant \d+ h \d\d Bonjour\. Bailleur \d+ h \d\d Combien de centimes \?", page)
    assert "35900007090001" not in page


def test_taking_a_request_opens_the_reply(alice: Browser, desk: Desk) -> None:
    request_id = desk.ask(("user", "Bonjour"))
    assert "Votre réponse" not in text_of(alice.get(path(request_id)))
    assert post(alice, request_id, "prendre").headers["location"] == path(request_id)
    page = text_of(alice.get(path(request_id)))
    assert "Votre réponse, dans le chat" in page
    assert desk.request(request_id).adviser_id == desk.alice
    assert desk.said(request_id)[-1][0] == "bot"


def test_of_two_advisers_the_second_reads_who_has_it(alice: Browser, basile: Browser, desk: Desk) -> None:
    request_id = desk.ask()
    post(alice, request_id, "prendre")
    late = post(basile, request_id, "prendre")
    assert late.status_code == 409
    assert "Cette demande est déjà prise par Alice Accueil." in text_of(late)
    assert desk.request(request_id).adviser_id == desk.alice


def test_two_advisers_at_once_never_both_have_it(new_browser: NewBrowser, desk: Desk) -> None:
    browsers = [new_browser().sign_in(login) for login in ("alice", "basile")]
    for _ in range(5):
        request_id = desk.ask()
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda browser, request=request_id: post(browser, request, "prendre"), browsers))
        assert sorted(answer.status_code for answer in answers) == [303, 409]


def test_taking_twice_by_a_double_click_changes_nothing_more(alice: Browser, desk: Desk) -> None:
    request_id = desk.ask()
    post(alice, request_id, "prendre")
    before = desk.said(request_id)
    assert post(alice, request_id, "prendre").status_code == 303
    assert desk.said(request_id) == before


def test_what_waits_no_longer_cannot_be_taken(alice: Browser, desk: Desk) -> None:
    request_id = desk.ask()
    post(alice, request_id, "prendre")
    post(alice, request_id, "clore", issue="resolved")
    late = post(alice, request_id, "prendre")
    assert late.status_code == 409
    assert "Cette demande n’attend plus" in text_of(late)


# Saying


def test_what_the_adviser_says_is_in_the_conversation_once(alice: Browser, desk: Desk) -> None:
    request_id = desk.ask(("user", "Bonjour"))
    post(alice, request_id, "prendre")
    key = hidden(alice.get(path(request_id)).text, "cle")
    for _ in range(2):
        said = post(alice, request_id, "messages", texte="Bonjour, je regarde.", cle=key)
        assert said.headers["location"] == f"{path(request_id)}#dernier"
    assert desk.said(request_id).count(("adviser", "Bonjour, je regarde.")) == 1
    page = text_of(alice.get(path(request_id)))
    assert re.search(r"Conseiller \d+ h \d\d Bonjour, je regarde\.", page)
    assert hidden(alice.get(path(request_id)).text, "cle") != key


def test_two_posts_at_once_say_it_once(new_browser: NewBrowser, alice: Browser, desk: Desk) -> None:
    request_id = desk.ask()
    post(alice, request_id, "prendre")
    with ThreadPoolExecutor(4) as pool:
        said = pool.map(lambda _: by_script(alice, request_id, "messages", texte="Une fois", cle=KEY), range(4))
        assert {answer.status_code for answer in said} == {200}
    assert desk.said(request_id).count(("adviser", "Une fois")) == 1


@pytest.mark.parametrize("text", ["", "   \n "])
def test_nothing_is_not_said(alice: Browser, desk: Desk, text: str) -> None:
    request_id = desk.ask()
    post(alice, request_id, "prendre")
    before = desk.said(request_id)
    answer = post(alice, request_id, "messages", texte=text, cle=KEY)
    assert answer.status_code == 422
    assert "Écrivez d’abord votre réponse." in text_of(answer)
    assert desk.said(request_id) == before


def test_what_is_too_long_stays_where_it_was_typed(alice: Browser, desk: Desk) -> None:
    request_id = desk.ask()
    post(alice, request_id, "prendre")
    text = "a" * 4001
    page = post(alice, request_id, "messages", texte=text, cle=KEY)
    assert page.status_code == 422
    assert f">{text}</textarea>" in page.text
    assert "dépasse 4 000 caractères" in text_of(page)
    part = by_script(alice, request_id, "messages", texte=text, cle=KEY)
    assert part.status_code == 422
    assert hidden(part.text, "cle") == KEY  # the same reply, tried again
    assert "<textarea" not in part.text
    assert post(alice, request_id, "messages", texte=text[1:], cle=KEY).status_code == 303


def test_hostile_words_are_only_words(alice: Browser, desk: Desk, world: World) -> None:
    request_id = desk.ask(("user", HOSTILE))
    left = desk.leave(HOSTILE, "claire@essai.example")
    post(alice, request_id, "prendre")
    post(alice, request_id, "messages", texte=HOSTILE, cle=KEY)
    error = post(alice, request_id, "messages", texte=HOSTILE + "x" * 4000, cle=KEY).text
    pages = [
        error,
        alice.get(path(request_id)).text,
        alice.get(path(request_id, "suite?apres=0")).text,
        alice.get(path(left)).text,
        alice.get(f"{path(request_id)}?q={HOSTILE}&reponse={HOSTILE}").text,
    ]
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "alert(1)" in page
        assert "{{ 7*7 }}" in html.unescape(page)


def test_the_news_brings_what_was_said_since_and_nothing_else(alice: Browser, desk: Desk) -> None:
    request_id = desk.ask(("user", "Bonjour"))
    post(alice, request_id, "prendre")
    page = alice.get(path(request_id)).text
    seen = f"?apres={hidden(page, 'apres')}&etat={hidden(page, 'etat')}"
    assert alice.get(path(request_id, f"suite{seen}")).status_code == 204
    desk.speak(request_id, ("user", "Vous êtes là ?"))
    news = alice.get(path(request_id, f"suite{seen}"))
    assert "Vous êtes là ?" in text_of(news)
    assert "Bonjour" not in news.text
    assert hidden(news.text, "apres") == str(int(hidden(page, "apres")) + 1)
    assert "Recharger" not in news.text


@pytest.mark.parametrize("query", ["apres=abc", "apres=-1", "apres=99999999999", "apres=%00", ""])
def test_the_news_takes_any_nonsense_for_the_beginning(alice: Browser, desk: Desk, query: str) -> None:
    request_id = desk.ask(("user", "Bonjour"))
    assert "Bonjour" in alice.get(path(request_id, f"suite?{query}")).text


def test_asking_for_news_is_being_there(alice: Browser, basile: Browser, desk: Desk) -> None:
    request_id = desk.ask()
    post(alice, request_id, "prendre")
    before = desk.request(request_id).adviser_seen_at
    assert before is not None
    basile.get(path(request_id, "suite"))
    assert desk.request(request_id).adviser_seen_at == before
    alice.get(path(request_id, "suite"))
    after = desk.request(request_id).adviser_seen_at
    assert after is not None
    assert after > before


def test_a_conversation_that_was_erased_is_told(alice: Browser, desk: Desk) -> None:
    request_id = desk.ask(("user", "Bonjour"))
    post(alice, request_id, "prendre")
    page = alice.get(path(request_id)).text
    seen = f"?apres={hidden(page, 'apres')}&etat={hidden(page, 'etat')}"
    desk.erase(request_id)
    news = alice.get(path(request_id, f"suite{seen}"))
    assert "Le bailleur a effacé la conversation, ou elle a expiré" in text_of(news)
    told = f"?apres=1&etat={hidden(news.text, 'etat')}"
    assert alice.get(path(request_id, f"suite{told}")).status_code == 204  # once
    said = by_script(alice, request_id, "messages", texte="Vous êtes là ?", cle=KEY)
    assert said.status_code == 409
    assert "rien n’a pu lui être dit" in text_of(said)
    assert "il n’en reste rien" in text_of(alice.get(path(request_id)))
    assert post(alice, request_id, "clore", issue="resolved").status_code == 303


# Handing back and closing


def test_handing_back_and_taking_again(alice: Browser, desk: Desk) -> None:
    request_id = desk.ask(("user", "Bonjour"))
    post(alice, request_id, "prendre")
    onward = post(alice, request_id, "rendre").headers["location"]
    page = text_of(alice.get(onward))
    assert "L’assistant a repris la parole." in page
    assert "Votre réponse" not in page
    assert desk.request(request_id).state is RequestState.HANDED_BACK
    assert by_script(alice, request_id, "messages", texte="Encore", cle=KEY).status_code == 409
    post(alice, request_id, "reprendre")
    assert "Votre réponse" in text_of(alice.get(path(request_id)))


@pytest.mark.parametrize("outcome", ["resolved", "bot_was_wrong", "answer_missing", "out_of_scope"])
def test_closing_says_how_it_ended(alice: Browser, desk: Desk, outcome: str) -> None:
    request_id = desk.ask()
    post(alice, request_id, "prendre")
    onward = post(alice, request_id, "clore", issue=outcome).headers["location"]
    assert "La demande est close." in text_of(alice.get(onward))
    assert desk.request(request_id).outcome is Outcome(outcome)
    page = text_of(alice.get(path(request_id)))
    assert "Clore la demande" not in page
    assert "Close :" in page


@pytest.mark.parametrize("outcome", ["", "withdrawn", "missed", "autre"])
def test_closing_takes_no_other_reason(alice: Browser, desk: Desk, outcome: str) -> None:
    request_id = desk.ask()
    post(alice, request_id, "prendre")
    answer = post(alice, request_id, "clore", issue=outcome)
    assert answer.status_code == 422
    assert "Choisissez comment la demande s’est terminée." in text_of(answer)
    assert desk.request(request_id).state is RequestState.TAKEN


def test_the_page_tells_that_the_request_has_changed_elsewhere(alice: Browser, basile: Browser, desk: Desk) -> None:
    request_id = desk.ask(("user", "Bonjour"))
    page = basile.get(path(request_id)).text
    seen = f"?apres={hidden(page, 'apres')}&etat={hidden(page, 'etat')}"
    post(alice, request_id, "prendre")
    news = basile.get(path(request_id, f"suite{seen}"))
    assert "Cette demande est déjà prise par Alice Accueil. Recharger la page" in text_of(news)


# A message that was left


def test_a_message_is_answered_by_email_once(alice: Browser, desk: Desk) -> None:
    request_id = desk.leave("Mon locataire a deux adresses.", "claire@essai.example")
    page = text_of(alice.get(path(request_id)))
    assert "Mon locataire a deux adresses." in page
    assert "Message laissé" in page
    post(alice, request_id, "prendre")
    assert "Votre réponse, par courriel à claire@essai.example" in text_of(alice.get(path(request_id)))
    for _ in range(2):
        onward = post(alice, request_id, "courriel", texte="Déclarez l’adresse louée.", cle=KEY).headers["location"]
    assert "Votre réponse est enregistrée" in text_of(alice.get(onward))
    answers = [each for each in desk.outbox() if each.purpose == ADVISER_ANSWER]
    assert len(answers) == 1
    posted = open_sealed(answers[0])
    assert posted.recipient == ("claire@essai.example",)
    assert posted.content.quotations == (
        Quotation("Réponse du conseiller :", "Déclarez l’adresse louée."),
        Quotation("Votre message :", "Mon locataire a deux adresses."),
    )


def test_a_message_without_an_address_can_only_be_closed(alice: Browser, desk: Desk) -> None:
    request_id = desk.leave("Rappelez-moi", None)
    post(alice, request_id, "prendre")
    page = text_of(alice.get(path(request_id)))
    assert "Aucune adresse courriel n’a été laissée" in page
    assert "Votre réponse" not in page
    assert post(alice, request_id, "courriel", texte="Bonjour", cle=KEY).status_code == 409
    assert post(alice, request_id, "clore", issue="out_of_scope").status_code == 303


def test_a_message_goes_back_to_the_queue(alice: Browser, basile: Browser, desk: Desk) -> None:
    request_id = desk.leave("Rappelez-moi")
    post(alice, request_id, "prendre")
    onward = post(alice, request_id, "rendre").headers["location"]
    assert "La demande attend de nouveau un conseiller." in text_of(alice.get(onward))
    assert post(basile, request_id, "prendre").status_code == 303


def test_a_live_reply_is_no_email_and_an_email_no_live_reply(alice: Browser, desk: Desk) -> None:
    live, left = desk.ask(), desk.leave("Rappelez-moi")
    for request_id in (live, left):
        post(alice, request_id, "prendre")
    assert post(alice, live, "courriel", texte="Bonjour", cle=KEY).status_code == 409
    assert post(alice, left, "messages", texte="Bonjour", cle=KEY).status_code == 409


# The ready answers


def test_the_ready_answers_are_the_assistant_s_own_for_the_landlord_s_profile(alice: Browser, desk: Desk) -> None:
    request_id = desk.ask(profile=Profile.ORGANISATION, topic="how_to_declare")
    post(alice, request_id, "prendre")
    page = alice.text(path(request_id))
    first = re.search(r'<a href="([^"]+)" data-reponse="([^"]+)">([^<]+)</a>', page)
    assert first is not None
    assert first[3] == "Comment déclarer un loyer"
    assert "Le guide des organismes ne décrit pas la déclaration" in first[2]
    filled = alice.text(first[1].partition("#")[0])
    assert f">{first[2]}</textarea>" in filled


def test_searching_the_ready_answers_by_words_in_any_order_without_accents(alice: Browser, desk: Desk) -> None:
    request_id = desk.ask(profile=Profile.LANDLORD)
    post(alice, request_id, "prendre")
    found = text_of(alice.get(path(request_id, "reponses?q=LOYER declarer")))
    assert found.startswith("Comment déclarer un loyer")
    nothing = text_of(alice.get(path(request_id, "reponses?q=dragon")))
    assert nothing == "Aucune réponse ne contient tous ces mots."
    assert "Comment déclarer un loyer" in text_of(alice.get(f"{path(request_id)}?q=declarer+loyer"))


def test_both_versions_are_offered_when_the_profile_is_not_known(alice: Browser, desk: Desk) -> None:
    request_id = desk.ask()
    post(alice, request_id, "prendre")
    page = text_of(alice.get(path(request_id, "reponses?q=recevoir codes")))
    assert "pour un bailleur particulier" in page
    assert "pour un organisme" in page
