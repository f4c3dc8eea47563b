"""What people type about themselves, read and checked: names, email addresses, telephone numbers.

The same for the pages and for the chat. What comes out is what is stored.
"""

from __future__ import annotations

import re
import unicodedata

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from offre_bailleurs.french.text import plain

MAX_NAME_LENGTH = 100
MAX_EMAIL_LENGTH = 254
MAX_PHONE_LENGTH = 40
"""Characters of a number as typed."""

_NAME_SIGNS = frozenset(" '-.")
_WORD = re.compile(r"[^ '\-.]+")
_PHONE = re.compile(r"\+?[0-9 .\-/()]+")
_REGIONS = ("FR", "GP", "GF", "MQ", "RE", "YT")
"""Where a number without a country code may be: the Caf has bailleurs overseas, whose numbers are dialled alike."""


class Refused(ValueError):
    """What was typed cannot be used; `message` says in French what is wrong and what is expected."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def read_name(typed: str) -> str:
    """A first or a last name: its spaces squeezed, and capitals given to a name that has none.

    >>> read_name(" jean-pierre  d’arpent ")
    "Jean-Pierre D'Arpent"

    Raises:
        Refused: it is empty, too long, or has something else than letters, spaces, hyphens, apostrophes and dots.
    """
    name = plain(typed)
    if not name:
        raise Refused("Saisissez un nom.")
    if len(name) > MAX_NAME_LENGTH:
        raise Refused(f"Ce nom est trop long : {MAX_NAME_LENGTH} caractères au plus.")
    letters = [char for char in name if char not in _NAME_SIGNS]
    if not letters or any(unicodedata.category(char)[0] not in "LM" for char in letters):
        raise Refused("Un nom s’écrit avec des lettres ; espaces, traits d’union, apostrophes et points sont admis.")
    return _WORD.sub(lambda word: word[0][0].upper() + word[0][1:], name) if name.islower() else name


def read_email(typed: str) -> str:
    """An email address, in lower case; its domain in ASCII.

    >>> read_email("Camille.Durand@Exemple.fr ")
    'camille.durand@exemple.fr'

    Raises:
        Refused: it is no address that a message could be sent to.
    """
    address = plain(typed)
    if not address:
        raise Refused("Saisissez une adresse, par exemple prenom.nom@exemple.fr.")
    if len(address) > MAX_EMAIL_LENGTH:
        raise Refused(f"Cette adresse est trop longue : {MAX_EMAIL_LENGTH} caractères au plus.")
    if address.count("@") != 1:
        problem = "il y manque le signe @" if "@" not in address else "elle contient plusieurs signes @"
        raise Refused(f"Cette adresse ne convient pas : {problem}. Exemple : prenom.nom@exemple.fr.")
    try:
        checked = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise Refused(
            "Cette adresse ne convient pas. Vérifiez-la : ni espace, ni accent avant le @, et un nom de domaine "
            "complet après. Exemple : prenom.nom@exemple.fr."
        ) from None
    return (checked.ascii_email or checked.normalized).lower()


def read_phone(typed: str) -> str:
    """A telephone number, French unless it has a country code, in E.164.

    >>> read_phone("06.12.34.56.78")
    '+33612345678'

    Raises:
        Refused: it is no number that could be called.
    """
    number = plain(typed)
    if _PHONE.fullmatch(number) and len(number) <= MAX_PHONE_LENGTH:
        for region in _REGIONS:
            read = _valid_number(number, region)
            if read is not None:
                return phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164)
    raise Refused(
        "Ce numéro de téléphone ne convient pas. Saisissez ses 10 chiffres, par exemple 06 12 34 56 78, ou un numéro "
        "étranger avec son indicatif, par exemple +32 470 12 34 56."
    )


def format_phone(e164: str) -> str:
    """A stored number as people write it: « 06 12 34 56 78 », or with its country code when it is foreign."""
    number = phonenumbers.parse(e164, None)
    french = phonenumbers.region_code_for_number(number) in _REGIONS
    form = phonenumbers.PhoneNumberFormat.NATIONAL if french else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form)


def same_email(a: str, b: str) -> bool:
    """Two typings of one address; False when either is none."""
    try:
        return read_email(a) == read_email(b)
    except Refused:
        return False


def same_phone(a: str, b: str) -> bool:
    """Two typings of one number; False when either is none."""
    try:
        return read_phone(a) == read_phone(b)
    except Refused:
        return False


def _valid_number(number: str, region: str) -> phonenumbers.PhoneNumber | None:
    """The number as dialled in a region, None when nobody could have it."""
    try:
        read = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    if number.startswith("+"):
        return read if phonenumbers.is_valid_number(read) else None
    return read if phonenumbers.is_valid_number_for_region(read, region) else None
