"""What a sentence that was not understood looks like when it leaves the conversation.

It is read by advisers who have no business knowing who said it, and may become an example: everything personal is
replaced by a French placeholder in brackets. First what is known by its form (passwords, addresses, numbers, sums,
dates), then whatever is no ordinary word. In doubt it is masked: a sentence loses little by it.
"""

from __future__ import annotations

import re
from typing import Final

from bot.privacy import Kind, mask
from bot.privacy.forms import mask_forms
from bot.privacy.persons import mask_persons
from bot.privacy.placeholders import NUMBER, PASSWORD, PLACEHOLDER
from offre_bailleurs.french.text import plain

LONGEST: Final = 500
"""Characters kept of a sentence, placeholders included: more than a question needs."""

_PASSES: Final = 6
"""What is masked can show that what stands beside it is to be masked too: again, until nothing changes."""

_IN_CHAT: Final = {
    Kind.PASSWORD: PASSWORD,
    Kind.IBAN: NUMBER,
    Kind.SOCIAL_SECURITY: NUMBER,
    Kind.CARD: NUMBER,
}
"""What the chat itself puts there, and what an unanswered sentence has in its place."""


def mask_sentence(text: str) -> str:
    """Return `text` with a French placeholder in the place of everything personal, cut after `LONGEST` characters.

    Masking again changes nothing. A placeholder is one of `bot.privacy.placeholders.PLACEHOLDERS`; no other square
    bracket is left.

    >>> mask_sentence("M. Durand, 12 rue des Lilas, me doit 650 € depuis le 3 mai, que faire ?")
    'M. [nom], [adresse], me doit [montant] depuis le [date], que faire ?'
    """
    masked = mask(_cut(plain(text))).text
    for kind, placeholder in _IN_CHAT.items():
        masked = masked.replace(kind.value, placeholder)
    for _ in range(_PASSES):
        before, masked = masked, mask_persons(mask_forms(_without_brackets(masked)))
        if masked == before:
            break
    return _cut(masked)


def _cut(text: str) -> str:
    """The beginning, up to the last whole word that fits; no placeholder is cut in two."""
    if len(text) <= LONGEST:
        return text
    kept = text[:LONGEST].rpartition(" ")[0]
    return kept[: kept.rfind("[")].rstrip() if kept.rfind("[") > kept.rfind("]") else kept


def _without_brackets(text: str) -> str:
    """Only a placeholder stands in brackets: what was typed in them is masked as anything else."""
    parts = PLACEHOLDER.split(text)
    kept = PLACEHOLDER.findall(text)
    bare = [re.sub(r"[\[\]]", " ", part) for part in parts]
    return " ".join("".join(part + placeholder for part, placeholder in zip(bare, [*kept, ""], strict=True)).split())
