"""Reads what a request needs, the N° utilisateur or the email address, in what somebody types."""

from __future__ import annotations

import re

from offre_bailleurs.french.text import fold, plain
from offre_bailleurs.user_number import TypedNumber, Verdict

PASSWORD_MASKED = "[mot de passe masqué]"  # noqa: S105 - the words that replace one
"""What the channel puts in the place of a password (bot/privacy/)."""
_MASKED = re.compile(r"\[[^\]\n]* masqué\]")

_SHORTEST = 5
"""Characters: less is a year, a day or a département."""
_PIECE = r"[^\W_]*\d[^\W_]*"
_NUMBER = re.compile(rf"{_PIECE}(?:[ .\-/_]{{1,3}}{_PIECE})*")
_SIGN = re.compile(r"N[O°]?(?=[0-9])")
"""«n°359…», «no 359…» typed in one piece."""

_ADDRESS = re.compile(r"[^\s<>()\[\]\"«»,;:]*@[^\s<>()\[\]\"«»,;:]*")
_SPACED_AT = re.compile(r" ?@ ?")
_AROUND = ".'!?*"

_NOT_AT_HAND = re.compile(
    r"\b(ai|nai|trouve|retrouve|connais|sais|vois|possede|souviens|rappelle)\b( \w+){0,2} (pas|plus|jamais|aucun)\b"
    r"|^(aucune idee|je l'ai (perdu|jete|egare))|\b(quel numero|c'est quoi|c'est ou|introuvable)\b"
)
_ADDRESS_GONE = re.compile(
    r"\b(plus|pas|jamais|aucune?|sans|change[ers]?|perdue?|nouvelle|ancienne|fermee?|supprimee?|cloturee?|resiliee?)\b"
)
_ADDRESS_NEW = re.compile(r"\b((ai|utilise|existe|marche) plus|change[ers]?|nouvelle|desormais|maintenant)\b")
_LOST_FOR_WORDS = re.compile(r"\b(compris|comprends|comprend|envie|recue?s?)\b")
_NAMES_ADDRESS = re.compile(r"\b(adresses?|e-?mails?|mails?|courriels?|boite|messagerie)\b")
_DECLINED = re.compile(
    r"^(non|nan|nn)( non)?( merci| pas la peine| ca ira| c'est bon)?$|\bpas la peine\b|\bsans facon\b"
    r"|\b(prefere|plutot|mieux)\b.{0,40}\b(page|site|moi[- ]meme|seule?|ecran|internet|formulaire|lien)\b"
    r"|\b(vais|veux|peux|aller|passer|fais|ferai) (le |la |y |me )?(faire |aller |passer )?(par |sur |via )?(la |le )?"
    r"(page|site|moi[- ]meme|debrouiller)\b|\bje (me debrouille|m'en occupe)\b|\bveux (pas|plus)\b"
)


def read_user_number(text: str) -> TypedNumber | None:
    """The N° utilisateur that a text holds, or what comes nearest to one; None when there is no number in it.

    Any number of the right length is preferred, whatever else is written; else the longest counts. A number may have
    letters (the guides never say "digits only"), but at least one digit.
    """
    found: list[TypedNumber] = []
    said = _ADDRESS.sub(" ", _SPACED_AT.sub("@", plain(_MASKED.sub(" ", text))))
    for match in _NUMBER.finditer(said.upper()):
        pieces = re.split(r"[ .\-/_]+", match[0])
        found += [_number("".join(pieces)), *map(_number, pieces)]
    long_enough = [number for number in found if len(number.characters) >= _SHORTEST]
    right = (number for number in long_enough if number.verdict is Verdict.RIGHT_LENGTH)
    known = (number for number in long_enough if number.verdict in (Verdict.SPECIMEN, Verdict.SPECIMEN_OF_EMAIL))
    longest = max(long_enough, key=lambda number: len(number.characters), default=None)
    return next(right, None) or next(known, None) or longest


def read_addresses(text: str) -> list[str]:
    """What looks like an email address in a text, right or wrong, less the punctuation around it; each once."""
    found = _ADDRESS.findall(_SPACED_AT.sub("@", plain(text)))
    return list(dict.fromkeys(address.strip(_AROUND).lower() for address in found))


def is_masked(text: str) -> bool:
    """Something in the text was masked by the channel."""
    return _MASKED.search(text) is not None


def password_was_masked(text: str) -> bool:
    """What was masked is a password."""
    return PASSWORD_MASKED in text


def has_no_number(text: str) -> bool:
    """«Je ne l'ai pas sous la main», in a reply that holds no number."""
    said = fold(text)
    return _NOT_AT_HAND.search(said) is not None and _LOST_FOR_WORDS.search(said) is None


def has_no_address(text: str) -> bool:
    """«Je n'ai plus cette adresse», in a reply that holds no address."""
    said = fold(text)
    return _ADDRESS_GONE.search(said) is not None and _LOST_FOR_WORDS.search(said) is None


def says_address_is_gone(text: str) -> bool:
    """The same, in so many words: whatever else the reply looks like."""
    return has_no_address(text) and _NAMES_ADDRESS.search(fold(text)) is not None


def has_another_address(text: str) -> bool:
    """«Je n'ai plus cette adresse, la nouvelle est…», in a reply that holds an address."""
    return _ADDRESS_NEW.search(fold(text)) is not None


def declines(text: str) -> bool:
    """«Non merci», «je préfère la page»."""
    return _DECLINED.search(fold(text).strip(" .,;!")) is not None


def _number(typed: str) -> TypedNumber:
    number = TypedNumber.of(typed)
    unsigned = TypedNumber.of(_SIGN.sub("", number.characters, count=1))
    return unsigned if _SIGN.match(number.characters) and unsigned.verdict is Verdict.RIGHT_LENGTH else number
