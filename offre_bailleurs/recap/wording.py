"""What a recap says, in French: boxes and labelled rows, without any care for where they stand on the page."""

from __future__ import annotations

from dataclasses import dataclass

from offre_bailleurs.french.format import euros, euros_in_words, long_date, long_moment
from offre_bailleurs.models import Profile, Situation
from offre_bailleurs.recap.data import RecapData
from offre_bailleurs.wording import describe_co_tenants

SERVICE = "Offre Bailleurs"
HEADING = "Récapitulatif de votre déclaration"
KEEP_HEADING = "Conservez ce document"
ORIGIN = "Document produit par l’assistant Offre Bailleurs à partir de la déclaration transmise à la Caf."
REPLACED = "Le signe □ remplace un caractère qui ne peut pas être imprimé ici\u00a0: le fichier joint le contient."

_PROFILES = {Profile.LANDLORD: "bailleur particulier", Profile.ORGANISATION: "organisme"}
_SITUATIONS = {
    Situation.STILL_TENANT: "Toujours locataire",
    Situation.LEFT: "Parti du logement",
    Situation.UNPAID_RENT: "Loyers impayés",
    Situation.MANAGEMENT_ENDED: "Fin de gestion du logement",
    Situation.CO_TENANTS: "Nombre de colocataires modifié",
}
_NO_RENT = {
    Situation.LEFT: "Le locataire est parti avant le 1er juillet {year}.",
    Situation.MANAGEMENT_ENDED: "La gestion du logement a pris fin avant le 1er juillet {year}.",
}


@dataclass(frozen=True)
class Highlight:
    """One of the two things that one looks for: a label, what is to be read from afar, and what explains it."""

    label: str
    value: str
    detail: str


@dataclass(frozen=True)
class Row:
    """A label and its value; each line of the value begins a new one on the page."""

    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """A heading and its rows."""

    heading: str
    rows: tuple[Row, ...]


def title(data: RecapData) -> str:
    """The title of the document, as a reader shows it in its window."""
    return f"Récapitulatif de déclaration, loyer de juillet {data.campaign_year}, {data.reference}"


def subtitle(data: RecapData) -> str:
    """What the declaration is about."""
    return f"Loyer de juillet {data.campaign_year}"


def reference(data: RecapData) -> Highlight:
    """The reference, and when the declaration was transmitted."""
    return Highlight(
        "Référence", data.reference, f"Transmise le {long_moment(data.submitted_at)} (heure\u00a0de\u00a0Paris)"
    )


def july_rent(data: RecapData) -> Highlight:
    """July's rent in figures and in words, or why there is none."""
    label = f"Loyer de juillet {data.campaign_year}"
    if data.july_rent_cents is None:
        return Highlight(label, "Aucun loyer à déclarer", _NO_RENT[data.situation].format(year=data.campaign_year))
    return Highlight(label, euros(data.july_rent_cents), euros_in_words(data.july_rent_cents))


def sections(data: RecapData) -> tuple[Section, ...]:
    """Who declares, for whom and for which dwelling, and the tenant's situation."""
    return (
        Section(
            "Qui déclare",
            (
                Row("Déclaré par", (data.declarant_name,)),
                Row("Pour le compte de", (f"{data.account_name}, {_PROFILES[data.profile]}",)),
                Row("N° utilisateur", (_grouped(data.user_number),)),
            ),
        ),
        Section(
            "Locataire et logement",
            (
                Row("Locataire", (data.tenant_name,)),
                Row("Logement", (data.dwelling_street, f"{data.dwelling_postcode} {data.dwelling_city}")),
            ),
        ),
        Section(
            "Situation du locataire",
            (Row("Situation", (_SITUATIONS[data.situation],)), *_situation_details(data)),
        ),
    )


def keep_advice(data: RecapData) -> str:
    """Why and how to keep the recap."""
    return (
        "Enregistrez-le ou imprimez-le\u00a0: il reprend ce qui a été transmis à la Caf. "
        f"Les mêmes informations sont jointes à ce PDF, dans le fichier {data.json_name}."
    )


def _situation_details(data: RecapData) -> tuple[Row, ...]:
    match data.situation:
        case Situation.LEFT if data.situation_on is not None:
            return (Row("Date de départ", (long_date(data.situation_on),)),)
        case Situation.MANAGEMENT_ENDED if data.situation_on is not None:
            return (Row("Fin de gestion le", (long_date(data.situation_on),)),)
        case Situation.UNPAID_RENT if data.unpaid_cents is not None and data.unpaid_since is not None:
            return (
                Row("Somme due", (euros(data.unpaid_cents),)),
                Row("Impayés depuis le", (long_date(data.unpaid_since),)),
            )
        case Situation.CO_TENANTS if data.co_tenant_count is not None:
            return (Row("Titulaires du bail", (describe_co_tenants(data.co_tenant_count),)),)
    return ()


def _grouped(user_number: str) -> str:
    """A N° utilisateur as the Caf prints it, `359 00007090001`; another length is left as it is."""
    return f"{user_number[:3]} {user_number[3:]}" if len(user_number) == 14 else user_number
