"""How often one may try."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from offre_bailleurs.attempts import (
    REFUSED_EMAILS_AN_HOUR,
    SENDINGS_AN_HOUR,
    Asker,
    TooMany,
    begin_sign_in,
    check_refused_emails,
    check_sendings,
    count_recovery,
    count_refused_email,
    count_sending,
    count_sending_to,
    may_send_to,
    purge_attempts,
    sign_in_succeeded,
    sign_in_wait,
)
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.models import Attempt
from offre_bailleurs.settings import settings
from tests.unit.access.people import rows, time_passes
from tests.unit.conftest import World

MINUTE = 60
HOUR = 3600
DAY = 24 * HOUR


def guess(engine: Engine, login: str = "ada") -> None:
    with transaction(on=engine) as session:
        begin_sign_in(session, login)


def wait(engine: Engine, login: str = "ada") -> int:
    with reading(on=engine) as session:
        return sign_in_wait(session, login)


def guess_when_allowed(engine: Engine) -> int:
    """Wait as long as is asked, guess, and tell how long that was."""
    waited = wait(engine)
    time_passes(engine, timedelta(seconds=waited))
    guess(engine)
    return waited


def ask(engine: Engine, asker: Asker) -> None:
    with transaction(on=engine) as session:
        count_recovery(session, asker)


def test_four_failures_cost_no_wait(world: World) -> None:
    for _ in range(4):
        guess(world.engine)
        assert wait(world.engine) == 0


def test_from_the_fifth_failure_on_the_wait_doubles_up_to_an_hour(world: World) -> None:
    waits = [guess_when_allowed(world.engine) for _ in range(14)]
    assert waits[:5] == [0] * 5
    assert waits[5:] == [MINUTE * 2**power for power in range(6)] + [HOUR] * 3


def test_at_most_25_failures_fit_in_any_24_hours(world: World) -> None:
    elapsed, moments = 0, []
    for _ in range(60):
        elapsed += guess_when_allowed(world.engine)
        moments.append(elapsed)
    assert all(last - first >= DAY for first, last in zip(moments, moments[25:], strict=False))
    assert moments[24] < DAY, "25 can be reached within a day: the last rule is what stops the 26th"
    assert all(later - earlier <= DAY for earlier, later in pairwise(moments)), "nobody waits for ever"


def test_knocking_while_one_must_wait_does_not_make_the_wait_longer(world: World) -> None:
    for _ in range(5):
        guess(world.engine)
    for _ in range(30):
        with pytest.raises(TooMany) as refused:
            guess(world.engine)
        assert 0 < refused.value.seconds <= MINUTE
    time_passes(world.engine, timedelta(seconds=MINUTE))
    guess(world.engine)


def test_signing_in_forgets_the_failures(world: World) -> None:
    for _ in range(5):
        guess(world.engine)
    with transaction(on=world.engine) as session:
        sign_in_succeeded(session, " ada ")
    assert wait(world.engine) == 0
    assert rows(world.engine, Attempt) == 0


def test_one_login_s_failures_are_not_another_s(world: World) -> None:
    for _ in range(5):
        guess(world.engine, "ada")
    assert wait(world.engine, "bob") == 0


def test_spaces_and_capitals_give_no_more_tries(world: World) -> None:
    for login in ("ada", " ada", "ada\t", "ADA", "Ada "):
        guess(world.engine, login)
    assert wait(world.engine, "ada") > 0


@pytest.mark.parametrize("unknown", ["nobody", "", "\0", "\ud800", "x" * 10_000])
def test_a_login_that_nobody_has_waits_as_long(world: World, unknown: str) -> None:
    for _ in range(5):
        guess(world.engine, unknown)
    with pytest.raises(TooMany):
        guess(world.engine, unknown)


def test_failures_older_than_a_day_count_no_more_and_are_purged(world: World) -> None:
    for _ in range(5):
        guess(world.engine)
    time_passes(world.engine, timedelta(days=1))
    guess(world.engine)
    assert wait(world.engine) == 0
    with transaction(on=world.engine) as session:
        assert purge_attempts(session) == 5
    assert rows(world.engine, Attempt) == 1


def test_what_is_counted_names_nobody(world: World) -> None:
    guess(world.engine, "ada")
    ask(world.engine, Asker("192.0.2.7", "ada"))
    with reading(on=world.engine) as session:
        stored = session.scalars(select(Attempt)).all()
    assert len({row.key for row in stored}) == 3, "« ada » as a login is not « ada » as a conversation"
    assert not any("ada" in row.key or "192" in row.kind + row.key for row in stored)
    assert all(len(row.key) == 64 for row in stored)


@pytest.mark.parametrize("asker", [Asker(address="192.0.2.7"), Asker(conversation="c1")])
def test_an_asker_has_so_many_recoveries_an_hour(world: World, asker: Asker) -> None:
    for _ in range(settings().recoveries_per_hour):
        ask(world.engine, asker)
    with pytest.raises(TooMany) as refused:
        ask(world.engine, asker)
    assert HOUR - 5 <= refused.value.seconds <= HOUR
    time_passes(world.engine, timedelta(hours=1))
    ask(world.engine, asker)


def test_changing_the_conversation_does_not_help_the_same_address(world: World) -> None:
    for turn in range(settings().recoveries_per_hour):
        ask(world.engine, Asker("192.0.2.7", f"c{turn}"))
    with pytest.raises(TooMany):
        ask(world.engine, Asker("192.0.2.7", "another"))
    ask(world.engine, Asker("192.0.2.8", "another"))


def test_what_is_not_known_of_an_asker_is_not_counted(world: World) -> None:
    for _ in range(settings().recoveries_per_hour + 5):
        ask(world.engine, Asker())
    assert rows(world.engine, Attempt) == 0


Limit = tuple[Callable[[Session, int], None], Callable[[Session, int], None], int]
"""What checks, what counts, and how many fit in an hour."""


@pytest.mark.parametrize(
    "limit",
    [
        (check_refused_emails, count_refused_email, REFUSED_EMAILS_AN_HOUR),
        (check_sendings, count_sending, SENDINGS_AN_HOUR),
    ],
    ids=["refused addresses", "sendings"],
)
def test_one_person_has_so_many_an_hour_and_another_one_their_own(world: World, limit: Limit) -> None:
    check, count, allowed = limit
    for _ in range(allowed):
        with transaction(on=world.engine) as session:
            check(session, world.colleague)
            count(session, world.colleague)
    with transaction(on=world.engine) as session:
        with pytest.raises(TooMany) as refused:
            check(session, world.colleague)
        assert HOUR - 5 <= refused.value.seconds <= HOUR
        check(session, world.limited_colleague)
    time_passes(world.engine, timedelta(hours=1))
    with transaction(on=world.engine) as session:
        check(session, world.colleague)


def test_what_is_sent_to_a_user_is_counted_once_for_all_who_ask(world: World) -> None:
    with transaction(on=world.engine) as session:
        for _ in range(settings().recoveries_per_account):
            count_sending_to(session, world.landlord)
        assert not may_send_to(session, world.landlord)
        with pytest.raises(TooMany) as refused:
            count_sending_to(session, world.landlord)
        assert DAY - 5 <= refused.value.seconds <= DAY
        assert may_send_to(session, world.colleague)
