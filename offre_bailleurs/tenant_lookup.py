"""Finds the tenancies that a landlord means among all that they may see: `tenant_search`, asked of the database.

Only the words that the text may mean are read from `tenancy_word`, with whom they belong to; what they mean is then
decided by the same code that searches a list. So the answer is the same among 10 tenancies and among 10,000, and a
change is found by the next search: nothing is remembered between two (docs/decisions/0016).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA
from sqlalchemy import ColumnElement, CompoundSelect, and_, select, union_all
from sqlalchemy.orm import Session

from offre_bailleurs.access import Viewer, visible_tenancies
from offre_bailleurs.models import Tenancy, TenancyWord, WordKey
from offre_bailleurs.tenant_index import word_keys
from offre_bailleurs.tenant_search import NEAREST, Search, Wanted, Words

_AFTER_ANY_LETTER = "\U0010ffff"


@dataclass(frozen=True)
class Found:
    """Tenancy ids.

    found: the best matches, equally good; empty when there is none.
    nearest: up to `NEAREST` that come close, the closest first, when nothing was found.
    named: the person whom a sentence clearly names, as typed, found or not.
    """

    found: frozenset[int]
    nearest: tuple[int, ...] = ()
    named: str | None = None


class Register:
    """The tenancies in which one person searches."""

    def __init__(self, session: Session, viewer: Viewer, among: ColumnElement[bool] | None = None) -> None:
        """`among`: which of those that the viewer may see; None: all."""
        self._session = session
        self._viewer = viewer
        self._visible = visible_tenancies(viewer) if among is None else visible_tenancies(viewer).where(among)
        self._found: dict[tuple[str, bool], Found] = {}

    def find(self, text: str, *, sentence: bool = False) -> Found:
        """The tenancies that `text` points at, see `tenant_search.find`."""
        known = self._found.get((text, sentence))
        if known is None:
            known = self._found[text, sentence] = self._find(Search(text, sentence=sentence))
        return known

    def _find(self, search: Search) -> Found:
        wanted = Wanted()
        search.best(wanted)
        words = Words()
        self._read(words, wanted)
        best = search.best(words)
        if len(best) > 1:
            best = self._whole_names(search, words, best) or best
        if best or not search.proposes:
            return Found(frozenset(best), named=search.named)
        more = Wanted()
        search.nearness(more)
        self._read(words, more.beyond(wanted))
        return Found(frozenset(), self._nearest(search.nearness(words)), search.named)

    def tenancies(self, ids: Collection[int], most: int | None = None) -> list[Tenancy]:
        """Of these ids those that the viewer may see, in the alphabet's order; at most `most`."""
        if not ids:
            return []
        return list(self._session.scalars(self._visible.where(Tenancy.id.in_(ids)).limit(most)))

    def _whole_names(self, search: Search, words: Words, ids: Sequence[int]) -> list[int]:
        """Those whose whole name was typed. Nobody else's name needs to be read than of those found by a name."""
        by_name = set(ids).intersection(number for numbers in words.names.values() for number in numbers)
        if not by_name:
            return []
        names = self._visible.with_only_columns(
            Tenancy.id, Tenancy.tenant_first_name, Tenancy.tenant_last_name, maintain_column_froms=True
        ).order_by(None)
        rows = self._session.execute(names.where(Tenancy.id.in_(by_name)))
        return [number for number, first_name, last_name in rows if search.is_whole_name(f"{first_name} {last_name}")]

    def _nearest(self, scores: dict[int, float]) -> tuple[int, ...]:
        if not scores:
            return ()
        enough = sorted(scores.values(), reverse=True)[:NEAREST][-1]
        near = [number for number, score in scores.items() if score >= enough]
        in_order = self.tenancies(near)  # equally near ones come in the alphabet's order
        return tuple(each.id for each in sorted(in_order, key=lambda each: -scores[each.id])[:NEAREST])

    def _read(self, words: Words, wanted: Wanted) -> None:
        """Add the words that a search asked for, with everything that it may take for them."""
        found: dict[bool, defaultdict[str, set[int]]] = {True: defaultdict(set), False: defaultdict(set)}
        query = self._query({*wanted.words, *self._near(wanted.slips)}, wanted.starts, wanted.name_starts)
        for word, in_name, tenancy_id in self._session.execute(query) if query is not None else ():
            found[in_name][word].add(tenancy_id)
        words.names.update(found[True])
        words.places.update(found[False])

    def _near(self, wanted: Iterable[tuple[str, int]]) -> set[str]:
        """The words of anybody's that are few typing slips away from one of these."""
        slips = {word: most for word, most in sorted(wanted) if most}
        if not slips:
            return set()
        keys = {key for word, most in slips.items() for key in word_keys(word, most)}
        sharing = self._session.scalars(select(WordKey.word).where(WordKey.key.in_(keys)).distinct())
        return {
            word
            for word in sharing
            if any(OSA.distance(typed, word, score_cutoff=most) <= most for typed, most in slips.items())
        }

    def _query(
        self, words: Collection[str], starts: Iterable[str], name_starts: Iterable[str]
    ) -> CompoundSelect[str, bool, int] | None:
        """Word, in a name or not, tenancy; some twice. A query for each part: every one walks the index by itself."""
        conditions: list[ColumnElement[bool]] = [_begins(start) for start in sorted(starts)]
        conditions += [and_(_begins(start), TenancyWord.in_name) for start in sorted(name_starts)]
        if words:
            conditions.append(TenancyWord.word.in_(words))
        listed = (
            self._visible.join(TenancyWord, TenancyWord.tenancy_id == Tenancy.id)
            .with_only_columns(
                TenancyWord.word, TenancyWord.in_name, TenancyWord.tenancy_id, maintain_column_froms=True
            )
            .where(TenancyWord.account_id == self._viewer.account_id)
            .order_by(None)
        )
        return union_all(*(listed.where(condition) for condition in conditions)) if conditions else None


def _begins(start: str) -> ColumnElement[bool]:
    return and_(TenancyWord.word >= start, TenancyWord.word < start + _AFTER_ANY_LETTER)
