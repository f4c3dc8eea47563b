"""Hands one message over: an email to a server (`MAIL_URL`) or a folder, a letter to the folder of letters, a call to
the ticket system (`webhook`).

Never twice. A file has the message's name: a second attempt finds it. (Whoever takes files away from a folder should
take those that `bailleurs outbox` shows as sent.) SMTP has one moment in which nobody can know: between the server's
« 250 », which ends DATA, and the commit that notes it, a crash looks like a crash before the 250; so does an answer
that is lost. Two generals cannot agree there, and a lost message is worse than a copy: it is sent again, with the
same Message-ID and the same bytes, by which receivers drop the copy. Nothing but that commit stands in this window:
the farewell to the server (QUIT) comes after it. A call has the same moment, and its `webhook-id` to tell a copy by.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar
from urllib.parse import SplitResult, unquote, urlsplit

from offre_bailleurs.mail.email import Email, Unaddressable, render_email
from offre_bailleurs.mail.letter import render_letter
from offre_bailleurs.mail.outbox import Posted, open_payload, open_sealed
from offre_bailleurs.mail.spool import put
from offre_bailleurs.mail.undelivered import Delayed, Refused, Undelivered, named
from offre_bailleurs.mail.webhook import Caller
from offre_bailleurs.models import MessageKind, OutboxMessage
from offre_bailleurs.recap.wording import SERVICE
from offre_bailleurs.sealing import Unreadable
from offre_bailleurs.settings import Settings, SettingsError

OPERATION_TIMEOUT = 10.0
"""Seconds for each exchange with a server."""

Opened = TypeVar("Opened")

_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


def mail_folder(settings: Settings) -> Path | None:
    """The folder in which emails are left; None when they go to a server."""
    url = urlsplit(settings.mail_url)
    return Path(unquote(url.path)) if url.scheme == "file" else None


@dataclass(frozen=True)
class _Server:
    """An SMTP server, as `MAIL_URL` names it."""

    scheme: str
    host: str
    port: int
    user: str | None
    password: str

    @classmethod
    def read(cls, url: SplitResult) -> _Server:
        user = unquote(url.username) if url.username else None
        try:
            port = url.port or _PORTS[url.scheme]
        except ValueError:
            raise SettingsError("MAIL_URL : un port va de 1 à 65535.") from None
        return cls(url.scheme, url.hostname or "", port, user, unquote(url.password or ""))


class Carrier:
    """Delivers messages as the settings say."""

    def __init__(self, settings: Settings, *, tls: ssl.SSLContext | None = None) -> None:
        """Prepare; nothing is opened yet.

        Args:
            settings: where messages go.
            tls: how a server's certificate is checked; by default against the authorities that this machine trusts.

        Raises:
            SettingsError: MAIL_URL names an impossible port, or DESK_WEBHOOK_SECRET cannot be used.
        """
        url = urlsplit(settings.mail_url)
        self._settings = settings
        self._folder = mail_folder(settings)
        self._server = None if self._folder else _Server.read(url)
        self._tls = tls or ssl.create_default_context()
        self._caller = Caller(settings, tls=self._tls)

    @contextmanager
    def delivering(self, message: OutboxMessage, *, time_limit: float) -> Iterator[None]:
        """Deliver a message; once the block is entered it is delivered, and what says so is written in the block.

        Args:
            message: a waiting one.
            time_limit: seconds after which it is not delivered any more, if it has not been yet.

        Raises:
            Refused: it cannot be delivered.
            Delayed: it could not be now.
        """
        if message.kind is MessageKind.WEBHOOK:
            self._caller.call(message.key, _opened(open_payload, message), time_limit=time_limit)
            yield
            return
        posted = _opened(open_sealed, message)
        if message.kind is MessageKind.LETTER:
            _put(self._settings.letters_dir, f"{message.key}.pdf", self._letter(message, posted))
            yield
            return
        email = self._email(message, posted)
        if self._folder is not None:
            _put(self._folder, f"{message.key}.eml", email.data)
            yield
            return
        with self._sent(email, monotonic() + time_limit):
            yield

    def _letter(self, message: OutboxMessage, posted: Posted) -> bytes:
        sender = parseaddr(self._settings.mail_from)[0] or SERVICE
        return render_letter(posted.content, posted.recipient, sender=sender, at=message.created_at)

    def _email(self, message: OutboxMessage, posted: Posted) -> Email:
        try:
            return render_email(
                posted.content,
                to=posted.recipient[0],
                sender=self._settings.mail_from,
                key=message.key,
                at=message.created_at,
                secret=self._settings.secret_key,
                reply_to=posted.reply_to,
            )
        except Unaddressable:
            raise Refused("Unaddressable") from None

    @contextmanager
    def _sent(self, email: Email, deadline: float) -> Iterator[None]:
        opened: list[smtplib.SMTP] = []
        try:
            with _cut_at(deadline, opened), _told_apart():
                self._hand_over(self._connect(opened), email)
            yield
        finally:
            for smtp in opened:
                _leave(smtp)

    def _connect(self, opened: list[smtplib.SMTP]) -> smtplib.SMTP:
        server = self._server
        if server is None:
            raise ValueError("MAIL_URL names a folder")
        if server.scheme == "smtps":
            return _OpenedTls(opened, server.host, server.port, timeout=OPERATION_TIMEOUT, context=self._tls)
        return _Opened(opened, server.host, server.port, timeout=OPERATION_TIMEOUT)

    def _hand_over(self, smtp: smtplib.SMTP, email: Email) -> None:
        """Return when the server has said that it has the message."""
        server = self._server
        if server is not None and server.scheme == "smtp+starttls":
            smtp.starttls(context=self._tls)
        if server is not None and server.user is not None:
            smtp.login(server.user, server.password)
        smtp.ehlo_or_helo_if_needed()
        if email.needs_utf8 and not smtp.has_extn("smtputf8"):
            raise Refused("SMTPUTF8 unknown")
        options = ("SMTPUTF8", "BODY=8BITMIME") if email.needs_utf8 else ()
        smtp.sendmail(email.sender, [email.recipient], email.data, mail_options=options)


class _Opened(smtplib.SMTP):
    """A connection that is known before it is made: its constructor already listens to the server."""

    def __init__(self, opened: list[smtplib.SMTP], host: str, port: int, **options: Any) -> None:
        opened.append(self)
        super().__init__(host, port, **options)


class _OpenedTls(_Opened, smtplib.SMTP_SSL):
    """The same, TLS from the first byte."""


def _opened(open_: Callable[[OutboxMessage], Opened], message: OutboxMessage) -> Opened:
    try:
        return open_(message)
    except Unreadable:
        raise Refused("Unreadable") from None


def _put(folder: Path, name: str, data: bytes) -> None:
    try:
        put(folder, name, data)
    except OSError as error:
        raise Delayed(named(error)) from None


@contextmanager
def _told_apart() -> Iterator[None]:
    """What a server refuses for good, and what may succeed later: a wrong password is mended by the operator."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        ((code, _text),) = error.recipients.values()
        raise _answered(error, code) from None
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        raise _answered(error, error.smtp_code) from None
    except smtplib.SMTPResponseException as error:
        raise Delayed(f"{type(error).__name__} {error.smtp_code}") from None
    except OSError as error:  # smtplib's other errors too
        raise Delayed(named(error)) from None


def _answered(error: Exception, code: int) -> Undelivered:
    kind = Refused if 500 <= code < 600 else Delayed
    return kind(f"{type(error).__name__} {code}")


@contextmanager
def _cut_at(deadline: float, opened: list[smtplib.SMTP]) -> Iterator[None]:
    """Cut the connection at a moment: a server that sends a line now and then would hold it past the lease."""

    def cut() -> None:
        for smtp in opened:
            if isinstance(smtp.sock, socket.socket):
                with suppress(OSError):
                    socket.socket.shutdown(smtp.sock, socket.SHUT_RDWR)  # not SSLSocket's: another thread uses it

    timer = threading.Timer(max(0.0, deadline - monotonic()), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _leave(smtp: smtplib.SMTP) -> None:
    """Say farewell without waiting for an answer."""
    with suppress(OSError):
        smtp.putcmd("quit")
    smtp.close()
