"""Reads how many people live in a dwelling."""

import re

from offre_bailleurs.french.months import month_of
from offre_bailleurs.french.tokens import Token, is_stuck_to_letters, tokenize, word_at

HIGHEST_COUNT = 99
"""What is above counts no people under one roof."""

_WINDOW = 4
_ONE_AFTER = re.compile(
    r"(?:seule?|(?:co)?locataires?|colocs?|personnes?|occupante?s?|habitante?s?|adultes?)(?!\w)|[.!]*$"
)
_OTHER_THINGS = re.compile(
    r"(?:%|€|[.,/:] ?#|@|(?:euros?|eur|ans?|annees?|mois|semaines?|jours?|heures?|h|fois|pieces?|chambres?|etages?|m|m2"
    r"|er|ere|e|eme|rue|avenue|logements?|appartements?|loyers?)(?!\w))"
)
_OTHER_THINGS_BEFORE = re.compile(r"(?:-|€|(?<!\w)(?:lot|appartement|appt|apt|porte|n °|numero))$")
_CHANGE = re.compile(
    r"(?<!\w)(?:de plus|de moins|en plus|en moins|nouve(?:au|aux|lle|lles)|supplementaires?|autres?|parti(?:e|s|es)?"
    r"|arrive(?:e|s|es)?|ajoute\w*|environ|moins d\S+|au moins|ou plus)(?!\w)"
)
_ONE_BEFORE = re.compile(r"^$|[,:]$|(?<!\w)(?:qu'|que|reste|plus|y en a|sont|sommes)$")


def read_count(text: str) -> int | None:
    """Return the number of people that `text` gives, 0 to `HIGHEST_COUNT`, or None when there is none or several.

    « un » and « une » count only where they are no article: alone, before people (« une seule personne ») or after
    « plus que ». A change (« un de plus », « deux sont partis ») is no number of people. Never raises.

    >>> read_count("ils sont trois")
    3
    """
    tokens = tokenize(text)
    sentence = " ".join(token.text for token in tokens)
    if _CHANGE.search(sentence):
        return None
    found = {token.value for index, token in enumerate(tokens) if token.value is not None and _is_count(tokens, index)}
    number = found.pop() if len(found) == 1 else None
    return int(number) if number is not None and number <= HIGHEST_COUNT and number == number.to_integral() else None


def _is_count(tokens: list[Token], index: int) -> bool:
    before = " ".join(each.text for each in tokens[max(0, index - _WINDOW) : index])
    after = " ".join(each.text for each in tokens[index + 1 : index + 1 + _WINDOW])
    if _OTHER_THINGS.match(after) or _OTHER_THINGS_BEFORE.search(before) or month_of(word_at(tokens, index + 1)):
        return False
    if is_stuck_to_letters(tokens, index, index + 1):
        return False
    if tokens[index].in_words and tokens[index].value == 1:
        people = _ONE_AFTER.match(after)
        return people is not None and bool(people[0].strip(".!") or _ONE_BEFORE.search(before))
    return True
