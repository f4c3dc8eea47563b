"""Reads what somebody types about the access they have lost."""

from __future__ import annotations

import re

from actions.recover_access.triage import Connected, Missing, Received, Triage
from offre_bailleurs.french.text import fold

_LOGIN = re.compile(r"\b(i[dt]+[ea]nti?\w*|login|id|nom d'utilisateur)\b")
_PASSWORD = re.compile(r"\b(mots? de passes?|mdp|mp|code secret|password|passe)\b")
_BOTH = re.compile(r"\b(les 2|les deux|tous les deux|tout|ni l'un ni l'autre|aucun|mes codes|rien du tout)\b")
_LOST = re.compile(
    r"\b(perdus?|perdre|oublie[rs]?|manquent?|retrouve|connais (pas|plus)|sais (pas|plus)|souviens|ai (pas|plus)"
    r"|ignore|egare[rs]?)\b"
)
_REFUSED = re.compile(
    r"\b(refus\w*|erron\w+|incorrects?|invalides?|rejet\w*|pas reconnus?|errone|faux|fausse|march\w+ (pas|plus)"
    r"|fonctionn\w+ (pas|plus)|ne passent? (pas|plus)|accepte\w* (pas|plus)|mauvais)\b"
)
_OTHER = re.compile(r"\b(autre|page|site|ecran|bloque\w*|verrouill\w*|bug\w*|erreur technique|s'affiche)\b")

_NEVER = re.compile(r"\b(jamais|pas encore|premiere|1 ?ere|1re|nouveau compte)\b")
_NO = re.compile(r"^(non|nan|nn|no)\b")
_ONCE = re.compile(r"\b(oui|ouais|ui|si|deja|souvent|avant|annee derniere|an dernier|l'an passe|hier|chaque annee)\b")
_UNSURE = re.compile(
    r"\b(sais (pas|plus)|sais pu|souviens (pas|plus)|rappelle (pas|plus)|peut[- ]etre|aucune idee|jsp)\b"
)

_LETTER = re.compile(r"\b(courriers?|lettres?|postes?|papiers?|postal\w*|facteur|boite aux lettres|enveloppes?)\b")
_EMAIL = re.compile(r"\b(courriels?|mails?|e-?mails?|mel|internet|messagerie)\b")
_NOTHING = re.compile(r"\b(rien|pas recus?|jamais recus?|aucun|ni l'un)\b")


def read_missing(text: str) -> Missing | None:
    """What is missing: in an answer to the question, each word alone tells."""
    said = fold(text)
    login, password = bool(_LOGIN.search(said)), bool(_PASSWORD.search(said))
    if _REFUSED.search(said):
        return Missing.REFUSED
    if (login and password) or (_BOTH.search(said) and not (login or password)):
        return Missing.BOTH
    if login or password:
        return Missing.LOGIN if login else Missing.PASSWORD
    return Missing.OTHER if _OTHER.search(said) else None


def read_missing_told(text: str) -> Missing | None:
    """What the sentence that opens the journey says is lost or refused: the words alone do not tell yet
    («impossible de me connecter avec mon identifiant»)."""
    said = fold(text)
    names_one = _LOGIN.search(said) or _PASSWORD.search(said)
    if _LOST.search(said) and names_one:
        return read_missing(text)
    return Missing.REFUSED if _REFUSED.search(said) and _PASSWORD.search(said) else None


def read_missing_corrected(text: str) -> Missing | None:
    """What «non en fait c'est mon mot de passe» says is missing."""
    corrected = re.search(r"^(non|nan|en fait|enfin|plutot)\b.*\b(c'est|mon|le|l'|mes)", fold(text))
    missing = read_missing(text) if corrected else None
    return missing if missing in (Missing.LOGIN, Missing.PASSWORD, Missing.BOTH) else None


def read_connected(text: str) -> Connected | None:
    """Whether there was a sign-in before."""
    said = fold(text)
    if _UNSURE.search(said):
        return Connected.UNKNOWN
    if _NEVER.search(said) or _NO.search(said):
        return Connected.NEVER
    return Connected.ONCE if _ONCE.search(said) else None


def read_connected_told(text: str) -> Connected | None:
    """Whether the sentence that opens the journey says that there was a sign-in, or that there never was one."""
    said = fold(text)
    never = r"\b(jamais (pu |reussi a )?(me |se |m'y |etre )?connect\w*|premiere connexion|premiere fois)\b"
    if re.search(never, said):
        return Connected.NEVER
    once = re.search(
        r"\b(me suis (bien )?deja connect\w*|(etait?|suis|sommes) deja connect\w*|deja connecte\w*"
        r"|me suis connect\w* (l'an|l'annee|avant|hier|en|il y a)|marchait|fonctionnait)\b",
        said,
    )
    return Connected.ONCE if once else None


def triage_told(text: str) -> Triage:
    """What the sentence that opens the journey tells, all at once."""
    return Triage(read_missing_told(text), read_connected_told(text), read_received_told(text))


def read_received(text: str) -> Received | None:
    """How login and password came; None when both ways are named."""
    said = fold(text)
    if _UNSURE.search(said):
        return Received.UNKNOWN
    if _NOTHING.search(said):
        return Received.NOT_YET
    letter, email = bool(_LETTER.search(said)), bool(_EMAIL.search(said))
    if letter == email:
        return None
    return Received.BY_LETTER if letter else Received.BY_EMAIL


def read_received_told(text: str) -> Received | None:
    """How the codes came, when the sentence that opens the journey tells it («reçus par courrier»)."""
    if not re.search(r"\b(recue?s?|envoye\w*)\b", fold(text)):
        return None
    told = read_received(text)
    return told if told in (Received.BY_LETTER, Received.BY_EMAIL) else None
