"""Passwords in a text, known by the words around them.

« Mon mot de passe est refusé » is a question, not a password. So what follows « mot de passe » counts as one when it
looks like one (letters and digits, inner capitals, symbols), and a plain word only where one is plainly given
(« mon mot de passe est soleil », « mdp : soleil ») and the word is none of those with which one speaks of a password.
"""

from __future__ import annotations

import re
from typing import Final

_NAME = r"""\b(?:
    mots?\s+de\s+pass(?:e|es)? | m\.?d\.?p\b\.? | password | passwd | pwd | pass(?=\s*[:=])
    | code\s+(?:secret|confidentiel|pin)
)(?:\s+(?:provisoire|temporaire|actuel|personnel|secret))?"""
_HOW_IT_CAME = r"""(?:[\s'’]+(?:
    que|qu|j|ai|m|a|on|vous|avez|ont|la|caf|par|un|le|courrier|courriel|e-?mail|mail|lettre|sms
    |reçu|recu|envoyé|envoye|donné|donne|choisi|créé|cree|de|du|mon|compte|l|espace|partenaires?
)\b){0,9}?"""
_IS = (
    r"\s*(?:,?\s*c['’]\s*est|\b(?:est|était|etait|sera))\b(?!-)"
    r"(?:\s+(?:le\s+suivant|égal\s+à|toujours|bien|le)\b)?\s*:?\s*"
)
_SIGN = r"\s*(?:[:=]|=>|->|→)\s*"
_VALUE = r"""(?P<secret> «[^»\n]{1,80}» | "[^"\n]{1,80}" | “[^”\n]{1,80}” | (?![\[«"“])\S+ )"""

PASSWORDS: Final = tuple(
    re.compile(form, re.IGNORECASE | re.VERBOSE)
    for form in (
        r"(?P<given>(?<![\w-]))(?P<secret>[A-HJ-NP-Z2-9]{4}(?:-[A-HJ-NP-Z2-9]{4}){3})(?![\w-])",
        r"\A\s*(?P<given>)(?P<secret>(?=\S*[a-z])(?=\S*\d)(?=\S*[!#$%&*_~^])[^\s@]{8,})\s*\Z",
        rf"(?P<given>\b(?:mon|notre|son|leur)\s+{_NAME}(?:{_IS}|{_SIGN})|{_NAME}{_SIGN}){_VALUE}",
        rf"(?P<given>(?!)) | {_NAME}{_HOW_IT_CAME}(?:{_IS}|{_SIGN}){_VALUE}",
        rf"(?P<given>(?!)) | {_NAME}\s+{_VALUE}",
        rf"(?P<given>(?!)) | (?<!\S)(?P<secret>(?!\[)\S+?)\s*(?:,?\s*c['’]\s*est|\best|=)\s+(?:mon|le|notre)\s+{_NAME}",
    )
)
"""A temporary password, as our messages write it; a password that is the whole message, letters, digits and signs;
one plainly given; one that is named, with and without a verb; one that is named after it."""

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_INNER_CAPITAL: Final = re.compile(r"[a-zà-ÿ][A-ZÀ-Ý]")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_USER_NUMBER: Final = re.compile(r"\d{14}")
_DATE: Final = re.compile(r"\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?")
_MEASURE: Final = re.compile(r"\d+(?:er|i?[eè]?re|[eè]me|fois|jours?|heures?|min|mois)", re.IGNORECASE)
_SYMBOL: Final = re.compile(r"[\d!@#$%&*+=?_^~§£€]")
_ENDS_THERE: Final = re.compile(r"\s*(?:$|[.,;:!?)\n]|(?:et|mais)\b)")
_SPEAKS_OF_ONE: Final = re.compile(r"(?:ée?s?|[ai]bles?|valide|expir[ée]|pas|plus|trop)$")
_ORDINARY: Final = frozenset(
    """
    a à active ai après arrive arrivé au aucun aussi autre avec bloque bon bonjour bonsoir ça car ce cela celle celui
    ces cet change changer comment composé confidentiel connu correct court d dans de déjà demande des différent donc
    du elle en encore envoye erreur errone est et être expire facile faux fini fois fort il ils inconnu incorrect j je
    juste l là la le les leur lequel long lors lui ma mais mal mauvais me merci mes moi mon même n ne non nos notre
    nous nul obsolète on ou où oublie oui par parti perdu perime peu plutôt pour pourquoi pris prêt problème provisoire
    qu quand que quel quelle qui quoi reçu refuse rejete sa sans secret ses seul si simple son sous strictement sur svp
    temporaire tes ton tous tout très un une unique urgent venu verrouille vide votre vos vous vrai y
    """.split()  # noqa: SIM905 - words to read, not a list to parse
)


def is_password(match: re.Match[str]) -> bool:
    """Whether what stands where a password would is one."""
    quoted = match["secret"][0] in '«"“'
    given = match["given"] is not None
    secret = match["secret"].strip("«»\"“”()[]' \u00a0\u202f.,;:!?…")
    if not _WORD.fullmatch(secret):
        return len(secret) > 2 if given else _looks_like_one(secret)
    if _INNER_CAPITAL.search(secret):
        return True
    word = secret.lower()
    stem = re.split(r"['’-]", word)[0]
    ordinary = word in _ORDINARY or stem in _ORDINARY or _SPEAKS_OF_ONE.search(word) is not None
    alone = quoted or _ENDS_THERE.match(match.string, match.end("secret")) is not None
    return given and not ordinary and alone


def _looks_like_one(text: str) -> bool:
    if len(text) < 4 or any(kind.fullmatch(text) for kind in (_EMAIL, _USER_NUMBER, _DATE, _MEASURE)):
        return False
    return _SYMBOL.search(text) is not None
