"""Tries sent all at once, from several servers, on SQLite and on PostgreSQL: no more slip through than one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from sqlalchemy import Engine

from offre_bailleurs.attempts import FREE_FAILURES, Asker, TooMany, begin_sign_in, count_recovery, sign_in_wait
from offre_bailleurs.database import make_engine, reading, transaction
from offre_bailleurs.models import Attempt, RecoveryRequest
from offre_bailleurs.recovery import ask_login
from offre_bailleurs.settings import settings
from tests.services.access.together import together
from tests.unit.access.people import rows

GUESSES = 50


@pytest.fixture
def servers(url: str) -> Iterator[list[Engine]]:
    """Four servers on one database."""
    engines = [make_engine(url) for _ in range(4)]
    yield engines
    for engine in engines:
        engine.dispose()


def allowed(outcomes: list[object]) -> int:
    """How many got through; every other one was told to wait."""
    refused = [outcome for outcome in outcomes if outcome is not None]
    assert {type(outcome) for outcome in refused} <= {TooMany}, refused
    return len(outcomes) - len(refused)


def guess(engine: Engine, login: str) -> None:
    with transaction(on=engine) as session:
        begin_sign_in(session, login)


def at_once(servers: list[Engine], act: Callable[[Engine, int], None]) -> list[object]:
    return list(together([partial(act, servers[turn % len(servers)], turn) for turn in range(GUESSES)]))


def test_of_fifty_guesses_at_once_five_reach_the_password(servers: list[Engine]) -> None:
    assert allowed(at_once(servers, lambda engine, _: guess(engine, "ada"))) == FREE_FAILURES
    with reading(on=servers[0]) as session:
        assert 0 < sign_in_wait(session, "ada") <= 60
        assert sign_in_wait(session, "bob") == 0
    assert rows(servers[0], Attempt) == FREE_FAILURES


def test_guesses_at_several_logins_do_not_get_in_each_other_s_way(servers: list[Engine]) -> None:
    outcomes = at_once(servers, lambda engine, turn: guess(engine, f"user{turn % 25}"))
    assert outcomes == [None] * GUESSES


def test_of_fifty_recoveries_at_once_from_one_address_so_many_are_taken(servers: list[Engine]) -> None:
    def ask(engine: Engine, turn: int) -> None:
        with transaction(on=engine) as session:
            asker = Asker("192.0.2.7", f"c{turn}")
            ask_login(session, "44900007099999", asker=asker, request_key=f"turn-{turn}")

    assert allowed(at_once(servers, ask)) == settings().recoveries_per_hour
    assert rows(servers[0], RecoveryRequest) == settings().recoveries_per_hour


def test_askers_that_share_an_address_or_a_conversation_crosswise_do_not_block_each_other(
    servers: list[Engine],
) -> None:
    def ask(engine: Engine, turn: int) -> None:
        with transaction(on=engine) as session:
            count_recovery(session, Asker(f"192.0.2.{turn % 7}", f"c{turn % 8}"))

    assert allowed(at_once(servers, ask)) == GUESSES


def test_one_form_sent_many_times_at_once_asks_once(servers: list[Engine]) -> None:
    def ask(engine: Engine, turn: int) -> None:
        with transaction(on=engine) as session:
            ask_login(session, "44900007099999", asker=Asker("192.0.2.7"), request_key="same")

    assert at_once(servers, ask) == [None] * GUESSES
    assert rows(servers[0], RecoveryRequest) == rows(servers[0], Attempt) == 1
