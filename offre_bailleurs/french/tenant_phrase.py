"""Reads the words with which a landlord points at a tenant: which ones count, which name a person, which a street."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from offre_bailleurs.french.text import fold

LONGEST_PHRASE = 60
"""Words read of a text; what follows cannot name a tenant that the beginning did not."""
LONGEST_WORD = 60
"""Letters read of a word: of a name as of what is typed."""


def _set(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


_CIVILITIES = _set("m mr mrs mm monsieur messieurs mme mmes madame mesdames mlle mademoiselle veuve")
_STREETS = _set(
    "rue avenue boulevard place allee allees chemin impasse route quai square cours passage ruelle residence",
    "lotissement sentier venelle voie esplanade faubourg hameau",
)
_PARTICLES = _set("le la les l de du des d van von der den el al ben ibn da do dos di saint sainte")
_DETERMINERS = _set("un une le la les l mon ma mes ce cet cette ces son sa ses notre nos votre vos leur leurs")
_NAMES_FOLLOW = _set("pour de d chez locataire avec")
_NEUTRAL = (_CIVILITIES | _STREETS | _PARTICLES | _DETERMINERS) - {"saint", "sainte"} | _set(
    "a au aux en et ou ni ne n pas y c ca cela celui celle ceux qui que qu quoi dont je j tu t il elle on nous vous",
    "ils elles me se s te lui ton ta tes par sur sous dans avec sans chez pour vers est suis es sont etes sommes ai",
    "as avons avez ont oui non ouais nan si ok okay merci stp svp euro euros eur bonjour bonsoir salut numero no",
    "bis ter",
)
_ORDINARY = _NEUTRAL | _set(
    # What a first sentence about a rent is made of, and the words one slip away from a common name
    # (charges/Charles, famille/Camille, retard/Renard, mairie/Marie): they name nobody by themselves.
    "loyer loyers juillet juin mai avril mars fevrier janvier aout septembre octobre novembre decembre mois annee",
    "an ans jour jours semaine date debut fin aujourd hui hier demain maintenant ancien ancienne nouveau nouvelle",
    "dernier derniere premier premiere prochain prochaine matin midi soir declarer declare declares declarons",
    "declarez declaration declarations faire fais fait faut faudrait saisir saisie entrer remplir envoyer envoi",
    "transmettre transmets valider commencer continuer reprendre finir terminer modifier changer corriger annuler",
    "signaler indiquer donner renseigner confirmer voudrais voulais veux veut voulons voudrions souhaite souhaitons",
    "souhaiterais aimerais aimerions dois doit devons peux peut pouvez pouvons puis pourrais pourriez aller vais",
    "allons va vient venir viens demande demander besoin question questions probleme souci aide aider aidez savoir",
    "connaitre comment combien quand pourquoi quel quelle quels quelles sert cherche voir dire dis appelle",
    "locataire locataires colocataire colocataires bailleur bailleurs proprietaire proprietaires locatif location",
    "bail baux logement logements appartement appart maison maisons studio immeuble batiment etage chambre pavillon",
    "garage adresse ville code postal habite habitant loge loue loues louer occupe reside famille couple epoux",
    "conjoint fils fille organisme agence gerant gerante gestion gere mandat mairie caf cnaf apl als alf allocation",
    "allocataire mcp compte partenaire partenaires espace dossier recapitulatif identifiant mot passe montant",
    "montants somme charges charge comprises comprise hors total prix centimes cents mille cent paye payer payee",
    "paie impaye impayes retard dette depart parti partie quitte toujours encore meme pareil deja plus moins tres",
    "bien bon bonne alors donc mais car comme aussi ensuite depuis pendant durant apres avant entre jusque sinon",
    "plait beaucoup avance urgent petite grande seul seule tous tout toute toutes autre autres suivant suivante",
)
_ABBREVIATIONS = {
    "st": "saint", "ste": "sainte", "r": "rue", "av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard",
    "blvd": "boulevard", "boul": "boulevard", "pl": "place", "all": "allee", "ch": "chemin", "che": "chemin",
    "imp": "impasse", "rte": "route", "sq": "square", "res": "residence", "fg": "faubourg", "fbg": "faubourg",
}  # fmt: skip
_LONGEST_NAME = 5
_TOKEN = re.compile(r"\d+|[^\W\d_]+")


class Kind(Enum):
    """How much a word says."""

    NEUTRAL = "neutral"  # never points at anyone on its own
    ORDINARY = "ordinary"  # may be a name, may be ordinary French
    TELLING = "telling"  # must be explained by whoever is found


@dataclass(frozen=True, slots=True)
class Word:
    """One folded word of what was typed."""

    text: str
    kind: Kind
    capital: bool = False
    """Begins with a capital that is not the sentence's own."""
    in_name: bool = False
    """Stands where a person is named: after a civility, or a capital after « pour », « de »…"""
    in_street: bool = False
    """Stands in « 12 rue des Lilas »."""
    after_determiner: bool = False
    """Follows « un », « la », « mon »…: a common noun unless it is part of a name."""
    may_be_name: bool = False
    """Directly follows « de », « pour »…, whatever its case."""

    @property
    def is_civility(self) -> bool:
        """« M. », « madame »…"""
        return self.text in _CIVILITIES


@dataclass(frozen=True)
class Phrase:
    """The words typed, and the person they clearly name, if any."""

    words: tuple[Word, ...]
    named: str | None


@lru_cache(maxsize=50_000)
def _tokens(chunk: str) -> tuple[str, ...]:
    """The folded words of a text without spaces. Cached: the same few thousand chunks make up every register."""
    found = _TOKEN.findall(chunk.lower() if chunk.isascii() else fold(chunk))
    return tuple(_ABBREVIATIONS.get(token, token)[:LONGEST_WORD] for token in found)


def words_of(text: str) -> list[str]:
    """The folded words of a name or an address: "3 bd d'Arc" → 3, boulevard, d, arc."""
    return [token for chunk in text.split() for token in _tokens(chunk)]


def is_telling(word: str) -> bool:
    """Whether a word of a name or an address is worth looking up on its own."""
    return word not in _NEUTRAL


def is_particle(word: str) -> bool:
    """Whether a word begins names: the "le" of Le Goff, the "de" and "la" of de la Tour."""
    return word in _PARTICLES


def read_phrase(text: str) -> Phrase:
    """Read what a landlord typed. Never raises; only the first `LONGEST_PHRASE` words are read."""
    raw = list(_raw_words(text))
    shouted = not any(token.original.islower() for token in raw)
    in_name, named = _named_person(raw, trust_capitals=not shouted)
    in_street = _street(raw)
    words = [
        Word(
            text=token.text,
            kind=_kind(token.text),
            capital=token.capital and position > 0 and not shouted,
            in_name=position in in_name,
            in_street=position in in_street,
            after_determiner=position > 0 and raw[position - 1].text in _DETERMINERS,
            may_be_name=position > 0 and raw[position - 1].text in _NAMES_FOLLOW,
        )
        for position, token in enumerate(raw)
    ]
    return Phrase(tuple(words), named)


@dataclass(frozen=True, slots=True)
class _Raw:
    text: str
    original: str
    elided: bool  # "m" of "m'a": not « M. »

    @property
    def capital(self) -> bool:
        return self.original[:1].isupper()


def _raw_words(text: str) -> Iterator[_Raw]:
    count = 0
    for chunk in text.split():
        tokens = _tokens(chunk[:200])
        elided = len(tokens) > 1 and len(tokens[0]) <= 2 and bool(re.match(r"\w+['’]", chunk))
        originals = _TOKEN.findall(chunk)
        for place, token in enumerate(tokens):
            # Folding can change how many words a chunk has (ligatures, marks): the case is then the chunk's own.
            original = originals[place] if len(originals) == len(tokens) else chunk
            yield _Raw(token, original, elided and place == 0)
            count += 1
            if count == LONGEST_PHRASE:
                return


def _kind(word: str) -> Kind:
    if word in _NEUTRAL:
        return Kind.NEUTRAL
    if word in _ORDINARY or len(word) == 1 or word in _PARTICLES:
        return Kind.ORDINARY if not word.isdigit() else Kind.TELLING
    return Kind.TELLING


def _named_person(raw: list[_Raw], *, trust_capitals: bool) -> tuple[frozenset[int], str | None]:
    """The positions of the first name that a civility or a preposition announces, and the name as typed."""
    for start, token in enumerate(raw):
        civility = token.text in _CIVILITIES and not token.elided
        announced = token.text in _NAMES_FOLLOW and trust_capitals
        if not (civility or announced):
            continue
        positions: list[int] = []
        for position in range(start + 1, min(len(raw), start + 1 + _LONGEST_NAME)):
            word = raw[position]
            if word.text in _PARTICLES or _continues_name(word, first=not positions, civility=civility):
                positions.append(position)
            else:
                break
        while positions and raw[positions[-1]].text in _PARTICLES:
            positions.pop()
        if positions and (civility or raw[positions[0]].capital):
            return frozenset(positions), " ".join(raw[position].original for position in positions)
    return frozenset(), None


def _continues_name(word: _Raw, *, first: bool, civility: bool) -> bool:
    if word.text.isdigit() or word.text in _NEUTRAL:
        return False
    if word.text in _ORDINARY:
        return civility and first  # « M. Avril », « Mme Petite »
    return civility or word.capital


def _street(raw: list[_Raw]) -> frozenset[int]:
    """The positions around a word such as "rue": the number before it and the words after it, up to a preposition."""
    positions: set[int] = set()
    for start, token in enumerate(raw):
        if token.text not in _STREETS:
            continue
        for before in range(start - 1, max(-1, start - 3), -1):
            if not (raw[before].text.isdigit() or raw[before].text in ("bis", "ter")):
                break
            positions.add(before)
        for after in range(start + 1, min(len(raw), start + 7)):
            if raw[after].text in _NEUTRAL and raw[after].text not in _PARTICLES:
                break
            positions.add(after)
    return frozenset(positions)
