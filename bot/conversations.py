"""Conversations in the database: what was said, which turns were answered, and the one transaction that ends a turn.

The functions are synchronous and take an engine; the channel and the tracker store run them in a thread, so that a
database that is slow or gone does not stop the other conversations. Each raises `SQLAlchemyError` when the database
fails.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, case, delete, exists, insert, select, update

from offre_bailleurs import database
from offre_bailleurs.chat_tables import Floor, conversation, event_outbox, events, message, turn

Body = Mapping[str, Any]
"""What one message says, as stored: text, buttons [{title, payload}], image, attachment; absent keys left out."""

BOT: Final = "bot"
USER: Final = "user"
OPENING_ID: Final = "opening"
"""The message id of a conversation's first turn, which no client sent: a client's ids are UUIDs."""

_PURGE_BATCH: Final = 200
"""Conversations forgotten in one transaction, so that a large purge does not hold up the chat."""


@dataclass(frozen=True)
class Conversation:
    """A conversation that has neither expired nor been forgotten."""

    id: str
    user_id: int | None
    last_seq: int
    version: int
    floor: Floor


@dataclass(frozen=True)
class Message:
    """One message of a conversation; `sender` is bot, user or adviser."""

    seq: int
    sender: str
    body: Body


@dataclass(frozen=True)
class CompletedTurn:
    """All that a turn leaves behind."""

    conversation_id: str
    message_id: str
    user_id: int | None
    version: int | None
    """The conversation's version that the turn started from; 0 when the turn opens the conversation. None of what is
    said to an adviser: it holds while they have the floor, and runs against no turn of the bot's."""
    opens_until: datetime | None
    """When the conversation that this turn opens will expire; None when it is open already."""
    said: Body | None
    """The user's message; None when nothing was said (the opening)."""
    replies: Sequence[Body]
    events: Sequence[Mapping[str, Any]]
    """New rows of Rasa's `events` table, in order."""
    floor: Floor | None = None
    """Who answers next, of a turn with which the floor returns; None leaves it as it is."""
    answers: str | None = None
    """The message, kept before, to which this turn's replies are the answer."""
    figures: Sequence[Mapping[str, Any]] = ()
    """New rows of the events' outbox, in order."""


class LostRace(Exception):
    """Another turn of the conversation was committed first, the floor changed, or the conversation was forgotten."""


def new_id() -> str:
    """A conversation id that cannot be guessed: 192 random bits."""
    return secrets.token_urlsafe(24)


def find(engine: Engine, conversation_id: str) -> Conversation | None:
    """The conversation, unless it has expired or been forgotten."""
    with _reading(engine) as connection:
        return _conversation(connection, conversation_id)


def find_turn(
    engine: Engine, conversation_id: str, message_id: str
) -> tuple[Conversation | None, list[Message] | None]:
    """The conversation, and the bot's messages of one of its turns; None for a turn that was not completed."""
    with _reading(engine) as connection:
        found = _conversation(connection, conversation_id)
        if found is None:
            return None, None
        done = connection.execute(
            select(turn.c.first_seq, turn.c.last_seq).where(
                turn.c.conversation_id == conversation_id, turn.c.message_id == message_id
            )
        ).one_or_none()
        if done is None:
            return found, None
        return found, [
            each
            for each in _messages(connection, conversation_id, after=done.first_seq - 1, until=done.last_seq)
            if each.sender == BOT
        ]


def messages_after(engine: Engine, conversation_id: str, seq: int) -> tuple[Conversation | None, list[Message]]:
    """The conversation, and what all sides said in it after message number `seq`."""
    with _reading(engine) as connection:
        found = _conversation(connection, conversation_id)
        if found is None or found.last_seq <= seq:  # one look is enough for most of those who wait
            return found, []
        return found, _messages(connection, conversation_id, after=seq, until=found.last_seq)


def complete_turn(engine: Engine, done: CompletedTurn) -> list[Message]:
    """Keep a turn: its events, messages and answer, all in one transaction. Returns the bot's messages, numbered.

    Raises:
        LostRace: nothing was kept.
    """
    bodies = [(USER, done.said)] if done.said is not None else []
    bodies += [(BOT, reply) for reply in done.replies]
    moment = database.now()
    with engine.begin() as connection:
        last = _claim(connection, done, len(bodies), moment)
        first = last - len(bodies) + 1
        spoken = [Message(seq, sender, body) for seq, (sender, body) in enumerate(bodies, first)]
        connection.execute(
            insert(turn).values(
                conversation_id=done.conversation_id,
                message_id=done.message_id,
                first_seq=first,
                last_seq=last,
                created_at=moment,
            )
        )
        if done.answers is not None:
            answered = (turn.c.conversation_id == done.conversation_id) & (turn.c.message_id == done.answers)
            connection.execute(update(turn).where(answered).values(last_seq=last))
        if spoken:
            rows = [{"seq": each.seq, "sender": each.sender, "body": dict(each.body)} for each in spoken]
            common = {"conversation_id": done.conversation_id, "created_at": moment}
            connection.execute(insert(message), [{**common, **row} for row in rows])
        if done.events:
            connection.execute(insert(events), list(done.events))
        if done.figures:
            connection.execute(insert(event_outbox), list(done.figures))
    return [each for each in spoken if each.sender == BOT]


def forget(engine: Engine, conversation_id: str) -> None:
    """Delete a conversation and all that was said in it, Rasa's events included."""
    with engine.begin() as connection:
        _forget(connection, [conversation_id])


def purge(engine: Engine | None = None) -> int:
    """Forget every conversation that has expired; returns how many."""
    on = engine or database.engine()
    forgotten = 0
    while True:
        with on.begin() as connection:
            expired = select(conversation.c.id).where(conversation.c.expires_at <= database.now()).limit(_PURGE_BATCH)
            ids = list(connection.scalars(expired))
            _forget(connection, ids)
        forgotten += len(ids)
        if len(ids) < _PURGE_BATCH:
            return forgotten


def _reading(engine: Engine) -> Connection:
    return engine.connect().execution_options(read_only=True)


def _conversation(connection: Connection, conversation_id: str) -> Conversation | None:
    columns = (conversation.c[name] for name in ("id", "user_id", "last_seq", "version", "floor"))
    row = connection.execute(
        select(*columns).where(conversation.c.id == conversation_id, conversation.c.expires_at > database.now())
    ).one_or_none()
    return Conversation(row.id, row.user_id, row.last_seq, row.version, Floor(row.floor)) if row is not None else None


def _messages(connection: Connection, conversation_id: str, *, after: int, until: int | None = None) -> list[Message]:
    wanted = select(message.c.seq, message.c.sender, message.c.body).where(
        message.c.conversation_id == conversation_id, message.c.seq > after
    )
    if until is not None:
        wanted = wanted.where(message.c.seq <= until)
    return [Message(row.seq, row.sender, row.body) for row in connection.execute(wanted.order_by(message.c.seq))]


def _claim(connection: Connection, done: CompletedTurn, count: int, moment: datetime) -> int:
    """Take the next version and `count` message numbers; returns the last number.

    The comparison with the version is what lets one turn win when two processes answer the same conversation; an
    adviser who takes the floor meanwhile does not change it, and what is said to them takes none. The numbers are
    counted from the row, not from what the turn had read: an adviser may have written meanwhile. The floor is changed
    while it returns and at no other time: nobody else's decision is written over.
    """
    if done.opens_until is not None:
        connection.execute(
            insert(conversation).values(
                id=done.conversation_id,
                created_at=moment,
                expires_at=done.opens_until,
                user_id=done.user_id,
                last_seq=count,
                version=1,
            )
        )
        return count
    taken: dict[str, ColumnElement[Any]] = {"last_seq": conversation.c.last_seq + count}
    if done.version is None:
        holds = conversation.c.floor == Floor.ADVISER
    else:
        holds = conversation.c.version == done.version
        taken["version"] = conversation.c.version + 1
    if done.floor is not None:
        returning = conversation.c.floor == Floor.RETURNING
        taken["floor"] = case((returning, done.floor.value), else_=conversation.c.floor)
    last: int | None = connection.scalar(
        update(conversation)
        .where(conversation.c.id == done.conversation_id, holds)
        .values(**taken)
        .returning(conversation.c.last_seq)
    )
    if last is None or _is_kept(connection, done):
        raise LostRace
    return last


def _is_kept(connection: Connection, done: CompletedTurn) -> bool:
    """Whether the same message, sent to another process too, was kept first. The conversation's row is locked."""
    same = (turn.c.conversation_id == done.conversation_id) & (turn.c.message_id == done.message_id)
    return bool(connection.scalar(select(exists().where(same))))


def _forget(connection: Connection, ids: Sequence[str]) -> None:
    if ids:
        connection.execute(delete(events).where(events.c.sender_id.in_(ids)))
        connection.execute(delete(conversation).where(conversation.c.id.in_(ids)))  # cascades to turns and messages
