"""The index by which tenancies are found (`tenant_lookup`), kept in step with them in the transaction that writes them.

Whatever passes through the models is indexed at its flush. What another program writes by SQL is marked by the
database's triggers (`sort_name = ''`) and indexed by `mend`, before the tenants of its account are next asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, event, inspect, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from offre_bailleurs import models
from offre_bailleurs.french.text import fold
from offre_bailleurs.tenant_search import MOST_SLIPS, name_keys, place_keys

KEYED_LETTERS = 7
"""Of a word's letters, how many its keys are made of: two words that differ in two places share such a key as well."""
SHORTEST_KEYED = 3
"""No shorter word is ever read for a mistyped one."""
_SHORTEST_WITH_TWO_SLIPS = 6
"""In letters: two slips are forgiven from eight typed letters on, and may have added two."""
_AT_ONCE = 500
_LONGEST_SORT_NAME = 200


def word_keys(word: str, slips: int) -> set[str]:
    """What is left of a word's beginning without some of its letters, at most `slips`.

    Two words at most `slips` typing slips apart (one too many, one missing, another one, two swapped) have one in
    common (W. Garbe's symmetric deletes; with the beginnings only, as in SymSpell).
    """
    start = word[:KEYED_LETTERS]
    return {
        "".join(left)
        for dropped in range(min(slips, len(start) - 1) + 1)
        for left in combinations(start, len(start) - dropped)
    }


def index(connection: Connection, tenancy_ids: Iterable[int]) -> None:
    """Index tenancies anew, as their rows are now."""
    for ids in _batches(sorted(set(tenancy_ids))):
        _index(connection, ids)


def needs_mending(session: Session, account_id: int) -> bool:
    """Another program wrote in an account what is not indexed yet."""
    return session.scalar(_unindexed(account_id).limit(1)) is not None


def mend(session: Session, account_id: int) -> None:
    """Index what another program wrote in an account; writes nothing when there is nothing such."""
    if needs_mending(session, account_id):
        index(session.connection(), session.scalars(_unindexed(account_id)).all())


def _unindexed(account_id: int) -> Select[int]:
    tenancy = models.Tenancy
    return select(tenancy.id).where(tenancy.account_id == account_id, tenancy.sort_name == "")


def _index(connection: Connection, ids: Sequence[int]) -> None:
    tenancy, dwelling, word = models.Tenancy, models.Dwelling, models.TenancyWord
    rows = connection.execute(
        select(
            tenancy.id,
            tenancy.account_id,
            tenancy.tenant_first_name,
            tenancy.tenant_last_name,
            dwelling.street,
            dwelling.postcode,
            dwelling.city,
        )
        .join(dwelling, dwelling.id == tenancy.dwelling_id)
        .where(tenancy.id.in_(ids))
    ).all()
    found_by: set[tuple[int, str, bool, int]] = set()
    texts: list[dict[str, Any]] = []
    for row in rows:
        # As `Tenancy.tenant_name` and `Dwelling.address` write them: what is typed is compared with what is shown.
        name = f"{row.tenant_first_name} {row.tenant_last_name}"
        address = f"{row.street}, {row.postcode} {row.city}"
        found_by |= {(row.account_id, each, True, row.id) for each in name_keys(name)}
        found_by |= {(row.account_id, each, False, row.id) for each in place_keys(address)}
        sort_name = f"{fold(row.tenant_last_name)}\t{fold(row.tenant_first_name)}"[:_LONGEST_SORT_NAME]
        texts.append({"of": row.id, "sort_name": sort_name, "searched_text": fold(f"{name} {address}")})
    connection.execute(delete(word).where(word.tenancy_id.in_(ids)))
    columns = ("account_id", "word", "in_name", "tenancy_id")
    _insert(connection, word, [dict(zip(columns, each, strict=True)) for each in sorted(found_by)])
    _add_keys(connection, {each for _, each, _, _ in found_by})
    if texts:
        table = tenancy.__table__
        connection.execute(
            update(table)  # type: ignore[arg-type] # a declared class's table is a Table
            .where(table.c.id == bindparam("of"))
            .values(sort_name=bindparam("sort_name"), searched_text=bindparam("searched_text")),
            texts,
        )


def _add_keys(connection: Connection, words: Iterable[str]) -> None:
    keyed = sorted(each for each in words if len(each) >= SHORTEST_KEYED and not each.isdigit())
    key = models.WordKey
    known: set[str] = set()
    for some in _batches(keyed):
        known.update(connection.scalars(select(key.word).where(key.key.in_({each[:KEYED_LETTERS] for each in some}))))
    rows = [
        {"key": each, "word": word}
        for word in keyed
        if word not in known
        for each in sorted(word_keys(word, MOST_SLIPS if len(word) >= _SHORTEST_WITH_TWO_SLIPS else 1))
    ]
    _insert(connection, key, rows)


def _insert(connection: Connection, model: type[Any], rows: Sequence[dict[str, Any]]) -> None:
    """In one order, whoever writes, and what another transaction has just written is left: neither waits for ever."""
    dialect = {"sqlite": sqlite, "postgresql": postgresql}[connection.dialect.name]
    if rows:
        connection.execute(dialect.insert(model).on_conflict_do_nothing(), rows)


def _batches(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]


@event.listens_for(Session, "after_flush")
def _keep_in_step(session: Session, _context: object) -> None:
    tenancies = {each.id for each in session.new if isinstance(each, models.Tenancy)}
    named = ("account_id", "dwelling_id", "tenant_first_name", "tenant_last_name")
    tenancies |= {each.id for each in session.dirty if isinstance(each, models.Tenancy) and _changed(each, *named)}
    dwellings = {
        each.id
        for each in session.dirty
        if isinstance(each, models.Dwelling) and _changed(each, "street", "postcode", "city")
    }
    if dwellings:
        of_dwellings = select(models.Tenancy.id).where(models.Tenancy.dwelling_id.in_(dwellings))
        tenancies.update(session.connection().scalars(of_dwellings))
    if tenancies:
        index(session.connection(), tenancies)


def _changed(row: object, *attributes: str) -> bool:
    state = inspect(row)
    return any(state.attrs[each].history.has_changes() for each in attributes)
