"""Persons, towns and words that are not known to be ordinary, in a sentence whose forms are masked already.

A word is masked as a name when it is one, when it stands where a person is named (« M. … », « s'appelle … »), or when
it begins with a capital that no sentence asked for. A word in small letters that is neither ordinary nor an ordinary
one badly typed is masked too, as a word: it may be a name that nobody listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from bot.privacy import lexicon
from bot.privacy.placeholders import ADDRESS, NAME, PLACE, PLACEHOLDER, WORD
from offre_bailleurs.french.text import fold


def _set(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


_ABBREVIATED: Final = _set("mr mme mmes mlle dr me")
_CIVILITIES: Final = _set("mr mme mmes mlle monsieur messieurs madame mesdames mademoiselle veuve maitre docteur dr")
_PARTICLES: Final = _set("le la les l de du des d van von der den el al ben ibn da do dos di bel bou ould ait sidi")
_FOREIGN_PARTICLES: Final = _set("van von der den el al ben bin ibn bel bou ould ait sidi o mac")
"""Those that stand before a name alone, in small letters too."""
_CALLED: Final = _set("appelle appele appellent appelee nomme nommee nom noms prenom prenoms signe dit dite")
_BEFORE_A_NAME: Final = _set(
    "de d pour chez avec locataire locataires loc colocataire collegue par pr et celle celui dossier madame",
    "monsieur declaration decla loyer famille societe residence mlle",
)
_BEFORE_A_SUBJECT: Final = _set("que qu suis moi ici signe cordialement ma mon")
_BEFORE_A_CLAUSE: Final = _set("que qu si et quand car mais comme ou bonjour")
_DOES: Final = _set("n ne a est etait avait me m nous habite loue occupe doit paie paye refuse veut va")
_BEFORE_A_CAPITAL: Final = _BEFORE_A_NAME | _set("a au aux dans vers sur en du des la les le c est suis et moi")
"""What stands before a proper noun: an ordinary word in capitals after it is one."""
_GREETINGS: Final = _set("bonjour bonsoir bjr salut merci cher chere oui non svp hello desole pardon")
_AFTER_A_NAME: Final = _set(
    "a est n ne ont sont et qui que me m part partie parti paie paye payait payera doit doivent habite loue occupe",
    "va veut refuse reste quitte svp stp merci s il elle au aux pour dans depuis en car mais y avait etait es vit",
)
_NO_NAMES: Final = _set(
    "le la les l un une des du de d je j tu il elle on nous vous ils elles me m te t se s y en ne n pas plus que qu",
    "qui quoi dont ou et mais donc or ni car ce cet cette ces c ca cela mon ma mes ton ta tes son sa ses notre nos",
    "votre vos leur leurs a au aux avec sans pour par sur sous dans chez vers est suis es sont etes sommes ai as",
    "avons avez ont oui non ok merci svp stp bonjour bonsoir comment quand combien pourquoi si puis peux peut",
    "pouvez veux veut doit voudrais dois faut fait faire comme tout tous bien tres aussi meme encore deja toujours",
    "jamais premier second",
)
"""Words that no name is made of, even after a civility."""
_KEPT_CAPITALS: Final = _set(
    "caf cnaf cpam msa mcp apl als alf al aah rsa hlm sci sarl sas oph cesu pdf sms rib iban nir siret siren faq",
    "rgpd urssaf edf dom tom ccas bnp irl tva dpe cdi cdd cfe insee n no mme mlle mr mon compte partenaire",
    "partenaires espace professionnel identifiant perdu mot passe oublie oublies declarer loyer valider annuler",
    "modifier continuer creer un utilisateur utilisateurs mes gestion habilitations locataires accueil menu",
    "connexion offre bailleurs guide service groupe prive prives conventionne conventionnes logements monsieur",
    "madame mademoiselle messieurs mesdames internet",
)
"""Ordinary in capitals wherever they stand: the interface's own words, and what is always written so."""
_LONGEST_RUN: Final = 4
"""Words of a name, particles not counted."""
_FEW: Final = 6
"""Words of a message that may be names alone."""
_TITLED: Final = 0.6
"""The share of capitals from which they say nothing: « Bonjour Je Veux Déclarer »."""

_WORD: Final = re.compile(r"[^\W\d_]+")
_PIECE: Final = re.compile(rf"{PLACEHOLDER.pattern}|{_WORD.pattern}")
_SENTENCE_END: Final = re.compile(r"[.!?…:;\n«\"(]")


@dataclass(slots=True)
class _Token:
    raw: str
    word: str
    start: int
    end: int
    begins: bool
    """Begins the sentence: its capital says nothing."""
    elided: bool
    glue: str
    """What stands between it and the token before."""
    mask: str = ""

    @property
    def capital(self) -> bool:
        return self.raw[0].isupper()


def mask_persons(text: str) -> str:
    """Replace names, towns and unknown words."""
    tokens = list(_tokens(text))
    trusted = _capitals_tell(tokens)
    for position, token in enumerate(tokens):
        token.mask = token.mask or _by_itself(token, tokens[position - 1] if position else None, trusted=trusted)
    for position, token in enumerate(tokens):
        if _is_civility(token, text):
            _mark(tokens, position + 1, firmly=token.word in _ABBREVIATED | {"m"} or not _is_greeted(tokens, position))
        elif token.word in _CALLED:
            _mark(tokens, position + 1, firmly=_is_said(tokens, position))
    for before, token, following in zip([None, *tokens], tokens, tokens[1:], strict=False):
        if not token.mask and _may_be_subject(before, token, following):
            token.mask = WORD
    for position, token in enumerate(tokens):
        if not token.mask and token.word in lexicon.ambiguous() and _is_named(tokens, position, trusted=trusted):
            token.mask = NAME
    if trusted:
        _take_titles(tokens)
    _absorb(tokens, trusted=trusted)
    return _written(text, tokens)


def _tokens(text: str) -> Iterator[_Token]:
    end, before = 0, ""
    for piece in _PIECE.finditer(text):
        start, glue, end = piece.start(), text[end : piece.start()], piece.end()
        if piece[0][0] == "[":
            yield _Token(piece[0], "", start, end, False, False, glue, mask=piece[0])
            before = ""
            continue
        word = fold(piece[0])
        elided = text[end : end + 1] == "'" and len(word) <= 8 and text[end + 1 : end + 2].isalpha()
        abbreviated = glue.startswith(".") and (len(before) == 1 or before in _ABBREVIATED)
        begins = (
            start == 0 or not text[:start].strip(' "«(') or (_SENTENCE_END.search(glue) is not None and not abbreviated)
        )
        yield _Token(piece[0], word, start, end, begins, elided, glue)
        before = word


def _capitals_tell(tokens: list[_Token]) -> bool:
    """Whether a capital is worth something here: not in « LE LOYER DE DURAND », nor in « Bonjour Je Veux Déclarer »."""
    words = [token for token in tokens if token.word]
    long = [token for token in words if len(token.raw) > 1]
    if not long or all(token.raw.isupper() for token in long):
        return False
    return len(words) <= _FEW or sum(token.capital for token in words) <= _TITLED * len(words)


def _by_itself(token: _Token, before: _Token | None, *, trusted: bool) -> str:
    word = token.word
    if word in lexicon.names():
        return NAME
    if word in lexicon.places():
        return PLACE
    if before is not None and before.word == "o" and before.elided:
        return NAME  # « O'Connor »
    if word in _KEPT_CAPITALS or len(word) == 1:
        return ""
    asked_for = token.begins or not token.capital or not trusted
    if word in lexicon.ordinary():
        proper = (
            not asked_for
            and len(word) > 2
            and before is not None
            and (before.mask in (NAME, PLACE) or before.word in _BEFORE_A_CAPITAL)
        )
        return NAME if proper and word not in _NO_NAMES else ""
    if not asked_for:
        return NAME
    if token.capital and trusted:
        return WORD
    may_be_name = before is not None and before.word in _BEFORE_A_NAME | _BEFORE_A_SUBJECT
    return "" if not may_be_name and lexicon.is_misspelt(word) else WORD


def _may_be_subject(before: _Token | None, token: _Token, following: _Token) -> bool:
    """« fleury n'a pas payé », « si fleury est parti »: what does something, and is no ordinary word."""
    begins = before is None or before.word in _BEFORE_A_CLAUSE
    return (
        begins
        and following.word in _DOES
        and len(token.word) > 2
        and not token.elided
        and token.word not in _KEPT_CAPITALS
        and token.word not in lexicon.ordinary()
    )


def _is_civility(token: _Token, text: str) -> bool:
    if token.word in _CIVILITIES:
        return True
    followed = text[token.end : token.end + 1]
    return token.word == "m" and not token.elided and (followed == "." or (token.raw == "M" and followed == " "))


def _is_greeted(tokens: list[_Token], position: int) -> bool:
    """« Bonjour madame, … »: what follows is what is asked, unless it looks like a name."""
    return position == 0 or tokens[position - 1].word in _GREETINGS


def _is_said(tokens: list[_Token], position: int) -> bool:
    """« s'appelle petit », « nom : petit », not « le nom du locataire »."""
    following = tokens[position + 1 : position + 2]
    return tokens[position].word.startswith(("appel", "nomm")) or any(":" in token.glue for token in following)


def _mark(tokens: list[_Token], start: int, *, firmly: bool) -> None:
    """Mask the name that begins at `start`, if one does."""
    named = 0
    for token in tokens[start:]:
        if re.search(r"[^\s.:'-]", token.glue) or named == _LONGEST_RUN:
            return
        if token.word in _PARTICLES and not (token.capital and named):
            continue
        looks_like_one = token.capital and not token.begins
        is_name = token.mask in (NAME, WORD, PLACE) or looks_like_one or token.word in lexicon.ambiguous()
        if token.word in _NO_NAMES or not (is_name or (firmly and not named and len(token.word) > 1)):
            return
        token.mask = NAME
        named += 1


def _is_named(tokens: list[_Token], position: int, *, trusted: bool) -> bool:
    """Whether a word that may be a name is one here: « Rose », « le loyer de petit », « Petit n'a pas payé »."""
    token = tokens[position]
    if token.capital and not token.begins and trusted:
        return True
    before = tokens[position - 1] if position else None
    if before is not None and before.mask == NAME and token.glue in (" ", "-"):
        return True
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    ends = following is None or following.word in _AFTER_A_NAME or following.glue.strip() != ""
    if token.begins:
        return token.capital and following is not None and following.word in _AFTER_A_NAME
    return ends and before is not None and before.word in _BEFORE_A_NAME


def _take_titles(tokens: list[_Token]) -> None:
    """A message that is a name: « Le Meur », « Les Oliviers », « De La Tour »."""
    words = [token for token in tokens if token.word]
    if not 1 < len(words) <= _LONGEST_RUN or not all(token.capital and not token.raw.isupper() for token in words):
        return
    if words[0].word in _PARTICLES or any(token.mask for token in words):
        for token in words:
            token.mask = token.mask or NAME


def _absorb(tokens: list[_Token], *, trusted: bool) -> None:
    """Take particles, initials and hyphened parts into the name beside them: « Le Goff », « J. Roux », « Jean-Bon »."""
    for token, following in reversed(list(pairwise(tokens))):
        if token.mask or following.mask not in (NAME, PLACE, WORD):
            continue
        capital = token.capital and trusted
        particle = capital and not token.begins and token.word in _PARTICLES and following.glue in (" ", "'", "-")
        initial = capital and len(token.raw) == 1 and following.glue.strip() in (".", "'") and token.word != "m"
        foreign = token.word in _FOREIGN_PARTICLES and following.mask != PLACE and following.glue in (" ", "'", "-")
        if particle or initial or foreign or (following.glue == "-" and token.capital):
            token.mask = following.mask
    for before, token in pairwise(tokens):
        follows = trusted and token.capital and not token.begins and token.word in _PARTICLES and token.glue == " "
        if not token.mask and before.mask == NAME and (token.glue == "-" or follows):
            token.mask = NAME


def _written(text: str, tokens: list[_Token]) -> str:
    parts: list[str] = []
    end, last = 0, ""
    for token in tokens:
        if not token.mask:
            last = ""
            continue
        glue = text[end : token.start]
        joined = _joined(last, token.mask) if last and re.fullmatch(r"[\s'.-]*", glue) else None
        if joined is None:
            parts += [glue, token.mask]
            last = token.mask
        else:
            parts[-1] = last = joined
        end = token.end
    return "".join([*parts, text[end:]])


def _joined(before: str, mask: str) -> str | None:
    """One placeholder for two that follow each other, or None."""
    words = (NAME, WORD, PLACE)
    if before == mask and mask in words:
        return mask
    if before == ADDRESS and mask in words:
        return ADDRESS
    return NAME if {before, mask} == {NAME, WORD} else None
