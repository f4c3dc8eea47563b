"""What becomes of a talk with an adviser when a part of the chat fails in the middle of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from bot.handover import UNABLE
from offre_bailleurs.chat_tables import Floor
from tests.services.chat.adviser import Adviser
from tests.services.chat.conftest import Servers, Talk
from tests.services.chat.servers import until
from tests.services.chat.test_chat_failures import NOTHING_SENT, down, failed, missing, refusing
from tests.services.chat.test_handover import BACK, QUESTION, answers, said


@pytest.fixture
def adviser(servers: Servers, talk: Talk) -> Adviser:
    """Somebody at the desk."""
    return Adviser(servers.engine, talk.id)


def test_an_adviser_and_a_landlord_talk_without_the_action_server(talk: Talk, adviser: Adviser) -> None:
    adviser.take()
    with down(talk.servers.actions):
        assert answers(talk, "bonjour") == []
        adviser.say("Bonjour.")
        assert said(talk) == [("user", "bonjour"), ("adviser", "Bonjour.")]


def test_while_the_bot_cannot_take_the_floor_back_all_is_read_and_kept_and_then_it_does(
    talk: Talk, adviser: Adviser
) -> None:
    talk.say("mesure")
    adviser.take()
    adviser.say("Voilà.")
    with down(talk.servers.actions):
        adviser.hand_back()
        answer = talk.read(after=3)
        assert answer.json()["messages"] == [{"seq": 4, "from": "adviser", "text": "Voilà."}]
        assert answer.headers["chat-floor"] == "returning"
        message_id = str(uuid.uuid4())
        told = talk.say("oui", message_id)
        assert told.json() == talk.say("oui", message_id).json()
        assert [message["text"] for message in told.json()["messages"]] == [UNABLE]
        assert said(talk)[2:] == [("adviser", "Voilà."), ("user", "oui"), ("bot", UNABLE)]
        assert adviser.floor is Floor.RETURNING
    assert [message["text"] for message in talk.read(after=6).json()["messages"]] == [BACK, QUESTION]
    assert answers(talk, "42") == ["C'est noté, 42."]


def test_a_reader_who_waits_hears_the_bot_once_it_can_speak_again(
    talk: Talk, adviser: Adviser, pool: ThreadPoolExecutor
) -> None:
    adviser.take()
    with missing(talk.servers, "events"):
        adviser.hand_back()
        reading = pool.submit(talk.read, after=1, wait=20)
        assert talk.read(after=1).json() == {"messages": []}
        assert not reading.done()
    assert [message["text"] for message in reading.result().json()["messages"]] == [BACK]


def test_a_database_that_cannot_be_written_keeps_nothing_and_the_same_message_works_later(
    talk: Talk, adviser: Adviser
) -> None:
    adviser.take()
    message_id, before = str(uuid.uuid4()), talk.rows()
    with refusing(talk.servers, "chat_message"):
        assert failed(talk.say("bonjour", message_id), NOTHING_SENT)
    with missing(talk.servers, "chat_turn"):
        assert failed(talk.say("bonjour", message_id), NOTHING_SENT)
    assert talk.rows() == before
    assert talk.say("bonjour", message_id).json() == {"messages": []}
    assert said(talk) == [("user", "bonjour")]


def test_after_a_kill_in_the_middle_of_the_talk_it_goes_on_as_before(
    talk: Talk, elsewhere: Talk, adviser: Adviser, pool: ThreadPoolExecutor
) -> None:
    elsewhere.say("mesure")
    adviser.take()
    message_id = str(uuid.uuid4())
    elsewhere.say("12", message_id)
    waiting = pool.submit(elsewhere.read, after=4, wait=20)
    with down(talk.servers.second):
        with pytest.raises(httpx.TransportError):
            waiting.result()
        adviser.say("Je regarde.")
        assert answers(talk, "merci") == []
    assert elsewhere.say("12", message_id).json() == {"messages": []}
    assert answers(elsewhere, "14") == []
    adviser.hand_back()
    assert [message["text"] for message in elsewhere.read(after=7).json()["messages"]] == [BACK, QUESTION]
    assert said(talk) == [
        ("user", "mesure"),
        ("bot", QUESTION),
        ("user", "12"),
        ("adviser", "Je regarde."),
        ("user", "merci"),
        ("user", "14"),
        ("bot", BACK),
        ("bot", QUESTION),
    ]
    assert answers(elsewhere, "42") == ["C'est noté, 42."]


@pytest.mark.parametrize(
    "speak", [lambda talk: talk.read(after=3, wait=20), lambda talk: talk.say("oui")], ids=["reading", "typing"]
)
def test_after_a_kill_while_the_bot_takes_the_floor_back_it_speaks_once(
    talk: Talk, elsewhere: Talk, adviser: Adviser, pool: ThreadPoolExecutor, speak: Callable[[Talk], httpx.Response]
) -> None:
    elsewhere.say("mesure")
    adviser.take()
    adviser.hand_back()
    hold = talk.hold()
    lost = pool.submit(speak, elsewhere)
    until(lambda: len(talk.calls) == 1, 20, "the bot begins to take the floor back")
    with down(talk.servers.second):
        hold.unlink()
        with pytest.raises(httpx.TransportError):
            lost.result()
        assert adviser.floor is Floor.RETURNING
        assert [text for _, text in said(talk)][-2:] == [BACK, QUESTION]
    elsewhere.read()
    assert [text for _, text in said(talk)].count(BACK) == 1
    assert answers(elsewhere, "42") == ["C'est noté, 42."]
