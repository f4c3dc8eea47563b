"""Reads the few replies of the message's form that are not the message itself."""

from __future__ import annotations

import re

from offre_bailleurs.french.text import fold

_POLITE = r"(?: (?:svp|stp|merci|s'il vous plait|s'il te plait|finalement|tout|ca|le message|mon message|ce message))*"
_LEAVES = re.compile(
    r"(?:(?:non|bon|ok|en fait|finalement) )?"
    r"(?:annule[rz]?|annulation|j'annule|on annule|laisse[rz]? tomber|on laisse tomber|je laisse tomber|tant pis"
    r"|abandonne[rz]?|j'abandonne|stop|quitte[rz]?|arrete[rz]?|j'arrete|on arrete|non merci|sans facon|plus tard"
    r"|pas de message|je ne veux (?:pas|plus) (?:laisser|envoyer)(?: de| un)? message)" + _POLITE
)
_YES = frozenset(
    """oui ouais ok okay d'accord parfait bon vas-y allez-y go envoie envoies envoyer envoyez envoi l'envoie valide
    valider validez confirme confirmer confirmez""".split()  # noqa: SIM905 - words to read, not a list to parse
)
_AROUND_YES = frozenset(
    """je tu vous on peux peut pouvez le ce mon message c'est tres bien tout svp stp merci s'il te plait""".split()  # noqa: SIM905
)
_OWN_ADDRESS = re.compile(
    r"\b(?:celle|(?:a )?l'adresse|l'adresse (?:mail|courriel)|le mail|mail) (?:de|du|sur|liee? a) (?:mon |ce )?compte\b"
    r"|\b(?:mon adresse habituelle|la mienne|celle que vous avez|que vous connaissez)\b"
)
_NOT = re.compile(r"\b(?:pas|plus|sauf|ni|aucune?)\b")
_MINE = re.compile(
    r"(?:(?:oui|ok|d'accord|bah|ben|bien sur) )?"
    r"(?:(?:vous avez|c'est|prenez|utilisez|gardez|mettez|repondez|envoyez) )?"
    r"(?:(?:a|sur|avec|par|pour|moi|la|le|donc) )*"
    r"(?:(?:mon|ma) (?:adresse|boite|messagerie)(?: (?:mail|e-?mail|courriel|electronique|de courriel))?"
    r"|mon (?:mail|e-?mail|courriel|mel)|(?:la|le) mien(?:ne)?|celle-(?:la|ci)|celle du compte|mon compte)"
    r"(?: (?:habituelle?|perso|personnelle?|du compte|de mon compte|svp|stp|merci|s'il vous plait|bien sur))*"
)
_NAMES_ADDRESS = re.compile(r"\b(?:adresses?|e-?mails?|mails?|courriels?|mel)\b")


def leaves(text: str) -> bool:
    """«Annuler», «laisse tomber»: those words and no others, for any other text may be the message."""
    return _LEAVES.fullmatch(_plain(text)) is not None


def declines(text: str) -> bool:
    """«Non», alone, to somebody who asks for a message."""
    return _plain(text) in ("non", "nan", "nn")


def sends(text: str) -> bool:
    """«Oui», «envoyer», «ok envoie»; not «n'envoie pas»."""
    words = set(_plain(text).split())
    return bool(words & _YES) and words <= _YES | _AROUND_YES


def means_own_address(text: str) -> bool:
    """«Celle de mon compte»; not «surtout pas celle de mon compte»."""
    words = fold(text)
    return _OWN_ADDRESS.search(words) is not None and _NOT.search(words) is None


def answers_own_address(text: str) -> bool:
    """«Mon adresse», «oui, la mienne», to somebody who asks for an address: those words and no others."""
    return _MINE.fullmatch(_plain(text)) is not None


def names_address(text: str) -> bool:
    """«Changer l'adresse»: of what the summary shows, the address."""
    return _NAMES_ADDRESS.search(fold(text)) is not None


def has_words(text: str) -> bool:
    """Something that an adviser could answer: a letter or a figure."""
    return re.search(r"[^\W_]", text) is not None


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[\w'-]+", fold(text)))
