"""The form of «Créer un utilisateur» (F5): what was typed, what is wrong with it, and what it says once it is right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from offre_bailleurs.contacts import Refused, format_phone, read_email, read_name, read_phone, same_email, same_phone
from offre_bailleurs.french.text import plain
from offre_bailleurs.models import PortalUser, WorkingMode
from offre_bailleurs.users import Invalid, NewUser
from portal.forms import FieldError, Form, read_day

GROUP_FIELD = "groupe_"
WORKING_MODES = {"sedentaire": WorkingMode.SEDENTARY, "itinerant": WorkingMode.ITINERANT}
FIELD_OF = {"group_ids": "groupes", "opens_on": "ouverture", "closes_on": "cloture", "email": "adresse_mail"}
"""Where the page shows what `Invalid` says of a field."""

_TEXTS = (
    "nom",
    "prenom",
    "adresse_mail",
    "adresse_mail_confirmation",
    "ouverture",
    "cloture",
    "telephone",
    "telephone_confirmation",
    "poste",
)


@dataclass(frozen=True)
class Typed:
    """What is in the form, as it was typed."""

    texts: Mapping[str, str]
    group_ids: frozenset[int] = frozenset()
    is_authorisation_manager: bool = False

    def __getitem__(self, name: str) -> str:
        """The text of a field, "" when it has none."""
        return self.texts.get(name, "")


def typed_in(form: Form) -> Typed:
    """What a form that was posted holds."""
    numbers = (name.removeprefix(GROUP_FIELD) for name in form if name.startswith(GROUP_FIELD))
    return Typed(
        texts={name: form.get(name, "") for name in _TEXTS},
        group_ids=frozenset(int(number) for number in numbers if _is_id(number)),
        is_authorisation_manager="responsable" in form,
    )


def typed_of(user: PortalUser) -> Typed:
    """What the form holds when a user's details are opened."""
    poste = next((name for name, mode in WORKING_MODES.items() if mode is user.working_mode), "")
    return Typed(
        texts={
            "nom": user.last_name,
            "prenom": user.first_name,
            "adresse_mail": user.email or "",
            "ouverture": user.opens_on.isoformat() if user.opens_on else "",
            "cloture": user.closes_on.isoformat() if user.closes_on else "",
            "telephone": format_phone(user.phone) if user.phone else "",
            "poste": poste,
        },
        group_ids=frozenset(group.id for group in user.groups),
        is_authorisation_manager=user.is_authorisation_manager,
    )


def read_user(typed: Typed, present: PortalUser | None = None) -> tuple[NewUser | None, tuple[FieldError, ...]]:
    """What the form says, or, field by field, why it cannot be used.

    `present`: the user as they are, when they are being edited. What is left as it is needs no confirmation.
    """
    errors: list[FieldError] = []

    def read(name: str, reader: Callable[[str], str], missing: str) -> str:
        if not plain(typed[name]):
            errors.append(FieldError(name, missing))
            return ""
        try:
            return reader(typed[name])
        except Refused as refused:
            errors.append(FieldError(name, refused.message))
            return ""

    def day(name: str) -> date | None:
        try:
            return read_day(typed[name])
        except ValueError:
            errors.append(FieldError(name, "Cette date ne se lit pas. Exemple : 31/12/2026."))
            return None

    last_name = read("nom", read_name, "Saisissez le nom.")
    first_name = read("prenom", read_name, "Saisissez le prénom.")
    email = read("adresse_mail", read_email, "Saisissez l’adresse mail.")
    if email and email != (present.email if present else None):
        errors += _confirmation(typed, "adresse_mail", "l’adresse mail", same_email)
    opens_on, closes_on = day("ouverture"), day("cloture")
    phone = read("telephone", read_phone, "") if plain(typed["telephone"]) else None
    if phone and phone != (present.phone if present else None):
        errors += _confirmation(typed, "telephone", "le téléphone", same_phone)
    elif phone is None and plain(typed["telephone_confirmation"]):
        errors.append(FieldError("telephone", "Saisissez le téléphone, ou effacez sa confirmation."))
    if not typed.group_ids:
        errors.append(FieldError("groupes", "Cochez au moins un groupe d’habilitations."))
    if errors:
        return None, tuple(errors)
    return NewUser(
        last_name=last_name,
        first_name=first_name,
        email=email,
        phone=phone,
        opens_on=opens_on,
        closes_on=closes_on,
        working_mode=WORKING_MODES.get(typed["poste"]),
        group_ids=typed.group_ids,
        is_authorisation_manager=typed.is_authorisation_manager,
    ), ()


def errors_of(invalid: Invalid) -> tuple[FieldError, ...]:
    """What `Invalid` says, by field of the page."""
    return tuple(FieldError(FIELD_OF[name], message) for name, message in invalid.messages.items())


def _confirmation(typed: Typed, name: str, what: str, same: Callable[[str, str], bool]) -> list[FieldError]:
    again = f"{name}_confirmation"
    if not plain(typed[again]):
        return [FieldError(again, f"Saisissez {what} une seconde fois.")]
    if not same(typed[name], typed[again]):
        return [FieldError(again, f"La seconde saisie ne correspond pas : vérifiez {what} dans les deux champs.")]
    return []


def _is_id(number: str) -> bool:
    return number.isascii() and number.isdigit() and len(number) <= 9
