"""The names of the months, as they are written and as people type them."""

from rapidfuzz.distance import OSA

from offre_bailleurs.french.text import fold

MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
"""The names, January first."""

_FOLDED = tuple(map(fold, MONTHS))
_SHORT = {"janv": 1, "fev": 2, "fevr": 2, "avr": 4, "juil": 7, "sept": 9, "oct": 10, "nov": 11, "dec": 12}
_EXACT = {name: number for number, name in enumerate(_FOLDED, start=1)} | _SHORT


def month_of(word: str) -> int | None:
    """Return the month, 1 to 12, that a folded word names, or None.

    Forgives one slip in five or six letters and two in more, as long as the first letter stands. Four letters
    forgive swapped ones only: « mais » is one letter from « mars » and from « mai ».
    """
    exact = _EXACT.get(word)
    if exact is not None or not 4 <= len(word) <= 11:
        return exact
    near = [number for number, name in enumerate(_FOLDED, start=1) if _is_slip(word, name)]
    return near[0] if len(near) == 1 else None


def _is_slip(word: str, name: str) -> bool:
    if word[0] != name[0]:
        return False
    if len(name) <= 4:
        return sorted(word) == sorted(name)
    if len(word) < len(name) - 1:  # « nombre » is two letters from « novembre »
        return False
    allowed = 1 if len(name) <= 6 else 2
    return OSA.distance(word, name, score_cutoff=allowed) <= allowed
