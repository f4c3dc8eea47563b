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
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import extract

from offre_bailleurs.french.tenant_phrase import (
    LONGEST_WORD,
    Kind,
    Word,
    is_particle,
    is_telling,
    read_phrase,
    words_of,
)

MOST_SLIPS = 2
"""Typing slips forgiven in a long word."""
ALIKE_LETTERS = 3
"""Two names of which these are the first may look alike, however far apart the rest is."""
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
"""Candidate's number → the best agreement of one word with it."""


class Words:
    """The words of names and of addresses, each with the numbers of the candidates that bear it."""

    def __init__(self) -> None:
        self.names: dict[str, Collection[int]] = {}
        self.places: dict[str, Collection[int]] = {}

    def in_names(self, word: str) -> Collection[int]:
        """Those with exactly this word in their name."""
        return self.names.get(word, ())

    def in_places(self, word: str) -> Collection[int]:
        """Those with exactly this word in their address."""
        return self.places.get(word, ())

    def near(self, word: str, slips: int) -> Iterator[tuple[bool, int, Collection[int]]]:
        """In a name or not, how many typing slips away (1 to `slips`; a swap of neighbours is one slip), and who."""
        for in_name, words in ((False, self.places), (True, self.names)):
            for match, distance, _ in extract(word, words.keys(), scorer=OSA.distance, score_cutoff=slips, limit=None):
                if distance and not match.isdigit():
                    yield in_name, distance, words[match]

    def beginning(self, start: str) -> Iterator[tuple[bool, Collection[int]]]:
        """In a name or not, and who: longer words with this beginning."""
        for in_name, words in ((False, self.places), (True, self.names)):
            for other, numbers in words.items():
                if other.startswith(start) and other != start:
                    yield in_name, numbers

    def initials(self, letter: str) -> Iterator[Collection[int]]:
        """Those with a name that begins so."""
        return (numbers for name, numbers in self.names.items() if name.startswith(letter))

    def alike(self, word: str) -> Iterator[tuple[float, Collection[int]]]:
        """How similar (0 to 1), and who: names of the same beginning, or few slips away, that look like this one."""
        similar = extract(
            word, self.names.keys(), scorer=JaroWinkler.similarity, score_cutoff=_LOOSE_SIMILARITY, limit=None
        )
        slips = slips_forgiven(len(word))
        for match, similarity, _ in similar:
            same_start = match[:ALIKE_LETTERS] == word[:ALIKE_LETTERS]
            if same_start or OSA.distance(word, match, score_cutoff=slips) <= slips:
                yield similarity, self.names[match]


class Wanted(Words):
    """Holds nothing, and notes what a search asks for: what a database has to be asked."""

    def __init__(self) -> None:
        super().__init__()
        self.words: set[str] = set()
        self.slips: set[tuple[str, int]] = set()
        """Words, and how many slips away."""
        self.starts: set[str] = set()
        self.name_starts: set[str] = set()

    def beyond(self, other: Wanted) -> Wanted:
        """What this one asks for, and not another."""
        rest = Wanted()
        rest.words, rest.slips = self.words - other.words, self.slips - other.slips
        rest.starts, rest.name_starts = self.starts - other.starts, self.name_starts - other.name_starts
        return rest

    def in_names(self, word: str) -> Collection[int]:
        self.words.add(word)
        return ()

    def in_places(self, word: str) -> Collection[int]:
        self.words.add(word)
        return ()

    def near(self, word: str, slips: int) -> Iterator[tuple[bool, int, Collection[int]]]:
        self.slips.add((word, slips))
        return iter(())

    def beginning(self, start: str) -> Iterator[tuple[bool, Collection[int]]]:
        self.starts.add(start)
        return iter(())

    def initials(self, letter: str) -> Iterator[Collection[int]]:
        self.name_starts.add(letter)
        return iter(())

    def alike(self, word: str) -> Iterator[tuple[float, Collection[int]]]:
        self.name_starts.add(word[:ALIKE_LETTERS])
        self.slips.add((word, slips_forgiven(len(word))))
        return iter(())


class Search:
    """What a text means among the words of some candidates, whoever holds them: a list, a database.

    Whether and how well a candidate is found depends on its own words alone, never on the other candidates'.
    """

    def __init__(self, text: str, *, sentence: bool = False) -> None:
        self._phrase = read_phrase(text)
        self._sentence = sentence
        words = self._phrase.words
        self._required = [
            place for place, word in enumerate(words) if word.kind is Kind.TELLING and (word.in_name or not sentence)
        ]
        self._typed = [
            "".join(word.text for word in words[start:stop]) for start, stop in _spans(len(words), _LONGEST_NAME)
        ]

    @property
    def named(self) -> str | None:
        """The person whom a sentence clearly names."""
        return self._phrase.named if self._sentence else None

    @property
    def proposes(self) -> bool:
        """Nearest ones are given when nothing is found."""
        return not self._sentence or self.named is not None

    def best(self, words: Words) -> list[int]:
        """The numbers of those that explain the text best, equally well; whole names are not told from longer ones."""
        hits, bonus = self._hits(words)
        return _best(hits, self._required, bonus)

    def is_whole_name(self, name: str) -> bool:
        """The text holds this whole name."""
        return not _rotations(name).isdisjoint(self._typed)

    def nearness(self, words: Words) -> dict[int, float]:
        """How near each number comes, when none is found: its score."""
        hits, bonus = self._hits(words)
        scores: defaultdict[int, float] = defaultdict(float, bonus)
        for word_hits in hits:
            for number, hit in word_hits.items():
                scores[number] += hit
        for place in self._required:
            for similarity, numbers in words.alike(self._phrase.words[place].text):
                for number in numbers:
                    scores[number] += _LOOSE * similarity
        return scores

    def _hits(self, words: Words) -> tuple[list[_Hits], dict[int, int]]:
        read = self._sentence_hits if self._sentence else self._answer_hits
        hits = [read(words, word) for word in self._phrase.words]
        return hits, self._add_compounds(words, hits)

    @staticmethod
    def _answer_hits(words: Words, word: Word) -> _Hits:
        """A word of the answer to « Pour quel locataire ? »."""
        if word.kind is Kind.NEUTRAL:
            return {}
        if len(word.text) == 1 and not word.text.isdigit():
            return {number: _Hit.INITIAL for numbers in words.initials(word.text) for number in numbers}
        hits = _exact(words, word.text)
        if word.kind is Kind.TELLING and not word.text.isdigit():
            _merge(hits, _near(words, word.text, slips=slips_forgiven(len(word.text))))
            if len(word.text) >= 3:
                for in_name, numbers in words.beginning(word.text):
                    _merge(hits, dict.fromkeys(numbers, _Hit.NAME_START if in_name else _Hit.PLACE_TWO_SLIPS))
        return hits

    @staticmethod
    def _sentence_hits(words: Words, word: Word) -> _Hits:
        """A word of a whole sentence: most of them name nobody."""
        text = word.text
        if word.kind is Kind.NEUTRAL or len(text) == 1:
            return dict.fromkeys(words.in_places(text), _Hit.NUMBER) if word.in_street else {}
        if word.in_street:
            near = _near(words, text, slips=1) if len(text) >= 5 and not text.isdigit() else {}
            return _merge(_exact(words, text), {n: hit for n, hit in near.items() if hit is _Hit.PLACE_ONE_SLIP})
        if text.isdigit():
            return _exact(words, text) if len(text) == 5 else {}
        if word.kind is Kind.ORDINARY:
            return _exact(words, text) if word.in_name or word.capital else {}
        if word.after_determiner and not (word.capital or word.in_name):
            return {}
        hits = _exact(words, text)
        if len(text) >= 5 and (word.in_name or word.capital or word.may_be_name):
            _merge(hits, _near(words, text, slips=1))
        return hits

    def _add_compounds(self, words: Words, hits: list[_Hits]) -> dict[int, int]:
        """Neighbouring words that make one name: "le goff" is Legoff, "marie claire" is Marie-Claire.

        Adds the agreement to each word of the compound in `hits`; returns what is worth more than its words.
        """
        bonus: dict[int, int] = {}
        typed = self._phrase.words
        for start, stop in _spans(len(typed), _LONGEST_NAME):
            group = typed[start:stop]
            if not _may_be_one_name(group, typed, sentence=self._sentence):
                continue
            small = [word.kind is Kind.NEUTRAL for word in group]
            for number in words.in_names("".join(word.text for word in group)[:LONGEST_WORD]):
                for word_hits, is_small in zip(hits[start:stop], small, strict=True):
                    if not is_small or all(small):
                        word_hits[number] = _Hit.NAME
                bonus[number] = max(bonus.get(number, 0), _WITH_PARTICLE * any(small))
        return bonus


class Index:
    """The words of a list of candidates, ready to be asked several times."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self._candidates = tuple(candidates)
        names: defaultdict[str, list[int]] = defaultdict(list)
        places: defaultdict[str, list[int]] = defaultdict(list)
        for number, candidate in enumerate(self._candidates):
            for word in name_keys(candidate.name):
                names[word].append(number)
            for word in place_keys(candidate.address):
                places[word].append(number)
        self._words = Words()
        self._words.names.update(names)
        self._words.places.update(places)

    def find(self, text: str, *, sentence: bool = False) -> Matches:
        """See the module's `find`."""
        search = Search(text, sentence=sentence)
        found = search.best(self._words)
        if len(found) > 1:
            found = [number for number in found if search.is_whole_name(self._candidates[number].name)] or found
        if found or not search.proposes:
            return Matches(tuple(self._candidates[number] for number in sorted(found)), named=search.named)
        scores = search.nearness(self._words)
        best = heapq.nsmallest(NEAREST, scores, key=lambda number: (-scores[number], number))
        return Matches((), tuple(self._candidates[number] for number in best), search.named)


def _exact(words: Words, word: str) -> _Hits:
    place = _Hit.NUMBER if word.isdigit() and len(word) < 5 else _Hit.PLACE
    hits = dict.fromkeys(words.in_places(word), place)
    hits.update(dict.fromkeys(words.in_names(word), _Hit.NAME))
    return hits


def _near(words: Words, word: str, *, slips: int) -> _Hits:
    hits: _Hits = {}
    if slips == 0:
        return hits
    for in_name, distance, numbers in words.near(word, slips):
        if in_name:
            hit = _Hit.NAME_ONE_SLIP if distance == 1 else _Hit.NAME_TWO_SLIPS
        else:
            hit = _Hit.PLACE_ONE_SLIP if distance == 1 else _Hit.PLACE_TWO_SLIPS
        _merge(hits, dict.fromkeys(numbers, hit))
    return hits


def _best(hits: Sequence[_Hits], required: Iterable[int], bonus: Mapping[int, int]) -> list[int]:
    """The candidates that explain all the required words and rank highest among those."""
    needed = sorted((hits[place] for place in required), key=len)
    numbers = set(needed[0]).intersection(*needed[1:]) if needed else {n for word_hits in hits for n in word_hits}
    highest, best = (0, 0, 0), list[int]()
    for number in numbers:
        explaining = [word_hits[number] for word_hits in hits if number in word_hits]
        approximate = sum(hit not in _EXACT for hit in explaining)
        rank = (len(explaining), -approximate, sum(explaining) + bonus.get(number, 0))
        if rank[2] < _Hit.PLACE_TWO_SLIPS or rank < highest:
            continue
        if rank > highest:
            highest, best = rank, []
        best.append(number)
    return best


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


def slips_forgiven(length: int) -> int:
    """How many typing slips are forgiven in a word of this length."""
    if length < 4:
        return 0
    return 1 if length < 8 else MOST_SLIPS


def _spans(count: int, longest: int) -> Iterator[tuple[int, int]]:
    """The bounds of every run of at most `longest` neighbours among `count`."""
    for start in range(count):
        for stop in range(start + 1, min(start + longest, count) + 1):
            yield start, stop


# The two caches below hold what the register is made of: the same strings come back at each turn of a conversation.


@lru_cache(maxsize=32_768)
def name_keys(name: str) -> tuple[str, ...]:
    """What a name is looked up by: its words, and what people write as one (Marie-Claire, N'Diaye, Le Goff)."""
    words = words_of(name)
    if not any(map(is_telling, words)):
        return ("".join(words)[:LONGEST_WORD],)
    keys = {*words, *("".join(words_of(chunk)) for chunk in name.split())}
    for start, stop in _spans(len(words), _LONGEST_COMPOUND):
        run = words[start:stop]
        if all(map(is_particle, run[:-1])) and not is_particle(run[-1]):
            keys.add("".join(run))
    return tuple({key[:LONGEST_WORD] for key in keys if not is_particle(key)})


@lru_cache(maxsize=32_768)
def place_keys(address: str) -> tuple[str, ...]:
    """What an address is looked up by."""
    return tuple(set(filter(is_telling, words_of(address))))


def _rotations(name: str) -> set[str]:
    """A whole name written as one word, whichever of its words comes first."""
    words = words_of(name)
    return {"".join([*words[start:], *words[:start]]) for start in range(len(words))}
