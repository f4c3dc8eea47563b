"""Bank and social security numbers in a text.

* A card is known by its first digits, its check digit (Luhn) and the way cards are written, so that a list of rents or
  two telephone numbers in a row are none. A number of 14 digits is never one: only Diners Club has such cards, and a
  N° utilisateur or a SIRET, which always have 14, would pass the check one time in ten.
* A French IBAN is known by its form alone, because one with a typing error is still someone's; another country's by
  its form (ISO 13616) and its check digits, because "de 35 …" begins like a German one.
* A social security number (NIR) is known by its form alone, for the same reason: 13 digits with a month and a
  département in their places, with or without the two digits of the key.
"""

from __future__ import annotations

import re
from typing import Final

_GAP = r"[\s.\-]{0,2}"
_ONE_GAP = r"[\s.\-]"

_BBAN: Final = dict(
    re.findall(
        r"(\w\w): ([\w ]+)",
        """
        FR: n10 c11 n2 · MC: n10 c11 n2 · AD: n8 c12 · AT: n16 · BE: n12 · BG: a4 n6 c8 · CH: n5 c12 · CY: n8 c16
        CZ: n20 · DE: n18 · DK: n14 · EE: n16 · ES: n20 · FI: n14 · GB: a4 n14 · GI: a4 c15 · GR: n7 c16 · HR: n17
        HU: n24 · IE: a4 n14 · IS: n22 · IT: a1 n10 c12 · LI: n5 c12 · LT: n16 · LU: n3 c13 · LV: a4 c13 · MA: n24
        MT: a4 n5 c18 · NL: a4 n10 · NO: n11 · PL: n24 · PT: n21 · RO: a4 c16 · SE: n20 · SI: n15 · SK: n20
        SM: a1 n10 c12 · TN: n20 · TR: n6 c16
        """,
    )
)
"""What follows the four first characters of an IBAN: n digits, a letters, c either (SEPA, Maghreb, Turkey)."""

_CLASSES: Final = {"n": r"\d", "a": "[A-Z]", "c": r"[A-Z\d]"}


def _iban(country: str, form: str) -> str:
    parts = "".join(f"(?:{_GAP}{_CLASSES[part[0]]}){{{part[1:]}}}" for part in form.split())
    return rf"{country}(?:{_GAP}\d){{2}}{parts}"


IBAN: Final = re.compile(
    rf"(?<![^\W_])(?P<secret>{'|'.join(_iban(*item) for item in _BBAN.items())})(?![^\W_])", re.IGNORECASE
)

SOCIAL_SECURITY: Final = re.compile(
    r"""(?<!\w)(?P<secret>
        [1-478]                                             # sex, 3 4 7 8 while the number is provisional
        S?\d{2}                                             # year of birth
        S?(?:0[1-9]|1[0-2]|[235-9]\d|4[0-2])                # month, or a code when it is not known
        S?(?:0[1-9]|[1-9]\d|2[AB])                          # département, 2A and 2B of Corsica, 99 abroad
        S?\d{3} S?\d{3}                                     # commune, number in the register
        (?:S?\d{2})?                                        # key
    )(?!\w)""".replace("S?", r"[\s.\-/]{0,2}"),
    re.IGNORECASE | re.VERBOSE,
)

CARDS: Final = tuple(
    re.compile(rf"(?<!\d)(?P<secret>{form})(?!\d)")
    for form in (
        rf"\d{{4}}(?:{_ONE_GAP}\d{{4}}){{3}}{_ONE_GAP}\d{{3}}",  # 19 digits, before the 16 they begin with
        rf"\d{{4}}(?:{_ONE_GAP}\d{{4}}){{3}}",
        rf"\d{{4}}{_ONE_GAP}\d{{6}}{_ONE_GAP}\d{{5}}",  # American Express
        r"\d{13}|\d{15,19}",
        rf"(?<!\d{_ONE_GAP})\d{{2}}(?:{_ONE_GAP}\d{{2}}){{7}}(?!{_ONE_GAP}\d)",
    )
)
"""The ways in which a card's number is written."""

_ISSUERS: Final = re.compile(r"4|5|6|3[457]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)")
"""Visa, Mastercard, Maestro, Discover, UnionPay, JCB, American Express."""


def is_iban(match: re.Match[str]) -> bool:
    """Whether what has the form of an IBAN is one."""
    characters = [char for char in match["secret"].upper() if char.isalnum()]
    if characters[:2] == ["F", "R"]:
        return True
    return int("".join(str(int(char, 36)) for char in characters[4:] + characters[:4])) % 97 == 1


def is_card(match: re.Match[str]) -> bool:
    """Whether what has the form of a card's number is one."""
    digits = [int(char) for char in match["secret"] if char.isdecimal()]
    if not _ISSUERS.match("".join(map(str, digits))) or (len(digits) == 13 and digits[0] != 4):
        return False
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
