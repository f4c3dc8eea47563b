"""What a landlord gets when a part of the chat fails, and what is left of the message: all of it or nothing."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import func, select, text

from offre_bailleurs import chat_tables
from tests.services.chat.conftest import TURN_TIMEOUT, Servers, Talk, opened
from tests.services.chat.servers import Server

NOTHING_SENT = "rien n'a été transmis à la Caf"
NOTHING_TWICE = "rien ne sera transmis deux fois à la Caf"


def new_message() -> str:
    return str(uuid.uuid4())


def failed(answer: httpx.Response, detail: str) -> bool:
    assert answer.status_code == 503, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"]
    return detail in answer.json()["detail"]


@contextmanager
def down(server: Server) -> Iterator[None]:
    server.kill()
    try:
        yield
    finally:
        server.start()
        server.wait()


@contextmanager
def refusing(servers: Servers, table: str, what: str = "INSERT") -> Iterator[None]:
    """The database refuses to write into a table."""
    with servers.engine.begin() as connection:
        connection.execute(
            text(f"CREATE TRIGGER refuse BEFORE {what} ON {table} BEGIN SELECT RAISE(ABORT, 'disk full'); END")
        )
    try:
        yield
    finally:
        with servers.engine.begin() as connection:
            connection.execute(text("DROP TRIGGER refuse"))


@contextmanager
def missing(servers: Servers, table: str) -> Iterator[None]:
    """A table cannot be read."""
    with servers.engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO elsewhere"))
    try:
        yield
    finally:
        with servers.engine.begin() as connection:
            connection.execute(text(f"ALTER TABLE elsewhere RENAME TO {table}"))


def test_without_the_action_server_nothing_is_kept_and_the_same_message_works_later(talk: Talk) -> None:
    message_id, before = new_message(), talk.rows()
    with down(talk.servers.actions):
        assert failed(talk.say("agis", message_id), NOTHING_SENT)
        assert failed(talk.say("agis", message_id), NOTHING_SENT)
        assert talk.rows() == before
        assert talk.say("bonjour").status_code == 200  # what needs no action is still answered
    assert talk.say("agis", message_id).json()["messages"][0]["text"] == "C'est fait pour None."
    assert talk.calls == [message_id]


@pytest.mark.parametrize("typed", ["plante", "divague", "boucle"])
def test_an_action_that_gives_no_usable_answer_ends_the_turn_instead_of_being_skipped(talk: Talk, typed: str) -> None:
    before = talk.rows()
    assert failed(talk.say(typed), NOTHING_TWICE)
    assert talk.rows() == before
    assert talk.say("bonjour").json()["messages"][0]["text"] == "Bonjour !"


def test_an_action_may_decline_to_run(talk: Talk) -> None:
    assert talk.say("refuse").json()["messages"][0]["text"] == "Je n'ai pas compris."


def test_a_turn_that_takes_too_long_is_given_up_and_the_conversation_is_free_again(talk: Talk) -> None:
    message_id, before = new_message(), talk.rows()
    hold = talk.hold()
    answer = talk.say("agis", message_id, timeout=TURN_TIMEOUT + 10)
    assert failed(answer, NOTHING_TWICE)
    assert talk.rows() == before
    hold.unlink()
    with missing(talk.servers, "chat_turn"):  # it acted the first time: that nothing was transmitted would be untrue
        assert failed(talk.say("agis", message_id), NOTHING_TWICE)
    assert talk.say("agis", message_id).status_code == 200
    assert talk.calls == [message_id, message_id]  # under one turn: the action knows that it acted


@pytest.mark.parametrize("table", ["events", "chat_conversation", "chat_turn"])
def test_a_database_that_cannot_be_read_fails_the_message(talk: Talk, table: str) -> None:
    message_id = new_message()
    before = talk.rows()
    with missing(talk.servers, table):
        assert failed(talk.say("bonjour", message_id), NOTHING_SENT)
    assert talk.rows() == before
    assert talk.say("bonjour", message_id).status_code == 200


@pytest.mark.parametrize("table", ["events", "chat_turn", "chat_message"])
def test_a_database_that_cannot_be_written_keeps_nothing_of_the_turn(talk: Talk, table: str) -> None:
    message_id, before = new_message(), talk.rows()
    with refusing(talk.servers, table):
        assert failed(talk.say("bonjour", message_id), NOTHING_SENT)
        assert failed(talk.say("agis", message_id), NOTHING_TWICE)
    assert talk.rows() == before
    assert talk.say("agis", message_id).status_code == 200
    assert talk.texts()[1:] == [("user", "agis"), ("bot", "C'est fait pour None.")]


def test_a_conversation_whose_opening_fails_was_never_there(servers: Servers, http: httpx.Client) -> None:
    def conversations() -> int:
        with servers.engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(chat_tables.conversation)) or 0

    before = conversations()
    with refusing(servers, "events"):
        assert failed(http.post("conversations", json={}), NOTHING_SENT)
    assert conversations() == before
    opened(servers, http)


def test_reading_and_forgetting_say_so_when_the_database_is_gone(talk: Talk) -> None:
    with missing(talk.servers, "chat_conversation"):
        assert failed(talk.read(), "momentanément indisponible")
        assert failed(talk.forget(), "momentanément indisponible")


def test_of_two_processes_that_answer_one_conversation_one_commits(
    talk: Talk, elsewhere: Talk, pool: ThreadPoolExecutor
) -> None:
    here, there = new_message(), new_message()
    hold = talk.hold()
    answers = [talk.acts(here, pool), elsewhere.acts(there, pool)]
    hold.unlink()
    codes = sorted(answer.result().status_code for answer in answers)
    assert codes == [200, 409]
    assert [sender for sender, _ in talk.texts()] == ["bot", "user", "bot"]
    for message_id in (here, there):  # the one that lost is answered when it is sent again
        assert elsewhere.say("agis", message_id).status_code == 200
    assert [sender for sender, _ in talk.texts()] == ["bot", "user", "bot", "user", "bot"]


def test_after_a_kill_between_acting_and_answering_the_same_message_is_completed_once(
    talk: Talk, elsewhere: Talk, pool: ThreadPoolExecutor
) -> None:
    message_id = new_message()
    elsewhere.say("bonjour")
    before = talk.rows()
    hold = talk.hold()
    lost = elsewhere.acts(message_id, pool)
    with down(talk.servers.second):
        hold.unlink()
        with pytest.raises(httpx.TransportError):
            lost.result()
        assert talk.rows() == before
    answer = elsewhere.say("agis", message_id)
    assert answer.json() == elsewhere.say("agis", message_id).json() == talk.say("agis", message_id).json()
    assert talk.calls == [message_id, message_id]
    assert talk.texts()[3:] == [("user", "agis"), ("bot", "C'est fait pour None.")]


def test_a_server_that_is_asked_to_end_does_not_wait_for_its_readers(talk: Talk) -> None:
    second = talk.servers.second
    reader = HTTPConnection(urlsplit(second.health).netloc, timeout=30)
    for wait in (0, 20):  # the first answer shows that the server has the connection
        reader.request("GET", f"/webhooks/webchat/messages?after=1&wait={wait}", headers=talk.headers)
        if wait == 0:
            assert reader.getresponse().read() == b'{"messages": []}'
    try:
        assert second.stop() < 10
        assert reader.getresponse().read() == b'{"messages": []}'
    finally:
        second.start()
        second.wait()
