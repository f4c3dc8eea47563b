"""Brings French text to a common form, so that two ways of typing the same thing compare equal."""

import re
import unicodedata

# What keyboards, phones and word processors put in the place of ' and -.
_ORDINARY = dict.fromkeys(map(ord, "’‘‛ʼʹ′`´＇"), "'") | dict.fromkeys(map(ord, "‐‑‒–—―−﹣－"), "-")
_LETTERS = {ord("œ"): "oe", ord("æ"): "ae", ord("ø"): "o", ord("đ"): "d", ord("ł"): "l"}
_SPACES = re.compile(r"\s+")
_LINE_BREAKS = re.compile("\r\n|[\r\v\f\x85\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}]")
_KEPT = "\n\t\N{ZERO WIDTH JOINER}"
"""Of the characters that show nothing: line breaks, tabs, and what holds an emoji together."""


def clean(text: str) -> str:
    """Remove what shows nothing: control characters, direction overrides, zero-width characters, lone surrogates."""
    text = _LINE_BREAKS.sub("\n", text)
    return "".join(
        char for char in text if char in _KEPT or unicodedata.category(char) not in ("Cc", "Cf", "Cs")
    ).strip()


def plain(text: str) -> str:
    """Return `text` with ordinary spaces, apostrophes, dashes and digits, and no invisible character.

    Case and accents stay. Compatibility forms (full-width letters, ligatures) and the digits of other scripts
    become the usual characters. Superscripts and fractions stay as they are: the key of « ² » stands beside that
    of « 1 », and « ²650 » must not become 2650.
    """
    usual = "".join(_usual(char) for char in text.translate(_ORDINARY))
    visible = "".join(char for char in usual if unicodedata.category(char)[0] != "C")
    return _SPACES.sub(" ", unicodedata.normalize("NFC", visible)).strip()


def fold(text: str) -> str:
    """Return `text` for comparison: as `plain`, and lower case without accents. Folding twice changes nothing.

    >>> fold("  L’Haÿ-les-Roses, ŒUVRE ")
    "l'hay-les-roses, oeuvre"
    """
    lowered = unicodedata.normalize("NFD", plain(text).casefold())
    bare = "".join(char for char in lowered if unicodedata.category(char)[0] != "M")
    return _SPACES.sub(" ", bare.translate(_LETTERS)).strip()


def _usual(char: str) -> str:
    if char.isspace():
        return " "
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    return char if char.isnumeric() else unicodedata.normalize("NFKC", char).translate(_ORDINARY)
