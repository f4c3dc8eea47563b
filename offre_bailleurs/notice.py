"""How long what people tell the assistant is kept, in French: for the chat, the portal's page and the widget's notice.

The durations come from the settings and from `retention`, so that what is said is what `bailleurs purge` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from offre_bailleurs.retention import REQUESTS_KEPT
from offre_bailleurs.settings import Settings

_SPACE: Final = "\u00a0"
_HOUR: Final = 3600
_DAY: Final = 24 * _HOUR


@dataclass(frozen=True)
class Durations:
    """What fills the sentences about data; each reads after the words named."""

    lifetime: str
    """« La conversation dure … au plus »."""
    kept: str
    """« … puis elle est … »."""
    request_kept: str
    """« Votre demande est gardée … après la réponse »."""
    sentences_kept: str
    """« Une phrase que l'assistant n'a pas comprise est gardée … »."""
    declarations_kept: str
    """« Vos déclarations transmises sont … »."""


def durations(settings: Settings) -> Durations:
    """The durations that these settings set."""
    days, years = settings.conversation_retention_days, settings.declaration_retention_years
    return Durations(
        lifetime=duration_in_words(settings.conversation_lifetime),
        kept=f"gardée {_counted(days, 'jour')}, puis effacée" if days else "effacée",
        request_kept=_counted(REQUESTS_KEPT.days, "jour"),
        sentences_kept=_counted(settings.sentence_retention_days, "jour"),
        declarations_kept=(
            f"gardées jusqu'à la fin de la {_ordinal(years)} année civile qui suit leur campagne, puis effacées"
            if years
            else "gardées tant que la Caf n'en décide pas autrement"
        ),
    )


def duration_in_words(seconds: int) -> str:
    """« 24 heures », « 3 jours », « 90 minutes »: the largest unit that says it exactly; up to two days, hours."""
    for unit, name in ((_DAY, "jour"), (_HOUR, "heure"), (60, "minute")):
        if seconds % unit == 0 and (unit != _DAY or seconds > 2 * _DAY):
            return _counted(seconds // unit, name)
    return _counted(seconds, "seconde")


def _counted(count: int, noun: str) -> str:
    return f"{count}{_SPACE}{noun}{'s' if count > 1 else ''}"


def _ordinal(number: int) -> str:
    return "première" if number == 1 else f"{number}e"
