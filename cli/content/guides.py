"""What the two guides hold and leave open, as far as a machine can check an answer against it."""

from __future__ import annotations

import re
from typing import Final

FACTS: Final = tuple(
    f"{letter}{number}"
    for letter, last in {"A": 9, "B": 3, "C": 4, "D": 2, "E": 11, "F": 9}.items()
    for number in range(1, last + 1)
)
"""The facts' numbers in the specification."""

SILENCES: Final = (
    "account_locked",
    "aid_amount",
    "aid_direct_payment",
    "correct_after_validation",
    "deadline",
    "furnished_or_shared",
    "no_declaration",
    "password_rules",
    "rent_with_charges",
    "several_companies",
    "temporary_password",
    "unpaid_rent_procedure",
)
"""The topics asked often and settled by neither guide."""

SAYS_SO: Final = re.compile(
    r"\b(?:ne |n'(?:en )?)"
    r"(?:comptent|décrivent|disent|donnent|expliquent|fixent|indiquent|parlent|précisent|règlent|tranchent)"
    r" (?:pas|rien|ni|aucune?)\b"
)
"""How a silence is told: «les guides de la Caf ne disent pas …»."""

SOURCE: Final = re.compile(
    r"\n\nSource : (?:\{guide\}|guide du bailleur particulier|guide des organismes"
    r"|guide du bailleur particulier et guide des organismes|guides du bailleur particulier et des organismes)\.\Z"
)
"""The last line of an answer."""

GUIDE: Final = {
    "landlord": "guide du bailleur particulier",
    "organisation": "guide des organismes",
    None: "guides du bailleur particulier et des organismes",
}
"""What `{guide}` becomes, as action_answer fills it (actions/answers/reply.py)."""

_FIGURES: Final = ("359 00007090001", "A123456", "14", "7")
"""The N° utilisateur of the specimen, the number of its email, the characters of each."""
_LIST_NUMBER: Final = re.compile(r"^\d+\. ", re.MULTILINE)
_NUMBER_WORDS: Final = re.compile(
    r"\b(?:trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|trente|quarante"
    r"|cinquante|soixante|cents?|mille)\b",
    re.IGNORECASE,
)
"""All but «deux»: two emails, two letters, two guides."""
_OTHER_MONTHS: Final = re.compile(
    r"\b(?:janvier|février|mars|avril|mai|juin|août|septembre|octobre|novembre|décembre)\b", re.IGNORECASE
)
_DELAYS: Final = re.compile(
    r"\b(?:jours?|semaines?|mois|heures?|minutes?|ans?|années?|trimestres?|semestres?|quinzaines?)\b", re.IGNORECASE
)
_KNOWN_DELAYS: Final = ("loyer du mois de juillet", "chaque année", "à jour")


def foreign(text: str) -> list[str]:
    """The figures, months and delays of a text that are in neither guide, as they are written."""
    text = _LIST_NUMBER.sub("", text)
    for known in _FIGURES:
        text = re.sub(rf"(?<!\w){known}(?!\w)", "", text)
    figures = re.findall(r"\w*\d\w*", text)
    delays = text
    for known in _KNOWN_DELAYS:
        delays = re.sub(known, "", delays, flags=re.IGNORECASE)
    return figures + _NUMBER_WORDS.findall(text) + _OTHER_MONTHS.findall(text) + _DELAYS.findall(delays)
