"""The journeys of the chat and their questions, in the words that the desk reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

JOURNEY_NAMES: Final[Mapping[str, str]] = {
    "declare_rent": "Déclarer un loyer",
    "recover_access": "Retrouver ses codes de connexion",
    "create_user": "Créer un utilisateur",
    "leave_message": "Laisser un message",
}

_SUMMARY = "validation du récapitulatif"
_CHANGE = "choix de ce qui est à modifier"
_LEAVING = "confirmation de l’abandon"

STEP_NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    "declare_rent": {
        "tenant": "choix du locataire",
        "situation": "situation du locataire",
        "situation_on": "date du départ ou de la fin de gestion",
        "unpaid_amount": "montant de l’impayé",
        "unpaid_since": "date du début de l’impayé",
        "co_tenant_count": "nombre de colocataires",
        "july_rent": "loyer de juillet",
        "unusual_rent": "confirmation d’un loyer inhabituel",
        "decision": _SUMMARY,
        "modification": _CHANGE,
        "leave_confirmation": _LEAVING,
    },
    "recover_access": {
        "access_missing": "ce qui manque pour se connecter",
        "access_connected": "s’il y a déjà eu une connexion",
        "access_received": "comment les codes sont arrivés",
        "access_user_number": "N° utilisateur",
        "access_email": "adresse de courriel",
    },
    "create_user": {
        "last_name": "nom",
        "first_name": "prénom",
        "email": "adresse de courriel",
        "email_again": "confirmation de l’adresse de courriel",
        "phone": "téléphone",
        "phone_again": "confirmation du téléphone",
        "opens_on": "date d’ouverture",
        "closes_on": "date de clôture",
        "working_mode": "sédentaire ou itinérant",
        "group_ids": "groupes d’habilitations",
        "decision": _SUMMARY,
        "modification": _CHANGE,
        "leave_confirmation": _LEAVING,
        "leave_for_rent": "abandon pour déclarer un loyer",
    },
    "leave_message": {
        "left_message": "message",
        "left_email": "adresse de courriel",
        "left_decision": "accord pour l’envoi",
    },
}
"""By journey: what each of its questions is about."""


def journey_in_words(journey: str, step: str | None) -> str:
    """A journey, and its open question as far as it is known: « Déclarer un loyer, question : loyer de juillet »."""
    name = JOURNEY_NAMES.get(journey, journey)
    about = step_in_words(journey, step)
    return f"{name}, question : {about}" if about else name


def step_in_words(journey: str, step: str | None) -> str | None:
    """What a journey’s question is about; None of one that this version does not know."""
    return STEP_NAMES.get(journey, {}).get(step or "")
