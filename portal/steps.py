"""The first connection as pages: which address is which step, and what the list of the steps says."""

from __future__ import annotations

from dataclasses import dataclass

from offre_bailleurs.first_connection import Step

SIGN_IN_PATH = "/connexion"
DESK_PATH = "/conseil"
"""Where advisers work."""
FIRST_CONNECTION_PATH = "/premiere-connexion"
NEW_PASSWORD_PATH = "/mot-de-passe/nouveau"  # noqa: S105 - an address
"""For who finished the first connection long ago and has signed in with a temporary password."""


@dataclass(frozen=True)
class Stage:
    """One of the guide's five steps (A4)."""

    number: int
    label: str
    path: str


CREDENTIALS = Stage(1, "Identifiant et mot de passe fournis par la Caf", SIGN_IN_PATH)
STAGES = {
    Step.DETAILS: Stage(2, "Vos informations", f"{FIRST_CONNECTION_PATH}/informations"),
    Step.PASSWORD: Stage(3, "Votre mot de passe personnel", f"{FIRST_CONNECTION_PATH}/mot-de-passe"),
    Step.USAGE_RULES: Stage(4, "Les règles d’usage", f"{FIRST_CONNECTION_PATH}/regles-d-usage"),
    Step.TERMS_OF_USE: Stage(5, "Les conditions d’utilisation", f"{FIRST_CONNECTION_PATH}/conditions-d-utilisation"),
}
ALL_STAGES = (CREDENTIALS, *STAGES.values())
