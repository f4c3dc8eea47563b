"""Only a token that the portal or the chat signed, for this use and still alive, opens anything."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import jwt
import pytest

from bot.tokens import sign_conversation
from offre_bailleurs.database import now
from offre_bailleurs.identity import Turn, sign_identity, sign_turn
from tests.support.chat import ChatClient, text_of
from tests.support.hostile import (
    conversation_of,
    problem,
    unsigned,
)
from tests.support.live import LiveBot
from tests.support.world import Household


def bad_identities(live: LiveBot, user: int) -> dict[str, str]:
    """Identity tokens that must not hold, each by what is wrong with it."""
    secret = live.servers.settings.secret_key
    soon = timedelta(minutes=5)
    claims = {"sub": str(user), "aud": "offre-bailleurs-assistant"}
    return {
        "alg none": unsigned({**claims, "exp": 4_000_000_000}),
        "another secret": sign_identity(user, secret="x" * 40, lifetime=soon),
        "expired": live.identity_token(user, lifetime=timedelta(seconds=-5)),
        "without an end": jwt.encode(claims, secret, algorithm="HS256"),
        "a turn token": sign_turn(Turn("c", "m", user), secret=secret),
        "a conversation token": sign_conversation(str(user), now() + soon, secret=secret),
        "another algorithm": jwt.encode({**claims, "exp": 4_000_000_000}, secret, algorithm="HS512"),
        "no number": jwt.encode({**claims, "sub": "Claude", "exp": 4_000_000_000}, secret, algorithm="HS256"),
        "garbage": "a.b.c",
    }


@pytest.mark.parametrize(
    "kind",
    [
        "alg none",
        "another secret",
        "expired",
        "without an end",
        "a turn token",
        "a conversation token",
        "another algorithm",
        "no number",
        "garbage",
    ],
)
def test_an_identity_that_does_not_hold_opens_no_conversation(live: LiveBot, landlord: Household, kind: str) -> None:
    token = bad_identities(live, landlord.people[0].user_id)[kind]
    client = ChatClient(live.servers.settings.chat_url, identity=token)
    with client:
        assert problem(client.open).status == 401


def test_an_identity_of_nobody_opens_a_conversation_without_rights(live: LiveBot) -> None:
    client = live.client(999_999_999)
    client.open()
    answer = client.say("je veux déclarer un loyer")
    assert "Pour quel locataire" not in text_of(answer)


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_conversation_needs_its_own_live_token(live: LiveBot, chat: ChatClient, method: str) -> None:
    secret, own = live.servers.settings.secret_key, conversation_of(chat)
    path = "/conversations" if method == "DELETE" else "/messages"
    tokens = {
        "none": None,
        "garbage": "garbage",
        "alg none": unsigned({"sub": own, "aud": "offre-bailleurs-conversation", "exp": 4_000_000_000}),
        "expired": sign_conversation(own, now() - timedelta(seconds=5), secret=secret),
        "another secret": sign_conversation(own, now() + timedelta(minutes=5), secret="x" * 40),
        "an identity": sign_identity(1, secret=secret, lifetime=timedelta(minutes=5)),
        "of no conversation": sign_conversation("nowhere", now() + timedelta(minutes=5), secret=secret),
    }
    body: dict[str, Any] = {"json": {"id": str(uuid.uuid4()), "text": "bonjour"}} if method == "POST" else {}
    for kind, token in tokens.items():
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        response = chat.raw(method, path, headers=headers, **body)
        assert response.status_code == 401, kind
        assert response.headers["Content-Type"].startswith("application/problem+json"), kind
    assert chat.history(), "the conversation was forgotten by somebody else"
