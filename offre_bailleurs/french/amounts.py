"""Reads the amount of euros that a landlord writes, into integer cents.

An amount ends in an official declaration: when a sentence can be read in two ways, the reader says so instead of
choosing, and the landlord is asked again.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from itertools import pairwise

from offre_bailleurs.french.mentions import Mention, mentions
from offre_bailleurs.french.tokens import Kind, Token, tokenize

MAXIMUM_CENTS = 2_000_000
"""The highest amount that is accepted unless the caller says otherwise: 20,000 €, included."""

_DECIMALS = 2
_VAGUE = re.compile(
    r"(?<!\w)(?:env|environ|approx\w*|a peu (?:de chose )?pres|grosso ?modo|plus ou moins|aux alentours|aux environs"
    r"|de l' ordre|autour d\S+|(?:diz|vingt|trent|quarant|cinquant|soixant|cent)aines?|milliers?|et quelques"
    r"|et des poussieres|a la louche)(?!\w)|[~≈±]|\+ ?/ ?-"
)
_VAGUE_BEFORE = re.compile(
    r"(?:(?<!\w)(?:vers|dans les?|pres d(?:e|')|presque|quasi(?:ment)?|(?:plus|moins) d(?:e|')|au (?:moins|plus)"
    r"|(?:maxi|mini)(?:mum)?(?: d(?:e|'))?|jusqu' a|(?:superieur|inferieur)e? a|a partir d(?:e|')|pas loin d(?:e|')"
    r"|(?:augment|hauss|baiss|diminu|redui|reduc|remise|ristourne|rabais)\w*(?: \w+){0,3} d(?:e|'))|\+)$"
)
_VAGUE_AFTER = re.compile(
    r"(?:(?:maxi?|mini?)(?:mum)?|et plus|ou (?:plus|moins)|au (?:maximum|minimum|plus|moins)"
    r"|(?:de|en) (?:plus|moins))(?!\w)"
)
_MINUS_WORD = re.compile(r"(?<!\w)(?<!au )(?<!ou )(?<!en )(?<!de )moins$")
_CLOSING = frozenset("€)%»")  # signs that end something: the dash after them joins, and is no minus
_COMPUTED_BEFORE = re.compile(
    r"(?:# (?:fois|x|\*|×|(?:mois|loyers|mensualites|echeances|termes|quittances)"
    r"(?: (?:de|d'|loyers?|impaye\w*|dus?|en retard))* (?:de|d'|a|x))"
    r"|(?<!\w)(?:moitie|double|triple|tiers|quart) d(?:e|'))$"
)
_COMPUTED_AFTER = re.compile(r"(?:par (?:personne|tete|locataire|colocataire|chambre)|chacune?|divis\w+)(?!\w)")


class AmountProblem(Enum):
    """Why no amount can be taken from a sentence."""

    NONE = auto()
    """No amount of euros in it."""
    SEVERAL = auto()
    """Different amounts, or a calculation (« 600 + 50 », « 2 mois à 650 € », « 300 € chacun »)."""
    RANGE = auto()
    """« entre 600 et 650 », « 600-650 »."""
    APPROXIMATE = auto()
    """« environ 650 », « plus de 600 », and a difference (« 20 € de plus », « augmenté de 20 € »)."""
    NEGATIVE = auto()
    """Below zero."""
    TOO_LARGE = auto()
    """Over the maximum."""
    TOO_PRECISE = auto()
    """More than two decimals."""


@dataclass(frozen=True, slots=True)
class Amount:
    """An exact amount, in euro cents, from 0 to the maximum."""

    cents: int


def read_amount(text: str, *, maximum_cents: int = MAXIMUM_CENTS) -> Amount | AmountProblem:
    """Return the one exact amount of euros that `text` gives, or why it gives none. Never raises.

    The currency may be missing. Years, days, percentages, counted things (« 3 locataires »), sums for another period
    than the month (« 7 800 € par an ») and refused ones (« pas 650 ») are no amounts. The same amount twice is one.

    >>> read_amount("six cents euros et cinquante centimes")
    Amount(cents=60050)
    >>> read_amount("entre 600 et 650 €")
    <AmountProblem.RANGE: 3>
    """
    tokens = tokenize(text)
    found = mentions(tokens)
    vague = _VAGUE.search(" ".join(token.text for token in tokens)) is not None
    if not found:
        return AmountProblem.APPROXIMATE if vague else AmountProblem.NONE
    if any(_is_range(tokens, low, high) for low, high in pairwise(found)):
        return AmountProblem.RANGE
    signed = {-each.value if _is_negative(tokens, each) else each.value for each in found}
    computed = any(_COMPUTED_BEFORE.search(each.before) or _COMPUTED_AFTER.match(each.after) for each in found)
    if computed or len(signed) > 1:
        return AmountProblem.SEVERAL
    if vague or any(_VAGUE_BEFORE.search(each.before) or _VAGUE_AFTER.match(each.after) for each in found):
        return AmountProblem.APPROXIMATE
    return _checked(signed.pop(), maximum_cents)


def _checked(euros: Decimal, maximum_cents: int) -> Amount | AmountProblem:
    if euros < 0:
        return AmountProblem.NEGATIVE
    if euros > Decimal(maximum_cents).scaleb(-_DECIMALS):
        return AmountProblem.TOO_LARGE
    if int(euros.as_tuple().exponent) < -_DECIMALS:  # by form: « 650,500 » may be a thousand times « 650,50 »
        return AmountProblem.TOO_PRECISE
    return Amount(int(euros.scaleb(_DECIMALS)))


def _is_range(tokens: list[Token], low: Mention, high: Mention) -> bool:
    if low.value == high.value:
        return False
    between = " ".join(token.text for token in tokens[low.end : high.start])
    return between in {"-", "a", "jusqu' a"} or (between == "et" and low.before.endswith("entre"))


def _is_negative(tokens: list[Token], mention: Mention) -> bool:
    """Tell « -650 » and « moins 650 » from the dash of « loyer - 650 » and of « loyer-650 »."""
    if _MINUS_WORD.search(mention.before):
        return True
    if not mention.before.endswith("-"):
        return False
    dash = tokens[mention.start - 1]
    left = tokens[mention.start - 2] if mention.start > 1 else None
    after_a_sign = left is None or (left.kind is Kind.SIGN and left.text not in _CLOSING)
    return after_a_sign or (dash.spaced and not tokens[mention.start].spaced)
