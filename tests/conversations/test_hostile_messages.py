"""Whatever is sent as a message is answered in French or refused; nothing else happens."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable

import pytest

from offre_bailleurs.models import Declaration, DeclarationState
from tests.support.chat import ChatClient, text_of
from tests.support.hostile import (
    problem,
)
from tests.support.journey import STEPS, walk
from tests.support.live import LiveBot


def test_an_id_used_again_with_other_words_does_nothing_new(
    chat: ChatClient, declaration: Callable[[], Declaration | None]
) -> None:
    walk(chat, STEPS[0])
    walk(chat, STEPS[1])
    once = str(uuid.uuid4())
    first = chat.say("650", id=once)
    for words in ("620", "annuler"):
        assert chat.say(words, id=once) == first
    assert chat.choose(chat.find_button("Valider").choice, id=once) == first
    draft = declaration()
    assert draft is not None
    assert (draft.state, draft.july_rent_cents) == (DeclarationState.IN_PROGRESS, 65_000)
    assert [each.text for each in chat.history() if each.sender == "user"][-1] == "650"


def test_an_id_of_another_conversation_is_a_new_message_here(live: LiveBot, chat: ChatClient) -> None:
    once = str(uuid.uuid4())
    chat.say("bonjour", id=once)
    visitor = live.client()
    visitor.open()
    visitor.say("je veux déclarer un loyer", id=once)
    assert [each.text for each in visitor.history() if each.sender == "user"] == ["je veux déclarer un loyer"]


@pytest.mark.parametrize("length", [1_001, 10_240, 1_000_000])
def test_a_text_that_is_too_long_is_refused(chat: ChatClient, length: int) -> None:
    assert problem(lambda: chat.say("é" * length)).status == 413
    assert [each.sender for each in chat.history()] == ["bot"]


@pytest.mark.parametrize("word", ["a", "é", "650 ", "\U0001f600", "le "])
def test_a_text_of_the_greatest_length_is_answered(chat: ChatClient, word: str) -> None:
    assert chat.say((word * 1_000)[:1_000])


@pytest.mark.parametrize(
    "typed",
    [
        "\x00650\x00",
        "6\u200b5\u200d0",
        "\x1b[31m650\x1b[0m"[5:-4],
        "\u202e650\u202c",
        "650\r\n",
        "\ufeff650",
        "６５０",
    ],
)
def test_characters_that_do_not_show_do_not_change_a_rent(
    chat: ChatClient, declaration: Callable[[], Declaration | None], typed: str
) -> None:
    walk(chat, STEPS[0])
    walk(chat, STEPS[1])
    assert STEPS[2].understood(chat.say(typed))
    draft = declaration()
    assert draft is not None
    assert draft.july_rent_cents == 65_000


@pytest.mark.parametrize("typed", ["", "   ", "\x00\x07\x1b", "\u200b\u202e", "\ud800"])
def test_a_text_of_nothing_is_refused(chat: ChatClient, typed: str) -> None:
    body = json.dumps({"id": str(uuid.uuid4()), "text": typed})
    response = chat.raw(
        "POST", "/messages", content=body, headers={**chat.authorization, "Content-Type": "application/json"}
    )
    assert response.status_code == 400
    assert response.headers["Content-Type"].startswith("application/problem+json")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"bonjour"',
        b'{"text": "bonjour"}',
        b'{"id": 1, "text": "bonjour"}',
        b'{"id": "1", "text": "bonjour"}',
        b'{"id": "%ID", "text": 650}',
        b'{"id": "%ID"}',
        b'{"id": "%ID", "text": "a", "choice": "b"}',
        b'{"id": "%ID", "text": "a", "metadata": {"user": 1}}',
        b'{"id": "%ID", "text": "a", "sender": "someone"}',
        b"\xff\xfe",
        b"[" * 5000,
    ],
)
def test_a_body_that_is_no_message_is_refused(chat: ChatClient, body: bytes) -> None:
    content = body.replace(b"%ID", str(uuid.uuid4()).encode())
    headers = {**chat.authorization, "Content-Type": "application/json"}
    response = chat.raw("POST", "/messages", content=content, headers=headers)
    assert response.status_code == 400
    assert response.headers["Content-Type"].startswith("application/problem+json")
    assert [each.sender for each in chat.history()] == ["bot"]


def test_markup_is_kept_as_the_plain_text_that_it_is(chat: ChatClient) -> None:
    typed = "<script>alert(1)</script> {{7*7}} ${7*7} %s {0} {tenant.__class__}"
    assert chat.say(typed)
    assert [each.text for each in chat.history() if each.sender == "user"] == [typed]
    assert "49" not in text_of(chat.messages)
