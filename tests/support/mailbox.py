"""What the worker has sent: the emails and letters in their folders."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import unquote, urlsplit

from pypdf import PdfReader

from offre_bailleurs.settings import Settings
from offre_bailleurs.temporary_passwords import ALPHABET

PATIENCE = 20.0
"""Seconds for the worker to send: it looks once a second, on a machine that may be busy."""

_TEMPORARY_PASSWORD = re.compile(rf"\b[{ALPHABET}]{{4}}(?:-[{ALPHABET}]{{4}}){{3}}\b")


@dataclass(frozen=True)
class Email:
    """An email as its reader sees it."""

    to: str
    subject: str
    text: str
    html: str
    message: EmailMessage


class Mailbox:
    """The folders of emails and letters of a running portal; the oldest first."""

    def __init__(self, settings: Settings) -> None:
        self._emails = Path(unquote(urlsplit(settings.mail_url).path))
        self._letters = settings.letters_dir

    def emails(self) -> list[Email]:
        """Every email so far."""
        return [read_email(path.read_bytes()) for path in _by_age(self._emails.glob("[!.]*.eml"))]

    def letters(self) -> list[Path]:
        """Every letter so far, a PDF each."""
        return _by_age(self._letters.glob("[!.]*.pdf"))

    def wait_for(self, count: int, *, patience: float = PATIENCE) -> None:
        """Wait until that many messages were sent in all, emails and letters together."""
        deadline = monotonic() + patience
        while (sent := len(self.emails()) + len(self.letters())) < count:
            if monotonic() > deadline:
                raise AssertionError(f"{sent} messages instead of {count} after {patience:g} s")
            sleep(0.05)

    def temporary_password(self) -> str:
        """The one of the newest message that bears one, email or letter."""
        files = [*self._emails.glob("[!.]*.eml"), *self._letters.glob("[!.]*.pdf")]
        for path in reversed(_by_age(files)):
            text = letter_text(path) if path.suffix == ".pdf" else read_email(path.read_bytes()).text
            if found := _TEMPORARY_PASSWORD.search(text):
                return found[0]
        raise AssertionError("no message bears a temporary password")


def read_email(data: bytes) -> Email:
    """Parse an email."""
    message = BytesParser(policy=policy.SMTPUTF8).parsebytes(data)
    return Email(
        to=str(message["To"]),
        subject=str(message["Subject"]),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        message=message,
    )


def letter_text(path: Path) -> str:
    """The words on a letter."""
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    content = part.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


def _by_age(paths: Iterable[Path]) -> list[Path]:
    return sorted(paths, key=lambda path: path.stat().st_mtime_ns)
