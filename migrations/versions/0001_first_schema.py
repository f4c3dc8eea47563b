"""first schema

Revision ID: 0001
Revises:
Created: 2026-11-22 08:39:01.750884
"""
# ruff: noqa: E501 - written by Alembic

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


_APPEND_ONLY = {
    "sqlite": [
        f"""
        CREATE TRIGGER audit_event_is_append_only_{what} BEFORE {what} ON audit_event
        BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END
        """
        for what in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
        """,
        """
        CREATE TRIGGER audit_event_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
        """,
    ],
}
"""What makes `audit_event` refuse any change of what was written."""


def upgrade() -> None:
    """Apply the revision."""
    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("year", name=op.f("uq_campaign_year")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("name", name=op.f("uq_organisation_name")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("profile", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("departement", sa.String(length=3), nullable=True),
        sa.Column("user_number", sa.String(length=14), nullable=False),
        sa.Column("contact_channel", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(profile = 'organisation') = (organisation_id IS NOT NULL)",
            name=op.f("ck_account_organisation_has_its_own"),
        ),
        sa.CheckConstraint(
            "profile = 'organisation' OR departement IS NOT NULL", name=op.f("ck_account_landlord_has_departement")
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_account_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_account_organisation_id")),
        sa.UniqueConstraint("user_number", name=op.f("uq_account_user_number")),
    )
    op.create_table(
        "authorisation_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("dwelling_type", sa.String(length=40), nullable=False),
        sa.Column("departements", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_authorisation_group_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authorisation_group")),
        sa.UniqueConstraint("organisation_id", "name", name=op.f("uq_authorisation_group_organisation_id_name")),
    )
    with op.batch_alter_table("authorisation_group", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_authorisation_group_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "dwelling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.Column("postcode", sa.String(length=5), nullable=False),
        sa.Column("city", sa.String(length=100), nullable=False),
        sa.Column("departement", sa.String(length=3), nullable=False),
        sa.Column("dwelling_type", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_dwelling_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dwelling")),
    )
    with op.batch_alter_table("dwelling", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dwelling_account_id"), ["account_id"], unique=False)

    op.create_table(
        "portal_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("first_name", sa.String(length=100), nullable=False),
        sa.Column("last_name", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("is_administrator", sa.Boolean(), nullable=False),
        sa.Column("is_authorisation_manager", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_portal_user_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_user")),
        sa.UniqueConstraint("login", name=op.f("uq_portal_user_login")),
    )
    with op.batch_alter_table("portal_user", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_user_account_id"), ["account_id"], unique=False)

    op.create_table(
        "audit_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["portal_user.id"], name=op.f("fk_audit_event_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_event_action"), ["action"], unique=False)

    op.create_table(
        "portal_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("portal_user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["portal_user_id"], ["portal_user.id"], name=op.f("fk_portal_session_portal_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_portal_session")),
    )
    with op.batch_alter_table("portal_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_session_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_portal_session_portal_user_id"), ["portal_user_id"], unique=False)

    op.create_table(
        "portal_user_group",
        sa.Column("portal_user_id", sa.Integer(), nullable=False),
        sa.Column("authorisation_group_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authorisation_group_id"],
            ["authorisation_group.id"],
            name=op.f("fk_portal_user_group_authorisation_group_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["portal_user_id"], ["portal_user.id"], name=op.f("fk_portal_user_group_portal_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("portal_user_id", "authorisation_group_id", name=op.f("pk_portal_user_group")),
    )
    op.create_table(
        "support_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("portal_user_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("request_key", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["portal_user_id"], ["portal_user.id"], name=op.f("fk_support_request_portal_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_request")),
        sa.UniqueConstraint("request_key", name=op.f("uq_support_request_request_key")),
    )
    with op.batch_alter_table("support_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_support_request_conversation_id"), ["conversation_id"], unique=False)

    op.create_table(
        "tenancy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("dwelling_id", sa.Integer(), nullable=False),
        sa.Column("authorisation_group_id", sa.Integer(), nullable=True),
        sa.Column("tenant_first_name", sa.String(length=100), nullable=False),
        sa.Column("tenant_last_name", sa.String(length=100), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("co_tenant_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_tenancy_account_id")),
        sa.ForeignKeyConstraint(
            ["authorisation_group_id"], ["authorisation_group.id"], name=op.f("fk_tenancy_authorisation_group_id")
        ),
        sa.ForeignKeyConstraint(["dwelling_id"], ["dwelling.id"], name=op.f("fk_tenancy_dwelling_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenancy")),
    )
    with op.batch_alter_table("tenancy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tenancy_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tenancy_authorisation_group_id"), ["authorisation_group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tenancy_dwelling_id"), ["dwelling_id"], unique=False)

    op.create_table(
        "declaration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tenancy_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("situation", sa.String(length=40), nullable=True),
        sa.Column("situation_on", sa.Date(), nullable=True),
        sa.Column("unpaid_cents", sa.Integer(), nullable=True),
        sa.Column("unpaid_since", sa.Date(), nullable=True),
        sa.Column("co_tenant_count", sa.Integer(), nullable=True),
        sa.Column("july_rent_cents", sa.Integer(), nullable=True),
        sa.Column("unusual_rent_confirmed", sa.Boolean(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("submission_key", sa.String(length=120), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'transmitted') = (reference IS NOT NULL AND submitted_at IS NOT NULL AND submitted_by_id IS NOT NULL)",
            name=op.f("ck_declaration_transmitted_is_complete"),
        ),
        sa.CheckConstraint("july_rent_cents >= 0", name=op.f("ck_declaration_rent_not_negative")),
        sa.CheckConstraint("unpaid_cents > 0", name=op.f("ck_declaration_unpaid_positive")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_declaration_campaign_id")),
        sa.ForeignKeyConstraint(["submitted_by_id"], ["portal_user.id"], name=op.f("fk_declaration_submitted_by_id")),
        sa.ForeignKeyConstraint(["tenancy_id"], ["tenancy.id"], name=op.f("fk_declaration_tenancy_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["portal_user.id"], name=op.f("fk_declaration_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration")),
        sa.UniqueConstraint("reference", name=op.f("uq_declaration_reference")),
        sa.UniqueConstraint("tenancy_id", "campaign_id", name=op.f("uq_declaration_tenancy_id_campaign_id")),
    )
    with op.batch_alter_table("declaration", schema=None) as batch_op:
        batch_op.create_index("ix_declaration_campaign_state", ["campaign_id", "state"], unique=False)

    op.create_table(
        "chat_conversation",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "user_id", sa.Integer(), nullable=True, comment="The portal user who was signed in at the opening, if any."
        ),
        sa.Column(
            "last_seq", sa.Integer(), nullable=False, comment="The number of the newest message, whoever wrote it."
        ),
        sa.Column(
            "version",
            sa.Integer(),
            nullable=False,
            comment="Grows with each turn: of two turns from one version, one commits.",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_conversation")),
    )
    with op.batch_alter_table("chat_conversation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chat_conversation_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sender_id", sa.String(length=255), nullable=False),
        sa.Column("type_name", sa.String(length=255), nullable=False),
        sa.Column("timestamp", sa.Float(), nullable=True),
        sa.Column("intent_name", sa.String(length=255), nullable=True),
        sa.Column("action_name", sa.String(length=255), nullable=True),
        sa.Column("data", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index("ix_events_sender_id", ["sender_id"], unique=False)

    op.create_table(
        "chat_message",
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sender", sa.String(length=10), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("sender IN ('bot', 'user', 'adviser')", name=op.f("ck_chat_message_known_sender")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["chat_conversation.id"],
            name=op.f("fk_chat_message_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", "seq", name=op.f("pk_chat_message")),
    )
    op.create_table(
        "chat_turn",
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("first_seq", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["chat_conversation.id"], name=op.f("fk_chat_turn_conversation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("conversation_id", "message_id", name=op.f("pk_chat_turn")),
    )

    for statement in _APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Undo the revision."""
    op.drop_table("chat_turn")
    op.drop_table("chat_message")
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_index("ix_events_sender_id")

    op.drop_table("events")
    with op.batch_alter_table("chat_conversation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_chat_conversation_expires_at"))

    op.drop_table("chat_conversation")
    with op.batch_alter_table("declaration", schema=None) as batch_op:
        batch_op.drop_index("ix_declaration_campaign_state")

    op.drop_table("declaration")
    with op.batch_alter_table("tenancy", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tenancy_dwelling_id"))
        batch_op.drop_index(batch_op.f("ix_tenancy_authorisation_group_id"))
        batch_op.drop_index(batch_op.f("ix_tenancy_account_id"))

    op.drop_table("tenancy")
    with op.batch_alter_table("support_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_support_request_conversation_id"))

    op.drop_table("support_request")
    op.drop_table("portal_user_group")
    with op.batch_alter_table("portal_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portal_session_portal_user_id"))
        batch_op.drop_index(batch_op.f("ix_portal_session_expires_at"))

    op.drop_table("portal_session")
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_event_action"))

    op.drop_table("audit_event")
    with op.batch_alter_table("portal_user", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portal_user_account_id"))

    op.drop_table("portal_user")
    with op.batch_alter_table("dwelling", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dwelling_account_id"))

    op.drop_table("dwelling")
    with op.batch_alter_table("authorisation_group", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_authorisation_group_organisation_id"))

    op.drop_table("authorisation_group")
    op.drop_table("account")
    op.drop_table("organisation")
    op.drop_table("campaign")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
