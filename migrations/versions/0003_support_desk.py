"""support desk

Revision ID: 0003
Revises: 0002
Created: 2026-11-22 17:03:14.204770
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_REQUEST_COLUMNS = {
    "profile": sa.String(length=40),
    "topic": sa.String(length=60),
    "journey": sa.String(length=60),
    "step": sa.String(length=60),
    "message": sa.Text(),
    "email": sa.String(length=254),
    "adviser_id": sa.Integer(),
    "taken_at": sa.DateTime(timezone=True),
    "adviser_seen_at": sa.DateTime(timezone=True),
    "handed_back_at": sa.DateTime(timezone=True),
    "closed_at": sa.DateTime(timezone=True),
    "outcome": sa.String(length=40),
}
_REQUEST_CHECKS = {
    "taken_by_somebody": "state = 'waiting' OR adviser_id IS NOT NULL OR state = 'closed'",
    "closed_says_how": "(state = 'closed') = (outcome IS NOT NULL AND closed_at IS NOT NULL)",
}
_LIVE = sa.text("kind = 'live' AND state IN ('waiting', 'taken')")


def upgrade() -> None:
    """Apply the revision."""
    op.create_table(
        "chat_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(length=100), nullable=False, comment="The same however often it is delivered."),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_event")),
        sa.UniqueConstraint("event_id", name=op.f("uq_chat_event_event_id")),
    )
    with op.batch_alter_table("chat_conversation") as batch_op:
        batch_op.add_column(
            sa.Column(
                "floor",
                sa.String(length=10),
                server_default=sa.text("'bot'"),
                nullable=False,
                comment="Who answers: see `Floor`.",
            )
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_chat_conversation_known_floor"), "floor IN ('bot', 'waiting', 'adviser', 'returning')"
        )
    with op.batch_alter_table("portal_user") as batch_op:
        batch_op.add_column(sa.Column("is_adviser", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.alter_column("account_id", existing_type=sa.INTEGER(), nullable=True)
    with op.batch_alter_table("portal_user") as batch_op:
        batch_op.alter_column("is_adviser", existing_type=sa.Boolean(), server_default=None)
        batch_op.create_check_constraint(
            batch_op.f("ck_portal_user_adviser_has_no_account"), "is_adviser = (account_id IS NULL)"
        )
    _describe_requests()


def downgrade() -> None:
    """Undo the revision: advisers, what the desk knows of requests, and events not counted yet are lost."""
    with op.batch_alter_table("support_request") as batch_op:
        batch_op.drop_index("uq_support_request_live")
        batch_op.drop_index("ix_support_request_state_created_at")
        batch_op.drop_index(batch_op.f("ix_support_request_adviser_id"))
        batch_op.drop_constraint(batch_op.f("fk_support_request_adviser_id"), type_="foreignkey")
        for name in _REQUEST_CHECKS:
            batch_op.drop_constraint(batch_op.f(f"ck_support_request_{name}"), type_="check")
        for name in ("kind", "state", *_REQUEST_COLUMNS):
            batch_op.drop_column(name)
    op.execute("DELETE FROM portal_session WHERE portal_user_id IN (SELECT id FROM portal_user WHERE is_adviser)")
    op.execute("DELETE FROM temporary_password WHERE portal_user_id IN (SELECT id FROM portal_user WHERE is_adviser)")
    op.execute("DELETE FROM portal_user WHERE is_adviser")
    with op.batch_alter_table("portal_user") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_portal_user_adviser_has_no_account"), type_="check")
        batch_op.alter_column("account_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("is_adviser")
    with op.batch_alter_table("chat_conversation") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_chat_conversation_known_floor"), type_="check")
        batch_op.drop_column("floor")
    op.drop_table("chat_event")


def _describe_requests() -> None:
    """What was asked before is a message that waits, without an address to answer to."""
    with op.batch_alter_table("support_request") as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=40), nullable=False, server_default="message"))
        batch_op.add_column(sa.Column("state", sa.String(length=40), nullable=False, server_default="waiting"))
        for name, kind in _REQUEST_COLUMNS.items():
            batch_op.add_column(sa.Column(name, kind, nullable=True))
    with op.batch_alter_table("support_request") as batch_op:
        for name in ("kind", "state"):
            batch_op.alter_column(name, existing_type=sa.String(length=40), server_default=None)
        batch_op.create_index(batch_op.f("ix_support_request_adviser_id"), ["adviser_id"], unique=False)
        batch_op.create_index("ix_support_request_state_created_at", ["state", "created_at"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_support_request_adviser_id"), "portal_user", ["adviser_id"], ["id"])
        for name, rule in _REQUEST_CHECKS.items():
            batch_op.create_check_constraint(batch_op.f(f"ck_support_request_{name}"), rule)
    op.create_index(
        "uq_support_request_live",
        "support_request",
        ["conversation_id"],
        unique=True,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    )
