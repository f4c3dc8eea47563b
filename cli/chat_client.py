"""The chat's HTTP interface, seen from a client: open, speak, forget. A message that may be lost is sent again.

Sending again is safe: a message bears an id, and the same id never acts twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic, sleep
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx

PATIENCE = 20.0
"""Seconds during which a message is sent again, before the chat is said not to answer."""
LONGEST_TURN = 60.0
"""Seconds to wait for one answer."""
PAUSE = 1.0
"""Seconds between two tries, when the chat does not say how long to wait."""
_TRY_AGAIN = (httpx.codes.CONFLICT, httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE)


class ChatError(Exception):
    """The chat refused, or does not answer. The message is a French sentence."""


class ConversationOver(ChatError):
    """The conversation has expired or was forgotten."""


@dataclass(frozen=True)
class Button:
    """A reply to press: `choice` is sent back as it came."""

    title: str
    choice: str


@dataclass(frozen=True)
class Attachment:
    """A file to download; `size` in bytes."""

    name: str
    url: str
    type: str
    size: int


@dataclass(frozen=True)
class BotMessage:
    """One message of the bot."""

    text: str
    buttons: tuple[Button, ...]
    attachment: Attachment | None
    image: str | None = None
    """The picture's address; the text describes it."""


class ChatClient:
    """One conversation. Use it as a context manager: the connection is closed at the end, the conversation is not."""

    def __init__(
        self,
        url: str,
        *,
        transport: httpx.BaseTransport | None = None,
        pause: Callable[[float], None] = sleep,
        patience: float = PATIENCE,
    ) -> None:
        """`url`: the chat's address, as in CHAT_URL. `transport` and `pause` stand in for the network and the clock."""
        self._http = httpx.Client(base_url=url, timeout=LONGEST_TURN, transport=transport)
        self._pause = pause
        self._patience = patience
        self._token = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def open(self, identity: str | None = None) -> list[BotMessage]:
        """Open a conversation, signed in with an identity token or anonymous; the greeting.

        Raises:
            ChatError: it cannot be opened.
        """
        answer = self._post("/conversations", {}, bearer=identity)
        self._token = answer["token"]
        return _messages(answer)

    def say(self, text: str) -> list[BotMessage]:
        """Send words; the bot's answer.

        Raises:
            ChatError: nothing is known to have been done.
        """
        return self._send({"text": text})

    def choose(self, button: Button) -> list[BotMessage]:
        """Press a button; the bot's answer.

        Raises:
            ChatError: nothing is known to have been done.
        """
        return self._send({"choice": button.choice})

    def _send(self, content: Mapping[str, str]) -> list[BotMessage]:
        return _messages(self._post("/messages", {"id": str(uuid4()), **content}, bearer=self._token))

    def _post(self, path: str, body: Mapping[str, str], *, bearer: str | None) -> dict[str, Any]:
        """POST until it is answered or patience runs out, always with the same body."""
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        deadline = monotonic() + self._patience
        while True:
            pause = PAUSE
            try:
                response = self._http.post(path, json=dict(body), headers=headers)
            except httpx.TransportError as error:
                problem = ChatError(
                    f"Le chat ne répond pas à l'adresse {self._http.base_url} ({type(error).__name__})."
                )
            else:
                if response.is_success:
                    answer: dict[str, Any] = response.json()
                    return answer
                problem = _problem(response)
                if response.status_code not in _TRY_AGAIN:
                    raise problem
                pause = _retry_after(response)
            if monotonic() + pause > deadline:
                raise problem
            self._pause(pause)


def _messages(answer: Mapping[str, Any]) -> list[BotMessage]:
    return [_message(message) for message in answer["messages"]]


def _message(message: Mapping[str, Any]) -> BotMessage:
    attachment = message.get("attachment")
    return BotMessage(
        text=message.get("text", ""),
        buttons=tuple(Button(button["title"], button["choice"]) for button in message.get("buttons", ())),
        attachment=Attachment(**{name: attachment[name] for name in ("name", "url", "type", "size")})
        if attachment
        else None,
        image=message.get("image"),
    )


def _problem(response: httpx.Response) -> ChatError:
    try:
        detail = str(response.json()["detail"])
    except (ValueError, KeyError, TypeError):  # not the chat's own words: a proxy's page, another server
        detail = f"Le chat a répondu {response.status_code} {response.reason_phrase}."
    return ConversationOver(detail) if response.status_code == httpx.codes.UNAUTHORIZED else ChatError(detail)


def _retry_after(response: httpx.Response) -> float:
    """Seconds that the chat asks to wait."""
    value = response.headers.get("Retry-After", "")
    return float(value) if value.isdecimal() else PAUSE
