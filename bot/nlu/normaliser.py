"""Brings a French message, as people type it, to the form that the intent classifier learns from.

"Bonjour, g perdu mon mdp svp" and "j'ai perdu mon mot de passe" should look alike, and so should "650 €" and
"six cent cinquante euros". The result is for the classifier only: nobody reads it and no value is taken from it.
"""

from __future__ import annotations

import re
import unicodedata

from bot.nlu.spellings import ELSEWHERE, SPELLINGS

_APOSTROPHES = str.maketrans(dict.fromkeys("’‘‛ʼʹ′`´＇", "'"))
_SIGNS = str.maketrans(
    {"œ": "oe", "æ": "ae", "€": " euros ", "?": " qmark ", "+": " plus ", "👍": " ok ", "👎": " non "}
)
_TOKEN = re.compile(r"[0-9a-z]+'?")
_REPEATED = re.compile(r"([a-z])\1+")


def _squeeze(text: str) -> str:
    """Write each doubled or repeated letter once: "adrresse", "adresse" and "adrese" become one word."""
    return _REPEATED.sub(r"\1", text)


# Values: their shape tells the intent, the value itself does not.
_DIGIT = r"deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize"
_TENS = r"vingts?|trente|quarante|cinquante|soixante|septante|huitante|octante|nonante"
_NUMBER_WORD = rf"(?:{_DIGIT}|{_TENS}|cents?|mille)"
_SPELLED = re.compile(rf"\b{_NUMBER_WORD}(?:(?:\s+et\s+|\s+|-){_NUMBER_WORD})*\b")
_HUNDREDS = re.compile(r"cent|mille")
_MONTH = (
    r"(?:janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
    r"|janv|fevr?|avr|juil|sept|oct|nov|dec)"
)
_CURRENCY = r"(?:euros?|eur|e)\b(?:\s*\d{1,2}\b)?"
_SHAPES = tuple(
    (re.compile(pattern), f" {shape} ")
    for pattern, shape in (
        (r"(?<!\d)\d(?:\s?\d){13}(?!\d)", "0usernumber"),
        (r"\b[a-z]\d{6}\b", "0shortnumber"),
        (r"(?<!\d)\d{1,2}\s?[/-]\s?\d{1,2}(?:\s?[/-]\s?\d{2,4})?(?!\d)", "0date"),
        (r"(?<!\d)\d{1,2}\.\d{1,2}\.\d{2,4}(?!\d)", "0date"),
        (rf"(?<!\d)(?:\d{{1,2}}|1\s?er|premier)\s+{_MONTH}\b(?:\s+\d{{4}}\b)?", "0date"),
        (rf"(?<!\d)\d{{1,3}}(?:[ .]\d{{3}})+(?:[.,]\d+)?\s*{_CURRENCY}", "0amount"),
        (rf"\d+(?:[.,]\d+)?\s*{_CURRENCY}", "0amount"),
        (r"(?<!\d)\d{1,3}(?:[ .]\d{3})+(?:[.,]\d{1,2})?(?!\d)", "0amount"),
        (r"\d+[.,]\d{1,2}(?!\d)", "0amount"),
        (r"(?<!\d)(?:19|20)\d{2}(?!\d)", "0year"),
        (r"(?<!\d)\d{5}(?!\d)", "0postcode"),
        (r"(?<!\d)\d{3,4}(?!\d)", "0hundreds"),
        (r"(?<!\d)\d{1,2}(?!\d)", "0number"),
        (r"\d{6,}", "0digits"),
    )
)
# July stays itself: "le loyer de juillet" is the campaign, any other month is only a date.
_JULY = re.compile(r"\bjuil\b")
_OTHER_MONTH = re.compile(rf"\b(?!juil(?:let)?\b){_MONTH}\b")

_MEANINGS = {short: _squeeze(full).split() for short, full in SPELLINGS.items()}
_MEANINGS |= {name: ["0elsewhere"] for name in ELSEWHERE}
# "apart" is "appart"; but "cc" (coucou) must not become "c" (c'est).
_EXPANSIONS = {_squeeze(short): meaning for short, meaning in _MEANINGS.items() if len(_squeeze(short)) > 2} | _MEANINGS

_SPOKEN_FIGURES = {"r1": "rien", "b1": "bien", "bi1": "bien", "2m1": "demain", "qq1": "quelqu un", "kelk1": "quelqu un"}
_SPOKEN_FIGURE = re.compile(rf"\b(?:{'|'.join(_SPOKEN_FIGURES)})\b")
_POLITE_PHRASE = re.compile(r"\bs'?\s?il\s(?:vous|te|vs)\splai[ts]\b")
_GREETINGS = frozenset(map(_squeeze, ["bonjour", "bonsoir", "salut", "hello", "coucou"]))
_TITLES = frozenset(["madame", "monsieur"])
_CLOSINGS = frozenset(
    map(_squeeze, ["merci", "svp", "cordialement", "par", "d", "avance", "bonne", "journee", "soiree", "a", "vous"])
)
_MEANINGFUL_WORDS = 2
"""Courtesies stay unless this many other words remain: "bonjour madame" is a greeting."""


def normalise(text: str) -> str:
    """Return `text` as space-separated tokens: lower case, no accents, values replaced by their shape.

    Tokens of values begin with "0", which no word does. Returns "" when there was nothing but punctuation.

    >>> normalise("Bonjour, g perdu mon MDP svp")
    'j ai perdu mon mot de pase'
    >>> normalise("le loyer est de 720,50 €") == normalise("le loyer est de six cent cinquante euros")
    True
    """
    plain = _POLITE_PHRASE.sub("svp", _without_accents(text))
    plain = _SPOKEN_FIGURE.sub(lambda spoken: _SPOKEN_FIGURES[spoken.group()], plain)
    shaped = _SPELLED.sub(lambda number: "999" if _HUNDREDS.search(number.group()) else "9", plain)
    for pattern, shape in _SHAPES:
        shaped = pattern.sub(shape, shaped)
    shaped = _OTHER_MONTH.sub("0month", _JULY.sub("juillet", shaped))
    words = [word for token in _TOKEN.findall(shaped) for word in _expanded(token)]
    unrepeated = [word for word, before in zip(words, ["", *words], strict=False) if word != before]
    return " ".join(_without_courtesies(unrepeated))


def _expanded(token: str) -> list[str]:
    """The words that a token stands for. What an apostrophe cuts is no abbreviation: "m'aider" is no "monsieur"."""
    if token[0] == "0":
        return [token]
    bare = token.removesuffix("'")
    word = _squeeze(bare)
    if bare != token:
        return [word]
    return _EXPANSIONS.get(bare) or _EXPANSIONS.get(word) or [word]


def _without_accents(text: str) -> str:
    # NFKC first: it makes full-width digits and no-break spaces ordinary.
    lowered = unicodedata.normalize("NFKC", text).lower().translate(_APOSTROPHES).translate(_SIGNS)
    decomposed = unicodedata.normalize("NFD", lowered)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _without_courtesies(tokens: list[str]) -> list[str]:
    """Drop the greeting before a message and the thanks after it: a greeted question is a question."""
    start, end = 0, len(tokens)
    while start < end and (tokens[start] in _GREETINGS or (start > 0 and tokens[start] in _TITLES)):
        start += 1
    while end > start and tokens[end - 1] in _CLOSINGS:
        end -= 1
    return tokens[start:end] if end - start >= _MEANINGFUL_WORDS else tokens
