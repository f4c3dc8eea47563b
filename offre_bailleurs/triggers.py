"""What the database itself keeps in step, whoever writes: this code, an older replica during an update, an import.

* `tenancy.declared_year` and `transmitted_year` follow the tenancy's declarations.
* A tenancy whose name or address changes is marked as not indexed (`sort_name = ''`); `tenant_index` then indexes it,
  in the same flush when the change came through the models, else at the next search.

Migration 0006 creates the same on databases that exist; here they come with `metadata.create_all`. SQLite drops a
table's triggers when a migration replaces the table (`batch_alter_table`): such a migration creates them again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, MetaData, Table, event

from offre_bailleurs.database import Base

_YEARS = """
UPDATE tenancy SET
    declared_year = (SELECT max(c.year) FROM declaration d JOIN campaign c ON c.id = d.campaign_id
        WHERE d.tenancy_id = tenancy.id),
    transmitted_year = (SELECT max(c.year) FROM declaration d JOIN campaign c ON c.id = d.campaign_id
        WHERE d.tenancy_id = tenancy.id AND d.state = 'transmitted')
WHERE id = {row}.tenancy_id
"""
_NEW_NAME = "UPDATE tenancy SET sort_name = '' WHERE id = NEW.id"
_NEW_ADDRESS = "UPDATE tenancy SET sort_name = '' WHERE dwelling_id = NEW.id"

_SQLITE: Final = (
    f"CREATE TRIGGER declaration_began AFTER INSERT ON declaration BEGIN {_YEARS.format(row='NEW')}; END",
    f"CREATE TRIGGER declaration_moved AFTER UPDATE OF state ON declaration BEGIN {_YEARS.format(row='NEW')}; END",
    f"CREATE TRIGGER declaration_dropped AFTER DELETE ON declaration BEGIN {_YEARS.format(row='OLD')}; END",
    "CREATE TRIGGER tenancy_renamed AFTER UPDATE OF account_id, dwelling_id, tenant_first_name, tenant_last_name "
    f"ON tenancy BEGIN {_NEW_NAME}; END",
    f"CREATE TRIGGER dwelling_moved AFTER UPDATE OF street, postcode, city ON dwelling BEGIN {_NEW_ADDRESS}; END",
)
_FUNCTION = "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; RETURN NULL; END $$"
_POSTGRESQL: Final = (
    _FUNCTION.format(name="count_declaration", body=_YEARS.format(row="NEW")),
    _FUNCTION.format(name="uncount_declaration", body=_YEARS.format(row="OLD")),
    _FUNCTION.format(name="mark_tenancy", body=_NEW_NAME),
    _FUNCTION.format(name="mark_tenancies_of_dwelling", body=_NEW_ADDRESS),
    "CREATE TRIGGER declaration_began AFTER INSERT ON declaration FOR EACH ROW EXECUTE FUNCTION count_declaration()",
    "CREATE TRIGGER declaration_moved AFTER UPDATE OF state ON declaration FOR EACH ROW "
    "EXECUTE FUNCTION count_declaration()",
    "CREATE TRIGGER declaration_dropped AFTER DELETE ON declaration FOR EACH ROW "
    "EXECUTE FUNCTION uncount_declaration()",
    "CREATE TRIGGER tenancy_renamed AFTER UPDATE OF account_id, dwelling_id, tenant_first_name, tenant_last_name "
    "ON tenancy FOR EACH ROW EXECUTE FUNCTION mark_tenancy()",
    "CREATE TRIGGER dwelling_moved AFTER UPDATE OF street, postcode, city ON dwelling FOR EACH ROW "
    "EXECUTE FUNCTION mark_tenancies_of_dwelling()",
)

TRIGGERS: Final = ("declaration_began", "declaration_moved", "declaration_dropped", "tenancy_renamed", "dwelling_moved")


@event.listens_for(Base.metadata, "after_create")
def _create(_metadata: MetaData, connection: Connection, *, tables: Sequence[Table] = (), **_options: Any) -> None:
    if not any(table.name == "declaration" for table in tables):
        return  # it was there already, with its triggers
    for statement in statements(connection.dialect.name):
        connection.exec_driver_sql(statement)


def statements(dialect: str) -> tuple[str, ...]:
    """What creates the triggers on `sqlite` or on `postgresql`."""
    return {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[dialect]
