"""What was done in an organisation, in French sentences, for its administrator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from offre_bailleurs.desk.reasons import REPLACE_ADMINISTRATOR
from offre_bailleurs.models import AuditEvent, AuthorisationGroup, Document, PortalUser

_USER_SUBJECT = f"{PortalUser.__tablename__}:"
_FIELDS = {
    "last_name": "le nom",
    "first_name": "le prénom",
    "email": "l’adresse mail",
    "phone": "le téléphone",
    "opens_on": "la date d’ouverture",
    "closes_on": "la date de clôture",
    "working_mode": "le poste (sédentaire ou itinérant)",
    "is_authorisation_manager": "le rôle de responsable d’habilitation",
    "groups": "les groupes d’habilitations",
}


_DOCUMENTS = {Document.USAGE_RULES: "les règles d’usage", Document.TERMS_OF_USE: "les conditions d’utilisation"}
_ABOUT = {REPLACE_ADMINISTRATOR: " pour remplacer l’administrateur de l’organisme"}


@dataclass(frozen=True)
class Names:
    """What the people and the groups that events speak of are called today, by id."""

    users: Mapping[int, str] = field(default_factory=dict)
    groups: Mapping[int, str] = field(default_factory=dict)


def names_in(session: Session, events: Iterable[AuditEvent]) -> Names:
    """The names that `describe_event` needs: those of the events' own accounts, and no others."""
    events = list(events)
    accounts = {event.account_id for event in events}
    users = {event.actor_id for event in events} | {_user_of(event) for event in events}
    groups = {group_id for event in events for group_id in event.detail.get("groups", ())}
    people = session.scalars(select(PortalUser).where(PortalUser.id.in_(users), PortalUser.account_id.in_(accounts)))
    named = session.scalars(select(AuthorisationGroup).where(AuthorisationGroup.id.in_(groups)))
    return Names({user.id: user.full_name for user in people}, {group.id: group.name for group in named})


def describe_event(event: AuditEvent, names: Names) -> str:
    """An event in one French sentence: who did what to whom."""
    who = names.users.get(event.actor_id, "Quelqu’un") if event.actor_id is not None else None
    subject_id = _user_of(event)
    whom = names.users.get(subject_id, "un utilisateur") if subject_id is not None else "un utilisateur"
    match event.action:
        case "user.created":
            as_manager = " comme responsable d’habilitation" if event.detail.get("is_authorisation_manager") else ""
            return f"{who} a créé l’accès de {whom}{as_manager}{_groups(event.detail, names)}."
        case "user.updated":
            return f"{who} a modifié l’accès de {whom} : {_fields(event.detail)}{_groups(event.detail, names)}."
        case "user.closed":
            return f"{who} a clôturé l’accès de {whom}."
        case "user.credentials_sent":
            return f"{who} a fait envoyer à {whom} son identifiant et un mot de passe provisoire."
        case "support.requested":
            about = _ABOUT.get(event.detail.get("reason", ""), "")
            return f"{who} a demandé un conseiller{about}."
        case "administrator.named":
            return f"{whom} a reçu le rôle d’administrateur de l’organisme."
        case "first_connection.completed":
            return f"{whom} a terminé sa première connexion."
        case "document.accepted":
            return f"{whom} a accepté {_DOCUMENTS.get(event.detail.get('document', ''), 'un document')}."
        case "recovery.login":
            return f"Un identifiant et un mot de passe provisoire ont été envoyés à {whom} (« Identifiant perdu »)."
        case "recovery.password":
            return f"Un message a été envoyé à {whom} (« Mot de passe oublié »)."
        case "password.chosen":
            return f"{whom} a choisi son mot de passe."
        case "declaration.transmitted":
            reference = event.detail.get("reference")
            return f"{who} a transmis une déclaration{f' (référence {reference})' if reference else ''}."
        case _:
            return UNDESCRIBED


UNDESCRIBED = "Une action a été enregistrée."
"""Of an event that a newer version of the project recorded."""


def _user_of(event: AuditEvent) -> int | None:
    return int(event.subject.removeprefix(_USER_SUBJECT)) if event.subject.startswith(_USER_SUBJECT) else None


def _fields(detail: Mapping[str, Any]) -> str:
    words = [_FIELDS[name] for name in detail.get("fields", ()) if name in _FIELDS]
    return " et ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _groups(detail: Mapping[str, Any], names: Names) -> str:
    groups = [names.groups[group_id] for group_id in detail.get("groups", ()) if group_id in names.groups]
    return f" (groupes : {', '.join(groups)})" if groups else ""
