"""What no answer may hold, and what nothing hostile may change."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Engine, MetaData, select

from offre_bailleurs import chat_tables
from offre_bailleurs.settings import PROJECT_ROOT
from tests.services.fuzz.states import SECRETS
from tests.services.fuzz.texts import VICTIM_NAME
from tests.support.interface import named

OF_THE_CHAT: Final = frozenset(chat_tables.metadata.tables)
"""Tables that every turn writes."""

_NEVER: Final = (
    *map(re.escape, SECRETS),
    re.escape(str(PROJECT_ROOT)),
    r"Traceback|Exception|Error\b|\bNoneType\b|\b(?:None|null|undefined|nan|True|False)\b",
    r"\.py\b|/usr/|/home/|/root/|/tmp/|site-packages",
    r"(?i)sqlalchemy|psycopg|sqlite|postgres|\bSELECT .* FROM\b|\brasa\b|sanic|jinja",
    r"\b(?:utter|action|validate)_[a-z_]+",
    r"/[a-z]+(?:_[a-z]+)*\{",
    r"\{[a-z_.\[\]]*\}|\{\{|%\([a-z]+\)s|%s",
    r"eyJ[A-Za-z0-9_-]{10,}",  # a token
    r"\[object |&(?:lt|gt|amp|quot|#\d+);",
)
_NAMES: Final = tuple(map(re.escape, VICTIM_NAME.split()))
_FRENCH: Final = re.compile(
    r"\b(?:le|la|les|de|du|des|un|une|vous|votre|vos|je|est|pour|quel|quelle|ce|cette|en|à|il|a|avez|merci)\b|\b[dlcqs]['’]",
    re.IGNORECASE,
)
_ENGLISH: Final = re.compile(r"\b(?:the|please|sorry|invalid|unknown|your|is not|error)\b", re.IGNORECASE)


class Leak(AssertionError):
    """An answer holds what it must not."""


def check_answer(document: Mapping[str, Any], typed: Sequence[str], inner_names: Sequence[str]) -> None:
    """Check an answer of the chat; what was typed in this conversation may be said back.

    Raises:
        Leak: it holds something else.
        ValidationError: it is not what the interface describes.
    """
    named("Messages").validate(document)
    echo = _folded(" ".join(typed))
    for message in document["messages"]:
        titles = [button["title"] for button in message.get("buttons", ())]
        for text in [message.get("text", ""), *titles]:
            _check_text(text, echo, inner_names)
        said = message.get("text", "")
        if said and not _FRENCH.search(said):
            raise Leak(f"not French: {said!r}")


def inner_names(domain: Mapping[str, Any]) -> list[str]:
    """Names of intents, slots, entities and forms that could not be taken for French words."""
    names: set[str] = set()
    for key in ("intents", "slots", "entities", "forms", "actions"):
        names |= {str(each) for each in domain[key]}
    return sorted(name for name in names if "_" in name)


Rows = Mapping[tuple[Any, ...], Mapping[str, Any]]
"""The rows of a table, by primary key."""


def business(engine: Engine) -> dict[str, Rows]:
    """Every row of every table that is not the chat's own, by table."""
    metadata = MetaData()
    metadata.reflect(engine)
    with engine.connect() as connection:
        return {
            name: {
                tuple(row._mapping[column.name] for column in table.primary_key): dict(row._mapping)
                for row in connection.execute(select(table))
            }
            for name, table in metadata.tables.items()
            if name not in OF_THE_CHAT and table.primary_key.columns
        }


def _check_text(text: str, echo: str, inner_names: Iterable[str]) -> None:
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cf", "Cs") and character not in "\n\t\u200d":
            raise Leak(f"an invisible character {character!r} in {text!r}")
    for pattern in (*_NEVER, *_NAMES):
        for found in re.finditer(pattern, text):
            if _folded(found[0]) not in echo:
                raise Leak(f"{found[0]!r} in {text!r}")
    english = _ENGLISH.search(text)
    if english and _folded(english[0]) not in echo:
        raise Leak(f"English: {english[0]!r} in {text!r}")
    for name in inner_names:
        if name in text and name not in echo:
            raise Leak(f"an inner name: {name} in {text!r}")


def _folded(text: str) -> str:
    """For comparison with what was typed, whatever the bot made of its spaces, capitals and forms."""
    visible = "".join(each for each in unicodedata.normalize("NFKC", text) if unicodedata.category(each)[0] != "C")
    return " ".join(visible.casefold().split())
