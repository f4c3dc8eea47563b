"""The chat is the one door, for the portal's pages alone, and it lets no secret through."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.support.chat import ChatClient
from tests.support.hostile import (
    conversation_of,
    everything_stored,
)
from tests.support.live import LiveBot


def test_a_page_of_another_site_is_refused(live: LiveBot, chat: ChatClient) -> None:
    foreign = {"Origin": "https://hameconnage.example"}
    assert chat.raw("POST", "/conversations", json={}, headers=foreign).status_code == 403
    allowed = {"Origin": live.servers.settings.portal_url}
    response = chat.raw("POST", "/conversations", json={}, headers=allowed)
    assert response.status_code == 201
    assert response.headers["Access-Control-Allow-Origin"] == live.servers.settings.portal_url


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/webhooks/rest/webhook"),
        ("POST", "/webhooks/callback/webhook"),
        ("GET", "/conversations/{own}/tracker"),
        ("POST", "/conversations/{own}/execute"),
        ("POST", "/model/parse"),
        ("GET", "/domain"),
        ("GET", "/status"),
        ("GET", "/socket.io/"),
    ],
)
def test_rasa_has_no_other_door(live: LiveBot, chat: ChatClient, method: str, path: str) -> None:
    url = f"http://127.0.0.1:{live.servers.settings.rasa_port}{path.format(own=conversation_of(chat))}"
    response = httpx.request(method, url, json={"sender": "x", "message": "bonjour"}, trust_env=False)
    assert response.status_code in (401, 403, 404, 405)


@pytest.mark.parametrize(
    ("typed", "secret"),
    [
        ("mon mot de passe est Tr0ub4dor&3x", "Tr0ub4dor&3x"),
        ("mon iban est FR76 3000 6000 0112 3456 7890 189", "3456 7890"),
        ("ma carte 4111 1111 1111 1111", "4111 1111"),
        ("mon numéro de sécu 2 85 05 35 238 123 09", "35 238 123"),
    ],
)
def test_a_secret_that_is_typed_is_stored_and_logged_nowhere(
    live: LiveBot, chat: ChatClient, typed: str, secret: str
) -> None:
    chat.say(typed)
    for needle in (secret, re.sub(r"\W", "", secret)):
        assert needle not in everything_stored(live)
        for server in ("rasa", "actions"):
            assert needle not in live.servers.log(server)
