"""An adviser takes or leaves the floor while something else is under way in the conversation, on either replica."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.handover import BUTTON_IN_DOUBT
from offre_bailleurs.chat_tables import Floor
from tests.services.chat.adviser import Adviser
from tests.services.chat.conftest import TURN_TIMEOUT, Servers, Talk
from tests.services.chat.servers import until
from tests.services.chat.test_chat_failures import NOTHING_TWICE, failed
from tests.services.chat.test_handover import BACK, answers, new_message, said

DONE = "C'est fait pour None."


@pytest.fixture
def adviser(servers: Servers, talk: Talk) -> Adviser:
    """Somebody at the desk."""
    return Adviser(servers.engine, talk.id)


def test_what_the_bot_was_answering_is_answered_and_the_next_words_are_the_adviser_s(
    talk: Talk, elsewhere: Talk, adviser: Adviser, pool: ThreadPoolExecutor
) -> None:
    message_id = new_message()
    hold = talk.hold()
    answer = talk.acts(message_id, pool)
    adviser.take()
    adviser.say("Bonjour, ici Léa.")
    hold.unlink()
    heard = answer.result()
    assert (heard.status_code, heard.headers["chat-floor"]) == (200, "adviser")
    assert heard.json() == {"messages": [{"seq": 4, "from": "bot", "text": DONE}]}
    assert heard.json() == talk.say("agis", message_id).json() == elsewhere.say("agis", message_id).json()
    assert answers(talk, "agis") == []
    assert said(talk) == [("adviser", "Bonjour, ici Léa."), ("user", "agis"), ("bot", DONE), ("user", "agis")]
    assert talk.calls == [message_id]


def test_words_to_the_adviser_at_another_process_do_not_undo_what_the_bot_was_answering(
    talk: Talk, elsewhere: Talk, adviser: Adviser, pool: ThreadPoolExecutor
) -> None:
    message_id = new_message()
    hold = talk.hold()
    answer = talk.acts(message_id, pool)
    adviser.take()
    assert answers(elsewhere, "vous êtes là ?") == []
    hold.unlink()
    assert [message["text"] for message in answer.result().json()["messages"]] == [DONE]
    assert said(talk) == [("user", "vous êtes là ?"), ("user", "agis"), ("bot", DONE)]
    assert talk.calls == [message_id]


def test_what_the_bot_was_answering_is_answered_before_it_says_that_it_is_back(
    talk: Talk, adviser: Adviser, pool: ThreadPoolExecutor
) -> None:
    hold = talk.hold()
    answer = talk.acts(new_message(), pool)
    adviser.take()
    adviser.hand_back()
    reading = pool.submit(talk.read, after=1, wait=20)
    assert talk.read(after=1).headers["chat-floor"] == "returning"
    hold.unlink()
    assert answer.result().status_code == 200
    reading.result()
    talk.read()
    assert said(talk) == [("user", "agis"), ("bot", DONE), ("bot", BACK)]
    assert adviser.floor is Floor.BOT


def test_what_two_replicas_answer_at_once_as_the_adviser_comes_and_goes_is_answered_in_the_end(
    talk: Talk, elsewhere: Talk, adviser: Adviser, pool: ThreadPoolExecutor
) -> None:
    """The other replica does not know that an answer is under way, and says that the bot is back: one of them loses."""
    message_id = new_message()
    hold = talk.hold()
    answer = talk.acts(message_id, pool)
    adviser.take()
    adviser.hand_back()
    reading = pool.submit(elsewhere.read, after=1, wait=20)
    until(lambda: len(talk.calls) == 2, 20, "the other replica takes the floor back")
    hold.unlink()
    reading.result()
    if answer.result().status_code == 409:
        assert [message["text"] for message in talk.say("agis", message_id).json()["messages"]] == [DONE]
    talk.read()
    assert sorted(said(talk)) == sorted([("user", "agis"), ("bot", DONE), ("bot", BACK)])


def test_the_bot_does_not_say_that_it_is_back_once_the_adviser_has_taken_the_floor_again(
    talk: Talk, elsewhere: Talk, adviser: Adviser, pool: ThreadPoolExecutor
) -> None:
    adviser.take()
    hold = talk.hold()
    adviser.hand_back()
    reading = pool.submit(talk.read, after=1, wait=3)
    typing = pool.submit(elsewhere.say, "oui")
    until(lambda: len(talk.calls) == 2, 20, "both replicas take the floor back")
    adviser.take()
    hold.unlink()
    assert typing.result().json() == {"messages": []}
    reading.result()
    assert adviser.floor is Floor.ADVISER
    assert said(talk) == [("user", "oui")]
    adviser.hand_back()
    talk.read()
    assert said(talk) == [("user", "oui"), ("bot", BACK)]


def test_a_button_whose_turn_failed_and_that_is_sent_again_to_an_adviser_is_not_said_to_wait(
    talk: Talk, adviser: Adviser, pool: ThreadPoolExecutor
) -> None:
    [message] = talk.say("bouton").json()["messages"]
    pressed = {"id": new_message(), "choice": message["buttons"][0]["choice"]}
    hold = talk.hold()
    answer = pool.submit(talk.post, pressed)
    until(lambda: talk.calls == [pressed["id"]], TURN_TIMEOUT, "the action is called")
    adviser.take()
    assert failed(answer.result(), NOTHING_TWICE)
    hold.unlink()
    [told] = talk.post(pressed).json()["messages"]
    assert told["text"] == BUTTON_IN_DOUBT
    assert talk.calls == [pressed["id"]]
