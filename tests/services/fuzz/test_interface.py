"""The running servers answer as docs/openapi.yaml says, whatever schemathesis sends: only the described statuses,
content types, headers and bodies, never a 500, what is malformed refused, nothing without its token.

Schemathesis makes requests from the document, proper and improper ones. Each operation is asked as whom it is for: a
conversation of its own for what needs one, opened anew when it was forgotten.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any, Final

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, seed, settings
from schemathesis.checks import positive_data_acceptance, unsupported_method

from bot.incoming import MAX_TEXT
from bot.web import METHODS
from offre_bailleurs.french.text import clean
from tests.services.fuzz.test_texts import FULL, SEED
from tests.support.chat import ChatClient
from tests.support.interface import DOCUMENT
from tests.support.journey import REGISTER
from tests.support.live import LiveBot, live_bot

EXAMPLES: Final = 400 if FULL else 30
"""Generated requests for each operation, beside those that cover its description."""
WHOM: Final = ("nobody", "a landlord")
PATIENCE: Final = 20.0
"""Seconds for an answer."""

interface = schemathesis.openapi.from_path(str(DOCUMENT))


@pytest.fixture(scope="module")
def bot(pytestconfig: pytest.Config) -> Iterator[LiveBot]:
    """Servers of their own: their log is read at the end."""
    chosen = {"database_kind": pytestconfig.getoption("--database"), "model": pytestconfig.getoption("--model")}
    with live_bot(**chosen) as started:
        yield started


class Asker:
    """Somebody who talks to the interface, with the token that each operation wants."""

    def __init__(self, bot: LiveBot, user_id: int | None) -> None:
        self._bot = bot
        self._user_id = user_id
        self._chat: ChatClient | None = None

    def headers(self, operation: str | None) -> dict[str, str]:
        """The Authorization that belongs to an operation, if any."""
        if operation == "open" and self._user_id is not None:
            return {"Authorization": f"Bearer {self._bot.identity_token(self._user_id)}"}
        return self._open().authorization if operation in ("say", "read", "forget") else {}

    def forgot(self) -> None:
        """The conversation may be gone: the next one who needs one opens another."""
        self._chat = None

    def _open(self) -> ChatClient:
        if self._chat is None:
            self._chat = self._bot.client(self._user_id)
            self._chat.open()
        return self._chat


@pytest.fixture(scope="module", params=WHOM)
def asker(request: pytest.FixtureRequest, bot: LiveBot) -> Asker:
    """Nobody, or somebody signed in."""
    landlord = bot.world.landlord("Claude Bailleur", REGISTER) if request.param == "a landlord" else None
    return Asker(bot, landlord.people[0].user_id if landlord else None)


def is_proper(message: object) -> bool:
    """Whether a message that fits the schema is to be accepted: its text shows something and is not too long. A choice
    that schemathesis invents is no button of the conversation."""
    text = message.get("text") if isinstance(message, dict) else None
    return isinstance(text, str) and clean(text) != "" and len(text.strip()) <= MAX_TEXT


@pytest.mark.timeout(7200 if FULL else 300)
@interface.parametrize()
@seed(SEED)
@settings(max_examples=EXAMPLES, database=None, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_that_the_document_describes(case: Any, bot: LiveBot, asker: Asker) -> None:
    operation = case.operation.definition.raw.get("operationId")
    case.query.pop("wait", None)  # up to 25 seconds each; the tests of the channel wait
    # Sanic itself refuses the methods that it routes nowhere, before the channel is asked: 405, but without Allow.
    excluded = [] if case.method.upper() in METHODS else [unsupported_method]
    if operation == "say" and not is_proper(case.body):
        excluded.append(positive_data_acceptance)  # the document's words say so, its schema cannot
    case.call_and_validate(
        base_url=bot.servers.settings.chat_url,
        headers=asker.headers(operation),
        excluded_checks=excluded,
        timeout=bot.servers.settings.turn_timeout,
    )
    if operation == "forget":
        asker.forgot()


def test_the_logs_tell_of_no_fault(bot: LiveBot) -> None:
    for server in ("rasa", "actions"):
        log = bot.servers.log(server)
        assert "Traceback" not in log, log[-4000:]
        assert "webchat.fault" not in log


@pytest.mark.parametrize(
    "framing",
    [
        "Content-Length: -1",
        "Content-Length: 5\r\nContent-Length: 2",
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: xchunked",
        "Content-Length : 2",
        "Content-Length: 1_0",
        "no colon",
    ],
)
@pytest.mark.parametrize("server", ["rasa", "actions"])
def test_a_request_that_does_not_say_where_it_ends_is_refused_and_stops_nobody(
    bot: LiveBot, server: str, framing: str
) -> None:
    """With a length of -1 Sanic 21.12 never came back from reading: nobody was answered any more."""
    settings = bot.servers.settings
    port = settings.rasa_port if server == "rasa" else settings.actions_port
    for path in ("/", "/webhooks/webchat/conversations", "/webhook"):
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
            head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{framing}\r\n\r\n"
            connection.sendall(head.encode() + b"{}")
            assert connection.recv(4096).startswith(b"HTTP/1.1 400 ")
    alive = settings.actions_url.removesuffix("/webhook") + "/health"
    address = f"{settings.chat_url}/vivant" if server == "rasa" else alive
    assert httpx.get(address, timeout=PATIENCE, trust_env=False).status_code == httpx.codes.OK


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("Authorization: Bearer", 401),
        ("Origin:", 403),
        ("Content-Type:", 400),
        ("X-Forwarded-For:", 201),
        ("X-Any:", 201),
    ],
)
@pytest.mark.parametrize("value", [b"\xff\xfe", b"\xc3\xa9", b"a" * 7_000, b""])
def test_a_header_of_any_bytes_is_no_fault(bot: LiveBot, header: str, status: int, value: bytes) -> None:
    with socket.create_connection(("127.0.0.1", bot.servers.settings.rasa_port), timeout=PATIENCE) as connection:
        lines = [b"POST /webhooks/webchat/conversations HTTP/1.1", b"Host: x", b"Content-Length: 2"]
        if not header.startswith("Content-Type"):
            lines.append(b"Content-Type: application/json")
        connection.sendall(b"\r\n".join([*lines, header.encode() + b" " + value, b"", b"{}"]))
        assert connection.recv(4096).startswith(f"HTTP/1.1 {status} ".encode())
