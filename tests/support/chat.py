"""A client of the chat's HTTP interface, as strict and as dumb as a browser."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import httpx

from offre_bailleurs.french.text import fold

TIMEOUT = httpx.Timeout(60, connect=5)
"""Longer than a turn may take, so that what fails is what the server says."""


@dataclass(frozen=True)
class Button:
    """What a landlord can press."""

    title: str
    choice: str


@dataclass(frozen=True)
class Message:
    """One message of a conversation. `sender` is "bot", "user" or "adviser"."""

    seq: int
    sender: str
    text: str = ""
    buttons: tuple[Button, ...] = ()
    image: str | None = None
    attachment: Mapping[str, Any] | None = None

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Self:
        """Read a message as the interface gives it; an unknown key is an error."""
        fields = dict(document)
        return cls(
            seq=fields.pop("seq"),
            sender=fields.pop("from"),
            buttons=tuple(Button(**button) for button in fields.pop("buttons", ())),
            **fields,
        )


class ChatProblem(Exception):
    """The chat answered with an error document (RFC 9457)."""

    def __init__(self, status: int, detail: str, retry_after: int | None) -> None:
        super().__init__(f"{status}: {detail}")
        self.status = status
        self.detail = detail
        self.retry_after = retry_after


class ChatClient:
    """One conversation.

    Every method that talks raises `ChatProblem` for an error document, and `httpx.TransportError` when nobody answers.
    """

    def __init__(self, chat_url: str, *, identity: str | None = None, http: httpx.Client | None = None) -> None:
        """`identity`: an identity token; None speaks as a visitor. `http`: a client to share connections with."""
        self.chat_url = chat_url.rstrip("/")
        self.token: str | None = None
        self.messages: list[Message] = []
        """What the bot said to this client, the oldest first. What was typed is not in it."""
        self._identity = identity
        self._owns_http = http is None
        self._http = http or httpx.Client(timeout=TIMEOUT, trust_env=False)
        self._last: Mapping[str, str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; the conversation stays where it is."""
        if self._owns_http:
            self._http.close()

    # Talking

    def open(self) -> list[Message]:
        """Open the conversation; the greeting."""
        headers = {"Authorization": f"Bearer {self._identity}"} if self._identity else {}
        answer = _json(self._http.post(f"{self.chat_url}/conversations", json={}, headers=headers), expected=201)
        self.token = answer["token"]
        return self._heard(answer)

    def say(self, text: str, *, id: str | None = None) -> list[Message]:  # noqa: A002 - the interface's own word
        """Type a text; the bot's answer."""
        return self._send({"id": id or str(uuid.uuid4()), "text": text})

    def choose(self, choice: str, *, id: str | None = None) -> list[Message]:  # noqa: A002
        """Send a button's choice; the bot's answer."""
        return self._send({"id": id or str(uuid.uuid4()), "choice": choice})

    def press(self, title: str) -> list[Message]:
        """Press the button that `find_button` finds.

        Raises:
            LookupError: no such button was ever shown.
        """
        return self.choose(self.find_button(title).choice)

    def again(self) -> list[Message]:
        """Send the last message once more, with the same id, as after a lost connection."""
        if self._last is None:
            raise LookupError("nothing was sent yet")
        return self._send(self._last)

    # Looking

    def find_button(self, title: str) -> Button:
        """The button of the newest message that has one whose title is `title`, else contains it (see `fold`).

        Raises:
            LookupError: no such button was ever shown.
        """
        wanted = fold(title)
        for message in reversed(self.messages):
            near = [button for button in message.buttons if wanted in fold(button.title)]
            if near:
                return next((button for button in near if wanted == fold(button.title)), near[0])
        raise LookupError(f"no button « {title} » was shown")

    def history(self, *, after: int = 0, wait: int = 0) -> list[Message]:
        """What both sides said after message number `after`; waits up to `wait` seconds for something."""
        response = self._http.get(
            f"{self.chat_url}/messages", params={"after": after, "wait": wait}, headers=self.authorization
        )
        return [Message.read(message) for message in _json(response, expected=200)["messages"]]

    def news(self) -> list[Message]:
        """What the bot or an adviser said since this client last heard something."""
        last = max((message.seq for message in self.messages), default=0)
        heard = [message for message in self.history(after=last) if message.sender != "user"]
        self.messages.extend(heard)
        return heard

    def forget(self) -> None:
        """« Effacer la conversation »."""
        response = self._http.delete(f"{self.chat_url}/conversations", headers=self.authorization)
        if response.is_error:
            raise _problem(response)

    # For hostile tests

    @property
    def authorization(self) -> dict[str, str]:
        """The header that proves the conversation; empty before `open`."""
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def raw(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Send anything at all; the response as it is. Without headers given, it bears the conversation's token."""
        request.setdefault("headers", self.authorization)
        return self._http.request(method, f"{self.chat_url}{path}", **request)

    def _send(self, message: Mapping[str, str]) -> list[Message]:
        self._last = message
        response = self._http.post(f"{self.chat_url}/messages", json=message, headers=self.authorization)
        return self._heard(_json(response, expected=200))

    def _heard(self, answer: Mapping[str, Any]) -> list[Message]:
        heard = [Message.read(message) for message in answer["messages"]]
        known = {message.seq for message in self.messages}
        self.messages.extend(message for message in heard if message.seq not in known)
        return heard


def text_of(messages: Sequence[Message]) -> str:
    """Everything that the messages say, buttons left out."""
    return "\n".join(message.text for message in messages)


def _json(response: httpx.Response, *, expected: int) -> Any:
    if response.is_error:
        raise _problem(response)
    if response.status_code != expected:
        raise AssertionError(f"{response.status_code} instead of {expected} for {response.request.url}")
    return response.json()


def _problem(response: httpx.Response) -> ChatProblem:
    kind = response.headers.get("Content-Type", "")
    if not kind.startswith("application/problem+json"):
        raise AssertionError(f"{response.status_code} without an RFC 9457 document ({kind or 'no type'})")
    document = response.json()
    if document.get("status") != response.status_code or not document.get("detail"):
        raise AssertionError(f"an incomplete problem document: {document}")
    retry_after = response.headers.get("Retry-After")
    return ChatProblem(response.status_code, document["detail"], int(retry_after) if retry_after else None)
