"""tenant index

Finds a tenant among 10,000 as among 10 (docs/decisions/0016). Only adds: replicas of the version before go on reading
and writing beside those of this one. What they declare is counted by the triggers, and a tenancy that they or an import
write is indexed at the next search. On PostgreSQL the two new indexes of existing tables are built in the upgrade's
transaction: writing to `tenancy` and `declaration` waits meanwhile (about a second for a million declarations), reading
does not.

Revision ID: 0006
Revises: 0005
Created: 2026-11-22 21:00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from offre_bailleurs.tenant_index import index

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_YEARS = """
UPDATE tenancy SET
    declared_year = (SELECT max(c.year) FROM declaration d JOIN campaign c ON c.id = d.campaign_id
        WHERE d.tenancy_id = tenancy.id),
    transmitted_year = (SELECT max(c.year) FROM declaration d JOIN campaign c ON c.id = d.campaign_id
        WHERE d.tenancy_id = tenancy.id AND d.state = 'transmitted')
"""
_NEW_NAME = "UPDATE tenancy SET sort_name = '' WHERE id = NEW.id"
_NEW_ADDRESS = "UPDATE tenancy SET sort_name = '' WHERE dwelling_id = NEW.id"
_TRIGGERS = (
    ("declaration_began", "INSERT ON declaration", "count_declaration", f"{_YEARS} WHERE id = NEW.tenancy_id"),
    ("declaration_moved", "UPDATE OF state ON declaration", "count_declaration", f"{_YEARS} WHERE id = NEW.tenancy_id"),
    ("declaration_dropped", "DELETE ON declaration", "uncount_declaration", f"{_YEARS} WHERE id = OLD.tenancy_id"),
    (
        "tenancy_renamed",
        "UPDATE OF account_id, dwelling_id, tenant_first_name, tenant_last_name ON tenancy",
        "mark_tenancy",
        _NEW_NAME,
    ),
    ("dwelling_moved", "UPDATE OF street, postcode, city ON dwelling", "mark_tenancies_of_dwelling", _NEW_ADDRESS),
)
"""Name, event, function (PostgreSQL), what is done; as offre_bailleurs/triggers.py creates them."""
_AT_ONCE = 1000


def upgrade() -> None:
    """Apply the revision."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    collation = "C" if postgresql else None
    op.create_table(
        "tenancy_word",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(length=60, collation=collation), nullable=False),
        sa.Column("in_name", sa.Boolean(), nullable=False),
        sa.Column("tenancy_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_tenancy_word_account_id")),
        sa.ForeignKeyConstraint(
            ["tenancy_id"], ["tenancy.id"], name=op.f("fk_tenancy_word_tenancy_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "word", "in_name", "tenancy_id", name=op.f("pk_tenancy_word")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_tenancy_word_tenancy_id"), "tenancy_word", ["tenancy_id"], unique=False)
    op.create_table(
        "word_key",
        sa.Column("key", sa.String(length=60, collation=collation), nullable=False),
        sa.Column("word", sa.String(length=60, collation=collation), nullable=False),
        sa.PrimaryKeyConstraint("key", "word", name=op.f("pk_word_key")),
        sqlite_with_rowid=False,
    )
    op.add_column("tenancy", sa.Column("sort_name", sa.String(200, collation), server_default="", nullable=False))
    op.add_column("tenancy", sa.Column("searched_text", sa.Text(), server_default="", nullable=False))
    op.add_column("tenancy", sa.Column("declared_year", sa.Integer(), nullable=True))
    op.add_column("tenancy", sa.Column("transmitted_year", sa.Integer(), nullable=True))
    _fill()
    op.create_index(
        "ix_tenancy_listed",
        "tenancy",
        [
            "account_id",
            "sort_name",
            "id",
            "authorisation_group_id",
            "started_on",
            "ended_on",
            "declared_year",
            "transmitted_year",
        ],
        unique=False,
    )
    op.create_index("ix_declaration_updated_by", "declaration", ["updated_by_id", "campaign_id", "state"], unique=False)
    for name, what, function, body in _TRIGGERS:
        if postgresql:
            op.execute(
                f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN {body}; RETURN NULL; END $$"
            )
            op.execute(f"CREATE TRIGGER {name} AFTER {what} FOR EACH ROW EXECUTE FUNCTION {function}()")
        else:
            op.execute(f"CREATE TRIGGER {name} AFTER {what} BEGIN {body}; END")


def _fill() -> None:
    """Index what is there. How words are folded is the code's: were it to change, everything would be indexed anew."""
    connection = op.get_bind()
    op.execute(_YEARS)
    tenancy = sa.table("tenancy", sa.column("id", sa.Integer()))
    last = 0
    while True:
        some = sa.select(tenancy.c.id).where(tenancy.c.id > last).order_by(tenancy.c.id).limit(_AT_ONCE)
        ids = connection.scalars(some).all()
        if not ids:
            return
        index(connection, ids)
        last = ids[-1]


def downgrade() -> None:
    """Undo the revision: what it added can be filled again."""
    for name, what, _, _ in _TRIGGERS:
        on = f" ON {what.rpartition(' ON ')[2]}" if op.get_bind().dialect.name == "postgresql" else ""
        op.execute(f"DROP TRIGGER {name}{on}")
    if op.get_bind().dialect.name == "postgresql":
        for function in dict.fromkeys(function for _, _, function, _ in _TRIGGERS):
            op.execute(f"DROP FUNCTION {function}()")
    op.drop_index("ix_declaration_updated_by", "declaration")
    op.drop_index("ix_tenancy_listed", "tenancy")
    for column in ("transmitted_year", "declared_year", "searched_text", "sort_name"):
        op.drop_column("tenancy", column)
    op.drop_table("word_key")
    op.drop_table("tenancy_word")
