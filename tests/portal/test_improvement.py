"""«À améliorer»: an adviser says what the sentences that were not understood meant."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from offre_bailleurs.database import reading, transaction
from offre_bailleurs.improvement.collect import Unanswered, collect
from offre_bailleurs.improvement.tables import Assigned, SentenceGroup, UnansweredSentence
from tests.portal.browser import Browser
from tests.portal.desk import Desk, desk
from tests.portal.world import World

__all__ = ["desk"]

NewBrowser = Callable[[], Browser]

PAGE = "/conseil/a-ameliorer"
HOSTILE = '<script>alert(1)</script> "{{ 7*7 }}" [nom]'
DAY = datetime(2026, 7, 6, 9, tzinfo=UTC)
CHIMNEY = ("qui paie le ramonage de la cheminée", "le ramonage de la cheminée qui paie", "ramonage cheminée qui paie ?")
GARDEN = ("tailler la haie du jardin", "tailler les haies du jardin")


@pytest.fixture
def alice(new_browser: NewBrowser, desk: Desk) -> Browser:
    return new_browser().sign_in("alice")


def say(engine: Engine, *texts: str, at: datetime = DAY) -> None:
    """Have the assistant not understand this."""
    with transaction(on=engine) as session:
        number = len(session.scalars(select(UnansweredSentence.event_id)).all())
        collect(session, [Unanswered(f"x/{number + place}/0", at, text, None) for place, text in enumerate(texts)])


def groups(engine: Engine) -> Sequence[SentenceGroup]:
    with reading(on=engine) as session:
        found = session.scalars(select(SentenceGroup).order_by(SentenceGroup.id)).all()
        session.expunge_all()
        return found


def choose(browser: Browser, group_id: int, choice: str, **fields: str) -> Any:
    """Press a button of a group's form, on that group's page."""
    path = f"{PAGE}/{group_id}"
    seen = re.search(r'name="vu" value="([^"]*)"', browser.get(path).text)
    assert seen
    return browser.submit(path, choix=choice, **{"vu": html.unescape(seen[1]), **fields})


def test_the_largest_group_comes_first_with_its_sentences_and_how_often_they_were_said(
    alice: Browser, engine: Engine
) -> None:
    say(engine, *GARDEN, *CHIMNEY, CHIMNEY[0])
    page = alice.text(PAGE)
    assert page.index("«\u00a0qui paie le ramonage") < page.index("«\u00a0tailler la haie")
    assert "4\u00a0fois, le 6 juillet 2026" in page
    assert "6\u00a0phrases à classer" in page


@pytest.mark.parametrize("said", ["[mot] [mot] [mot]", "[nom] ? [montant]"])
def test_a_group_of_which_nobody_may_read_a_word_says_so(alice: Browser, engine: Engine, said: str) -> None:
    say(engine, said)
    say(engine, *CHIMNEY)
    [unknown, chimney] = groups(engine)
    for address in (PAGE, f"{PAGE}/{unknown.id}"):
        assert "«\u00a0(mots inconnus)\u00a0»" in alice.text(address)
    assert ">(mots inconnus) (1)</option>" in alice.text(f"{PAGE}/{chimney.id}")
    assert "«\u00a0qui paie le ramonage" in alice.text(PAGE)


def test_the_newest_come_first_when_asked(alice: Browser, engine: Engine) -> None:
    say(engine, *CHIMNEY)
    say(engine, GARDEN[0], at=DAY + timedelta(days=3))
    page = alice.text(f"{PAGE}?tri=recents")
    assert page.index("«\u00a0tailler la haie") < page.index("«\u00a0qui paie le ramonage")


def test_what_was_said_cannot_act_on_the_page(alice: Browser, engine: Engine) -> None:
    say(engine, HOSTILE, HOSTILE + " encore")
    for path in (PAGE, f"{PAGE}/{groups(engine)[0].id}"):
        page = alice.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page
        assert "{{ 7*7 }}" in html.unescape(page)


def test_a_group_given_to_a_topic_leaves_the_list_and_says_who_did_it(
    alice: Browser, desk: Desk, engine: Engine
) -> None:
    say(engine, *CHIMNEY)
    [group] = groups(engine)
    answer = choose(alice, group.id, "sujet", sujet="deadline")
    assert answer.status_code == 303
    told = alice.text(answer.headers["location"])
    assert "Sujet «\u00a0La date limite pour déclarer\u00a0», par Alice Accueil" in told
    assert "Rien à classer" in told
    assert "Alice Accueil" in alice.text(f"{PAGE}?vue=classes")
    [group] = groups(engine)
    assert (group.assigned, group.topic, group.assigned_by_id) == (Assigned.TOPIC, "deadline", desk.alice)


@pytest.mark.parametrize(
    ("choice", "assigned", "words"),
    [("nouveau", Assigned.NEW_TOPIC, "Nouveau sujet, par"), ("hors-sujet", Assigned.OFF_TOPIC, "Hors sujet, par")],
)
def test_a_group_can_be_a_new_topic_or_none_of_ours(
    alice: Browser, engine: Engine, choice: str, assigned: Assigned, words: str
) -> None:
    say(engine, *CHIMNEY)
    choose(alice, groups(engine)[0].id, choice, sujet="deadline")
    [group] = groups(engine)
    assert (group.assigned, group.topic) == (assigned, None)
    assert words in alice.text(f"{PAGE}?vue=classes")


def test_what_was_said_of_a_group_can_be_taken_back(alice: Browser, engine: Engine) -> None:
    say(engine, *CHIMNEY)
    choose(alice, groups(engine)[0].id, "hors-sujet")
    answer = choose(alice, groups(engine)[0].id, "annuler")
    assert "de nouveau à classer" in alice.text(answer.headers["location"])
    [group] = groups(engine)
    assert (group.assigned, group.assigned_by_id, group.assigned_at) == (None, None, None)


def test_no_topic_chosen_is_told_beside_the_list_of_topics(alice: Browser, engine: Engine) -> None:
    say(engine, *CHIMNEY)
    for topic in ("", "declare_rent", "../deadline"):
        answer = choose(alice, groups(engine)[0].id, "sujet", sujet=topic)
        assert answer.status_code == 422
        assert "Choisissez d’abord un sujet" in html.unescape(answer.text)
        assert f'href="#sujet-{groups(engine)[0].id}"' in answer.text
    assert groups(engine)[0].assigned is None


def test_two_advisers_do_not_overwrite_each_other(new_browser: NewBrowser, alice: Browser, engine: Engine) -> None:
    say(engine, *CHIMNEY)
    [group] = groups(engine)
    basile = new_browser().sign_in("basile")
    choose(alice, group.id, "hors-sujet")
    late = basile.submit(f"{PAGE}/{group.id}", choix="nouveau", vu="")
    assert late.status_code == 409
    assert "Une autre personne vient de classer ce groupe" in html.unescape(late.text)
    assert groups(engine)[0].assigned is Assigned.OFF_TOPIC


def test_the_same_button_pressed_twice_is_one_answer(alice: Browser, engine: Engine) -> None:
    say(engine, *CHIMNEY)
    [group] = groups(engine)
    for choice in ("hors-sujet", "annuler"):
        seen = groups(engine)[0].assigned_at
        for _ in range(2):
            vu = seen.isoformat() if seen else ""
            assert alice.submit(f"{PAGE}/{group.id}", choix=choice, vu=vu).status_code == 303


def test_a_group_that_is_no_more_is_said_to_be_so(alice: Browser, engine: Engine) -> None:
    say(engine, *CHIMNEY)
    for answer in (
        alice.get(f"{PAGE}/99"),
        alice.submit(PAGE, to=f"{PAGE}/99", choix="hors-sujet", vu=""),
        alice.submit(PAGE, to=f"{PAGE}/99/phrases", phrase="x", groupe="nouveau"),
    ):
        assert answer.status_code == 404
        assert "Ce groupe n’existe plus" in html.unescape(answer.text)
        assert "qui paie le ramonage" in answer.text


def test_a_sentence_of_another_group_is_moved_there_and_those_that_say_the_same_follow(
    alice: Browser, engine: Engine
) -> None:
    say(engine, *CHIMNEY, *GARDEN)
    chimney, garden = groups(engine)
    path = f"{PAGE}/{garden.id}"
    [key] = set(re.findall(r'name="phrase" value="([^"]+)"', alice.get(path).text))
    moved = alice.submit(path, to=f"{path}/phrases", phrase=html.unescape(key), groupe=str(chimney.id))
    assert (moved.status_code, moved.headers["location"]) == (303, f"{PAGE}/{chimney.id}")
    say(engine, GARDEN[0])
    [left] = groups(engine)
    assert (left.id, left.size) == (chimney.id, 6)


def test_a_sentence_is_taken_out_into_a_group_of_its_own(alice: Browser, engine: Engine) -> None:
    say(engine, *CHIMNEY, "qui paie le ramonage de la cheminée du salon")
    [group] = groups(engine)
    path = f"{PAGE}/{group.id}"
    keys = [html.unescape(key) for key in re.findall(r'name="phrase" value="([^"]+)"', alice.get(path).text)]
    [key] = [key for key in keys if "salon" in key]
    alice.submit(path, to=f"{path}/phrases", phrase=key, groupe="nouveau")
    assert [(each.size, each.key) for each in groups(engine)] == [(3, group.key), (1, key)]


def test_the_list_comes_in_pages(alice: Browser, engine: Engine) -> None:
    say(
        engine,
        *(
            f"{word}{word} {word}"
            for word in (chr(97 + one) * 3 + chr(97 + two) * 3 for one in range(5) for two in range(5))
        ),
    )
    total = len(groups(engine))
    assert total > 20
    assert alice.get(PAGE).text.count("<article") == 20
    assert alice.get(f"{PAGE}?page=2").text.count("<article") == total - 20
    assert alice.get(f"{PAGE}?page=999").status_code == 200


def test_landlords_find_nothing_and_strangers_sign_in_first(
    new_browser: NewBrowser, world: World, desk: Desk, engine: Engine
) -> None:
    say(engine, *CHIMNEY)
    [group] = groups(engine)
    landlord = new_browser().sign_in("camille")
    stranger = new_browser()
    for path in (PAGE, f"{PAGE}/{group.id}"):
        assert landlord.get(path).status_code == 404
        assert stranger.get(path).status_code == 303
    forged = landlord.submit("/locataires", to=f"{PAGE}/{group.id}", choix="hors-sujet", vu="")
    assert forged.status_code == 404
    assert groups(engine)[0].assigned is None


def test_a_form_that_this_site_did_not_make_changes_nothing(alice: Browser, engine: Engine) -> None:
    say(engine, *CHIMNEY)
    [group] = groups(engine)
    fields = {"choix": "hors-sujet", "vu": "", "jeton": "faux"}
    assert alice.client.post(f"{PAGE}/{group.id}", data=fields).status_code == 403
    for fields in ({"choix": "autre", "vu": ""}, {"choix": "hors-sujet", "vu": "hier"}):
        assert alice.submit(PAGE, to=f"{PAGE}/{group.id}", **fields).status_code == 400
    assert groups(engine)[0].assigned is None


def test_an_adviser_whose_access_is_closed_changes_nothing(alice: Browser, desk: Desk, engine: Engine) -> None:
    say(engine, *CHIMNEY)
    [group] = groups(engine)
    token = alice.csrf_token(PAGE)
    desk.close_access(desk.alice)
    answer = alice.client.post(f"{PAGE}/{group.id}", data={"jeton": token, "choix": "hors-sujet", "vu": ""})
    assert answer.status_code == 303
    assert groups(engine)[0].assigned is None


@pytest.mark.parametrize("group_id", ["0", "99", "1e3", "-1", "99999999999999999999"])
def test_a_group_that_does_not_exist_is_not_found(alice: Browser, group_id: str) -> None:
    assert alice.get(f"{PAGE}/{group_id}").status_code == 404
