"""What an adviser does with the groups of sentences that were not understood: reads them, and says what was meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import Session, joinedload

from offre_bailleurs.access import Adviser, adviser
from offre_bailleurs.database import now
from offre_bailleurs.improvement.collect import key_of, recount, take_turns
from offre_bailleurs.improvement.tables import Assigned, SentenceGroup, UnansweredSentence
from offre_bailleurs.settings import PROJECT_ROOT
from offre_bailleurs.topics import titles

SHOWN_OF_A_GROUP = 10
"""Different sentences of a group that are shown in a list of groups; all of them stand on the group's own page."""


class NotAllowed(Exception):
    """Whoever asks is no adviser, or no longer."""


class Gone(Exception):
    """The group, or the sentence, is not there (any more)."""


class Changed(Exception):
    """Somebody else said something of the group meanwhile; nothing was done."""


class Which(StrEnum):
    """Which groups are listed."""

    OPEN = "open"
    """Those that nobody has said anything of."""
    ASSIGNED = "assigned"


class Order(StrEnum):
    """Which of them come first."""

    LARGEST = "largest"
    NEWEST = "newest"


@dataclass(frozen=True)
class Said:
    """One sentence of a group, and how often it was said."""

    text: str
    key: str
    times: int


def assignable_topics() -> Mapping[str, str]:
    """The topics that have an answer in data/answers/, by intent, with the title that a landlord reads; by title."""
    answers = PROJECT_ROOT / "data" / "answers"
    found = {topic: title for topic, title in titles().items() if (answers / f"{topic}.yml").exists()}
    return dict(sorted(found.items(), key=lambda item: item[1].casefold()))


def listed(which: Which, order: Order) -> Select[SentenceGroup]:
    """The groups to list, with who assigned them."""
    by: Mapping[Order, Sequence[ColumnElement[Any]]] = {
        Order.LARGEST: (SentenceGroup.size.desc(), SentenceGroup.last_on.desc(), SentenceGroup.id.asc()),
        Order.NEWEST: (SentenceGroup.last_on.desc(), SentenceGroup.size.desc(), SentenceGroup.id.asc()),
    }
    query = select(SentenceGroup).options(joinedload(SentenceGroup.assigned_by)).where(_is(which))
    if which is Which.ASSIGNED:
        query = query.order_by(SentenceGroup.assigned_at.desc())
    return query.order_by(*by[order])


def count_of(session: Session, which: Which) -> tuple[int, int]:
    """How many groups there are, and how many sentences in them."""
    query = select(func.count(), func.coalesce(func.sum(SentenceGroup.size), 0)).where(_is(which))
    groups, sentences = session.execute(query).one()
    return groups, sentences


def find(session: Session, group_id: int) -> SentenceGroup:
    """One group.

    Raises:
        Gone: there is none of that number.
    """
    query = select(SentenceGroup).options(joinedload(SentenceGroup.assigned_by)).where(SentenceGroup.id == group_id)
    found = session.scalar(query)
    if found is None:
        raise Gone
    return found


def said_in(session: Session, group_ids: Sequence[int]) -> Mapping[int, list[Said]]:
    """The different sentences of each group, the commonest first. Of sentences that differ in words that do not count
    ("svp"), the first of the alphabet stands for all."""
    query = (
        select(
            UnansweredSentence.group_id,
            func.min(UnansweredSentence.text),
            UnansweredSentence.key,
            func.count().label("times"),
        )
        .where(UnansweredSentence.group_id.in_(group_ids))
        .group_by(UnansweredSentence.group_id, UnansweredSentence.key)
        .order_by(UnansweredSentence.group_id, func.count().desc(), UnansweredSentence.key)
    )
    found: dict[int, list[Said]] = {group_id: [] for group_id in group_ids}
    for group_id, text, key, times in session.execute(query):
        found[group_id].append(Said(text, key, times))
    return found


def assign(
    session: Session, who: Adviser, group_id: int, assigned: Assigned, topic: str | None, *, seen: datetime | None
) -> None:
    """Say what a group is about. `seen`: when it was assigned, on the page that the adviser looked at.

    Raises:
        NotAllowed: they are no adviser any more.
        Gone: there is no such group.
        Changed: another adviser said something else of it since.
        ValueError: the topic is none that can be assigned.
    """
    if (assigned is Assigned.TOPIC) != (topic is not None) or (topic is not None and topic not in assignable_topics()):
        raise ValueError(topic)
    group = _locked(session, who, group_id)
    if (group.assigned, group.topic) == (assigned, topic):
        return  # a double click, or two advisers of one mind
    _check_unchanged(group, seen)
    group.assigned, group.topic = assigned, topic
    group.assigned_by_id, group.assigned_at, group.exported_at = who.user_id, now(), None


def undo(session: Session, who: Adviser, group_id: int, *, seen: datetime | None) -> None:
    """Put a group back among those that nobody has said anything of.

    Raises:
        NotAllowed, Gone, Changed: as `assign`.
    """
    group = _locked(session, who, group_id)
    if group.assigned is None:
        return
    _check_unchanged(group, seen)
    group.assigned = group.topic = group.assigned_by_id = group.assigned_at = group.exported_at = None


def move(session: Session, who: Adviser, group_id: int, key: str, to: int | None) -> int:
    """Take a sentence, however often it was said, out of a group into another one, or into one of its own (None);
    returns that group's number. What says the same from now on follows it there. A group left empty disappears.

    Raises:
        NotAllowed: they are no adviser any more.
        Gone: there is no such group, or no such sentence in it.
    """
    take_turns(session)
    _check(session, who)
    find(session, group_id)
    moved = (
        select(UnansweredSentence)
        .where(UnansweredSentence.group_id == group_id, UnansweredSentence.key == key)
        .order_by(UnansweredSentence.day, UnansweredSentence.event_id)
    )
    first = session.scalars(moved.limit(1)).one_or_none()
    if first is None:
        raise Gone
    if to is None:
        own = SentenceGroup(
            representative=first.text, key=key_of(first.text), size=0, first_on=first.day, last_on=first.day
        )
        session.add(own)
        session.flush()
        to = own.id
    else:
        find(session, to).exported_at = None
        session.flush()
    session.execute(
        update(UnansweredSentence)
        .where(UnansweredSentence.group_id == group_id, UnansweredSentence.key == key)
        .values(group_id=to)
        .execution_options(synchronize_session=False)
    )
    settle(session, group_id)
    recount(session, [to])
    session.expire_all()
    return to


def settle(session: Session, group_id: int) -> None:
    """What is left of a group once sentences were taken out of it: nothing, or another sentence to stand for it."""
    group = find(session, group_id)
    held = select(UnansweredSentence).where(UnansweredSentence.group_id == group_id)
    oldest = session.scalars(held.order_by(UnansweredSentence.day, UnansweredSentence.event_id).limit(1)).one_or_none()
    if oldest is None:
        session.delete(group)
        session.flush()
        return
    if session.scalar(held.where(UnansweredSentence.text == group.representative).limit(1)) is None:
        group.representative, group.key = oldest.text, oldest.key
        session.flush()
    recount(session, [group_id])


def _is(which: Which) -> ColumnElement[bool]:
    return SentenceGroup.assigned.is_(None) if which is Which.OPEN else SentenceGroup.assigned.is_not(None)


def _locked(session: Session, who: Adviser, group_id: int) -> SentenceGroup:
    _check(session, who)
    group = session.get(SentenceGroup, group_id, with_for_update=True, populate_existing=True)
    if group is None:
        raise Gone
    return group


def _check_unchanged(group: SentenceGroup, seen: datetime | None) -> None:
    if group.assigned_at != seen:
        raise Changed


def _check(session: Session, who: Adviser) -> None:
    if adviser(session, who.user_id) is None:
        raise NotAllowed
