"""What stands in the place of something personal in a sentence that leaves its conversation."""

from __future__ import annotations

import re
from typing import Final

NAME, PLACE, WORD = "[nom]", "[lieu]", "[mot]"
"""A person or a firm, a town, and a word that is not known to be ordinary."""
ADDRESS, EMAIL, LINK, PHONE = "[adresse]", "[courriel]", "[lien]", "[téléphone]"
NUMBER, AMOUNT, DATE, YEAR, PASSWORD = "[numéro]", "[montant]", "[date]", "[année]", "[mot de passe]"

PLACEHOLDERS: Final = frozenset({NAME, PLACE, WORD, ADDRESS, EMAIL, LINK, PHONE, NUMBER, AMOUNT, DATE, YEAR, PASSWORD})

PLACEHOLDER: Final = re.compile("|".join(map(re.escape, sorted(PLACEHOLDERS))))
