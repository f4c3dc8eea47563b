"""Finds the sums of money that a sentence mentions, and leaves out the numbers that count something else."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from offre_bailleurs.french.months import month_of
from offre_bailleurs.french.tokens import Kind, Token, is_stuck_to_letters, word_at

_EUROS = frozenset({"€", "euro", "euros", "eur", "eurs"})
_CENTIMES = frozenset({"centime", "centimes", "cts", "ct"})
_WINDOW = 8  # tokens looked at on each side of a number
_HUNDRED, _THOUSAND = 100, 1000

_COUNTED_THINGS = (
    r"(?:(?:co)?locataires?|colocs?|personnes?|occupants?|habitants?|enfants?|adultes?|logements?|appartements?"
    r"|maisons?|studios?|lots?|baux|contrats?|pieces?|chambres?|etages?|arrondissements?|ans?|annees?|mois|semaines?"
    r"|jours?|heures?|h|minutes?|fois|trimestres?|semestres?|echeances?|mensualites?|loyers?|quittances?|termes?"
    r"|m ?[2²]|m ²|m|metres?|rue|avenue|boulevard|bd|place|allees?|chemin|impasse|quai|route|square|cours|bis|ter"
    r"|excuses|mercis?|soucis?|problemes?)(?!\w)"
)
_NOT_MONEY_AFTER = re.compile(
    rf"(?:{_COUNTED_THINGS}|e {_COUNTED_THINGS}|%|pourcents?(?!\w)|(?:ere?|e?me|ieme|nde?)(?!\w))"
)
_NOT_MONEY_BEFORE = re.compile(
    r"(?<!\w)(?:lot|appt|apt|appart|appartement|porte|bat|batiment|(?<!e )etage|escalier|code|departement|dossier"
    r"|ref|reference|page|numero|n °|groupe|tel|telephone)$"
)
_OTHER_CURRENCY = re.compile(r"[$£]|(?:francs?|ff?|dollars?|livres?|chf|usd|gbp)(?!\w)")
_OTHER_PERIOD = re.compile(
    r"(?:(?:/|par) (?:an|annee|trimestre|semestre|semaine|jour|nuit|nuitee|bimestre)|l' an(?:nee)?(?! (?:derni|pass))"
    r"|(?:a )?la (?:semaine|nuit)(?! derni)|annuel|trimestriel|semestriel|hebdomadaire|journalier)"
)
_REFUSED = re.compile(
    r"(?<!\w)(?:(?<!pourquoi )pas(?: de| a)?|n' est plus(?: de| a)?|et non(?: pas)?|au lieu d(?:e|es|')|plutot que)$"
)
_REFUSED_AFTER = re.compile(
    r"(?:, )?(?:(?:ce )?n' est pas|(?:c' )?est (?:pas(?! cher)|faux|errone|incorrect)|c' etait (?:avant|faux))"
)
_DAY_BEFORE = re.compile(r"(?<!\w)(?:le|du|au)$")
_YEAR_BEFORE = re.compile(r"(?<!\w)(?:en|an|annees?|depuis|campagne|declaration|avant|apres|debut|fin|ete)$")
_NOT_CENTIMES_AFTER = re.compile(
    rf"(?:{_COUNTED_THINGS}|%|€|euros?|eur|e(?!\w)|(?:de(?! loyer)|en|dont)(?!\w)|d'"
    r"|charges?(?!\w| (?:comprises|incluses))"
    r"|pour (?:(?:la|les?) |l' )?(?:charges?|eau|gaz|chauffage|electricite|garage|parking|box|cave|assurance|taxe))"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A sum in euros, with the words around it: `tokens[start:end]` is the sum, its currency included."""

    value: Decimal
    start: int
    end: int
    before: str
    after: str


def mentions(tokens: list[Token]) -> list[Mention]:
    """Return the sums of money in `tokens`, in their order."""
    return list(_mentions(tokens))


def _mentions(tokens: list[Token]) -> Iterator[Mention]:
    end = 0
    for index, token in enumerate(tokens):
        if index < end or token.kind is not Kind.NUMBER or token.value is None:
            continue
        start, previous_end = index, end
        value, end = _with_thousands(tokens, index, token.value)
        marked = _is_euros(tokens, end)
        if marked:
            value, end = _with_centimes(tokens, end + 1, value)
        elif word_at(tokens, end) in _CENTIMES:
            value, end, marked = value / _HUNDRED, end + 1, True
        elif start > previous_end and word_at(tokens, start - 1) in _EUROS:
            start, marked = start - 1, True
        before, after = tokens[max(0, start - _WINDOW) : start], tokens[end : end + _WINDOW]
        mention = Mention(value, start, end, _side(before), _side(after))
        if not _is_set_aside(mention) and (marked or _may_be_money(tokens, index, mention)):
            yield mention


def _is_set_aside(mention: Mention) -> bool:
    """Tell whether the sentence refuses the sum, or gives it for another period or in another currency."""
    after = (_REFUSED_AFTER, _OTHER_PERIOD, _OTHER_CURRENCY)
    return bool(_REFUSED.search(mention.before)) or any(pattern.match(mention.after) for pattern in after)


def _may_be_money(tokens: list[Token], index: int, mention: Mention) -> bool:
    """Tell whether a number without currency can be a sum, from what stands around it."""
    token = tokens[index]
    if _NOT_MONEY_AFTER.match(mention.after) or _NOT_MONEY_BEFORE.search(mention.before):
        return False
    if is_stuck_to_letters(tokens, index, mention.end):
        return False
    if token.in_words and 0 < mention.value < 10:  # « un loyer », « un logement neuf », « tous les deux »
        return False
    if token.figures.isdecimal() and mention.value <= 31:
        return not _DAY_BEFORE.search(mention.before) and month_of(word_at(tokens, mention.end)) is None
    if len(token.figures) == 4 and token.figures.isdecimal() and 1900 <= mention.value <= 2100:
        is_year = _YEAR_BEFORE.search(mention.before) or month_of(word_at(tokens, index - 1)) is not None
        return not is_year and not mention.after.startswith((":", "="))
    return True


def _with_thousands(tokens: list[Token], index: int, value: Decimal) -> tuple[Decimal, int]:
    """Read « 2 mille » and « 1,2 k€ »: return the value and where the number ends."""
    if tokens[index].in_words or index + 1 == len(tokens):
        return value, index + 1
    following = tokens[index + 1]
    thousands = following.text == "k" or (following.in_words and following.value == _THOUSAND)
    return (value * _THOUSAND, index + 2) if thousands else (value, index + 1)


def _with_centimes(tokens: list[Token], index: int, euros: Decimal) -> tuple[Decimal, int]:
    """Read the centimes that follow « euros », if any: return the value and where the sum ends."""
    joint = word_at(tokens, index) in {"et", ","}
    position = index + joint
    if position >= len(tokens) or euros != euros.to_integral_value():
        return euros, index
    number = tokens[position]
    if number.value is None or not number.figures.isdecimal() or number.value >= _HUNDRED:
        return euros, index
    named = word_at(tokens, position + 1) in _CENTIMES or _is_cents(tokens, position + 1)
    if not named:
        unclear = joint or not (number.in_words or len(number.figures) == 2)  # « 650 euros et 50 », « 650 € 5 »
        after = _side(tokens[position + 1 : position + 1 + _WINDOW])
        if unclear or _NOT_CENTIMES_AFTER.match(after) or month_of(word_at(tokens, position + 1)):
            return euros, index
    return euros + number.value / _HUNDRED, position + 1 + named


def _is_cents(tokens: list[Token], index: int) -> bool:
    """Tell whether « cents », read as a hundred, is the everyday word for centimes: « 650 euros 50 cents »."""
    return index < len(tokens) and tokens[index].in_words and tokens[index].value == _HUNDRED


def _is_euros(tokens: list[Token], index: int) -> bool:
    word = word_at(tokens, index)
    if word == "e":  # « 650 e », but « 2e étage »
        return not re.match(_COUNTED_THINGS, word_at(tokens, index + 1))
    return word in _EUROS


def _side(tokens: list[Token]) -> str:
    """Return the words on one side of a number. A number that is one shows as 1: « un mois » is no multiplication."""
    return " ".join("1" if token.value == 1 else token.text for token in tokens)
