"""Takes delivered events into the log, and counts the conversations that they belong to anew.

A batch is one transaction: its lines, what is counted from them, and the sentences that nothing could be answered to.
It may be applied again, in whole or in part, beside another consumer that applies it too: a line is written once, and
the conversation's row, locked first, keeps the two from counting one conversation at a time.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import Engine, Table, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from offre_bailleurs.chat_tables import event_outbox
from offre_bailleurs.database import now, reading, transaction
from offre_bailleurs.figures.counting import Counted, count, paris_day
from offre_bailleurs.figures.reading import Line, Malformed, Read, read
from offre_bailleurs.figures.tables import FiguresConversation, FiguresEvent, FiguresJourney, FiguresTopic
from offre_bailleurs.improvement.collect import Unanswered, collect

BATCH: Final = 500
"""Events in one transaction: what the chat waits for, on SQLite, when it writes meanwhile."""
LOG_KEPT: Final = timedelta(days=30)
"""How long the lines of a conversation stay after its last one. Its figures stay for ever, they change no more."""

_LOG: Final = logging.getLogger(__name__)
_CONVERSATION, _EVENT, _TOPIC, _JOURNEY = (
    cast(Table, table.__table__) for table in (FiguresConversation, FiguresEvent, FiguresTopic, FiguresJourney)
)


class Rebuilt(NamedTuple):
    """What was counted anew."""

    conversations: int
    events: int


def consume_outbox(engine: Engine, *, limit: int = BATCH) -> int:
    """Take the oldest events of the outbox, count them and delete them, in one transaction; returns how many.

    An event that cannot be read is deleted too: it would be read for ever. The log says which one it was.
    """
    oldest = select(event_outbox.c.id, event_outbox.c.body).order_by(event_outbox.c.id).limit(limit)
    with reading(on=engine) as session:  # first: on SQLite a transaction that writes would have the chat wait
        if session.scalar(select(event_outbox.c.id).limit(1)) is None:
            return 0
    with transaction(on=engine) as session:
        rows = session.execute(oldest.with_for_update(skip_locked=True)).all()  # SQLite leaves the lock out: it has one
        found = []
        for row in rows:
            try:
                found.append(read(row.body))
            except Malformed as error:
                _LOG.error("event %d of the outbox cannot be read (%s)", row.id, error)
        take(session, found)
        if rows:
            session.execute(delete(event_outbox).where(event_outbox.c.id.in_([row.id for row in rows])))
    return len(rows)


def take(session: Session, events: Iterable[Read]) -> None:
    """Take events in and count their conversations; those that were taken before change nothing."""
    told = {event.line.event_id: event for event in events if event.line is not None}
    lines = [event.line for event in told.values() if event.line is not None]
    if not lines:
        return
    counted_still = _lock(session, {line.conversation: line.at for line in lines})
    new = _write(session, [line for line in lines if line.conversation in counted_still])
    counted = _count(session, {event_id.partition("/")[0] for event_id in new})
    _collect(session, [told[event_id] for event_id in sorted(new)], counted)


def rebuild(engine: Engine, *, batch: int = BATCH) -> Rebuilt:
    """Count every conversation anew from the log, batch by batch. What has no lines any more is left as it is."""
    rebuilt = Rebuilt(0, 0)
    after = ""
    while True:
        some = (
            select(FiguresEvent.conversation, func.min(FiguresEvent.at), func.count())
            .where(FiguresEvent.conversation > after)
            .group_by(FiguresEvent.conversation)
            .order_by(FiguresEvent.conversation)
            .limit(batch)
        )
        with transaction(on=engine) as session:
            found = session.execute(some).all()
            _count(session, _lock(session, {conversation: at for conversation, at, _ in found}))
        if not found:
            return rebuilt
        after = found[-1][0]
        rebuilt = Rebuilt(rebuilt.conversations + len(found), rebuilt.events + sum(lines for _, _, lines in found))


def purge_log(session: Session, *, only_count: bool = False) -> int:
    """Delete the lines of some of the conversations that have been over for long; returns of how many, 0: none is left.
    Their figures stay. With `only_count`, deletes nothing and returns how many there are in all."""
    over = (_CONVERSATION.c.last_at < now() - LOG_KEPT) & ~_CONVERSATION.c.final
    if only_count:
        return session.scalar(select(func.count()).select_from(_CONVERSATION).where(over)) or 0
    some = select(_CONVERSATION.c.conversation).where(over).limit(BATCH)
    finish = update(_CONVERSATION).where(_CONVERSATION.c.conversation.in_(some)).values(final=True)
    finished = session.scalars(finish.returning(_CONVERSATION.c.conversation)).all()
    session.execute(delete(_EVENT).where(_EVENT.c.conversation.in_(finished)))
    return len(finished)


def _lock(session: Session, began: Mapping[str, datetime]) -> set[str]:
    """Keep other consumers from conversations until the transaction ends, by their rows, written where they are
    missing; returns those that are counted still."""
    if not began:
        return set()
    empty = {"profile": None, "spoke": False, "handed_over": False, "final": False}
    zeros = dict.fromkeys(("declarations", "misunderstood", "unanswered"), 0)
    rows = [
        {"conversation": conversation, "day": paris_day(at), "first_at": at, "last_at": at, **empty, **zeros}
        for conversation, at in sorted(began.items())  # always in this order: two consumers never wait for each other
    ]
    written = _insert(session, _CONVERSATION)
    locked = written.on_conflict_do_update(
        index_elements=[_CONVERSATION.c.conversation], set_={"final": _CONVERSATION.c.final}
    ).returning(_CONVERSATION.c.conversation, _CONVERSATION.c.final)
    return {conversation for conversation, final in session.execute(locked, rows) if not final}


def _write(session: Session, lines: Sequence[Line]) -> set[str]:
    """Write lines into the log; returns the ids of those that were not there."""
    if not lines:
        return set()
    written = _insert(session, _EVENT).on_conflict_do_nothing().returning(_EVENT.c.event_id)
    return set(session.execute(written, [line._asdict() for line in lines]).scalars())


def _count(session: Session, conversations: Collection[str]) -> dict[str, Counted]:
    """Count conversations from all their lines, and write what is counted in the place of what was."""
    counted = {conversation: count(lines) for conversation, lines in _logged(session, conversations)}
    if not counted:
        return {}
    figures = [column.name for column in _CONVERSATION.c if column.name not in ("conversation", "final")]
    written = _insert(session, _CONVERSATION)
    session.execute(
        written.on_conflict_do_update(
            index_elements=[_CONVERSATION.c.conversation], set_={name: written.excluded[name] for name in figures}
        ),
        [
            {"conversation": conversation, "final": False, **{name: getattr(of_one, name) for name in figures}}
            for conversation, of_one in counted.items()
        ],
    )
    for table in (_TOPIC, _JOURNEY):
        session.execute(delete(table).where(table.c.conversation.in_(counted)))
    if topics := [row for conversation, of_one in counted.items() for row in _topics(conversation, of_one)]:
        session.execute(_insert(session, _TOPIC), topics)
    if journeys := [row for conversation, of_one in counted.items() for row in _journeys(conversation, of_one)]:
        session.execute(_insert(session, _JOURNEY), journeys)
    return counted


def _logged(session: Session, conversations: Collection[str]) -> Iterator[tuple[str, list[Line]]]:
    """Conversations with their lines."""
    columns = [_EVENT.c[name] for name in Line._fields]
    lines = select(*columns).where(_EVENT.c.conversation.in_(conversations)).order_by(_EVENT.c.conversation)
    rows = map(Line._make, session.execute(lines))
    for conversation, of_one in itertools.groupby(rows, key=lambda line: line.conversation):
        yield conversation, list(of_one)


def _topics(conversation: str, counted: Counted) -> Iterator[dict[str, Any]]:
    for name, topic in counted.topics.items():
        yield {"conversation": conversation, "profile": counted.profile, "topic": name, **vars(topic)}


def _journeys(conversation: str, counted: Counted) -> Iterator[dict[str, Any]]:
    for number, journey in enumerate(counted.journeys, 1):
        yield {"conversation": conversation, "profile": counted.profile, "number": number, **vars(journey)}


def _collect(session: Session, events: Sequence[Read], counted: Mapping[str, Counted]) -> None:
    """Hand over the sentences that nothing could be answered to."""
    unanswered = [
        Unanswered(line.event_id, line.at, event.sentence, counted[line.conversation].profile)
        for event in events
        if event.sentence is not None and (line := event.line) is not None
    ]
    if unanswered:
        collect(session, unanswered)


def _insert(session: Session, table: Table) -> postgresql.Insert | sqlite.Insert:
    """INSERT as this database spells it, with ON CONFLICT."""
    return sqlite.insert(table) if session.get_bind().dialect.name == "sqlite" else postgresql.insert(table)
