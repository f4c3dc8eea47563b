"""figures

Revision ID: 0004
Revises: 0003
Created: 2026-11-22 17:05:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    op.create_table(
        "figures_event",
        sa.Column("event_id", sa.String(length=100), nullable=False),
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=True),
        sa.Column("value", sa.String(length=60), nullable=True),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_figures_event")),
    )
    op.create_index("ix_figures_event_conversation", "figures_event", ["conversation", "turn", "position"])
    op.create_table(
        "figures_conversation",
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("profile", sa.String(length=40), nullable=True),
        sa.Column("spoke", sa.Boolean(), nullable=False),
        sa.Column("handed_over", sa.Boolean(), nullable=False),
        sa.Column("declarations", sa.Integer(), nullable=False),
        sa.Column("misunderstood", sa.Integer(), nullable=False),
        sa.Column("unanswered", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("conversation", name=op.f("pk_figures_conversation")),
    )
    op.create_index(
        "ix_figures_conversation_day",
        "figures_conversation",
        ["day", "spoke", "profile", "handed_over", "declarations", "unanswered", "misunderstood"],
    )
    op.create_index(
        "ix_figures_conversation_last_at",
        "figures_conversation",
        ["last_at"],
        sqlite_where=sa.text("NOT final"),
        postgresql_where=sa.text("NOT final"),
    )
    op.create_table(
        "figures_topic",
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("profile", sa.String(length=40), nullable=True),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("helped", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("conversation", "topic", name=op.f("pk_figures_topic")),
    )
    op.create_index("ix_figures_topic_day", "figures_topic", ["day", "profile", "topic", "helped", "asked"])
    op.create_table(
        "figures_journey",
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("profile", sa.String(length=40), nullable=True),
        sa.Column("journey", sa.String(length=60), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("last_step", sa.String(length=60), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("conversation", "number", name=op.f("pk_figures_journey")),
    )
    op.create_index(
        "ix_figures_journey_day", "figures_journey", ["day", "profile", "journey", "outcome", "last_step", "last_at"]
    )
    op.create_index("ix_support_request_created_at", "support_request", ["created_at"])


def downgrade() -> None:
    """Undo the revision: the figures are lost."""
    op.drop_index("ix_support_request_created_at", table_name="support_request")
    for table in ("figures_journey", "figures_topic", "figures_conversation", "figures_event"):
        op.drop_table(table)
