"""Several first connections at the same moment, in real threads, on SQLite and on PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaiting
from functools import partial

import pytest
from sqlalchemy import Engine, func, select

from offre_bailleurs import documents
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.first_connection import Details, EmailTaken, accept, choose_password, give_details
from offre_bailleurs.models import (
    Acceptance,
    AuditEvent,
    ContactChannel,
    Document,
    PortalUser,
    UserState,
)
from tests.services.access.together import together
from tests.unit.access import people


def agree(engine: Engine, user_id: int, document: Document = Document.TERMS_OF_USE) -> None:
    with transaction(on=engine) as session:
        accept(session, user_id, document, documents.current(document).version)


def before_the_last_step(engine: Engine, user_id: int) -> None:
    with transaction(on=engine) as session:
        give_details(session, user_id, Details("Noé", "Essai", f"user{user_id}@glycines.example", None))
        choose_password(session, user_id, "-")
    agree(engine, user_id, Document.USAGE_RULES)


def newcomers(engine: Engine, number: int, user_number: str = "35900007090077") -> list[int]:
    """People of one organisation, who have only the last step left."""
    with transaction(on=engine) as session:
        account = people.organisation(session, user_number)
        ids = [people.user(session, account, f"glycines-{each}").id for each in range(number)]
    for user_id in ids:
        before_the_last_step(engine, user_id)
    return ids


def assert_one_administrator(engine: Engine, ids: list[int]) -> None:
    with reading(on=engine) as session:
        users = [session.get_one(PortalUser, user_id) for user_id in ids]
        assert {user.state for user in users} == {UserState.ACTIVE}
        (administrator,) = (user for user in users if user.is_administrator)
        assert len(administrator.groups) == 2
        assert all(user.groups == [] for user in users if user is not administrator)
        named = select(AuditEvent.subject).where(AuditEvent.action == "administrator.named")
        assert session.scalars(named).all() == [f"portal_user:{administrator.id}"]
        completed = select(func.count()).where(AuditEvent.action == "first_connection.completed")
        assert session.scalar(completed) == len(ids)


@pytest.mark.parametrize("number", [2, 8])
def test_of_those_who_complete_at_the_same_moment_one_becomes_administrator(engine: Engine, number: int) -> None:
    ids = newcomers(engine, number)
    assert together([partial(agree, engine, user_id) for user_id in ids]) == [None] * number
    assert_one_administrator(engine, ids)


def test_the_second_waits_for_the_first_and_then_is_no_administrator(engine: Engine) -> None:
    first, second = newcomers(engine, 2)
    with ThreadPoolExecutor(1) as thread:
        with transaction(on=engine) as session:
            accept(session, first, Document.TERMS_OF_USE, documents.current(Document.TERMS_OF_USE).version)
            session.flush()
            other = thread.submit(agree, engine, second)
            with pytest.raises(StillWaiting):
                other.result(timeout=1)
        other.result(timeout=30)
    assert_one_administrator(engine, [first, second])
    with reading(on=engine) as session:
        assert session.get_one(PortalUser, first).is_administrator


def test_the_second_becomes_administrator_when_the_first_does_not_complete_after_all(engine: Engine) -> None:
    first, second = newcomers(engine, 2)

    with ThreadPoolExecutor(1) as thread:
        with transaction(on=engine) as session:
            accept(session, first, Document.TERMS_OF_USE, documents.current(Document.TERMS_OF_USE).version)
            session.flush()
            other = thread.submit(agree, engine, second)
            session.rollback()
        other.result(timeout=30)
    with reading(on=engine) as session:
        assert session.get_one(PortalUser, second).is_administrator
        assert session.get_one(PortalUser, first).state is UserState.NEVER_CONNECTED
    agree(engine, first)
    assert_one_administrator(engine, [first, second])


def test_one_organisation_does_not_wait_for_another_on_postgresql(postgresql: Engine) -> None:
    (first,) = newcomers(postgresql, 1)
    with transaction(on=postgresql) as session:
        account = people.organisation(session, "35900007090078", "LES LILAS")
        second = people.user(session, account, "others").id
    before_the_last_step(postgresql, second)
    with ThreadPoolExecutor(1) as thread, transaction(on=postgresql) as session:
        accept(session, first, Document.TERMS_OF_USE, documents.current(Document.TERMS_OF_USE).version)
        thread.submit(agree, postgresql, second).result(timeout=10)


def test_who_presses_twice_accepts_once(engine: Engine) -> None:
    ids = newcomers(engine, 1)
    assert together([partial(agree, engine, ids[0])] * 6) == [None] * 6
    assert_one_administrator(engine, ids)
    with reading(on=engine) as session:
        assert session.scalar(select(func.count()).select_from(Acceptance)) == 2


def test_one_email_given_by_several_at_the_same_moment_goes_to_one_of_them(engine: Engine) -> None:
    with transaction(on=engine) as session:
        ids = [
            people.landlord(session, f"3590000709000{each}", ContactChannel.EMAIL, f"user{each}").id
            for each in range(6)
        ]

    def give(user_id: int) -> None:
        with transaction(on=engine) as session:
            give_details(session, user_id, Details("Noé", "Essai", "same@bailleur.example", None))

    outcomes = together([partial(give, user_id) for user_id in ids])
    assert outcomes.count(None) == 1
    assert [type(outcome) for outcome in outcomes if outcome is not None] == [EmailTaken] * 5
    with reading(on=engine) as session:
        owners = session.scalars(select(PortalUser.id).where(PortalUser.email == "same@bailleur.example")).all()
        assert owners == [ids[outcomes.index(None)]]
        confirmed = session.scalars(select(PortalUser.id).where(PortalUser.details_confirmed_at.is_not(None))).all()
        assert confirmed == owners


def test_the_unique_constraint_decides_when_the_other_s_email_was_not_visible_yet(postgresql: Engine) -> None:
    """The one who comes second looks before the first has committed, and writes after."""
    with transaction(on=postgresql) as session:
        first, second = (
            people.landlord(session, f"3590000709000{each}", ContactChannel.EMAIL, f"user{each}").id for each in (1, 2)
        )
    details = Details("Noé", "Essai", "same@bailleur.example", None)

    def give() -> None:
        with transaction(on=postgresql) as session:
            give_details(session, second, details)

    with ThreadPoolExecutor(1) as thread:
        with transaction(on=postgresql) as session:
            give_details(session, first, details)
            other = thread.submit(give)
            with pytest.raises(StillWaiting):
                other.result(timeout=1)
        assert isinstance(other.exception(timeout=30), EmailTaken)
