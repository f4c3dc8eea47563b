"""The ways a message gets spoilt between a head and a keyboard, to see what understanding is left.

Independent of what the shipped pipeline trains on (`bot/nlu/noise.py`) and of the spellings that its normaliser knows:
the rules here were written apart, from how people type. The same message is always spoilt the same way.
"""

from __future__ import annotations

import random
import re
import unicodedata
import zlib
from collections.abc import Callable

Corruption = Callable[[str], str]

_ROWS = ("azertyuiop", "qsdfghjklm", "wxcvbn")
_SEED = 20260701


def without_accents(text: str) -> str:
    """« numéro » becomes « numero »."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def capitals(text: str) -> str:
    """The key is stuck."""
    return text.upper()


def glued_punctuation(text: str) -> str:
    """« bonjour, où est-ce ? » becomes « bonjour,où est-ce? »."""
    return re.sub(r"\s*([,;:.!?…«»()/–-])\s*", r"\1", text)


def _neighbours() -> dict[str, str]:
    places = {char: (row, column) for row, keys in enumerate(_ROWS) for column, char in enumerate(keys)}
    return {
        char: "".join(
            other
            for other, (other_row, other_column) in places.items()
            if other != char and abs(row - other_row) <= 1 and abs(column - other_column) <= 1
        )
        for char, (row, column) in places.items()
    }


_NEIGHBOURS = _neighbours()


def typos(rate: float) -> Corruption:
    """Spoil this share of the letters: half become the key beside (AZERTY), the rest is lost, doubled or swapped."""

    def spoil(text: str) -> str:
        dice = random.Random(zlib.crc32(text.encode()) ^ _SEED)  # noqa: S311 - nothing secret
        result: list[str] = []
        position = 0
        while position < len(text):
            char = text[position]
            following = text[position + 1 : position + 2]
            position += 1
            if not char.isalpha() or dice.random() >= rate:
                result.append(char)
                continue
            slip = dice.random()
            if slip < 0.5:
                result.append(_beside(char, dice))
            elif slip < 0.7:
                pass
            elif slip < 0.85 or not following.isalpha():
                result.append(char * 2)
            else:
                result.append(following + char)
                position += 1
        return "".join(result)

    return spoil


def _beside(char: str, dice: random.Random) -> str:
    keys = _NEIGHBOURS.get(without_accents(char).lower())
    if not keys:
        return ""
    key = dice.choice(keys)
    return key.upper() if char.isupper() else key


_SMS_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"(?<![\w']){pattern}(?!\w)"), short)
    for pattern, short in (
        (r"s'il (?:vous|te) plaît", "svp"),
        (r"qu'est[- ]ce qu[e']", "keske "),
        (r"est[- ]ce qu[e']", "esk "),
        (r"mots? de passe", "mdp"),
        (r"rendez[- ]vous", "rdv"),
        (r"tout le monde", "tt le monde"),
        (r"bonjour", "bjr"),
        (r"bonsoir", "bsr"),
        (r"salut", "slt"),
        (r"merci", "mrc"),
        (r"beaucoup", "bcp"),
        (r"pourquoi", "pk"),
        (r"parce qu[e']", "pcq "),
        (r"comment", "cmt"),
        (r"quand", "qd"),
        (r"quelqu'un", "kelk1"),
        (r"quelque chose", "kelke choz"),
        (r"quelle?s?", "kel"),
        (r"quoi", "koi"),
        (r"qui", "ki"),
        (r"que", "ke"),
        (r"c'est", "c"),
        (r"c'était", "ct"),
        (r"j'ai", "g"),
        (r"je n'ai", "g"),
        (r"je suis", "jsui"),
        (r"je ne", "j"),
        (r"je n'", "j "),
        (r"je", "j"),
        (r"ne", ""),
        (r"vous", "vs"),
        (r"nous", "ns"),
        (r"toujours", "tjs"),
        (r"maintenant", "mtn"),
        (r"aujourd'hui", "ojd"),
        (r"même", "mm"),
        (r"avec", "ac"),
        (r"dans", "ds"),
        (r"pour", "pr"),
        (r"plus", "+"),
        (r"moins", "-"),
        (r"tous", "ts"),
        (r"tout", "tt"),
        (r"toute", "tte"),
        (r"faut", "fo"),
        (r"faire", "fer"),
        (r"veux", "ve"),
        (r"peux", "pe"),
        (r"peut", "pe"),
        (r"où", "ou"),
        (r"problème", "pb"),
        (r"numéro", "num"),
        (r"appartement", "apart"),
        (r"locataires?", "loc"),
        (r"déclaration", "decla"),
        (r"rien", "r1"),
        (r"bien", "b1"),
        (r"demain", "2m1"),
        (r"d'accord", "dak"),
        (r"message", "msg"),
        (r"téléphone", "tel"),
        (r"temps", "tps"),
        (r"jamais", "jms"),
        (r"depuis", "dps"),
        (r"combien", "cb"),
    )
)
_SOUNDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"qu(?=[eiéèêao])", "k"),
        (r"eaux?(?!\w)", "o"),
        (r"(?<=\w{2})aux(?!\w)", "o"),
        (r"(?<=\w{3})er(?!\w)", "é"),
        (r"(?<=\w{3})(?:ait|ais|aient)(?!\w)", "é"),
        (r"(?<=\w{3})é?es(?!\w)", "é"),
        (r"ph", "f"),
        (r"(?<=\w{3})[tds](?!\w)", ""),
        (r"(?<=[a-z])'(?=\w)", ""),
    )
)


def sms(text: str) -> str:
    """« pourquoi est-ce que je n'arrive pas à me connecter ? » becomes « pk esk j arrive pa a me connecte »."""
    result = text.lower().replace("’", "'")
    for pattern, short in _SMS_RULES:
        result = pattern.sub(short, result)
    for pattern, sound in _SOUNDS:
        result = pattern.sub(sound, result)
    return re.sub(r"\s+", " ", re.sub(r"[;:!?]|[,.](?!\d)", " ", without_accents(result))).strip()


CORRUPTIONS: dict[str, Corruption] = {
    "accents dropped": without_accents,
    "typos, 3 %": typos(0.03),
    "typos, 6 %": typos(0.06),
    "SMS": sms,
    "capitals": capitals,
    "punctuation glued": glued_punctuation,
}
