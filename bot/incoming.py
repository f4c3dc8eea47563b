"""What a client may send, and what becomes of it before anyone sees it: checked, cleaned, masked, made harmless."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot import problems
from offre_bailleurs.french.text import clean

MAX_BODY: Final = 16 * 1024
"""Bytes of a request's body: 1,000 characters, each written as a JSON escape, and a choice fit well within."""
MAX_TEXT: Final = 1_000
"""Characters of a message's text, white space around it left out."""
PLACEHOLDER: Final = "…"
"""What Rasa reads of a text that holds nothing but slashes."""

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SLASHES: Final = "/\N{FULLWIDTH SOLIDUS}\N{FRACTION SLASH}\N{DIVISION SLASH}\N{BIG SOLIDUS}"


@dataclass(frozen=True)
class Incoming:
    """A client's message: its own id of it (a UUID), and either a text or a choice, not yet verified."""

    id: str
    text: str | None
    choice: str | None


def read_object(body: bytes) -> Mapping[str, Any]:
    """The JSON object of a request's body; an empty body is an empty object.

    Raises:
        Problem: it is no JSON object.
    """
    if not body:
        return {}
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        raise problems.malformed("Un objet JSON est attendu.")
    return read


def read_message(body: bytes) -> Incoming:
    """The message that a client sends: {"id", "text"} or {"id", "choice"}.

    Raises:
        Problem: it is neither (400), or the text is too long (413).
    """
    fields = read_object(body)
    message_id = fields.get("id")
    if not isinstance(message_id, str) or not _UUID.fullmatch(message_id.lower()):
        raise problems.malformed("« id » doit être un UUID.")
    content = set(fields) - {"id"}
    if content not in ({"text"}, {"choice"}):
        raise problems.malformed("Un message porte soit « text », soit « choice », et rien d'autre.")
    value = fields[content.pop()]
    if not isinstance(value, str):
        raise problems.malformed("« text » et « choice » sont des chaînes de caractères.")
    if "choice" in fields:
        return Incoming(message_id.lower(), None, value)
    if len(value.strip()) > MAX_TEXT:
        raise problems.too_long(MAX_TEXT)
    text = clean(value)  # before masking: a card number is one with a zero-width space in it too
    if not text:
        raise problems.malformed("Le message est vide.")
    return Incoming(message_id.lower(), text, None)


def for_rasa(text: str) -> str:
    """The text as Rasa may read it: never a command.

    Rasa takes a text that begins with "/" (white space left out) for an intent with its entities.
    """
    rest = text
    while rest and (rest[0] in _SLASHES or rest[0].isspace() or rest[0] == "\N{ZERO WIDTH JOINER}"):
        rest = rest[1:]
    return rest or PLACEHOLDER
