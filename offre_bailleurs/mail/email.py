"""An email as it leaves: RFC 5322, text and HTML, no link. The same message gives the same bytes at each attempt."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import parseaddr
from html import escape

from email_validator import EmailNotValidError, validate_email

from offre_bailleurs.campaigns import in_paris
from offre_bailleurs.mail.messages import SAFETY, SAFETY_HEADING, typeset
from offre_bailleurs.mail.outbox import Content
from offre_bailleurs.sealing import keyed_digest

GREETING = "Bonjour,"

_HTML = """\
<!DOCTYPE html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
</head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""
_SECRET = '<p>{label}<br><strong style="font-family: monospace; font-size: 150%">{secret}</strong></p>'  # noqa: S105


class Unaddressable(ValueError):
    """No email can go to this address."""


@dataclass(frozen=True)
class Email:
    """What is handed to a server: the envelope and the message."""

    sender: str
    recipient: str
    data: bytes

    @property
    def needs_utf8(self) -> bool:
        """An address holds letters beyond ASCII before its @: only a server with SMTPUTF8 takes it."""
        return not (self.sender + self.recipient).isascii()


def render_email(
    content: Content, *, to: str, sender: str, key: str, at: datetime, secret: str, reply_to: str | None = None
) -> Email:
    """Write an email.

    Args:
        content: what it says.
        to: one address.
        sender: as `MAIL_FROM`, a name and an address.
        key: the message's; its Message-ID comes from it, so that a mail that is sent again is known for the same.
        at: when it was posted.
        secret: the project's, so that the Message-ID tells nothing of the key.
        reply_to: where an answer goes, when not to the sender; left out when no email can go there, or when only some
            servers could take it.

    Raises:
        Unaddressable: `to` is no email address.
    """
    sender_address = parseaddr(sender)[1]
    recipient = _deliverable(to)
    identity = keyed_digest("message-id", key, secret=secret)
    message = EmailMessage(policy.SMTP)
    message["From"] = sender
    message["To"] = recipient  # without a name: users choose theirs
    for address in _answerable(reply_to):
        message["Reply-To"] = address
    message["Subject"] = _on_one_line(content.subject)
    message["Date"] = in_paris(at)
    message["Message-ID"] = f"<{identity[:32]}@{sender_address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    # Quoted-printable: every server takes it, and no relay changes it on the way.
    message.set_content(_text(content), cte="quoted-printable")
    message.add_alternative(_html(content), subtype="html", cte="quoted-printable")
    message.set_boundary(f"=_{identity[32:]}")
    message["Content-Language"] = "fr"
    email = Email(sender_address, recipient, b"")
    written_for = policy.SMTPUTF8 if email.needs_utf8 else policy.SMTP
    return replace(email, data=message.as_bytes(policy=written_for))


def _deliverable(address: str) -> str:
    """The address as it goes on the wire: the domain in ASCII; the rest too, unless it cannot be."""
    try:
        valid = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise Unaddressable from None  # its text quotes the address
    return valid.ascii_email or f"{valid.local_part}@{valid.ascii_domain}"


def _answerable(address: str | None) -> Iterator[str]:
    if address is not None:
        with suppress(Unaddressable):
            deliverable = _deliverable(address)
            if deliverable.isascii():  # a header beyond ASCII would make the whole message need SMTPUTF8
                yield deliverable


def _text(content: Content) -> str:
    return "\n\n".join([GREETING, *_text_blocks(content), f"{SAFETY_HEADING}\n{typeset(SAFETY)}"]) + "\n"


def _text_blocks(content: Content) -> Iterator[str]:
    for number, paragraph in enumerate(content.paragraphs):
        yield typeset(_on_one_line(paragraph))
        if number == 0 and content.secret is not None:
            yield f"{_label(content)}\n\n    {_on_one_line(content.secret)}"
    for quotation in content.quotations:
        quoted = "\n".join(f"> {line}".rstrip() for line in _lines(quotation.text))
        yield f"{typeset(_on_one_line(quotation.heading))}\n{quoted}"


def _html(content: Content) -> str:
    body = [GREETING, *content.paragraphs]
    blocks = [f"<p>{_escaped(paragraph)}</p>" for paragraph in body]
    if content.secret is not None:
        secret = escape(_on_one_line(content.secret))
        blocks.insert(2, _SECRET.format(label=escape(_label(content)), secret=secret))
    for quotation in content.quotations:
        quoted = "<br>\n".join(escape(line) for line in _lines(quotation.text))
        blocks.append(f"<p>{_escaped(quotation.heading)}</p>\n<blockquote>{quoted}</blockquote>")
    blocks += [f"<h2>{SAFETY_HEADING}</h2>", f"<p>{_escaped(SAFETY)}</p>"]
    return _HTML.format(title=_escaped(content.subject), body="\n".join(blocks))


def _label(content: Content) -> str:
    return typeset(f"{content.secret_label} :") if content.secret_label else ""


def _escaped(text: str) -> str:
    return escape(typeset(_on_one_line(text)))


def _lines(text: str) -> list[str]:
    """The lines of what is quoted, each without controls."""
    return [typeset(_on_one_line(line)) for line in text.splitlines()]


def _on_one_line(text: str) -> str:
    """Without controls or line breaks: no part of a text can become a header or a paragraph of its own."""
    shown = "".join(" " if unicodedata.category(character)[0] in "CZ" else character for character in text)
    return " ".join(shown.split())
