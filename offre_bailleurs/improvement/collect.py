"""Takes in what was not understood, each sentence into the group of those that say about the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, ScalarSelect, func, insert, select, text, update
from sqlalchemy.orm import Session

from offre_bailleurs.campaigns import in_paris
from offre_bailleurs.improvement.likeness import Neighbours, words_of
from offre_bailleurs.improvement.tables import KEY_LENGTH, SentenceGroup, UnansweredSentence
from offre_bailleurs.models import Profile

_LOCK: Final = 7_350_005
"""Any number: PostgreSQL's advisory lock of who puts sentences into groups."""
_AT_ONCE: Final = 500
"""Values in one query."""
_Value = TypeVar("_Value", str, int)


@dataclass(frozen=True)
class Unanswered:
    """A sentence that was not understood, masked by `bot.privacy.sentences.mask_sentence`."""

    event_id: str
    """The same whenever the event is delivered."""
    at: datetime
    """Aware."""
    text: str
    profile: Profile | None


def collect(session: Session, sentences: Sequence[Unanswered]) -> None:
    """Keep the sentences that are not kept yet, in their groups, within the caller's transaction.

    The same sentences in the same order make the same groups. Two transactions that collect at once are taken one after
    the other: on PostgreSQL by a lock that lasts until the caller's transaction ends (on SQLite there is only ever one
    that writes). So call it once in a transaction, after everything else that it writes.
    """
    if not sentences:
        return
    take_turns(session)
    new = _not_kept(session, sentences)
    if not new:
        return
    keys = {each.event_id: key_of(each.text) for each in new}
    group_of = _groups_of_keys(session, sorted(set(keys.values())))
    known = frozenset(group_of)
    _find_groups(session, new, keys, group_of)
    session.execute(
        insert(UnansweredSentence),
        [
            {
                "event_id": each.event_id,
                "day": _day(each),
                "profile": each.profile,
                "text": each.text,
                "key": keys[each.event_id],
                "group_id": group_of[keys[each.event_id]],
            }
            for each in new
        ],
    )
    recount(session, sorted({group_of[key] for key in keys.values()}))
    _export_again(session, sorted({group_of[key] for key in keys.values() if key not in known}))


def take_turns(session: Session) -> None:
    """Wait until nobody else puts sentences into groups, and keep others from it until the transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def key_of(sentence: str) -> str:
    """What sentences that say the same have in common: the words that count."""
    return " ".join(words_of(sentence))[:KEY_LENGTH].rstrip()


def _not_kept(session: Session, sentences: Sequence[Unanswered]) -> list[Unanswered]:
    """Those whose event is not known, each event once; an empty sentence says nothing to group by."""
    by_event = {each.event_id: each for each in sentences if each.text.strip()}
    for part in _parts(sorted(by_event)):
        query = select(UnansweredSentence.event_id).where(UnansweredSentence.event_id.in_(part))
        for event_id in session.scalars(query):
            del by_event[event_id]
    return list(by_event.values())


def _groups_of_keys(session: Session, keys: Sequence[str]) -> dict[str, int]:
    """The groups that hold a sentence of these keys already. Each key has one group: `groups.move` moves them all."""
    found: dict[str, int] = {}
    for part in _parts(keys):
        query = select(UnansweredSentence.key, UnansweredSentence.group_id).where(UnansweredSentence.key.in_(part))
        found.update(dict(session.execute(query.distinct()).all()))
    return found


def _find_groups(
    session: Session, sentences: Sequence[Unanswered], keys: dict[str, str], group_of: dict[str, int]
) -> None:
    """Complete `group_of` with the keys that nobody has said yet: the group most like them, or one of their own."""
    if all(key in group_of for key in keys.values()):
        return
    standing = select(SentenceGroup.id, SentenceGroup.key).order_by(SentenceGroup.id)
    neighbours = Neighbours((group_id, key) for group_id, key in session.execute(standing))
    begun: list[Unanswered] = []
    for each in sentences:
        key = keys[each.event_id]
        if key in group_of:
            continue
        nearest = neighbours.nearest(key)
        if nearest is None:
            begun.append(each)
            nearest = -len(begun)  # until the database gives it its number
            neighbours.add(nearest, key)
        group_of[key] = nearest
    if not begun:
        return
    rows = [
        {
            "representative": each.text,
            "key": keys[each.event_id],
            "size": 0,
            "first_on": _day(each),
            "last_on": _day(each),
        }
        for each in begun
    ]
    numbers = session.scalars(insert(SentenceGroup).returning(SentenceGroup.id, sort_by_parameter_order=True), rows)
    number_of = {-place: number for place, number in enumerate(numbers, start=1)}
    for key, group_id in group_of.items():
        group_of[key] = number_of.get(group_id, group_id)


def recount(session: Session, group_ids: Sequence[int]) -> None:
    """Write how many sentences these groups hold, and of which days. Each must hold one at least."""
    held = UnansweredSentence.group_id == SentenceGroup.id

    def of_sentences(what: ColumnElement[Any]) -> ScalarSelect[Any]:
        return select(what).where(held).correlate(SentenceGroup).scalar_subquery()

    for part in _parts(group_ids):
        session.execute(
            update(SentenceGroup)
            .where(SentenceGroup.id.in_(part))
            .values(
                size=of_sentences(func.count()),
                first_on=of_sentences(func.min(UnansweredSentence.day)),
                last_on=of_sentences(func.max(UnansweredSentence.day)),
            )
            .execution_options(synchronize_session=False)
        )


def _export_again(session: Session, group_ids: Sequence[int]) -> None:
    """A group that says more than when it was exported is to be exported again."""
    for part in _parts(group_ids):
        session.execute(
            update(SentenceGroup)
            .where(SentenceGroup.id.in_(part))
            .values(exported_at=None)
            .execution_options(synchronize_session=False)
        )


def _day(sentence: Unanswered) -> date:
    return in_paris(sentence.at).date()


def _parts(values: Sequence[_Value]) -> Iterator[Sequence[_Value]]:
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))
