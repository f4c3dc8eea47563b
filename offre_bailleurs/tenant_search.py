"""Finds the tenancy that a landlord means: by name, by address or by a part of either, however it is typed.

The words of the text are compared with the words of each candidate. Words that everybody uses ("rue", "de", "madame",
"pour", "oui") never match on their own. A candidate is found when it explains every other word of the text; of those
the best are kept: most words explained, then fewest approximations, then names before addresses. So "martin" never
lists Martinet when a Martin exists, and "martin rue des lilas" is the Martin of that street.

Pure functions of their arguments: the caller decides who may see which tenancy before it asks.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import extract

from offre_bailleurs.french.tenant_phrase import Kind, Word, is_particle, is_telling, read_phrase, words_of

NEAREST = 3
"""How many tenancies are proposed when none is found."""


@dataclass(frozen=True)
class Candidate:
    """A tenancy that may be meant: its tenant's name, and the address on one line."""

    tenancy_id: int
    name: str
    address: str


@dataclass(frozen=True)
class Matches:
    """What was found.

    found: the best matches, equally good, in the candidates' order; () when there is none.
    nearest: up to `NEAREST` that come close, the closest first, when nothing was found.
    named: the person whom a sentence clearly names, as typed ("Mme Le Goff" → "Le Goff"), found or not.
    """

    found: tuple[Candidate, ...]
    nearest: tuple[Candidate, ...] = ()
    named: str | None = None


def find(text: str, candidates: Sequence[Candidate], *, sentence: bool = False) -> Matches:
    """The tenancies that `text` points at. Never raises.

    With `sentence`, the text is a whole first sentence ("je veux déclarer le loyer de Mme Le Goff pour juillet"): its
    unknown words are ignored unless they clearly name someone, and approximations count only where a name is expected.
    Nearest ones are then given only when someone is named.
    """
    return Index(candidates).find(text, sentence=sentence)


class _Hit(IntEnum):
    """How a word of the text and a word of a candidate agree, worth its value."""

    NAME = 10
    NAME_ONE_SLIP = 8
    NAME_START = 7
    NAME_TWO_SLIPS = 6
    PLACE = 5
    PLACE_ONE_SLIP = 4
    NUMBER = 3
    PLACE_TWO_SLIPS = 2
    INITIAL = 1


_EXACT = frozenset({_Hit.NAME, _Hit.PLACE, _Hit.NUMBER, _Hit.INITIAL})
_WITH_PARTICLE = 1
"""What "le goff" is worth to Le Goff above what it is worth to Goff."""
_LONGEST_COMPOUND = 3
_LONGEST_NAME = 8
"""In words, as the compounds that are kept: "de la Tour" is 3."""
_LOOSE_SIMILARITY = 0.8
_LOOSE = 3

_Hits = dict[int, _Hit]
"""Candidate's place in the list → the best agreement of one word with it."""


class Index:
    """The words of a list of candidates, ready to be asked several times."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self._candidates = tuple(candidates)
        self._names: defaultdict[str, list[int]] = defaultdict(list)
        self._places: defaultdict[str, list[int]] = defaultdict(list)
        for number, candidate in enumerate(self._candidates):
            for word in _name_keys(candidate.name):
                self._names[word].append(number)
            for word in _place_keys(candidate.address):
                self._places[word].append(number)

    def find(self, text: str, *, sentence: bool = False) -> Matches:
        """See the module's `find`."""
        phrase = read_phrase(text)
        if sentence:
            hits = [self._sentence_hits(word) for word in phrase.words]
            required = [place for place, word in enumerate(phrase.words) if word.in_name and word.kind is Kind.TELLING]
        else:
            hits = [self._answer_hits(word) for word in phrase.words]
            required = [place for place, word in enumerate(phrase.words) if word.kind is Kind.TELLING]
        bonus = self._add_compounds(phrase.words, hits, sentence=sentence)
        found = self._complete_ones(_best(hits, required, bonus), phrase.words)
        named = phrase.named if sentence else None
        if found:
            return Matches(tuple(self._candidates[number] for number in sorted(found)), named=named)
        if sentence and named is None:
            return Matches(())
        return Matches((), self._nearest([phrase.words[place] for place in required], hits, bonus), named)

    def _answer_hits(self, word: Word) -> _Hits:
        """A word of the answer to « Pour quel locataire ? »."""
        if word.kind is Kind.NEUTRAL:
            return {}
        if len(word.text) == 1 and not word.text.isdigit():
            return self._initials(word.text)
        hits = self._exact(word.text)
        if word.kind is Kind.TELLING and not word.text.isdigit():
            _merge(hits, self._near(word.text, slips=_slips(len(word.text))))
            if len(word.text) >= 3:
                _merge(hits, self._beginnings(word.text))
        return hits

    def _sentence_hits(self, word: Word) -> _Hits:
        """A word of a whole sentence: most of them name nobody."""
        text = word.text
        if word.kind is Kind.NEUTRAL or len(text) == 1:
            return dict.fromkeys(self._places.get(text, ()), _Hit.NUMBER) if word.in_street else {}
        if word.in_street:
            near = self._near(text, slips=1) if len(text) >= 5 and not text.isdigit() else {}
            return _merge(self._exact(text), {n: hit for n, hit in near.items() if hit is _Hit.PLACE_ONE_SLIP})
        if text.isdigit():
            return self._exact(text) if len(text) == 5 else {}
        if word.kind is Kind.ORDINARY:
            return self._exact(text) if word.in_name or word.capital else {}
        if word.after_determiner and not (word.capital or word.in_name):
            return {}
        hits = self._exact(text)
        if len(text) >= 5 and (word.in_name or word.capital or word.may_be_name):
            _merge(hits, self._near(text, slips=1))
        return hits

    def _exact(self, word: str) -> _Hits:
        place = _Hit.NUMBER if word.isdigit() and len(word) < 5 else _Hit.PLACE
        hits = dict.fromkeys(self._places.get(word, ()), place)
        hits.update(dict.fromkeys(self._names.get(word, ()), _Hit.NAME))
        return hits

    def _initials(self, letter: str) -> _Hits:
        words = (numbers for name, numbers in self._names.items() if name.startswith(letter))
        return {number: _Hit.INITIAL for numbers in words for number in numbers}

    def _near(self, word: str, *, slips: int) -> _Hits:
        """Candidates with a word at most `slips` typing slips away (a swap of neighbours is one slip)."""
        hits: _Hits = {}
        if slips == 0:
            return hits
        kinds = (
            (self._places, _Hit.PLACE_ONE_SLIP, _Hit.PLACE_TWO_SLIPS),
            (self._names, _Hit.NAME_ONE_SLIP, _Hit.NAME_TWO_SLIPS),
        )
        for words, one_slip, two_slips in kinds:
            for match, distance, _ in extract(word, words.keys(), scorer=OSA.distance, score_cutoff=slips, limit=None):
                if distance and not match.isdigit():
                    _merge(hits, dict.fromkeys(words[match], one_slip if distance == 1 else two_slips))
        return hits

    def _beginnings(self, word: str) -> _Hits:
        hits: _Hits = {}
        for words, hit in ((self._places, _Hit.PLACE_TWO_SLIPS), (self._names, _Hit.NAME_START)):
            for other, numbers in words.items():
                if other.startswith(word) and other != word:
                    _merge(hits, dict.fromkeys(numbers, hit))
        return hits

    def _add_compounds(self, words: Sequence[Word], hits: list[_Hits], *, sentence: bool) -> dict[int, int]:
        """Neighbouring words that make one name: "le goff" is Legoff, "marie claire" is Marie-Claire.

        Adds the agreement to each word of the compound in `hits`; returns what is worth more than its words.
        """
        bonus: dict[int, int] = {}
        for start, stop in _spans(len(words), _LONGEST_NAME):
            group = words[start:stop]
            numbers = self._names.get("".join(word.text for word in group), ())
            if numbers and _may_be_one_name(group, words, sentence=sentence):
                small = [word.kind is Kind.NEUTRAL for word in group]
                for number in numbers:
                    for word_hits, is_small in zip(hits[start:stop], small, strict=True):
                        if not is_small or all(small):
                            word_hits[number] = _Hit.NAME
                    bonus[number] = max(bonus.get(number, 0), _WITH_PARTICLE * any(small))
        return bonus

    def _complete_ones(self, numbers: list[int], words: Sequence[Word]) -> list[int]:
        """Of equally good candidates, those whose whole name was typed; all of them when there is none."""
        if len(numbers) < 2:
            return numbers
        typed = {"".join(word.text for word in words[start:stop]) for start, stop in _spans(len(words), _LONGEST_NAME)}
        complete = [number for number in numbers if not typed.isdisjoint(_rotations(self._candidates[number].name))]
        return complete or numbers

    def _nearest(self, words: Iterable[Word], hits: list[_Hits], bonus: Mapping[int, int]) -> tuple[Candidate, ...]:
        scores: defaultdict[int, float] = defaultdict(float, bonus)
        for word_hits in hits:
            for number, hit in word_hits.items():
                scores[number] += hit
        for word in words:
            similar = extract(
                word.text, self._names.keys(), scorer=JaroWinkler.similarity, score_cutoff=_LOOSE_SIMILARITY, limit=20
            )
            for match, similarity, _ in similar:
                for number in self._names[match]:
                    scores[number] += _LOOSE * similarity
        best = heapq.nsmallest(NEAREST, scores, key=lambda number: (-scores[number], number))
        return tuple(self._candidates[number] for number in best)


def _best(hits: Sequence[_Hits], required: Iterable[int], bonus: Mapping[int, int]) -> list[int]:
    """The candidates that explain all the required words and rank highest among those."""
    ranks: dict[int, tuple[int, int, int]] = {}
    for number in {number for word_hits in hits for number in word_hits}:
        ranks[number] = (0, 0, bonus.get(number, 0))
    needed = [hits[place] for place in required]
    for word_hits in hits:
        for number, hit in word_hits.items():
            explained, exact, worth = ranks[number]
            ranks[number] = (explained + 1, exact - (hit not in _EXACT), worth + hit)
    kept = {
        number: rank
        for number, rank in ranks.items()
        if rank[2] >= _Hit.PLACE_TWO_SLIPS and all(number in word_hits for word_hits in needed)
    }
    highest = max(kept.values(), default=None)
    return [number for number, rank in kept.items() if rank == highest]


def _merge(hits: _Hits, others: Mapping[int, _Hit]) -> _Hits:
    """Keep the better agreement of each candidate, in `hits`."""
    for number, hit in others.items():
        if hits.get(number, 0) < hit:
            hits[number] = hit
    return hits


def _may_be_one_name(group: Sequence[Word], phrase: Sequence[Word], *, sentence: bool) -> bool:
    """Whether neighbouring words may be one name of the register.

    Small words alone are one only when nothing else was typed ("de la rue"), ordinary ones in a sentence only where
    a name is expected.
    """
    if all(word.kind is Kind.NEUTRAL for word in group):
        return (
            not sentence
            and len(group) in (len(phrase), sum(not word.is_civility for word in phrase))
            and len(group) > 1
        )
    if not sentence or len(group) == 1:
        return not sentence
    return any(word.kind is Kind.TELLING or word.in_name or word.capital for word in group)


def _slips(length: int) -> int:
    """How many typing slips are forgiven in a word of this length."""
    if length < 4:
        return 0
    return 1 if length < 8 else 2


def _spans(count: int, longest: int) -> Iterator[tuple[int, int]]:
    """The bounds of every run of at most `longest` neighbours among `count`."""
    for start in range(count):
        for stop in range(start + 1, min(start + longest, count) + 1):
            yield start, stop


# The two caches below hold what the register is made of: the same strings come back at each turn of a conversation.


@lru_cache(maxsize=32_768)
def _name_keys(name: str) -> tuple[str, ...]:
    """What a name is looked up by: its words, and what people write as one (Marie-Claire, N'Diaye, Le Goff)."""
    words = words_of(name)
    if not any(map(is_telling, words)):
        return ("".join(words),)
    keys = {*words, *("".join(words_of(chunk)) for chunk in name.split())}
    for start, stop in _spans(len(words), _LONGEST_COMPOUND):
        run = words[start:stop]
        if all(map(is_particle, run[:-1])) and not is_particle(run[-1]):
            keys.add("".join(run))
    return tuple(key for key in keys if not is_particle(key))


@lru_cache(maxsize=32_768)
def _place_keys(address: str) -> tuple[str, ...]:
    """What an address is looked up by."""
    return tuple(set(filter(is_telling, words_of(address))))


def _rotations(name: str) -> set[str]:
    """A whole name written as one word, whichever of its words comes first."""
    words = words_of(name)
    return {"".join([*words[start:], *words[:start]]) for start in range(len(words))}
