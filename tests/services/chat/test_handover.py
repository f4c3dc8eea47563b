"""A landlord talks with an adviser in the chat, then with the bot again: nothing is lost, nothing misheard."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import update

from bot.handover import BUTTONS_WAIT
from offre_bailleurs.chat_tables import Floor, conversation
from tests.services.chat.adviser import Adviser
from tests.services.chat.conftest import Servers, Talk
from tests.services.chat.servers import until
from tests.services.chat.test_chat_http import is_problem

BACK = "Me revoici."
QUESTION = "Combien ?"


@pytest.fixture
def adviser(servers: Servers, talk: Talk) -> Adviser:
    """Somebody at the desk."""
    return Adviser(servers.engine, talk.id)


def new_message() -> str:
    return str(uuid.uuid4())


def said(talk: Talk) -> list[tuple[str, str]]:
    """Who said what, the greeting left out."""
    return talk.texts()[1:]


def answers(talk: Talk, typed: str) -> list[str]:
    """The texts with which the chat answers."""
    answer = talk.say(typed)
    assert answer.status_code == 200, answer.text
    return [message["text"] for message in answer.json()["messages"]]


# While an adviser has the floor


def test_the_bot_keeps_silent_while_an_adviser_answers_and_nothing_is_lost(talk: Talk, adviser: Adviser) -> None:
    talk.say("bonjour")
    adviser.take()
    before = talk.stored_events()
    assert answers(talk, "salut") == []
    adviser.say("Bonjour, ici Léa.")
    adviser.say("Que puis-je faire ?")
    assert answers(talk, "agis") == []
    assert talk.stored_events() == before
    assert talk.calls == []
    assert said(talk)[2:] == [
        ("user", "salut"),
        ("adviser", "Bonjour, ici Léa."),
        ("adviser", "Que puis-je faire ?"),
        ("user", "agis"),
    ]
    assert [message["seq"] for message in talk.read().json()["messages"]] == list(range(1, 8))


def test_a_message_to_an_adviser_that_is_sent_again_is_kept_once(talk: Talk, elsewhere: Talk, adviser: Adviser) -> None:
    adviser.take()
    message_id = new_message()
    first = talk.say("mon iban FR7630006000011234567890189", message_id)
    adviser.say("Merci.")
    assert first.json() == talk.say("autre", message_id).json() == elsewhere.say("autre", message_id.upper()).json()
    assert [message["from"] for message in first.json()["messages"]] == ["bot"]
    assert [sender for sender, _ in said(talk)] == ["user", "bot", "adviser"]


def test_what_is_said_to_an_adviser_is_masked_and_the_landlord_is_told(talk: Talk, adviser: Adviser) -> None:
    adviser.take()
    [notice] = answers(talk, "mon mot de passe est Zebulon!1987")
    assert "j'ai masqué un mot de passe" in notice
    assert said(talk)[0] == ("user", "mon mot de passe est [mot de passe masqué]")


def test_a_button_pressed_while_an_adviser_answers_waits_and_the_landlord_is_told(talk: Talk, adviser: Adviser) -> None:
    adviser.take()
    before = talk.stored_events()
    [answer] = talk.choose(talk.greeting[0]["buttons"][0]["choice"]).json()["messages"]
    assert answer["text"] == BUTTONS_WAIT
    assert said(talk) == [("user", "Peindre en bleu"), ("bot", BUTTONS_WAIT)]
    assert talk.stored_events() == before


def test_each_answer_tells_who_has_the_floor(talk: Talk, adviser: Adviser) -> None:
    opened = talk.http.post("conversations", json={}, headers={"Origin": "https://mcp.example"})
    assert opened.headers["chat-floor"] == "bot"
    assert "Chat-Floor" in opened.headers["access-control-expose-headers"]
    assert talk.say("bonjour").headers["chat-floor"] == talk.read().headers["chat-floor"] == "bot"
    adviser.take()
    assert talk.say("bonjour").headers["chat-floor"] == talk.read().headers["chat-floor"] == "adviser"
    adviser.hand_back()
    assert talk.say("bonjour").headers["chat-floor"] == talk.read().headers["chat-floor"] == "bot"


def test_a_conversation_can_be_forgotten_while_an_adviser_answers(talk: Talk, adviser: Adviser) -> None:
    adviser.take()
    talk.say("bonjour")
    adviser.say("Bonjour.")
    assert talk.forget().status_code == 204
    assert not any(talk.rows().values())
    assert is_problem(talk.say("bonjour"), 401)
    assert is_problem(talk.read(), 401)


# When the floor returns


def test_whoever_reads_when_the_adviser_has_finished_hears_the_bot_once(talk: Talk, adviser: Adviser) -> None:
    adviser.take()
    talk.say("bonjour")
    adviser.say("Voilà.")
    adviser.hand_back()
    assert [message["text"] for message in talk.read(after=3).json()["messages"]] == [BACK]
    assert adviser.floor is Floor.BOT
    assert said(talk) == [("user", "bonjour"), ("adviser", "Voilà."), ("bot", BACK)]
    assert answers(talk, "bonjour") == ["Bonjour !"]
    assert len(talk.calls) == 1


def test_a_reader_who_waits_hears_the_bot_as_soon_as_the_adviser_has_finished(
    talk: Talk, elsewhere: Talk, adviser: Adviser, pool: ThreadPoolExecutor
) -> None:
    adviser.take()
    waiting = [pool.submit(each.read, after=1, wait=20) for each in (talk, elsewhere)]
    time.sleep(0.3)
    adviser.hand_back()
    handed_back = time.monotonic()
    for answer in waiting:
        assert [message["text"] for message in answer.result().json()["messages"]] == [BACK]
    assert time.monotonic() - handed_back < 2.5
    assert said(talk) == [("bot", BACK)]


def test_words_typed_when_the_adviser_has_just_finished_are_kept_and_answer_no_question(
    talk: Talk, elsewhere: Talk, adviser: Adviser
) -> None:
    assert answers(talk, "mesure") == [QUESTION]
    adviser.take()
    adviser.hand_back()
    message_id = new_message()
    answer = talk.say("oui", message_id)
    assert [message["text"] for message in answer.json()["messages"]] == [BACK, QUESTION]
    assert answer.json() == talk.say("oui", message_id).json() == elsewhere.say("oui", message_id).json()
    assert said(talk)[2:] == [("user", "oui"), ("bot", BACK), ("bot", QUESTION)]
    assert answers(talk, "42") == ["C'est noté, 42."]


def test_a_form_is_found_again_where_it_was_left(talk: Talk, adviser: Adviser) -> None:
    talk.say("mesure")
    adviser.take()
    for typed in ("12", "mesure", "/restart"):
        assert answers(talk, typed) == []
    adviser.hand_back()
    assert [message["text"] for message in talk.read(after=6).json()["messages"]] == [BACK, QUESTION]
    assert answers(talk, "42") == ["C'est noté, 42."]


def test_a_button_pressed_when_the_adviser_has_just_finished_does_nothing(talk: Talk, adviser: Adviser) -> None:
    adviser.take()
    adviser.hand_back()
    [answer] = talk.choose(talk.greeting[0]["buttons"][0]["choice"]).json()["messages"]
    assert answer["text"] == BACK
    assert said(talk) == [("user", "Peindre en bleu"), ("bot", BACK)]
    [painted] = talk.choose(talk.greeting[0]["buttons"][0]["choice"]).json()["messages"]
    assert painted["text"] == "C'est peint en bleu."


def test_what_is_typed_when_the_adviser_has_just_finished_is_masked_too(talk: Talk, adviser: Adviser) -> None:
    adviser.take()
    adviser.hand_back()
    notice, back = answers(talk, "mon mot de passe est Zebulon!1987")
    assert "masqué un mot de passe" in notice
    assert back == BACK
    assert said(talk)[0] == ("user", "mon mot de passe est [mot de passe masqué]")


def test_an_adviser_who_is_awaited_again_has_the_floor_next_and_the_bot_answers_meanwhile(
    talk: Talk, adviser: Adviser
) -> None:
    (talk.servers.folder / f"awaited-{talk.id}").touch()
    adviser.take()
    adviser.hand_back()
    answer = talk.read(after=1)
    assert [set(message) for message in answer.json()["messages"]] == [{"seq", "from", "text"}]
    assert answer.headers["chat-floor"] == "waiting"
    assert adviser.floor is Floor.WAITING
    assert answers(talk, "bonjour") == ["Bonjour !"]
    assert adviser.floor is Floor.WAITING


def test_two_processes_asked_at_once_make_the_bot_speak_once(
    talk: Talk, elsewhere: Talk, adviser: Adviser, pool: ThreadPoolExecutor
) -> None:
    adviser.take()
    hold = talk.hold()
    adviser.hand_back()
    reading = [pool.submit(each.read, after=1, wait=20) for each in (talk, talk, elsewhere, elsewhere)]
    until(lambda: len(talk.calls) == 2, 20, "both processes call the action")
    hold.unlink()
    heard = [answer.result().json()["messages"] for answer in reading]
    assert heard == [[{"seq": 2, "from": "bot", "text": BACK}]] * 4
    assert said(talk) == [("bot", BACK)]


@pytest.mark.parametrize("same_process", [True, False], ids=["the same process", "another process"])
def test_words_typed_while_the_bot_takes_the_floor_back_answer_no_question(
    talk: Talk, elsewhere: Talk, adviser: Adviser, pool: ThreadPoolExecutor, same_process: bool
) -> None:
    talk.say("mesure")
    adviser.take()
    hold = talk.hold()
    adviser.hand_back()
    reading = pool.submit(talk.read, after=3, wait=20)
    until(lambda: len(talk.calls) == 1, 20, "the bot begins to take the floor back")
    typing = pool.submit((talk if same_process else elsewhere).say, "oui")
    if same_process:
        time.sleep(0.3)  # it is there while the other turn runs; coming later would be answered alike, and pass too
    else:
        until(lambda: len(talk.calls) == 2, 20, "the other process begins too")
    hold.unlink()
    assert typing.result().status_code == 200
    assert reading.result().status_code == 200
    assert said(talk).count(("user", "oui")) == 1
    assert said(talk)[-1] == ("bot", QUESTION)
    assert answers(talk, "42") == ["C'est noté, 42."]


def test_words_typed_before_the_bot_was_back_answer_no_question_even_when_they_are_kept_after_it(
    talk: Talk, adviser: Adviser, pool: ThreadPoolExecutor
) -> None:
    talk.say("mesure")
    adviser.take()
    adviser.hand_back()
    with talk.servers.engine.begin() as connection:  # another process has the bot speak: not yet seen by this one
        mine = update(conversation).where(conversation.c.id == talk.id)
        connection.execute(mine.values(floor=Floor.BOT.value, version=conversation.c.version + 1))
        typing = pool.submit(talk.say, "oui")
        time.sleep(1)  # the message was read, and waits to be kept; read later, it would measure
    assert [message["text"] for message in typing.result().json()["messages"]] == [BACK, QUESTION]
    assert answers(talk, "42") == ["C'est noté, 42."]


def test_a_second_handover_ends_as_the_first_did(talk: Talk, adviser: Adviser) -> None:
    for _ in range(2):
        adviser.take()
        talk.say("bonjour")
        adviser.hand_back()
        talk.read()
    assert said(talk) == [("user", "bonjour"), ("bot", BACK)] * 2


# Two processes


def test_what_an_adviser_says_reaches_a_reader_at_any_process_within_two_seconds(
    talk: Talk, elsewhere: Talk, adviser: Adviser, pool: ThreadPoolExecutor
) -> None:
    adviser.take()
    reading = [pool.submit(each.read, after=1, wait=20) for each in (talk, elsewhere)]
    time.sleep(0.3)  # the readers are there first
    adviser.say("Bonjour, ici Léa.")
    written = time.monotonic()
    for answer in reading:
        assert answer.result().json()["messages"] == [{"seq": 2, "from": "adviser", "text": "Bonjour, ici Léa."}]
    assert time.monotonic() - written < 2


def test_what_is_said_to_an_adviser_at_one_process_is_read_at_the_other_within_two_seconds(
    talk: Talk, elsewhere: Talk, adviser: Adviser, pool: ThreadPoolExecutor
) -> None:
    adviser.take()
    reading = pool.submit(elsewhere.read, after=1, wait=20)
    time.sleep(0.3)
    talk.say("bonjour")
    written = time.monotonic()
    assert reading.result().json()["messages"] == [{"seq": 2, "from": "user", "text": "bonjour"}]
    assert time.monotonic() - written < 2
