"""Every fact of the two guides, and the answer that bears it: none is missing, none gets lost."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.unit.nlu.content import answer

LANDLORD, ORGANISATION, UNKNOWN = "landlord", "organisation", None
BOTH = (LANDLORD, ORGANISATION, UNKNOWN)


@dataclass(frozen=True)
class Fact:
    """A fact, where it is answered, to whom, and words that the answer must hold."""

    name: str
    topic: str
    profiles: tuple[str | None, ...]
    words: tuple[str, ...]


def fact(name: str, topic: str, profiles: tuple[str | None, ...], *words: str) -> Fact:
    return Fact(name, topic, profiles, words)


FACTS = [
    fact("A1", "access_portal", BOTH, "Mon Compte Partenaire", "ouvre les services que caf.fr propose aux partenaires"),
    fact("A2", "access_portal", (LANDLORD, UNKNOWN), "Espace Partenaires", "vert", "icône « Mon Compte Partenaire »"),
    fact("A3", "access_portal", (ORGANISATION, UNKNOWN), "Espace Professionnel", "violet", "icône"),
    fact("A4.1", "first_connection", BOTH, "« Connexion »"),
    fact("A4.2", "first_connection", BOTH, "Renseignez les informations demandées"),
    fact("A4.3", "first_connection", BOTH, "Choisissez votre propre mot de passe"),
    fact("A4.4", "first_connection", BOTH, "Acceptez les règles d'usage"),
    fact("A4.5", "first_connection", BOTH, "Acceptez les conditions d'utilisation"),
    fact("A5", "first_connection", (LANDLORD, UNKNOWN), "deux courriels", "deux courriers"),
    fact("A6", "first_connection", (ORGANISATION, UNKNOWN), "deux courriers"),
    fact("A7", "several_departements", (LANDLORD,), "un compte pour chaque département", "adresse courriel différente"),
    fact("A7", "several_departements", (LANDLORD,), "son propre identifiant", "son propre mot de passe"),
    fact("A7", "several_departements", (UNKNOWN,), "un compte par département", "adresse courriel différente"),
    fact("A8", "several_departements", (ORGANISATION, UNKNOWN), "un compte unique", "conventionnés", "privés"),
    fact("A9", "replace_administrator", BOTH, "la première personne qui s"),
    fact("A9", "first_connection", (ORGANISATION, UNKNOWN), "la première personne", "administrateur"),
    fact("A9", "replace_administrator", (ORGANISATION,), "donne l'accès aux nouveaux utilisateurs", "habilitations"),
    fact(
        "B1", "lost_login", BOTH, "« Identifiant perdu »", "N° utilisateur", "votre identifiant et votre mot de passe"
    ),
    fact("B1", "lost_login", BOTH, "par courrier ou par courriel"),
    fact("B2", "forgotten_password", BOTH, "« Mot de passe oublié »", "adresse courriel", "mot de passe provisoire"),
    fact("B2", "forgotten_password", BOTH, "refusé"),
    fact("B3", "forgotten_password", BOTH, "jamais connecté", "par courrier, cliquez sur « Identifiant perdu »"),
    fact("B3", "lost_login", BOTH, "jamais connecté", "par courrier, même s'il ne vous manque que le mot de passe"),
    fact("B3, not covered", "lost_login", (LANDLORD, UNKNOWN), "par courriel", "tranche", "conseiller"),
    fact("C1", "find_user_number", BOTH, "envoyé en juillet pour la déclaration de loyer", "quittances", "courrier"),
    fact("C2", "find_user_number", BOTH, "14 caractères"),
    fact("C2", "find_user_number", (ORGANISATION, UNKNOWN), "359 00007090001", "sans les espaces"),
    fact("C3", "find_user_number", (ORGANISATION, UNKNOWN), "« A123456 »", "ne convient pas"),
    fact("C4", "find_user_number", (ORGANISATION,), "« Aides au logement : loyer étudiant »", "pas la quittance"),
    fact("three numbers", "find_user_number", BOTH, "identifiant", "ni un numéro d'allocataire"),
    fact("D1", "email_safety", BOTH, "Ne cliquez pas sur les liens", "frauduleux", "dans votre navigateur"),
    fact("D2", "email_safety", (ORGANISATION, UNKNOWN), "caf.fr/partenaires", "partenaires.caf.fr"),
    fact("E1", "how_to_declare", BOTH, "menu « Déclarer un loyer »"),
    fact("E2, E3", "how_to_declare", BOTH, "La liste", "l'état de chaque déclaration"),
    fact("E4", "how_to_declare", BOTH, "Cliquez sur une ligne"),
    fact("E7", "how_to_declare", BOTH, "confirmez ou modifiez la situation", "Saisissez le loyer de juillet"),
    fact("E8", "how_to_declare", BOTH, "écran de synthèse"),
    fact("E9", "how_to_declare", BOTH, "« Valider »", "rien n'est transmis à la Caf avant"),
    fact("E5", "why_declare", BOTH, "haque année", "loyer de juillet"),
    fact("E6", "why_declare", BOTH, "à jour"),
    fact("E11", "why_declare", BOTH, "indispensables", "continuer à verser l'aide au logement"),
    fact("E10", "keep_recap", BOTH, "PDF", "en l'enregistrant ou en l'imprimant"),
    fact("F1", "create_user", (ORGANISATION,), "groupes d'habilitations", "selon le type de logements et la zone"),
    fact("F2", "create_user", (ORGANISATION, UNKNOWN), "« Gestion des habilitations »", "« Mes utilisateurs »"),
    fact("F3", "create_user", (ORGANISATION, UNKNOWN), "« Créer un utilisateur »"),
    fact("F4", "create_user", (ORGANISATION, UNKNOWN), "groupes d'habilitations", "« Valider »"),
    fact("F5", "create_user", (ORGANISATION,), "obligatoires", "Dates", "téléphone", "sédentaire", "itinérant"),
    fact("F6", "create_user", (ORGANISATION, UNKNOWN), "aussitôt par courriel", "mot de passe provisoire"),
    fact("F7", "replace_administrator", (ORGANISATION, UNKNOWN), "déléguer", "responsables d'habilitation"),
    fact("F8", "replace_administrator", BOTH, "à titre exceptionnel", "la Caf"),
    fact("F9", "create_user", (ORGANISATION,), "« Guide d'habilitation Partenaires »", "Espace Partenaires"),
    fact("F9", "create_user", (ORGANISATION,), "« Accueil Mon Compte Partenaire »"),
    fact("E9", "correct_after_validation", BOTH, "rien n'est transmis"),
]


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact.name}-{fact.topic}")
def test_a_fact_of_the_guides_is_answered(fact: Fact) -> None:
    for profile in fact.profiles:
        text = answer(fact.topic, profile)
        assert [word for word in fact.words if word not in text] == [], (profile, text)


def test_no_fact_is_forgotten() -> None:
    numbers = {"A": 9, "B": 3, "C": 4, "D": 2, "E": 11, "F": 9}
    expected = {f"{letter}{number}" for letter, last in numbers.items() for number in range(1, last + 1)}
    named = {part.split(".")[0].strip() for one in FACTS for part in one.name.split(",")}
    assert expected - named == set()
