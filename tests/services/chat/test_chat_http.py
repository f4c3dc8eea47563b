"""The chat's HTTP interface, against the real server: what a landlord's browser may do, and what nobody may."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest
from sqlalchemy import insert, update

from bot.conversations import new_id
from bot.tokens import CONVERSATION_AUDIENCE, sign_conversation
from offre_bailleurs import chat_tables
from offre_bailleurs.database import now
from offre_bailleurs.identity import IDENTITY_AUDIENCE, Turn, sign_identity, sign_turn
from offre_bailleurs.settings import DEVELOPMENT_SECRET as SECRET
from tests.services.chat.conftest import (
    CONVERSATIONS_PER_MINUTE,
    MESSAGES_PER_MINUTE,
    Servers,
    Talk,
    client_of,
    opened,
)

MINUTE = timedelta(minutes=1)


def is_problem(answer: httpx.Response, status: int) -> bool:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    document = answer.json()
    return set(document) == {"type", "title", "status", "detail"} and document["status"] == status


# Opening


def test_a_conversation_opens_with_the_greeting_and_its_buttons(servers: Servers, http: httpx.Client) -> None:
    answer = http.post("conversations", json={})
    assert answer.status_code == 201
    document = answer.json()
    assert set(document) == {"token", "expires_in", "messages"}
    [greeting] = document["messages"]
    assert (greeting["seq"], greeting["from"]) == (1, "bot")
    assert greeting["text"] == "Bonjour.\n\nQue voulez-vous faire ?"
    assert [button["title"] for button in greeting["buttons"]] == ["Peindre en bleu", "Redémarrer"]


def test_the_opening_shows_nothing_that_the_landlord_would_have_said(talk: Talk) -> None:
    assert [sender for sender, _ in talk.texts()] == ["bot"]


def test_an_action_learns_who_is_signed_in_from_the_identity_token(servers: Servers, http: httpx.Client) -> None:
    talk = opened(servers, http, sign_identity(42, secret=SECRET, lifetime=MINUTE))
    assert talk.say("agis").json()["messages"][0]["text"] == "C'est fait pour 42."


def test_an_action_learns_that_two_talks_come_from_one_address_but_not_which(
    servers: Servers, http: httpx.Client, talk: Talk
) -> None:
    same = opened(servers, http)
    with client_of(servers.first) as elsewhere:
        other = opened(servers, elsewhere)
        for each in (talk, same, other):
            each.say("agis")
    clients = [(servers.folder / f"client-{each.id}").read_text() for each in (talk, same, other)]
    assert clients[0] == clients[1] != clients[2]
    assert len(clients[0]) == 64
    assert str(http.headers["X-Forwarded-For"]) not in clients[0]


def forged(**claims: Any) -> str:
    return jwt.encode({"sub": "1", "aud": IDENTITY_AUDIENCE, "exp": now() + MINUTE, **claims}, "x" * 40, "HS256")


@pytest.mark.parametrize(
    "identity",
    [
        "not-a-token",
        forged(),
        jwt.encode({"sub": "1", "aud": IDENTITY_AUDIENCE, "exp": now() + MINUTE}, "", algorithm="none"),
        sign_identity(1, secret=SECRET, lifetime=-MINUTE),
        sign_conversation(new_id(), now() + MINUTE, secret=SECRET),
        sign_turn(Turn("a", "b", 1), secret=SECRET),
    ],
    ids=["garbage", "other secret", "alg none", "expired", "a conversation's token", "a turn's token"],
)
def test_an_identity_that_does_not_hold_is_not_taken_for_a_visitor(http: httpx.Client, identity: str) -> None:
    assert is_problem(http.post("conversations", json={}, headers={"Authorization": f"Bearer {identity}"}), 401)


@pytest.mark.parametrize(
    "token",
    [
        None,
        "garbage",
        jwt.encode({"sub": "x", "aud": CONVERSATION_AUDIENCE, "exp": now() + MINUTE}, "", algorithm="none"),
        sign_conversation(new_id(), now() - MINUTE, secret=SECRET),
        sign_conversation(new_id(), now() + MINUTE, secret="y" * 40),
        sign_conversation(new_id(), now() + MINUTE, secret=SECRET),
        sign_identity(1, secret=SECRET, lifetime=MINUTE),
    ],
    ids=["none", "garbage", "alg none", "expired", "other secret", "unknown conversation", "an identity"],
)
def test_a_conversation_token_that_does_not_hold_opens_nothing(http: httpx.Client, token: str | None) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    message = {"id": str(uuid.uuid4()), "text": "bonjour"}
    assert is_problem(http.post("messages", json=message, headers=headers), 401)
    assert is_problem(http.get("messages", headers=headers), 401)
    assert is_problem(http.delete("conversations", headers=headers), 401)


def test_an_expired_conversation_is_dead_even_if_its_token_were_not(talk: Talk) -> None:
    with talk.servers.engine.begin() as connection:
        mine = chat_tables.conversation.c.id == talk.id
        connection.execute(update(chat_tables.conversation).where(mine).values(expires_at=now() - MINUTE))
    assert is_problem(talk.say("bonjour"), 401)


# Saying


def test_a_text_is_answered_and_both_sides_can_be_read_again(talk: Talk) -> None:
    answer = talk.say("bonjour")
    assert answer.status_code == 200
    assert answer.json() == {"messages": [{"seq": 3, "from": "bot", "text": "Bonjour !"}]}
    assert talk.texts()[1:] == [("user", "bonjour"), ("bot", "Bonjour !")]
    assert [message["seq"] for message in talk.read().json()["messages"]] == [1, 2, 3]
    assert [message["seq"] for message in talk.read(after=2).json()["messages"]] == [3]


def test_a_response_of_text_buttons_and_file_is_one_message(talk: Talk) -> None:
    [message] = talk.say("document").json()["messages"]
    assert message["text"] == "Voici.\n\nGardez-le."
    assert [button["title"] for button in message["buttons"]] == ["Encore"]
    assert message["attachment"] == {
        "name": "recap.pdf",
        "url": "http://127.0.0.1/recap.pdf",
        "type": "application/pdf",
        "size": 12,
    }
    assert talk.read(after=2).json()["messages"] == [message]


def test_the_same_id_twice_gets_the_same_answer_and_acts_once(talk: Talk) -> None:
    message_id = str(uuid.uuid4())
    first, again = talk.say("agis", message_id), talk.say("agis", message_id.upper())
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert talk.calls == [message_id]
    assert talk.rows()["chat_turn"] == 2  # the opening and this one


def test_the_same_id_at_the_same_time_waits_for_the_one_answer(talk: Talk, pool: ThreadPoolExecutor) -> None:
    message_id = str(uuid.uuid4())
    hold = talk.hold()
    first = talk.acts(message_id, pool)
    second = pool.submit(talk.say, "agis", message_id)
    hold.unlink()
    assert first.result().json() == second.result().json()
    assert talk.calls == [message_id]


def test_another_message_while_one_is_answered_is_told_to_wait(talk: Talk, pool: ThreadPoolExecutor) -> None:
    hold = talk.hold()
    first = talk.acts(str(uuid.uuid4()), pool)
    busy = talk.say("bonjour")
    hold.unlink()
    assert is_problem(busy, 409)
    assert busy.headers["retry-after"] == "1"
    assert first.result().status_code == 200
    assert talk.say("bonjour").status_code == 200


def test_a_client_that_goes_away_does_not_stop_its_turn(talk: Talk, pool: ThreadPoolExecutor) -> None:
    message_id = str(uuid.uuid4())
    hold = talk.hold()
    with pytest.raises(httpx.ReadTimeout):
        talk.acts(message_id, pool, timeout=1).result()
    hold.unlink()
    answer = talk.say("agis", message_id)
    assert answer.json()["messages"][0]["text"] == "C'est fait pour None."
    assert talk.calls == [message_id]


@pytest.mark.parametrize(
    "typed",
    ["/restart", '/paint{"colour": "rouge"}', ' //paint{"colour": "rouge"}', "／paint", "\u200b/session_start", "/ /"],
)
def test_text_that_begins_with_a_slash_is_just_text(talk: Talk, typed: str) -> None:
    before = len(talk.stored_events())
    assert talk.say(typed).json()["messages"][0]["text"] in ("Je n'ai pas compris.", "Bonjour !")
    events = talk.stored_events()[before:]
    assert [event["parse_data"]["entities"] for event in events if event["event"] == "user"] == [[]]
    assert not {"slot", "restart", "session_started"} & {event["event"] for event in events}
    assert talk.texts()[1] == ("user", typed.replace("\u200b", "").strip())


def test_a_button_says_what_it_means_and_shows_what_it_reads(talk: Talk) -> None:
    answer = talk.choose(talk.greeting[0]["buttons"][0]["choice"])
    assert answer.json()["messages"][0]["text"] == "C'est peint en bleu."
    assert talk.texts()[1] == ("user", "Peindre en bleu")


def test_a_button_of_another_conversation_is_refused(servers: Servers, talk: Talk, http: httpx.Client) -> None:
    other = opened(servers, http)
    assert is_problem(talk.choose(other.greeting[0]["buttons"][0]["choice"]), 400)


@pytest.mark.parametrize("choice", ["/paint", "", "WyJhIiwiL3BhaW50Il0.AAAA", "a.b.c", "é"])
def test_a_button_that_the_bot_did_not_make_is_refused(talk: Talk, choice: str) -> None:
    assert is_problem(talk.choose(choice), 400)
    assert talk.rows()["chat_turn"] == 1


ID = str(uuid.uuid4())


@pytest.mark.parametrize(
    "body",
    [
        {"id": ID},
        {"id": ID, "text": "a", "choice": "b"},
        {"id": "1", "text": "a"},
        {"id": 1, "text": "a"},
        {"text": "a"},
        {"id": ID, "text": 1},
        {"id": ID, "text": ""},
        {"id": ID, "text": " \n\u200b\x00 "},
        {"id": ID, "text": None},
        {"id": ID, "text": "a", "metadata": {"user": 1}},
        {"id": ID, "text": "a", "sender": "someone"},
        {"id": ID, "choice": ["x"]},
    ],
)
def test_a_message_of_another_form_is_refused(talk: Talk, body: dict[str, Any]) -> None:
    assert is_problem(talk.post(body), 400)


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"[]", "application/json", 400),
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[" * 10_000, "application/json", 400),
        (b'{"id": "' + ID.encode() + b'", "text": "a"}', "text/plain", 400),
        (b'{"id": "' + ID.encode() + b'", "text": "a"}', "", 400),
        (b'{"text": "' + b"a" * 20_000 + b'"}', "application/json", 413),
    ],
)
def test_a_body_that_is_no_message_is_refused(talk: Talk, body: bytes, content_type: str, status: int) -> None:
    headers = {**talk.headers, "Content-Type": content_type}
    assert is_problem(talk.http.post("messages", content=body, headers=headers), status)


def test_a_text_may_have_1000_characters_and_no_more(talk: Talk) -> None:
    assert talk.say(" " + "é" * 1_000 + " ").status_code == 200
    assert is_problem(talk.say("é" * 1_001), 413)
    assert is_problem(talk.say("a" * 10_000), 413)


def test_characters_that_show_nothing_are_kept_nowhere(talk: Talk) -> None:
    talk.say("bon\u202ejo\x00ur\u2066 \ud83d\udc4d".encode("utf-16", "surrogatepass").decode("utf-16"))
    assert talk.texts()[1] == ("user", "bonjour 👍")
    lone = b'{"id": "' + str(uuid.uuid4()).encode() + b'", "text": "bonjour\\ud83d"}'
    headers = {**talk.headers, "Content-Type": "application/json"}
    assert talk.http.post("messages", content=lone, headers=headers).status_code == 200


def test_rasa_is_told_of_the_turn_and_of_nothing_that_the_client_sent(talk: Talk) -> None:
    talk.http.headers["X-Metadata"] = "forged"
    talk.say("bonjour")
    users = [event for event in talk.stored_events() if event["event"] == "user"]
    assert [set(event["metadata"]) - {"model_id", "assistant_id"} for event in users] == [{"turn"}, {"turn"}]
    assert {event["input_channel"] for event in users} == {"webchat"}


# What must not be kept


def test_what_is_masked_is_neither_in_the_database_nor_in_the_logs(talk: Talk) -> None:
    iban, password = "FR7630006000011234567890189", "Zebulon!1987"
    first, _ = talk.say(f"mon iban {iban} et mon mot de passe est {password}").json()["messages"]
    assert "masqué un mot de passe et un IBAN" in first["text"]
    assert talk.texts()[1] == ("user", "mon iban [IBAN masqué] et mon mot de passe est [mot de passe masqué]")
    kept = b"".join(file.read_bytes() for file in talk.servers.folder.iterdir() if file.is_file())
    assert b"IBAN masqu" in kept
    assert iban.encode() not in kept
    assert password.encode() not in kept


def test_no_log_holds_what_was_said(talk: Talk) -> None:
    marker = f"anticonstitutionnellement{uuid.uuid4().hex}"
    for typed in (f"bonjour {marker}", f"plante {marker}", f"/{marker}"):
        talk.say(typed)
    assert is_problem(talk.say(f"plante {marker}"), 503)
    for log in ("first.log", "second.log"):
        assert marker not in (talk.servers.folder / log).read_text()


# Origins, limits, addresses


def test_a_page_of_an_allowed_site_may_read_the_answers(talk: Talk) -> None:
    answer = talk.http.get("messages", headers={**talk.headers, "Origin": "https://mcp.example"})
    assert answer.status_code == 200
    assert answer.headers.get_list("access-control-allow-origin") == ["https://mcp.example"]
    preflight = talk.http.options(
        "messages", headers={"Origin": "https://mcp.example", "Access-Control-Request-Method": "POST"}
    )
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "https://mcp.example"
    assert "authorization" in preflight.headers["access-control-allow-headers"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "https://mcp.example.evil", "HTTPS://MCP.EXAMPLE"])
def test_a_page_of_another_site_is_refused(talk: Talk, origin: str) -> None:
    for answer in (
        talk.http.post("conversations", json={}, headers={"Origin": origin}),
        talk.http.get("messages", headers={**talk.headers, "Origin": origin}),
        talk.http.options("messages", headers={"Origin": origin, "Access-Control-Request-Method": "POST"}),
    ):
        assert is_problem(answer, 403)
        assert "access-control-allow-origin" not in answer.headers


def test_one_address_may_open_so_many_conversations_a_minute(servers: Servers, http: httpx.Client) -> None:
    codes = [http.post("conversations", json={"x": 1}).status_code for _ in range(2 * CONVERSATIONS_PER_MINUTE + 1)]
    assert codes[0] == 400
    refused = http.post("conversations", json={})
    assert is_problem(refused, 429)
    assert 1 <= int(refused.headers["retry-after"]) <= 120
    http.headers["X-Forwarded-For"] = f"{http.headers['X-Forwarded-For']}, 203.0.113.77"
    opened(servers, http)  # another address, as the proxy saw it: the rest of the header was only claimed


def test_one_conversation_may_send_so_many_messages_a_minute(talk: Talk) -> None:
    codes = {talk.post({}).status_code for _ in range(2 * MESSAGES_PER_MINUTE + 1)}
    assert codes == {400, 429}
    assert "Réessayez dans" in talk.say("bonjour").json()["detail"]


def test_the_chat_says_that_it_is_well(http: httpx.Client) -> None:
    answer = http.get("")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_an_unknown_address_or_method_is_a_problem_in_french(http: httpx.Client) -> None:
    assert is_problem(http.get("nowhere"), 404)
    assert is_problem(http.post("messages/more"), 404)
    for method in ("PUT", "PATCH"):
        wrong = http.request(method, "messages", json={})
        assert is_problem(wrong, 405)
        assert set(wrong.headers["allow"].split(", ")) == {"GET", "POST"}


@pytest.mark.parametrize("query", [{"after": "x"}, {"after": -1}, {"wait": "nan"}, {"wait": "-3"}, {"after": 10**20}])
def test_a_question_about_messages_that_makes_no_sense_is_refused(talk: Talk, query: dict[str, Any]) -> None:
    assert is_problem(talk.read(**query), 400)


# Waiting


def test_a_reader_who_waits_is_told_at_once_of_what_is_said(talk: Talk, pool: ThreadPoolExecutor) -> None:
    waiting = pool.submit(talk.read, after=1, wait=20)
    time.sleep(0.3)  # the reader is there first; coming second would read at once, and pass too
    talk.say("bonjour")
    said = time.monotonic()
    assert [message["from"] for message in waiting.result().json()["messages"]] == ["user", "bot"]
    assert time.monotonic() - said < 1


def test_a_reader_who_waits_is_told_of_what_another_process_writes(talk: Talk, pool: ThreadPoolExecutor) -> None:
    waiting = pool.submit(talk.read, after=1, wait=20)
    with talk.servers.engine.begin() as connection:
        mine = chat_tables.conversation.c.id == talk.id
        connection.execute(update(chat_tables.conversation).where(mine).values(last_seq=2))
        row = {"conversation_id": talk.id, "seq": 2, "sender": "adviser", "body": {"text": "Bonjour, ici Léa."}}
        connection.execute(insert(chat_tables.message).values(**row, created_at=now()))
    assert waiting.result().json()["messages"] == [{"seq": 2, "from": "adviser", "text": "Bonjour, ici Léa."}]
    assert talk.say("bonjour").json()["messages"][0]["seq"] == 4


def test_a_reader_waits_no_longer_than_asked(talk: Talk) -> None:
    begun = time.monotonic()
    assert talk.read(after=1, wait=1.2).json() == {"messages": []}
    assert 1 <= time.monotonic() - begun < 5


# Forgetting


def test_a_forgotten_conversation_leaves_nothing_and_its_token_is_dead(talk: Talk) -> None:
    talk.say("bonjour")
    assert all(talk.rows().values())
    answer = talk.forget()
    assert (answer.status_code, answer.content) == (204, b"")
    assert not any(talk.rows().values())
    assert is_problem(talk.say("bonjour"), 401)
    assert is_problem(talk.forget(), 401)
