"""What a password that a user chooses must be: CNIL's rule of 2022 for a password that stands alone, and not guessable.

CNIL asks for 80 bits and gives ways to reach them, counted here as it counts them: 12 characters of 4 kinds, or 14 of 3
kinds, or 7 words. « Motdepasse2026! » counts as enough and is guessed at once, so zxcvbn has its say too: it knows
dictionaries, keyboards, dates, and what it is told of the user. All sentences are French.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from zxcvbn import zxcvbn  # type: ignore[import-untyped]

MAX_LENGTH = 128
"""Characters. A longer one is refused."""

LENGTH_OF_FOUR_KINDS = 12
LENGTH_OF_THREE_KINDS = 14
WORDS = 7
WORD_LENGTH = 3

RULES: tuple[str, ...] = (
    f"Au moins {LENGTH_OF_FOUR_KINDS} caractères, avec une minuscule, une majuscule, un chiffre et un caractère"
    " spécial ;",
    f"ou au moins {LENGTH_OF_THREE_KINDS} caractères, avec trois de ces quatre sortes ;",
    f"ou une phrase d'au moins {WORDS} mots différents, de {WORD_LENGTH} lettres ou plus.",
    "Évitez ce qui se devine : votre nom, votre adresse de courriel, votre identifiant, un mot courant, une date,"
    " des touches qui se suivent.",
)
"""The rules, for the page that asks for a password. The three first are alternatives."""

_SCORE = 3
"""zxcvbn's "safely unguessable", from 0 to 4."""
_SCORE_WITH_TOLD_WORDS = 4
"""The same, of a password that holds a word of ours or something of the user's."""

_STRETCH = 32
"""Characters that zxcvbn reads at once. Its search for letters written as digits and signs takes seconds on longer ones
(on 128: 8 s were measured), and a password is at least as hard to guess as its hardest stretch."""

_SIGNS_IN_BETWEEN = 4
"""As many signs and spaces as a guesser would put between and after words."""

_LOCK = threading.Lock()
"""zxcvbn keeps the caller's words in a variable of its module: one check at a time, or a user's own name would count
for somebody else."""

_COMMON = tuple(
    re.findall(
        r"\w+",
        """
        motdepasse motdepasses motpasse mdp passe password azerty azertyuiop qwerty qsdfgh qsdfghjklm wxcvbn
        qsdf wxcv azer bonjour bonsoir salut soleil coucou chouchou doudou loulou nounours amour jetaime
        toujours bisous princesse chocolat vacances famille maison secret connexion identifiant utilisateur
        administrateur admin compte partenaire portail acces bailleur bailleurs offre offrebailleurs loyer
        loyers locataire locataires logement logements location bail caf cafdefrance allocation allocations
        familiales aide aides apl juillet quittance declaration habilitation organisme agence proprietaire
        immeuble immobilier appartement studio residence janvier fevrier mars avril mai juin aout septembre
        octobre novembre decembre printemps automne hiver ete lundi mardi mercredi jeudi vendredi samedi
        dimanche provisoire temporaire nouveau changer changeme bienvenue france paris marseille lyon
        toulouse nantes rennes bretagne lille bordeaux strasbourg montpellier liberte egalite fraternite
        football chat chien minou milou camille marie nicolas thomas julien
        """,
    )
)
"""Words that come first to whoever guesses the password of a French landlord; zxcvbn's own are English."""

_LENGTH_OF = {4: LENGTH_OF_FOUR_KINDS, 3: LENGTH_OF_THREE_KINDS}
"""By the number of kinds, the characters that make 80 bits; fewer kinds never do."""

_UPPER, _LOWER, _DIGIT, _OTHER = "une majuscule", "une minuscule", "un chiffre", "un caractère spécial"


def weaknesses(password: str, personal: Sequence[str] = ()) -> list[str]:
    """What is wrong with a password, in French sentences; [] when it will do.

    Most say « il », the password: they stand under a title that names it.

    `personal`: what others may know of the user (login, names, email address, name of the account).
    """
    if len(password) > MAX_LENGTH:
        return [f"Ce mot de passe est trop long : {MAX_LENGTH} caractères au plus."]
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in password):
        return ["Ce mot de passe contient un caractère invisible : retapez-le sans tabulation ni retour à la ligne."]
    if not password.strip():
        return ["Saisissez un mot de passe."]
    characters = unicodedata.normalize("NFC", password)
    return [*_missing(characters), *_guessable(characters, personal)]


# CNIL's rule


@dataclass(frozen=True)
class _Count:
    length: int
    missing: tuple[str, ...]
    """The kinds of characters that it has not."""
    words: int
    """Different ones: « cheval cheval cheval… » is no phrase."""

    @property
    def kinds(self) -> int:
        return 4 - len(self.missing)


def _count(password: str) -> _Count:
    kinds = {_kind(character) for character in password}
    return _Count(
        len(password),
        tuple(kind for kind in (_LOWER, _UPPER, _DIGIT, _OTHER) if kind not in kinds),
        len(set(re.findall(rf"[^\W\d_]{{{WORD_LENGTH},}}", password.casefold()))),
    )


def _kind(character: str) -> str:
    if character.isdecimal():
        return _DIGIT
    if character.islower():
        return _LOWER
    return _UPPER if character.isupper() else _OTHER


def _missing(password: str) -> Iterator[str]:
    """What it lacks of CNIL's ways: the nearest ones."""
    count = _count(password)
    if count.words >= WORDS or count.length >= _LENGTH_OF.get(count.kinds, MAX_LENGTH + 1):
        return
    if count.kinds >= 3:
        yield _longer(count)
    else:
        if count.length < LENGTH_OF_FOUR_KINDS:
            yield f"Il est trop court : il a {_characters(count.length)}, il en faut {LENGTH_OF_FOUR_KINDS} au moins."
        yield _more_kinds(count)
    if count.words > WORDS / 2:
        yield (
            f"Ou bien continuez votre phrase : elle a {count.words} mots différents de {WORD_LENGTH} lettres ou"
            f" plus, il en faut {WORDS}."
        )


def _longer(count: _Count) -> str:
    """What lacks a password of three or four kinds."""
    lacking = _characters(_LENGTH_OF[count.kinds] - count.length)
    if count.kinds == 4:
        return f"Il est trop court : il manque {lacking}."
    (kind,) = count.missing
    if count.length >= LENGTH_OF_FOUR_KINDS - 1:
        return f"Il manque {kind}, ou bien {lacking}."
    enough = _characters(LENGTH_OF_FOUR_KINDS - count.length)
    return f"Il est trop court : il manque {enough} dont {kind}, ou bien {lacking} quelconques."


def _more_kinds(count: _Count) -> str:
    """What lacks a password of one or two kinds."""
    if count.kinds == 1:
        *some, last = count.missing
        return (
            f"Il n'a qu'une sorte de caractères. Ajoutez-en au moins deux autres parmi : {', '.join(some)} et {last}."
        )
    one, other = count.missing
    if count.length >= LENGTH_OF_THREE_KINDS - 1:
        return f"Il manque {one} ou {other}."
    return f"Il manque {one} et {other}, ou l'un des deux et {LENGTH_OF_THREE_KINDS} caractères en tout."


def _characters(number: int) -> str:
    return f"{number} caractère{'s' if number > 1 else ''}"


# Guessing


def _guessable(password: str, personal: Sequence[str]) -> Iterator[str]:
    about_user = set(_pieces(personal))
    words = [*sorted(about_user), *_COMMON]
    plain = _without_accents(password)
    found = _hardest_stretch(plain, words)
    if found["score"] >= _SCORE:
        # « Les Oliviers 2026 ! » is « lesoliviers2026 » to a guesser, whereas zxcvbn counts every sign in between.
        condensed = "".join(re.findall(r"[^\W_]", plain))
        if not condensed or len(plain) - len(condensed) > _SIGNS_IN_BETWEEN:
            return
        found = _hardest_stretch(condensed, words)
        if found["score"] >= _SCORE_WITH_TOLD_WORDS or not _told_words(found):
            return
    said = found["feedback"]
    sentences = ["Il se devine trop facilement."]
    if _told_words(found) & about_user:
        sentences.append("Il contient ce que d'autres savent de vous : votre nom, votre adresse ou votre identifiant.")
    if _told_words(found) - about_user:
        sentences.append("Il contient un mot trop courant.")
    yield from sentences
    yield from (FRENCH[sentence] for sentence in (said["warning"], *said["suggestions"]) if sentence)


def _told_words(found: dict[str, Any]) -> set[str]:
    """The words of the user's or of ours that zxcvbn has found."""
    matches = (match for match in found["sequence"] if match.get("dictionary_name") == "user_inputs")
    return {match["matched_word"] for match in matches}


def _hardest_stretch(plain: str, words: list[str]) -> dict[str, Any]:
    """What zxcvbn says of the stretch of a password that is the hardest to guess."""
    hardest: dict[str, Any] = {}
    for start in range(0, len(plain), _STRETCH):
        with _LOCK:
            found = zxcvbn(plain[start : start + _STRETCH], user_inputs=words)
        if not hardest or found["guesses"] > hardest["guesses"]:
            hardest = found
        if hardest["score"] >= _SCORE:
            break
    return hardest


def _pieces(personal: Sequence[str]) -> Iterator[str]:
    for known in personal:
        lowered = _without_accents(known).lower()
        for piece in (lowered, "".join(re.findall(r"[a-z0-9]+", lowered)), *re.findall(r"[a-z]+|[0-9]+", lowered)):
            if len(piece) >= 3:
                yield piece


def _without_accents(text: str) -> str:
    """« é » is guessed as « e » is."""
    return "".join(
        character for character in unicodedata.normalize("NFKD", text) if not unicodedata.combining(character)
    )


FRENCH = {
    "Use a few words, avoid common phrases.": "Utilisez plusieurs mots, et pas une expression courante.",
    "No need for symbols, digits, or uppercase letters.": "Une phrase de sept mots se passe de chiffres, de majuscules"
    " et de caractères spéciaux.",
    "Add another word or two. Uncommon words are better.": "Ajoutez un mot ou deux, peu courants de préférence.",
    "Straight rows of keys are easy to guess.": "Des touches qui se suivent sur le clavier se devinent facilement.",
    "Short keyboard patterns are easy to guess.": "Un court dessin sur le clavier se devine facilement.",
    "Use a longer keyboard pattern with more turns.": "Ne suivez pas les touches du clavier.",
    'Repeats like "aaa" are easy to guess.': "Les répétitions comme « aaa » se devinent facilement.",
    'Repeats like "abcabcabc" are only slightly harder to guess than "abc".': "Les répétitions comme « abcabcabc » ne"
    " se devinent guère moins vite que « abc ».",
    "Avoid repeated words and characters.": "Évitez de répéter un mot ou un caractère.",
    'Sequences like "abc" or "6543" are easy to guess.': "Les suites comme « abc » ou « 6543 » se devinent facilement.",
    "Avoid sequences.": "Évitez les suites.",
    "Recent years are easy to guess.": "Les années récentes se devinent facilement.",
    "Avoid recent years.": "Évitez les années récentes.",
    "Avoid years that are associated with you.": "Évitez les années qui ont un rapport avec vous.",
    "Dates are often easy to guess.": "Les dates se devinent souvent facilement.",
    "Avoid dates and years that are associated with you.": "Évitez les dates et les années qui ont un rapport avec"
    " vous.",
    "This is a top-10 common password.": "C'est l'un des dix mots de passe les plus courants.",
    "This is a top-100 common password.": "C'est l'un des cent mots de passe les plus courants.",
    "This is a very common password.": "C'est un mot de passe très courant.",
    "This is similar to a commonly used password.": "Il ressemble à un mot de passe courant.",
    "A word by itself is easy to guess.": "Un mot seul se devine facilement.",
    "Names and surnames by themselves are easy to guess.": "Un nom ou un prénom seul se devine facilement.",
    "Common names and surnames are easy to guess.": "Les noms et les prénoms courants se devinent facilement.",
    "Capitalization doesn't help very much.": "Une majuscule au début ne change pas grand-chose.",
    "All-uppercase is almost as easy to guess as all-lowercase.": "Tout en majuscules se devine presque aussi vite que"
    " tout en minuscules.",
    "Reversed words aren't much harder to guess.": "Un mot écrit à l'envers ne se devine guère moins vite.",
    "Predictable substitutions like '@' instead of 'a' don't help very much.": "Écrire « @ » au lieu de « a » ne change"
    " pas grand-chose.",
}
"""Everything that zxcvbn says, in French."""
