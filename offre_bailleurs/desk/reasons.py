"""Why a landlord asks for an adviser, and how that ended; with the words that the desk reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from offre_bailleurs.models import Outcome

ASKED: Final = "asked"
MISUNDERSTOOD: Final = "misunderstood"
"""The assistant did not understand, twice."""
SILENCE: Final = "silence"
"""The guides say nothing of it."""
NOT_HELPFUL: Final = "not_helpful"
"""«Cela ne m'aide pas», or 👎 under an answer."""
REPLACE_ADMINISTRATOR: Final = "replace_administrator"
"""Only the Caf replaces an organisation's administrator (F8)."""

REASON_NAMES: Final[Mapping[str, str]] = {
    ASKED: "A demandé un conseiller",
    MISUNDERSTOOD: "L’assistant n’a pas compris",
    SILENCE: "Les guides n’en parlent pas",
    NOT_HELPFUL: "La réponse n’a pas aidé",
    REPLACE_ADMINISTRATOR: "Remplacer l’administrateur d’un organisme",
}
REASONS: Final = frozenset(REASON_NAMES)

OUTCOME_NAMES: Final[Mapping[Outcome, str]] = {
    Outcome.RESOLVED: "Résolu",
    Outcome.BOT_WAS_WRONG: "L’assistant s’est trompé",
    Outcome.ANSWER_MISSING: "Il manque une réponse à l’assistant",
    Outcome.OUT_OF_SCOPE: "Hors de notre domaine",
    Outcome.WITHDRAWN: "Le bailleur est parti",
    Outcome.MISSED: "Personne n’était libre avant la fermeture",
}
ADVISERS_OUTCOMES: Final = (Outcome.RESOLVED, Outcome.BOT_WAS_WRONG, Outcome.ANSWER_MISSING, Outcome.OUT_OF_SCOPE)
"""What an adviser may say when closing a request."""


def known(reason: str | None) -> str:
    """The reason, if it is one of ours: whatever else a button of another version says is `ASKED`."""
    return reason if reason in REASONS else ASKED
