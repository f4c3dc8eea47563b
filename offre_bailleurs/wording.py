"""How a declaration is said in one line of French, the same in the chat and in the portal."""

from __future__ import annotations

from datetime import date

from offre_bailleurs.french.format import euros, long_date
from offre_bailleurs.models import Declaration, DeclarationState, Situation

STATE_LABELS = {
    None: "À déclarer",
    DeclarationState.IN_PROGRESS: "En cours",
    DeclarationState.TRANSMITTED: "Transmise",
}


def describe_co_tenants(count: int) -> str:
    """How many hold the lease, the tenant included."""
    return "locataire seul" if count == 1 else f"{count} colocataires"


def describe_situation(declaration: Declaration) -> str:
    """The tenant's situation with its details; "" while it is not known."""
    match declaration.situation:
        case Situation.STILL_TENANT:
            return "toujours locataire"
        case Situation.LEFT:
            return "parti du logement" + _on(" le ", declaration.situation_on)
        case Situation.UNPAID_RENT:
            owed = "" if declaration.unpaid_cents is None else f" : {euros(declaration.unpaid_cents)} dus"
            return "loyers impayés" + owed + _on(" depuis le ", declaration.unpaid_since)
        case Situation.MANAGEMENT_ENDED:
            return "fin de gestion du logement" + _on(" le ", declaration.situation_on)
        case Situation.CO_TENANTS:
            count = declaration.co_tenant_count
            return "nombre de colocataires modifié" + ("" if count is None else f" : {describe_co_tenants(count)}")
        case None:
            return ""


def _on(words: str, day: date | None) -> str:
    return "" if day is None else words + long_date(day)
