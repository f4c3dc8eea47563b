"""Spoils examples as keyboards and hurry do, so that the intent model learns from both spellings.

Only the training uses it. Deterministic: the same example gives the same copies on every machine.
"""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Iterator

_KEYS = {
    "a": "zq", "b": "vn", "c": "xv", "d": "sfe", "e": "zrd", "f": "dgr", "g": "fht", "h": "gjy", "i": "uok",
    "j": "hku", "k": "jli", "l": "kmo", "m": "lp", "n": "bh", "o": "ipl", "p": "om", "q": "asw", "r": "etf",
    "s": "qdz", "t": "ryg", "u": "yij", "v": "cb", "w": "xq", "x": "wcs", "y": "tuh", "z": "aes",
}  # fmt: skip
"""AZERTY: what lies beside each key."""

_LIGHT, _HEAVY = 0.04, 0.08
"""Shares of the letters that are spoilt."""

_SHORTCUTS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), short)
    for pattern, short in (
        (r"qu", "k"),
        (r"\b(n|j|d|l|m|s|t|c)['’]", r"\1"),
        (r"\bne ", ""),
        (r"\bn['’]", ""),
        (r"\b(j)e\b", r"\1"),
        (r"\b(v)ou(s)\b", r"\1\2"),
        (r"(?<=\w\w\w)e?s\b", ""),
        (r"(?<=\w\w)[éè]e?s?\b", "er"),
        (r"(?<=\w\w\w)er\b", "é"),
        (r"(?<=\w\w\w)(?:ai[st]|aient)\b", "é"),
        (r"(?<=\w\w\w)[tdxe]\b", ""),
        (r"eau", "o"),
        (r"ph", "f"),
        (r"([bcdfglmnprst])\1", r"\1"),
        (r"tion\b", "sion"),
        (r"\b(pas?)s?\b", "pa"),
        (r"\bpour\b", "pr"),
        (r"\bdans\b", "ds"),
        (r"\bavec\b", "avc"),
        (r"\btoujours\b", "tjrs"),
        (r"-", " "),
    )
)
_TAKEN = 0.6
"""How often a shortcut is taken where it could be."""


def spoilt(text: str, copies: int) -> Iterator[str]:
    """`copies` spellings of `text`: with few slips of the keys, with shortcuts, with many slips, in turns."""
    first = zlib.crc32(text.encode())
    for number in range(first, first + copies):
        dice = random.Random(number)  # noqa: S311 - nothing secret
        match number % 3:
            case 0:
                yield _with_slips(text, _LIGHT, dice)
            case 1:
                yield _with_slips(_with_shortcuts(text, dice), _LIGHT / 2, dice)
            case _:
                yield _with_slips(text, _HEAVY, dice)


def _with_slips(text: str, rate: float, dice: random.Random) -> str:
    chars = list(text)
    for position, char in enumerate(text):
        if not char.isalpha() or dice.random() >= rate:
            continue
        match dice.randrange(5):
            case 0:
                chars[position] = ""
            case 1:
                chars[position] = char * 2
            case 2 if position and chars[position - 1].isalpha():
                chars[position - 1], chars[position] = char, chars[position - 1]
            case _:
                chars[position] = dice.choice(_KEYS.get(char.lower(), char))
    return "".join(chars)


def _with_shortcuts(text: str, dice: random.Random) -> str:
    result = text.lower()
    for pattern, short in _SHORTCUTS:
        if dice.random() < _TAKEN:
            result = pattern.sub(short, result)
    return result


def are_neighbours(one: str, other: str) -> bool:
    """Whether two letters lie side by side on the keyboard."""
    return other in _KEYS.get(one, "")
