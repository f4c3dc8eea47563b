"""The chat's own tables, beside Rasa's `events` table, in the one database of the project.

The chat channel (`bot/`) writes them; the desk reads what was said, writes what its advisers say, and decides with
the landlord who has the floor.

`events` is declared here with the columns that Rasa's SQLTrackerStore gives it (a test compares the two): the
migrations create it, a turn appends to it in its own transaction, and deleting a conversation empties it, none of
which should need Rasa to be imported.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    text,
)

from offre_bailleurs.database import NAMING, UtcDateTime


class Floor(StrEnum):
    """Who answers the landlord's next message."""

    BOT = "bot"
    WAITING = "waiting"
    """The bot, while an adviser is awaited."""
    ADVISER = "adviser"
    """A person: the bot keeps silent."""
    RETURNING = "returning"
    """The bot, which has something to say first: the floor has just come back to it."""


class Erasure(StrEnum):
    """What a landlord has erased, with the turn that says so."""

    CONVERSATION = "conversation"
    """This one."""
    ALL = "all"
    """All of the portal user who opened this one; of a visitor whom nobody knows, this one."""


metadata: Final = MetaData(naming_convention=NAMING)

conversation: Final = Table(
    "chat_conversation",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    Column("user_id", Integer, comment="The portal user who was signed in at the opening, if any."),
    Column("last_seq", Integer, nullable=False, comment="The number of the newest message, whoever wrote it."),
    Column("floor", String(10), nullable=False, server_default=text("'bot'"), comment="Who answers: see `Floor`."),
    Column(
        "version", Integer, nullable=False, comment="Grows with each turn: of two turns from one version, one commits."
    ),
    CheckConstraint("floor IN ('bot', 'waiting', 'adviser', 'returning')", name="known_floor"),
)


def _conversation_id() -> Column[Any]:
    return Column("conversation_id", ForeignKey("chat_conversation.id", ondelete="CASCADE"), primary_key=True)


turn: Final = Table(
    "chat_turn",
    metadata,
    _conversation_id(),
    Column("message_id", String(36), primary_key=True),
    Column("first_seq", Integer, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

message: Final = Table(
    "chat_message",
    metadata,
    _conversation_id(),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("sender", String(10), nullable=False),
    Column("body", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    CheckConstraint("sender IN ('bot', 'user', 'adviser')", name="known_sender"),
)

events: Final = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sender_id", String(255), nullable=False),
    Column("type_name", String(255), nullable=False),
    Column("timestamp", Float),
    Column("intent_name", String(255)),
    Column("action_name", String(255)),
    Column("data", Text),
    Index("ix_events_sender_id", "sender_id"),
)

event_outbox: Final = Table(
    "chat_event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("event_id", String(100), nullable=False, unique=True, comment="The same however often it is delivered."),
    Column("body", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)
"""Rasa's events without what was said, for the desk's figures: written in the turn's transaction, deleted in the
transaction that counts them, or once RabbitMQ has confirmed them."""
