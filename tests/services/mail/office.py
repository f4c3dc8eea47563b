"""A post office: a real SMTP server that answers as a test says, and what it received."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from time import monotonic, sleep
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

from tests.support.ports import free_ports

USER, PASSWORD = "portail", "un-mot-de-passe-d-essai"
_ACCEPTED = "250 2.0.0 OK"


def until(condition: Callable[[], object], what: str, seconds: float = 60.0) -> None:
    """Wait for a condition, and fail when it does not come."""
    deadline = monotonic() + seconds
    while not condition():
        assert monotonic() < deadline, f"not within {seconds:g} s: {what}"
        sleep(0.02)


@dataclass
class PostOffice:
    """What an SMTP server does with the messages that it is handed; the handler of aiosmtpd."""

    sender_answers: list[str] = field(default_factory=list)
    """Its next answers to MAIL FROM, RCPT TO and DATA; it accepts once there is none left."""
    recipient_answers: list[str] = field(default_factory=list)
    data_answers: list[str] = field(default_factory=list)
    accepted: list[bytes] = field(default_factory=list)
    """The messages that it has taken, as they came."""
    recipients: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    """Of MAIL FROM."""
    arrived: threading.Event = field(default_factory=threading.Event)
    """A message has come whole."""
    answering: threading.Event = field(default_factory=threading.Event)
    """Cleared: it holds its answer to DATA."""
    forgets_what_it_holds: bool = False
    """It takes a message when it answers, and not when it came."""

    def __post_init__(self) -> None:
        self.answering.set()

    async def handle_MAIL(  # noqa: N802 - aiosmtpd names it
        self, _server: Any, _session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.options += options
        envelope.mail_from = address
        return self.sender_answers.pop(0) if self.sender_answers else "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names it
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.recipient_answers:
            return self.recipient_answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        if self.data_answers:
            return self.data_answers.pop(0)
        if not self.forgets_what_it_holds:
            self._take(envelope)
        self.arrived.set()
        while not self.answering.is_set():  # noqa: ASYNC110 - another thread sets it; cancelled when the client is gone
            await asyncio.sleep(0.01)
        if self.forgets_what_it_holds:
            self._take(envelope)
        return _ACCEPTED

    def _take(self, envelope: Envelope) -> None:
        assert isinstance(envelope.content, bytes)
        self.accepted.append(envelope.content)
        self.recipients += envelope.rcpt_tos

    def copies(self) -> dict[str, list[bytes]]:
        """What it has taken, by Message-ID."""
        by_id: dict[str, list[bytes]] = {}
        for content in self.accepted:
            by_id.setdefault(message_from_bytes(content)["Message-ID"], []).append(content)
        return by_id


@contextmanager
def open_office(
    office: PostOffice, *, port: int | None = None, tls: ssl.SSLContext | None = None, implicit: bool = False
) -> Iterator[int]:
    """Serve on a port of this machine; the port.

    With `tls` it wants STARTTLS, or TLS from the first byte when that is `implicit`, then AUTH.
    """
    port = port or free_ports(1)[0]
    protected: dict[str, Any] = {}
    if tls is not None:
        protected = {"authenticator": _authenticate, "auth_required": True, "auth_require_tls": not implicit}
        protected |= {"ssl_context": tls} if implicit else {"tls_context": tls, "require_starttls": True}
    controller = Controller(office, hostname="127.0.0.1", port=port, enable_SMTPUTF8=True, **protected)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def _authenticate(_server: Any, _session: Any, _envelope: Any, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)
