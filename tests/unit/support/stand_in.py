"""A chat that says what a test tells it to: the replay is tested on it, the bot is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import jwt
from sqlalchemy import Engine

from tests.support.chat import ChatClient
from tests.support.world import World

CHAT_URL = "http://chat.test"

TOKEN = jwt.encode({"sub": "conversation-of-the-stand-in"}, "only its subject is read, nobody verifies it")

Said = str | dict[str, Any]
Script = Callable[[str], list[Said]]
"""What the bot answers to a text or a pressed choice; "" opens the conversation. "ERROR 409" answers an error."""


class StandIn:
    """The replay's side of a bot, with a scripted chat behind the interface's own JSON."""

    def __init__(self, engine: Engine, script: Script) -> None:
        self.engine = engine
        self.world = World(engine)
        self.forgets_answers = False
        """Act again when a message is sent again, as the real chat must not."""
        self.script = script

    def client(self, user_id: int | None = None) -> ChatClient:
        chat = _Chat(self.script, forgets=self.forgets_answers)
        return ChatClient(CHAT_URL, http=httpx.Client(transport=httpx.MockTransport(chat.answer)))


class _Chat:
    def __init__(self, script: Script, *, forgets: bool) -> None:
        self._script = script
        self._forgets = forgets
        self._seq = 0
        self._answers: dict[str, httpx.Response] = {}

    def answer(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        if request.url.path == "/conversations":
            return httpx.Response(
                201, json={"token": TOKEN, "expires_in": 60, "messages": self._messages(self._script(""))}
            )
        if body["id"] not in self._answers or self._forgets:
            self._answers[body["id"]] = self._turn(body.get("text") or body["choice"])
        return self._answers[body["id"]]

    def _turn(self, said: str) -> httpx.Response:
        spoken = self._script(said)
        if spoken and isinstance(spoken[0], str) and spoken[0].startswith("ERROR "):
            status = int(spoken[0].removeprefix("ERROR "))
            headers = {"Content-Type": "application/problem+json", "Retry-After": "1"}
            return httpx.Response(status, json={"status": status, "detail": "Occupé."}, headers=headers)
        return httpx.Response(200, json={"messages": self._messages(spoken)})

    def _messages(self, spoken: list[Said]) -> list[dict[str, Any]]:
        messages = []
        for each in spoken:
            self._seq += 1
            body: dict[str, Any] = {"text": each} if isinstance(each, str) else dict(each)
            if "buttons" in body:
                body["buttons"] = [{"title": title, "choice": title} for title in body["buttons"]]
            messages.append({"seq": self._seq, "from": "bot", **body})
        return messages
