"""Finds the numbers, sums, days, persons and profiles that a message mentions, and where they stand in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from rapidfuzz.distance import OSA

from bot.nlu.spellings import ELSEWHERE
from offre_bailleurs.french.amounts import Amount, read_amount
from offre_bailleurs.french.dates import Day, read_date
from offre_bailleurs.french.tenant_phrase import Kind, read_phrase
from offre_bailleurs.french.text import fold


@dataclass(frozen=True)
class Mentioned:
    """One thing that a message mentions: `text[start:end]` says it."""

    kind: str
    value: str | int
    start: int
    end: int


_LONGEST = 1000
"""Characters read of a message, so that no message takes long."""

# --- N° utilisateur
_GROUPED = re.compile(
    r"(?<![\w/.,-])(?:[A-Za-z]{1,3})?\d[\dA-Za-z]*(?:[ .\u00a0\u202f-]+\d[\dA-Za-z]*)*(?![\w/]|[.,-]\d)"
)
_ASKED = re.compile(r"(?<!\w)(?:n °|n°|no|num|numero|nr)(?!\w)|utilisateur")
_TELEPHONE = re.compile(r"(?:\+?33|0)[1-9]\d{8}")
_POINTS = re.compile(r"[ .\u00a0\u202f-]+")
_SHORTEST_ASKED, _SHORTEST, _LONGEST_NUMBER = 5, 9, 24
_LETTERED = re.compile(r"[A-Z]{1,3}\d{5,}")
_SUM_AFTER = re.compile(r"\s*(?:€|eur|e\b|k€)", re.IGNORECASE)


def user_numbers(text: str) -> Iterator[Mentioned]:
    """The candidates for a N° utilisateur as typed, right or wrong: "A123456", "359 00007090001", "3590000709".

    The value has no spaces and capital letters. A telephone number, a sum and a day are none.
    """
    asked = _ASKED.search(fold(text[:_LONGEST])) is not None
    for match in _GROUPED.finditer(text[:_LONGEST]):
        value = _POINTS.sub("", match[0]).upper()
        digits = sum(char.isdigit() for char in value)
        shortest = _SHORTEST_ASKED if asked or _LETTERED.fullmatch(value) else _SHORTEST
        if not shortest <= len(value) <= _LONGEST_NUMBER or digits * 2 < len(value):
            continue
        if _TELEPHONE.fullmatch(value) or _SUM_AFTER.match(text, match.end()) or _is_day(match[0]):
            continue
        yield Mentioned("user_number", value, *match.span())


def _is_day(written: str) -> bool:
    return re.fullmatch(r"\d{1,2}[ .-]\d{1,2}[ .-](?:\d\d|(?:19|20)\d\d)|\d{4}-\d\d-\d\d", written) is not None


# --- Sums
_MONEY = re.compile(
    r"€|(?<!\w)(?:e|eur|euros?|balles|loyers?|montants?|sommes?|dettes?|doit|doivent|impayes?|paie|paye|payer|charges?)"
    r"(?!\w)|\d ?e(?!\w)"
)
_ALONE = re.compile(r"[^\w€]*(?:c'est|est|de|non|oui|a|alors|donc|[\d\s.,']|€|euros?)+\W*")


def amounts(text: str) -> Iterator[Mentioned]:
    """The one exact sum of the message, in cents; nothing when there are several or when it is vague."""
    folded = fold(text[:_LONGEST])
    if not (_MONEY.search(folded) or _ALONE.fullmatch(folded)) or _NO_MONEY.search(folded):
        return

    def read(part: str) -> int | None:
        found = read_amount(part)
        return found.cents if isinstance(found, Amount) else None

    for sum_ in _one("amount", text[:_LONGEST], read):
        if not _YEAR.fullmatch(text[sum_.start : sum_.end]):
            yield sum_


_NO_MONEY = re.compile(r"caracteres?|chiffres")
_YEAR = re.compile(r"20[123]\d")


# --- Days
_DAY_WORDS = re.compile(
    r"\d|janv|fev|mars|avr|mai|juin|juil|aout|sept|oct|nov|dec|hier|demain|ujourd|matin|soir|midi|lundi|mardi|mercredi"
    r"|jeudi|vendredi|samedi|dimanche|jours?|semaines?|mois"
)


def days(text: str, today: date) -> Iterator[Mentioned]:
    """The one day of the message, as ISO writes it; nothing when there are several or when it is vague."""
    if not _DAY_WORDS.search(fold(text[:_LONGEST])):
        return

    def read(part: str) -> str | None:
        found = read_date(part, today=today)
        return found.date.isoformat() if isinstance(found, Day) else None

    yield from _one("date", text[:_LONGEST], read)


_Value = TypeVar("_Value", str, int)


def _one(kind: str, text: str, read: Callable[[str], _Value | None]) -> Iterator[Mentioned]:
    """What `read` makes of the text, with the shortest run of words found that reads the same."""
    value = read(text)
    words = [match.span() for match in re.finditer(r"\S*[^\s,;:.!?]", text)]
    if value is None or not words:
        return
    first, last = 0, len(words) - 1
    step = len(words) // 2
    while step:
        while first + step <= last and read(text[words[first + step][0] : words[last][1]]) == value:
            first += step
        while last - step >= first and read(text[words[first][0] : words[last - step][1]]) == value:
            last -= step
        step //= 2
    yield Mentioned(kind, value, words[first][0], words[last][1])


# --- Persons
_CIVILITY = r"(?<![\w'])(?:m\.?|mr|mme|mlle|monsieur|madame|mademoiselle|veuve)\s+"
_POINTS_AT_TENANT = re.compile(
    r"(?:\bpour|\bchez|\blocataire|\b(?:loyers?|locataires?|dossier|brouillon|celle|celui|decla\w*) d(?:e|'))"
    r" ?(?:la |le )?$"
)
_SAME = re.compile(r"\bmm (?=[a-z])")  # « mm loyer »: the same, not several gentlemen
_BARE_NAME = re.compile(r"\s*[^\W\d_][\w'’-]*(?:\s+[^\W\d_][\w'’-]*){1,3}\s*")


def persons(text: str) -> Iterator[Mentioned]:
    """The person whom the message clearly names: « M. Le Goff », « le loyer de Durand », « Camille Durand »."""
    phrase = read_phrase(text[:_LONGEST])
    named = phrase.named
    if named is None and _BARE_NAME.fullmatch(text):
        if all(word.kind is Kind.TELLING for word in phrase.words) and all(part[0].isupper() for part in text.split()):
            yield Mentioned("person", text.strip(), 0, len(text))
        return
    if named is None or _SAME.search(text) or set(fold(named).split()) & ELSEWHERE:
        return
    name = r"[^\w]+".join(map(re.escape, re.findall(r"\w+", named)))
    titled = re.search(_CIVILITY + f"({name})", text, re.IGNORECASE)
    place = titled or re.search(f"({name})", text)
    if place is None:
        return
    street = any(word.in_name and word.in_street for word in phrase.words)
    pointed = _POINTS_AT_TENANT.search(fold(text[: place.start()]) + " ")
    if titled or (not street and (" " in named or pointed)):  # « mon logement de Nantes » names nobody
        yield Mentioned("person", named, *place.span(1))


# --- Profiles
LANDLORD, ORGANISATION = "landlord", "organisation"
_PROFILE_PHRASES = (
    ("bailleur social", ORGANISATION),
    ("bailleurs sociaux", ORGANISATION),
    ("bailleur public", ORGANISATION),
    ("personne morale", ORGANISATION),
    ("administrateur de biens", ORGANISATION),
    ("agent immobilier", ORGANISATION),
    ("bailleur prive", LANDLORD),
    ("bailleur individuel", LANDLORD),
    ("personne physique", LANDLORD),
    ("titre personnel", LANDLORD),
    ("titre prive", LANDLORD),
)
_PROFILE_WORDS = {
    "agence": ORGANISATION,
    "agences": ORGANISATION,
    "organisme": ORGANISATION,
    "organismes": ORGANISATION,
    "hlm": ORGANISATION,
    "oph": ORGANISATION,
    "association": ORGANISATION,
    "entreprise": ORGANISATION,
    "syndic": ORGANISATION,
    "particulier": LANDLORD,
    "particuliere": LANDLORD,
    "particuliers": LANDLORD,
    "proprietaire": LANDLORD,
    "proprietaires": LANDLORD,
    "proprio": LANDLORD,
}
_REFUSED = re.compile(
    r"(?:\bpas|\bni|\bnon|plutot qu[e']|au lieu d[e']) ?(?:(?:comme|chez|pour|un|une|des|de|d'|l'|le|la|les) ?)*$"
)
_SOMEBODY_ELSE = re.compile(r"\bautres? $")
_NOTHING_PARTICULAR = re.compile(r"\b(?:de|en|cas|situation) $")
_ANOTHER_OWNER = re.compile(r"\b(?:mon|notre|ton|votre|le|la|du|au|son|leur|ce) (?:nouveau |ancien )?$")
_FORGIVING = 8
"""Letters from which a word of a profile forgives one slip."""


def profiles(text: str) -> Iterator[Mentioned]:
    """The profiles that the message speaks of, each once: « je suis une agence », « et pour un particulier ? »."""
    folded = fold(text[:_LONGEST])
    seen = set()
    for start, end, profile in _named_profiles(folded):
        before = folded[:start]
        if profile in seen or _REFUSED.search(before) or _SOMEBODY_ELSE.search(before):
            continue
        if folded.startswith("propri", start) and _ANOTHER_OWNER.search(before):
            continue  # « mon propriétaire »: a tenant speaks; « le propriétaire a vendu »: an agency may
        if folded.startswith("particulier", start) and _NOTHING_PARTICULAR.search(before):
            continue
        seen.add(profile)
        same_length = len(folded) == len(text)
        yield Mentioned("profile", profile, start if same_length else 0, end if same_length else len(text))


def _named_profiles(folded: str) -> Iterator[tuple[int, int, str]]:
    for phrase, profile in _PROFILE_PHRASES:
        if (place := folded.find(phrase)) >= 0:
            yield place, place + len(phrase), profile
    for match in re.finditer(r"[a-z]+", folded):
        word = match[0]
        known = _PROFILE_WORDS.get(word)
        if known is None and len(word) >= _FORGIVING:
            near = (each for each in _PROFILE_WORDS if len(each) >= _FORGIVING and OSA.distance(word, each) == 1)
            known = _PROFILE_WORDS.get(next(near, ""))
        if known is not None:
            yield *match.span(), known
