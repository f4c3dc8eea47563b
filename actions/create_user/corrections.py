"""Reads a reply that goes back to a field already given: « non, son mail c'est … », « modifier le téléphone »."""

from __future__ import annotations

import re

from actions.create_user.case import Case
from actions.create_user.draft import Field
from actions.create_user.names import read_first_name, read_names
from actions.create_user.replies import (
    AT,
    PHONE,
    is_nothing,
    named_groups,
    read_answer,
    read_working_mode,
    say_refusal,
)
from actions.exchange import Exchange
from actions.form import Reading
from offre_bailleurs.contacts import Refused
from offre_bailleurs.french.text import fold, plain

_FIELD_WORDS = (
    (Field.EMAIL, re.compile(r"\b(?:adresses?(?: mail| e-?mail| courriel)?|(?:e-?)?mails?|courriel|mel)\b")),
    (Field.PHONE, re.compile(r"\b(?:tel|telephone|numero|portable)\b")),
    (Field.OPENS_ON, re.compile(r"\b(?:ouvertures?|ouvre|ouvrir|debut|commence|arrive)\b")),
    (Field.CLOSES_ON, re.compile(r"\b(?:clotures?|cloturer|fermeture|fin|finit|ferme|jusqu'au)\b")),
    (Field.WORKING_MODE, re.compile(r"\b(?:poste|sedentaire|itinerante?)\b")),
    (Field.GROUPS, re.compile(r"\b(?:groupes?|habilitations?)\b")),
    (Field.FIRST_NAME, re.compile(r"\bprenoms?\b")),
    (Field.LAST_NAME, re.compile(r"\bnoms?\b|\bs'appelle\b")),
)
_CORRECTS = re.compile(
    r"^(non|nan|pardon|en fait|plutot|erreur|finalement|ah|euh|oups|je me suis tromp\w*|je voulais dire|corrige\w*"
    r"|modifie\w*|change\w*|remplace\w*|attend\w*)\b"
)


def field_named(text: str) -> Field | None:
    """The field that a reply speaks of: « son mail », « la date de clôture »."""
    said = fold(text)
    return next((field for field, words in _FIELD_WORDS if words.search(said)), None)


def corrects(text: str) -> bool:
    """« Non, … », « en fait … »: the reply goes back to something."""
    said = fold(text).strip(" .!,;")
    start = _CORRECTS.match(said)
    return start is not None and start.end() < len(said) and not is_nothing(text)


def read_correction(exchange: Exchange, case: Case) -> Reading:
    """« Non, son mail c'est … »: another value for a field, or the field alone, which is then asked again."""
    field = Field.EMAIL if AT.search(exchange.text) else field_named(exchange.text)
    if field is None and PHONE.search(plain(exchange.text)):
        field = Field.PHONE
    if field is None and read_working_mode(exchange.text) is not None:
        field = Field.WORKING_MODE
    if field is None:
        return Reading.NOT_UNDERSTOOD
    reading = _read_value(exchange, case, field)
    if reading is Reading.NOT_UNDERSTOOD:
        case.draft = case.draft.ask_again(field)
        return Reading.UNDERSTOOD
    return reading


def _read_value(exchange: Exchange, case: Case, field: Field) -> Reading:
    """The value that stands after the field's name, if one does."""
    if field in (Field.LAST_NAME, Field.FIRST_NAME):
        words = next(words for each, words in _FIELD_WORDS if each is field)
        after = words.split(fold(exchange.text), maxsplit=1)[-1]
        if not re.search(r"\w", re.sub(r"\b(c'est|est|de famille|svp|s'il vous plait|plutot|pas)\b", "", after)):
            return Reading.NOT_UNDERSTOOD
        return _read_named(exchange, case, field)
    if field is Field.GROUPS and named_groups(exchange.text, case) is None:
        return Reading.NOT_UNDERSTOOD
    return read_answer(exchange, case, field)


def _read_named(exchange: Exchange, case: Case, field: Field) -> Reading:
    written = plain(exchange.text)
    label = re.search(r"(?i)\b(?:pr[ée]noms?|noms?(?: de famille)?|s['’]appelle)\b(.*)", written)
    rest = re.sub(r"(?i)^[\s:=]*(?:(?:c['’]est|est|sera)\b)?[\s:=]*", "", label[1] if label else written).strip()
    try:
        if field is Field.FIRST_NAME:
            case.draft = case.draft.give(field, read_first_name(rest, None))
            return Reading.UNDERSTOOD
        names = read_names(rest)
    except Refused as refused:
        say_refusal(exchange, refused.message)
        return Reading.REFUSED
    if names.first_name and "appelle" in fold(written):
        case.draft = case.draft.give(Field.FIRST_NAME, names.first_name)
        case.draft = case.draft.give(Field.LAST_NAME, names.last_name)
    else:
        whole = " ".join(filter(None, (names.first_name, names.last_name)))
        case.draft = case.draft.give(Field.LAST_NAME, whole)
    return Reading.UNDERSTOOD
