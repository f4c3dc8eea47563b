"""open recover and share an access

Revision ID: 0002
Revises: 0001
Created: 2026-11-22 13:40:34.322753
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_USER_COLUMNS = {
    "email": sa.String(length=254),
    "phone": sa.String(length=20),
    "opens_on": sa.Date(),
    "closes_on": sa.Date(),
    "working_mode": sa.String(length=40),
    "details_confirmed_at": sa.DateTime(timezone=True),
    "creation_key": sa.String(length=120),
}
_TRANSMITTED_WAS_COMPLETE = (
    "(state = 'transmitted') = (reference IS NOT NULL AND submitted_at IS NOT NULL AND submitted_by_id IS NOT NULL)"
)
_TRANSMITTED_IS_COMPLETE = _TRANSMITTED_WAS_COMPLETE.removesuffix(")") + " AND submitted_by_name IS NOT NULL)"


def upgrade() -> None:
    """Apply the revision."""
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attempt_at"), ["at"], unique=False)
        batch_op.create_index("ix_attempt_kind_key_at", ["kind", "key", "at"], unique=False)

    op.create_table(
        "recovery_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("request_key", sa.String(length=120), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_request")),
        sa.UniqueConstraint("request_key", name=op.f("uq_recovery_request_request_key")),
    )
    with op.batch_alter_table("recovery_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_request_handled_at"), ["handled_at"], unique=False)

    op.create_table(
        "acceptance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("portal_user_id", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["portal_user_id"], ["portal_user.id"], name=op.f("fk_acceptance_portal_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acceptance")),
        sa.UniqueConstraint(
            "portal_user_id", "document", "version", name=op.f("uq_acceptance_portal_user_id_document_version")
        ),
    )
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("portal_user_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease", sa.String(length=36), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["portal_user_id"], ["portal_user.id"], name=op.f("fk_outbox_message_portal_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_message_key")),
    )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_message_portal_user_id"), ["portal_user_id"], unique=False)
        batch_op.create_index("ix_outbox_message_state_next_attempt_at", ["state", "next_attempt_at"], unique=False)

    op.create_table(
        "temporary_password",
        sa.Column("portal_user_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["portal_user_id"],
            ["portal_user.id"],
            name=op.f("fk_temporary_password_portal_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("portal_user_id", name=op.f("pk_temporary_password")),
    )
    _add_user_columns()
    _move_emails_to_users()
    with op.batch_alter_table("account") as batch_op:
        batch_op.add_column(sa.Column("postal_address", sa.String(length=400), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_account_email"), type_="unique")
        batch_op.drop_column("email")

    _say_whose_events_are()
    with op.batch_alter_table("organisation") as batch_op:
        batch_op.add_column(sa.Column("convention_name", sa.String(length=200), nullable=True))
        batch_op.add_column(
            sa.Column("convention_state", sa.String(length=40), nullable=False, server_default="validated")
        )
    op.execute("UPDATE organisation SET convention_name = name")
    with op.batch_alter_table("organisation") as batch_op:
        batch_op.alter_column("convention_name", existing_type=sa.String(length=200), nullable=False)
        batch_op.alter_column("convention_state", existing_type=sa.String(length=40), server_default=None)

    with op.batch_alter_table("portal_session") as batch_op:
        batch_op.add_column(sa.Column("must_choose_password", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("portal_session") as batch_op:
        batch_op.alter_column("must_choose_password", existing_type=sa.Boolean(), server_default=None)

    with op.batch_alter_table("declaration") as batch_op:
        batch_op.add_column(sa.Column("submitted_by_name", sa.String(length=201), nullable=True))
    op.execute(
        "UPDATE declaration SET submitted_by_name = "
        "(SELECT first_name || ' ' || last_name FROM portal_user WHERE portal_user.id = declaration.submitted_by_id)"
    )
    _replace_declaration_check(_TRANSMITTED_IS_COMPLETE)


def downgrade() -> None:
    """Undo the revision: an email address goes back to the account of the user who bears it, letters' addresses, users'
    details and whatever waits in the outbox are lost."""
    _replace_declaration_check(_TRANSMITTED_WAS_COMPLETE)
    with op.batch_alter_table("declaration") as batch_op:
        batch_op.drop_column("submitted_by_name")
    with op.batch_alter_table("portal_session") as batch_op:
        batch_op.drop_column("must_choose_password")
    with op.batch_alter_table("organisation") as batch_op:
        batch_op.drop_column("convention_state")
        batch_op.drop_column("convention_name")
    _let_events_be_changed()
    with op.batch_alter_table("audit_event") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_audit_event_account_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_audit_event_account_id"))
        batch_op.drop_column("account_id")
    _refuse_changes_of_events()
    with op.batch_alter_table("account") as batch_op:
        batch_op.add_column(sa.Column("email", sa.VARCHAR(length=254), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_account_email"), ["email"])
        batch_op.drop_column("postal_address")
    op.execute(
        "UPDATE account SET email = (SELECT email FROM portal_user WHERE portal_user.id = "
        "(SELECT min(id) FROM portal_user WHERE portal_user.account_id = account.id))"
    )
    op.execute("UPDATE portal_user SET password_hash = '-' WHERE password_hash IS NULL")
    with op.batch_alter_table("portal_user") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_portal_user_closes_after_it_opens"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_portal_user_active_has_password"), type_="check")
        batch_op.drop_constraint(batch_op.f("uq_portal_user_email"), type_="unique")
        batch_op.drop_constraint(batch_op.f("uq_portal_user_creation_key"), type_="unique")
        batch_op.drop_index("uq_portal_user_administrator")
        batch_op.alter_column("password_hash", existing_type=sa.VARCHAR(length=200), nullable=False)
        for name in _USER_COLUMNS:
            batch_op.drop_column(name)
    for table in ("temporary_password", "outbox_message", "acceptance", "recovery_request", "attempt"):
        op.drop_table(table)


def _add_user_columns() -> None:
    with op.batch_alter_table("portal_user") as batch_op:
        for name, kind in _USER_COLUMNS.items():
            batch_op.add_column(sa.Column(name, kind, nullable=True))
        batch_op.alter_column("password_hash", existing_type=sa.VARCHAR(length=200), nullable=True)
        batch_op.create_unique_constraint(batch_op.f("uq_portal_user_creation_key"), ["creation_key"])
        batch_op.create_unique_constraint(batch_op.f("uq_portal_user_email"), ["email"])
        batch_op.create_check_constraint(batch_op.f("ck_portal_user_closes_after_it_opens"), "closes_on >= opens_on")
        batch_op.create_check_constraint(
            batch_op.f("ck_portal_user_active_has_password"), "state <> 'active' OR password_hash IS NOT NULL"
        )
    # What had been hashed there was a temporary password, which must not pass for one that was chosen.
    op.execute("UPDATE portal_user SET password_hash = NULL WHERE state = 'never_connected'")
    op.create_index(
        "uq_portal_user_administrator",
        "portal_user",
        ["account_id"],
        unique=True,
        sqlite_where=sa.text("is_administrator"),
        postgresql_where=sa.text("is_administrator"),
    )


def _move_emails_to_users() -> None:
    op.execute(
        "UPDATE portal_user SET email = lower((SELECT email FROM account WHERE account.id = portal_user.account_id)) "
        "WHERE id IN (SELECT min(id) FROM portal_user GROUP BY account_id)"
    )


def _say_whose_events_are() -> None:
    """Old events get their account too, which needs the triggers out of the way."""
    _let_events_be_changed()
    with op.batch_alter_table("audit_event") as batch_op:
        batch_op.add_column(sa.Column("account_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_audit_event_account_id"), ["account_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_audit_event_account_id"), "account", ["account_id"], ["id"])
    op.execute(
        "UPDATE audit_event SET account_id = "
        "(SELECT account_id FROM portal_user WHERE portal_user.id = audit_event.actor_id)"
    )
    _refuse_changes_of_events()


def _let_events_be_changed() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_event_is_append_only ON audit_event")
        return
    for what in ("UPDATE", "DELETE"):
        op.execute(f"DROP TRIGGER audit_event_is_append_only_{what}")


def _refuse_changes_of_events() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER audit_event_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    for what in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_event_is_append_only_{what} BEFORE {what} ON audit_event "
            "BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END"
        )


def _replace_declaration_check(complete: str) -> None:
    name = op.f("ck_declaration_transmitted_is_complete")
    with op.batch_alter_table("declaration") as batch_op:
        batch_op.drop_constraint(name, type_="check")
        batch_op.create_check_constraint(name, complete)
