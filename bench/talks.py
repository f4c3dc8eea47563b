"""One conversation of the rent journey, held with either bot through its own door."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from time import perf_counter
from typing import Any, Protocol

import httpx

from offre_bailleurs.identity import Turn, sign_identity, sign_turn
from offre_bailleurs.settings import Settings
from tests.support.chat import ChatClient, text_of

SAYS = ("je veux déclarer le loyer de juillet", "Camille Durand", "il est toujours locataire", "650")
"""What the landlord types; then «Valider» is pressed."""


class Talk(Protocol):
    """A conversation with a bot: what is said in return is the bot's words of that turn."""

    def open(self) -> str: ...
    def say(self, text: str) -> str: ...
    def press(self, title: str) -> str: ...
    def close(self) -> None: ...


class OurTalk:
    """Through the channel `webchat`, as the widget does."""

    def __init__(self, settings: Settings, user_id: int) -> None:
        identity = sign_identity(user_id, secret=settings.secret_key, lifetime=timedelta(minutes=10))
        self._client = ChatClient(settings.chat_url, identity=identity)

    def open(self) -> str:
        return text_of(self._client.open())

    def say(self, text: str) -> str:
        return text_of(self._client.say(text))

    def press(self, title: str) -> str:
        return text_of(self._client.press(title))

    def close(self) -> None:
        self._client.close()


class StockTalk:
    """Through Rasa's own `rest` channel."""

    def __init__(self, url: str, secret: str, user_id: int) -> None:
        self._http = httpx.Client(base_url=url, timeout=60, trust_env=False)
        self._sender, self._user_id, self._secret = uuid.uuid4().hex, user_id, secret

    def open(self) -> str:
        return self.say("/open_conversation")

    def say(self, text: str) -> str:
        turn = Turn(self._sender, uuid.uuid4().hex, self._user_id)
        metadata = {"turn": sign_turn(turn, secret=self._secret)}
        body = {"sender": self._sender, "message": text, "metadata": metadata}
        answer = self._http.post("/webhooks/rest/webhook", json=body)
        messages: list[dict[str, Any]] = answer.raise_for_status().json()
        return "\n".join(message.get("text", "") for message in messages)

    def press(self, title: str) -> str:
        """Typed: what a button carries counts from our channel alone, which signs it (bot/user_message.py)."""
        return self.say(title)

    def close(self) -> None:
        self._http.close()


QUESTIONS = (
    "quelle est la date limite ?",
    "le loyer avec ou sans les charges ?",
    "pourquoi déclarer le loyer de juillet ?",
    "quand dois-je déclarer le loyer ?",
)
"""Asked in turn in a long conversation: each is answered at once and begins nothing."""


def hold_long(talk: Talk, turns: int) -> list[float]:
    """Ask `turns` questions in one conversation; how long each took, in seconds."""
    seconds = []
    try:
        talk.open()
        for number in range(turns):
            start = perf_counter()
            said = talk.say(QUESTIONS[number % len(QUESTIONS)])
            seconds.append(perf_counter() - start)
            if not said:
                raise RuntimeError(f"question {number + 1} of the conversation was not answered")
    finally:
        talk.close()
    return seconds


def hold(talk: Talk) -> list[float]:
    """Declare one rent; how long each turn took, in seconds.

    Raises:
        RuntimeError: the rent was not transmitted: such a measure would be worth nothing.
    """
    turns: list[Callable[[], str]] = [talk.open, *(partial(talk.say, text) for text in SAYS)]
    turns.append(partial(talk.press, "Valider"))
    seconds, said = [], []
    try:
        for turn in turns:
            start = perf_counter()
            said.append(turn())
            seconds.append(perf_counter() - start)
    finally:
        talk.close()
    if "transmise à la Caf" not in said[-1]:
        raise RuntimeError("the rent was not transmitted:\n" + "\n--\n".join(said))
    return seconds
