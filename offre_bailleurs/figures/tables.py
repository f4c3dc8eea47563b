"""The tables of the figures: a compact log of what happened, and what was counted from it. See the package.

None of them holds a text, a person or the id of a conversation: a conversation is named by its keyed digest, which
nobody turns back, and which no other table holds.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from offre_bailleurs.database import Base, UtcDateTime, by_value
from offre_bailleurs.models import Profile


class Kind(StrEnum):
    """What a line of the log says; `name` and `value` depend on it."""

    SAID = "said"
    """A message of the landlord's; name: its intent."""
    VOTED = "voted"
    """Whether an answer helped; name: the topic; value: "yes" or "no"."""
    NOT_UNDERSTOOD = "not_understood"
    """Value: "sentence" when no form awaited the message, else "reply"."""
    ANSWERED = "answered"
    """An answer was given; name: the topic."""
    DONE = "done"
    """A journey did what it is for; name: the journey."""
    HANDED_OVER = "handed_over"
    """A request reached the desk; name: "live" or "message"."""
    PROFILE = "profile"
    """The profile became known; value: the profile, None when it is no longer."""
    ENTERED = "entered"
    """A journey's form began to ask, or asks again; name: the journey."""
    LEFT = "left"
    """No form asks any more."""
    STEP = "step"
    """A question of a form; name: the slot that it asks for."""
    OUTCOME = "outcome"
    """How a form is about to be left; name: the journey; value: as in the domain's `<journey>_outcome`."""
    INTERRUPTED = "interrupted"
    """Another journey comes in between; name: the journey that waits, None when none does any more."""


class Outcome(StrEnum):
    """How a journey ended, if it did."""

    UNDER_WAY = "under_way"
    SUBMITTED = "submitted"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    LEFT = "left"


class FiguresEvent(Base):
    """One line of the compact log."""

    __tablename__ = "figures_event"
    __table_args__ = (Index("ix_figures_event_conversation", "conversation", "turn", "position"),)

    event_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    conversation: Mapped[str] = mapped_column(String(64))
    """Its keyed digest."""
    turn: Mapped[int] = mapped_column(BigInteger)
    """The version of the conversation that the event's turn started from: turns in their order."""
    position: Mapped[int]
    """Among the turn's events."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[Kind] = mapped_column(by_value(Kind))
    name: Mapped[str | None] = mapped_column(String(60))
    value: Mapped[str | None] = mapped_column(String(60))


class FiguresConversation(Base):
    """What is counted of one conversation."""

    __tablename__ = "figures_conversation"
    __table_args__ = (
        Index(
            "ix_figures_conversation_day",
            *("day", "spoke", "profile", "handed_over", "declarations", "unanswered", "misunderstood"),
        ),
        Index(
            "ix_figures_conversation_last_at",
            "last_at",
            sqlite_where=text("NOT final"),
            postgresql_where=text("NOT final"),
        ),
    )

    conversation: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[date]
    profile: Mapped[Profile | None] = mapped_column(by_value(Profile))
    spoke: Mapped[bool]
    handed_over: Mapped[bool]
    declarations: Mapped[int]
    misunderstood: Mapped[int]
    unanswered: Mapped[int]
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    final: Mapped[bool]
    """Its lines of the log are deleted: it is counted no more, whatever is still delivered."""


class FiguresTopic(Base):
    """A topic that was answered, or voted on, in a conversation."""

    __tablename__ = "figures_topic"
    __table_args__ = (Index("ix_figures_topic_day", "day", "profile", "topic", "helped", "asked"),)

    conversation: Mapped[str] = mapped_column(String(64), primary_key=True)
    topic: Mapped[str] = mapped_column(String(60), primary_key=True)
    day: Mapped[date]
    profile: Mapped[Profile | None] = mapped_column(by_value(Profile))
    asked: Mapped[int]
    helped: Mapped[bool | None]


class FiguresJourney(Base):
    """A journey that was begun in a conversation."""

    __tablename__ = "figures_journey"
    __table_args__ = (Index("ix_figures_journey_day", "day", "profile", "journey", "outcome", "last_step", "last_at"),)

    conversation: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Among the journeys of the conversation, from 1."""
    day: Mapped[date]
    profile: Mapped[Profile | None] = mapped_column(by_value(Profile))
    journey: Mapped[str] = mapped_column(String(60))
    outcome: Mapped[Outcome] = mapped_column(by_value(Outcome))
    last_step: Mapped[str | None] = mapped_column(String(60))
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """The journey's last event; of one that is under way, the last of the conversation."""
