"""The chat's own tables, beside Rasa's `events` table, in the one database of the project.

`events` is declared here with the columns that Rasa's SQLTrackerStore gives it (a test compares the two): the
migrations create it, a turn appends to it in its own transaction, and deleting a conversation empties it, none of
which should need Rasa to be imported.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import JSON, CheckConstraint, Column, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text

from offre_bailleurs.database import NAMING, UtcDateTime

metadata: Final = MetaData(naming_convention=NAMING)

conversation: Final = Table(
    "chat_conversation",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    Column("user_id", Integer, comment="The portal user who was signed in at the opening, if any."),
    Column("last_seq", Integer, nullable=False, comment="The number of the newest message, whoever wrote it."),
    Column(
        "version", Integer, nullable=False, comment="Grows with each turn: of two turns from one version, one commits."
    ),
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
