"""improvement

Revision ID: 0005
Revises: 0004
Created: 2026-11-22 17:05:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ASSIGNED = "(assigned IS NULL) = (assigned_at IS NULL) AND (assigned IS NULL) = (assigned_by_id IS NULL)"


def upgrade() -> None:
    """Apply the revision."""
    op.create_table(
        "sentence_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("representative", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("assigned", sa.String(length=40), nullable=True),
        sa.Column("topic", sa.String(length=60), nullable=True),
        sa.Column("assigned_by_id", sa.Integer(), nullable=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("exported_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(topic IS NOT NULL) = (assigned IS NOT NULL AND assigned = 'topic')",
            name=op.f("ck_sentence_group_topic_is_named"),
        ),
        sa.CheckConstraint(_ASSIGNED, name=op.f("ck_sentence_group_assigned_by_somebody")),
        sa.ForeignKeyConstraint(["assigned_by_id"], ["portal_user.id"], name=op.f("fk_sentence_group_assigned_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sentence_group")),
    )
    op.create_index(op.f("ix_sentence_group_assigned_by_id"), "sentence_group", ["assigned_by_id"], unique=False)
    op.create_index("ix_sentence_group_assigned_size", "sentence_group", ["assigned", "size"], unique=False)
    op.create_table(
        "unanswered_sentence",
        sa.Column("event_id", sa.String(length=100), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("profile", sa.String(length=40), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["sentence_group.id"], name=op.f("fk_unanswered_sentence_group_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_unanswered_sentence")),
    )
    op.create_index(op.f("ix_unanswered_sentence_group_id"), "unanswered_sentence", ["group_id"], unique=False)
    op.create_index("ix_unanswered_sentence_key", "unanswered_sentence", ["key"], unique=False)


def downgrade() -> None:
    """Undo the revision: the sentences, and what advisers said of them, are lost."""
    op.drop_table("unanswered_sentence")
    op.drop_table("sentence_group")
