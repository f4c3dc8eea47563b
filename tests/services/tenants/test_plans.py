"""Choosing a tenant and counting what is left walk indexes, on SQLite and PostgreSQL: others' rows cost nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from bench.scale import Landlord, fill, landlord
from offre_bailleurs.access import Viewer, viewer
from offre_bailleurs.campaigns import current_campaign, today
from offre_bailleurs.database import make_engine, reading
from offre_bailleurs.declarations import asked_of, drafts_of, has_declarable, is_concerned, remaining, remaining_count
from offre_bailleurs.models import Campaign
from offre_bailleurs.tenant_index import needs_mending
from offre_bailleurs.tenant_lookup import Register

LARGE = ("declaration", "tenancy_word", "word_key")
"""Tables that other landlords fill: no statement may read one of them from end to end."""


@dataclass(frozen=True)
class Place:
    """A database with many landlords, one of whom asks."""

    engine: Engine
    landlord: Landlord

    @contextmanager
    def asking(self) -> Iterator[tuple[Session, Viewer, Campaign]]:
        with reading(on=self.engine) as session:
            who = viewer(session, self.landlord.user_id)
            campaign = current_campaign(session, today()).campaign
            assert who is not None
            assert campaign is not None
            yield session, who, campaign


@pytest.fixture
def place(url: str) -> Iterator[Place]:
    engine = make_engine(url)
    fill(engine, 10_000)
    who = landlord(engine, 100)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    yield Place(engine, who)
    engine.dispose()


@contextmanager
def _statements(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    said: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            said.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    yield said
    event.remove(engine, "before_cursor_execute", note)


def _plan(engine: Engine, statement: str, parameters: Any) -> str:
    explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(explain + statement, parameters).all()
    return "\n".join(str(row[-1]) for row in rows)


def _ask_everything(place: Place) -> None:
    first, last, street = place.landlord.tenants[0]
    with place.asking() as (session, who, campaign):
        with _statements(place.engine) as said:
            assert remaining_count(session, who, campaign) == 100
        assert not any("declaration" in statement for statement, _ in said)
        assert len(remaining(session, who, campaign, most=8)) == 8
        assert has_declarable(session, who, campaign)
        assert drafts_of(session, who, campaign, most=5) == []
        assert not needs_mending(session, who.account_id)
        register = Register(session, who, is_concerned(campaign))
        for typed in (f"{first} {last}", f"{first} {last[:3]}{last[4:]}", street, "Zora Wakizu", "p. zz"):
            found = register.find(typed)
            register.tenancies(found.found or found.nearest, most=5)
        sentence = register.find(f"je veux déclarer le loyer de Mme {first} {last}", sentence=True)
        (chosen,) = register.tenancies(sentence.found)
        assert asked_of(session, who, chosen.id, campaign) is not None


def test_no_table_that_others_fill_is_read_from_end_to_end(place: Place) -> None:
    with _statements(place.engine) as said:
        _ask_everything(place)
    assert any("word_key" in statement for statement, _ in said)
    for statement, parameters in said:
        plan = _plan(place.engine, statement, parameters)
        for table in LARGE:
            assert not re.search(rf"(SCAN|Seq Scan on) {table}\b", plan), f"{statement}\n{plan}"


def test_a_turn_asks_as_many_questions_of_the_database_of_a_small_landlord_as_of_a_large_one(place: Place) -> None:
    counts = []
    for who in (landlord(place.engine, 10), place.landlord):
        other = Place(place.engine, who)
        with other.asking() as (session, seen, campaign), _statements(place.engine) as said:
            register = Register(session, seen, is_concerned(campaign))
            for first, last, street in who.tenants[:3]:
                for typed in (f"{first} {last}", street):
                    register.tenancies(register.find(typed).found, most=5)
            remaining_count(session, seen, campaign)
            counts.append(len(said))
    assert counts[0] == counts[1]
