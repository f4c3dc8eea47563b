"""How alike two sentences are: the words that count, and the letters of those words.

Two measures, in their mean: the share of words in common (Dice), which forgives their order and their number, and the
share of letters in common (Indel), which forgives misspelling. Neither alone grouped as well.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from rapidfuzz import fuzz

from offre_bailleurs.french.text import fold

THRESHOLD = 70
"""From which two sentences are of one group, of 100.

Chosen on the 2,236 messages of tests/unit/nlu/unseen/ with 3,000 examples, thrown in one heap: 87 % of what is grouped
stands with its own intent, of 49 intents that are often neighbours («Identifiant perdu», «Mot de passe oublié»). At 66
it is 84 %, and a third more is grouped; at 73, 89 %, and a fifth less.
"""

_LEAST_SHARED = 2 * THRESHOLD - 100
"""With fewer words in common, equal letters could not make up for it."""

_PLACEHOLDER = re.compile(r"\[[^\[\]]*\]")
_WORD = re.compile(r"[^\W_]+")
_DOUBLED = re.compile(r"(.)\1+")
_LONG = 3
_SILENT_ENDINGS = "sx"
_STOP_WORDS = frozenset(
    """
    a ai ait alors apres as au aussi aux avec avez avoir avons bonjour bonsoir c ca car ce cela celle celui ces cet
    cette ceux chez comme comment d dans de deja depuis des dois doit donc du elle elles en encore est et etais
    etait ete etes etre eux fait faire faut il ils j je juste l la le les leur leurs lui m ma mais me meme merci mes
    moi mon n ne nos notre nous ok on ont ou oui par parce pas peu peut peux plait plus pour pourrais pourriez
    pouvez puis qu quand que quel quelle quelles quels qui quoi s sa sans se ses si sont suis sur svp t ta te tes
    toi ton tous tout toute tres tu un une va vais vers veut veux voila vos votre voudrais vous y
    """.split()  # noqa: SIM905 - words to read, not a list to parse
)


def words_of(text: str) -> list[str]:
    """The words that count in a sentence, each once, in order of the alphabet: without case, accents, plural, doubled
    letters, placeholders and words that any sentence has. A sentence made of these alone keeps them."""
    folded = fold(text)
    spoken = _WORD.findall(_PLACEHOLDER.sub(" ", folded)) or _WORD.findall(folded)
    telling = [word for word in spoken if word not in _STOP_WORDS]
    return sorted({_bare(word) for word in telling or spoken})


def _bare(word: str) -> str:
    stem = word.rstrip(_SILENT_ENDINGS) if len(word) > _LONG else word
    return _DOUBLED.sub(r"\1", stem or word)


class Neighbours:
    """Finds, among keys that were added, the one most like another: the one added first of those equally like it.

    A key is the words of `words_of`, joined by spaces.
    """

    def __init__(self, keys: Iterable[tuple[int, str]] = ()) -> None:
        self._keys: list[tuple[int, str, int]] = []
        self._holding: defaultdict[str, list[int]] = defaultdict(list)
        for group_id, key in keys:
            self.add(group_id, key)

    def add(self, group_id: int, key: str) -> None:
        """Add the key of a group."""
        words = key.split()
        for word in words:
            self._holding[word].append(len(self._keys))
        self._keys.append((group_id, key, len(words)))

    def nearest(self, key: str) -> int | None:
        """The group whose key is most like this one, or None when none is like it."""
        words = key.split()
        shared: Counter[int] = Counter()
        for word in words:
            shared.update(self._holding.get(word, ()))
        best, found = 0.0, None
        for place, count in sorted(shared.items()):
            group_id, other, length = self._keys[place]
            of_words = 200 * count / (len(words) + length)
            if of_words < max(_LEAST_SHARED, 2 * best - 100):
                continue
            needed = max(2 * THRESHOLD, 2 * best) - of_words
            score = (fuzz.ratio(key, other, score_cutoff=needed) + of_words) / 2
            if score >= THRESHOLD and score > best:
                best, found = score, group_id
        return found
