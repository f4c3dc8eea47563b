"""Masks what must not be kept or read by anyone: passwords, IBANs, bank cards and social security numbers.

The channel masks each text before Rasa, the logs or the database see it. What is *not* masked matters as much: a
landlord must be able to give a N° utilisateur (14 characters), amounts, dates, telephone numbers and addresses. How
each kind is known, and told from those, is said where it is looked for: `numbers` and `passwords`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Final

from bot.privacy.numbers import CARDS, IBAN, SOCIAL_SECURITY, is_card, is_iban
from bot.privacy.passwords import PASSWORDS, is_password


class Kind(StrEnum):
    """What was masked; the value is the French that stands in its place."""

    PASSWORD = "[mot de passe masqué]"  # noqa: S105 - the words that replace one
    IBAN = "[IBAN masqué]"
    SOCIAL_SECURITY = "[numéro de sécurité sociale masqué]"
    CARD = "[numéro de carte bancaire masqué]"


_IN_WORDS: Final = {
    Kind.PASSWORD: "un mot de passe",
    Kind.IBAN: "un IBAN",
    Kind.SOCIAL_SECURITY: "un numéro de sécurité sociale",
    Kind.CARD: "un numéro de carte bancaire",
}

_RULES: Final[tuple[tuple[Kind, re.Pattern[str], Callable[[re.Match[str]], bool]], ...]] = (
    *((Kind.PASSWORD, pattern, is_password) for pattern in PASSWORDS),
    (Kind.IBAN, IBAN, is_iban),
    (Kind.SOCIAL_SECURITY, SOCIAL_SECURITY, lambda _: True),
    *((Kind.CARD, pattern, is_card) for pattern in CARDS),
)
"""In this order: what is called a password is one, whatever it looks like."""


@dataclass(frozen=True)
class Masked:
    """A text that may be kept, and what it lost."""

    text: str
    kinds: frozenset[Kind]


def mask(text: str) -> Masked:
    """Mask what must not be kept. Masking again changes nothing."""
    found: set[Kind] = set()
    for kind, pattern, holds in _RULES:
        text = pattern.sub(partial(_replaced, kind, holds, found), text)
    return Masked(text, frozenset(found))


def _replaced(kind: Kind, holds: Callable[[re.Match[str]], bool], found: set[Kind], match: re.Match[str]) -> str:
    if not holds(match):
        return match[0]
    found.add(kind)
    start, end = (position - match.start() for position in match.span("secret"))
    return match[0][:start] + kind.value + match[0][end:]


def notice(kinds: Collection[Kind]) -> str:
    """What the landlord is told when something was masked."""
    what = " et ".join(words for kind, words in _IN_WORDS.items() if kind in kinds)
    return (
        f"Par sécurité, j'ai masqué {what} dans votre message\u00a0: rien n'en est conservé. "
        "N'écrivez jamais ce genre d'information ici\u00a0: la Caf ne vous la demandera pas dans cette conversation."
    )
