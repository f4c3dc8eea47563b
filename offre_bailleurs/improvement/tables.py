"""The sentences that were not understood, and the groups in which an adviser finds them.

A sentence is masked before it comes here (`bot.privacy.sentences`), and nothing says whose it was.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from offre_bailleurs.database import Base, UtcDateTime, by_value
from offre_bailleurs.models import PortalUser, Profile

KEY_LENGTH = 200
"""Characters of a sentence's key. Longer sentences that begin alike count as the same."""


class Assigned(StrEnum):
    """What an adviser says that a group is about."""

    TOPIC = "topic"
    """Something that the assistant has an answer for."""
    NEW_TOPIC = "new_topic"
    """Something that it should have an answer for."""
    OFF_TOPIC = "off_topic"
    """None of its business."""


class SentenceGroup(Base):
    """Sentences that say about the same."""

    __tablename__ = "sentence_group"
    __table_args__ = (
        CheckConstraint("(topic IS NOT NULL) = (assigned IS NOT NULL AND assigned = 'topic')", name="topic_is_named"),
        CheckConstraint(
            "(assigned IS NULL) = (assigned_at IS NULL) AND (assigned IS NULL) = (assigned_by_id IS NULL)",
            name="assigned_by_somebody",
        ),
        Index("ix_sentence_group_assigned_size", "assigned", "size"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    representative: Mapped[str] = mapped_column(Text)
    """The sentence that began the group."""
    key: Mapped[str] = mapped_column(String(KEY_LENGTH))
    """The representative's: what others are compared with."""
    size: Mapped[int]
    """How many sentences it holds."""
    first_on: Mapped[date]
    last_on: Mapped[date]
    """The days of its oldest and newest sentence, in Paris."""
    assigned: Mapped[Assigned | None] = mapped_column(by_value(Assigned))
    topic: Mapped[str | None] = mapped_column(String(60))
    """Of TOPIC: the intent."""
    assigned_by_id: Mapped[int | None] = mapped_column(ForeignKey("portal_user.id"), index=True)
    assigned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    exported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When its sentences were last written as a proposal (`bailleurs examples --mark`)."""
    assigned_by: Mapped[PortalUser | None] = relationship()


class UnansweredSentence(Base):
    """One sentence that was not understood."""

    __tablename__ = "unanswered_sentence"
    __table_args__ = (Index("ix_unanswered_sentence_key", "key"),)

    event_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    """The event's that told of it: told again, it is not counted again."""
    day: Mapped[date]
    """In Paris."""
    profile: Mapped[Profile | None] = mapped_column(by_value(Profile))
    text: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH))
    """Its words that count: two sentences of one key say the same."""
    group_id: Mapped[int] = mapped_column(ForeignKey("sentence_group.id"), index=True)
