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

from sqlalchemy import ColumnElement, Connection, Engine, bindparam, case, exists, insert, select, update

from bot import observation
from offre_bailleurs import database, erasure
from offre_bailleurs.chat_tables import Erasure, Floor, conversation, event_outbox, events, message, turn

Body = Mapping[str, Any]
"""What one message says, as stored: text, buttons [{title, payload}], image, attachment; absent keys left out."""

BOT: Final = "bot"
USER: Final = "user"
OPENING_ID: Final = "opening"
"""The message id of a conversation's first turn, which no client sent: a client's ids are UUIDs."""

_FIND_TURN: Final = (
    select(
        *(conversation.c[name] for name in ("id", "user_id", "last_seq", "version", "floor")),
        turn.c.first_seq.label("first_said"),
        turn.c.last_seq.label("last_said"),
    )
    .select_from(
        conversation.outerjoin(
            turn, (turn.c.conversation_id == conversation.c.id) & (turn.c.message_id == bindparam("message"))
        )
    )
    .where(conversation.c.id == bindparam("conversation"), conversation.c.expires_at > bindparam("moment"))
)
"""A conversation, with one of its turns if that was completed: what each turn of the chat asks first."""
_KEEP_ONCE: Final = insert(turn).from_select(
    list(turn.c),
    select(*(bindparam(column.name, type_=column.type) for column in turn.c)).where(
        ~exists().where(
            turn.c.conversation_id == bindparam("conversation_id"), turn.c.message_id == bindparam("message_id")
        )
    ),
)
"""A turn, unless the same message was answered before."""


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
    erases: Erasure | None = None
    """What is erased in the place of keeping the turn; None of every other turn."""


@dataclass(frozen=True)
class Committed:
    """What came of a turn that was completed."""

    messages: list[Message]
    """The bot's, numbered."""
    floor: Floor | None
    """Who answers what is said next; None when the turn erased the conversation."""


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
        row = connection.execute(
            _FIND_TURN, {"conversation": conversation_id, "message": message_id, "moment": database.now()}
        ).one_or_none()
        if row is None:
            return None, None
        found = Conversation(row.id, row.user_id, row.last_seq, row.version, Floor(row.floor))
        if row.first_said is None:
            return found, None
        answer = _messages(connection, conversation_id, after=row.first_said - 1, until=row.last_said)
        return found, [each for each in answer if each.sender == BOT]


def messages_after(engine: Engine, conversation_id: str, seq: int) -> tuple[Conversation | None, list[Message]]:
    """The conversation, and what all sides said in it after message number `seq`."""
    with _reading(engine) as connection:
        found = _conversation(connection, conversation_id)
        if found is None or found.last_seq <= seq:  # one look is enough for most of those who wait
            return found, []
        return found, _messages(connection, conversation_id, after=seq, until=found.last_seq)


def complete_turn(engine: Engine, done: CompletedTurn) -> list[Message]:
    """Keep a turn, see `commit`; the bot's messages, numbered."""
    return commit(engine, done).messages


def commit(engine: Engine, done: CompletedTurn) -> Committed:
    """Keep a turn: its events, messages and answer, all in one transaction.

    A turn that erases keeps nothing, itself included, in one transaction too: its messages are read once, and the same
    message sent again finds no conversation.

    Raises:
        LostRace: nothing was kept.
    """
    bodies = [(USER, done.said)] if done.said is not None else []
    bodies += [(BOT, reply) for reply in done.replies]
    moment = database.now()
    with engine.begin() as connection:
        if done.erases is not None:
            erasure.lock(connection, done.conversation_id, done.user_id, done.erases)
        last, floor = _claim(connection, done, len(bodies), moment)
        first = last - len(bodies) + 1
        spoken = [Message(seq, sender, body) for seq, (sender, body) in enumerate(bodies, first)]
        if done.erases is not None:
            erasure.erase(connection, done.conversation_id, done.user_id, done.erases)
            observation.committed(done)
            return Committed([each for each in spoken if each.sender == BOT], None)
        _keep_once(connection, done, first, last, moment)
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
    observation.committed(done)
    return Committed([each for each in spoken if each.sender == BOT], floor)


def forget(engine: Engine, conversation_id: str) -> None:
    """Delete a conversation and all that was said in it, Rasa's events included."""
    with engine.begin() as connection:
        erasure.erase_conversation(connection, conversation_id)


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


def _claim(connection: Connection, done: CompletedTurn, count: int, moment: datetime) -> tuple[int, Floor]:
    """Take the next version and `count` message numbers; returns the last number, and who answers next.

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
        return count, Floor.BOT
    taken: dict[str, ColumnElement[Any]] = {"last_seq": conversation.c.last_seq + count}
    if done.version is None:
        holds = conversation.c.floor == Floor.ADVISER
    else:
        holds = conversation.c.version == done.version
        taken["version"] = conversation.c.version + 1
    if done.floor is not None:
        returning = conversation.c.floor == Floor.RETURNING
        taken["floor"] = case((returning, done.floor.value), else_=conversation.c.floor)
    row = connection.execute(
        update(conversation)
        .where(conversation.c.id == done.conversation_id, holds)
        .values(**taken)
        .returning(conversation.c.last_seq, conversation.c.floor)
    ).one_or_none()
    if row is None:
        raise LostRace
    return row.last_seq, Floor(row.floor)


def _keep_once(connection: Connection, done: CompletedTurn, first: int, last: int, moment: datetime) -> None:
    """Write down that the message was answered. The conversation's row is locked.

    Raises:
        LostRace: the same message, sent to another process too, was kept first.
    """
    key = {"conversation_id": done.conversation_id, "message_id": done.message_id}
    kept = connection.execute(_KEEP_ONCE, {**key, "first_seq": first, "last_seq": last, "created_at": moment})
    if kept.rowcount == 0:
        raise LostRace
