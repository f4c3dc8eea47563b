"""Several people who change the users of an organisation at the same moment, in real threads on both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaiting
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from offre_bailleurs.access import Viewer
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.desk.reasons import REPLACE_ADMINISTRATOR
from offre_bailleurs.desk.requests import request_by_portal
from offre_bailleurs.models import AuditEvent, OutboxMessage, PortalUser, TemporaryPassword, UserState
from offre_bailleurs.users import EmailTaken, NewUser, NotAllowed, Reason, close_user, create_user, update_user
from tests.services.access.together import together
from tests.unit.users.conftest import House, new_user

PEOPLE = 6


def known(house: House, user_id: int) -> Viewer:
    """Somebody as their page knew them before anything began."""
    with reading(on=house.engine) as session:
        return house.viewer(session, user_id)


def create(house: House, by: Viewer, new: NewUser, key: str) -> int:
    with transaction(on=house.engine) as session:
        return create_user(session, by, new, creation_key=key).id


def of_marius(house: House) -> list[PortalUser]:
    with reading(on=house.engine) as session:
        return list(session.scalars(select(PortalUser).where(PortalUser.last_name == "Lavande").order_by("id")))


def test_of_those_who_create_with_one_address_in_one_organisation_one_does(house: House) -> None:
    administrator, manager = known(house, house.administrator), known(house, house.manager)
    outcomes = together(
        [
            partial(create, house, (administrator, manager)[number % 2], new_user(house.regulated), f"page/{number}")
            for number in range(PEOPLE)
        ]
    )
    assert_one_was_created(house, outcomes)


def test_of_those_who_create_with_one_address_in_two_organisations_one_does(house: House) -> None:
    ours, theirs = known(house, house.administrator), known(house, house.strange_administrator)
    outcomes = together(
        [
            partial(create, house, ours, new_user(house.private), f"page/{number}")
            if number % 2
            else partial(create, house, theirs, new_user(house.strangers), f"page/{number}")
            for number in range(PEOPLE)
        ]
    )
    assert_one_was_created(house, outcomes)


def assert_one_was_created(house: House, outcomes: list[object]) -> None:
    (created,) = (outcome for outcome in outcomes if isinstance(outcome, int))
    assert [type(outcome) for outcome in outcomes if outcome != created] == [EmailTaken] * (PEOPLE - 1)
    assert [user.id for user in of_marius(house)] == [created]
    assert house.messages(created) == [("login", "waiting"), ("temporary_password", "waiting")]
    assert house.count(OutboxMessage) == 2
    assert house.actions() == ["user.created", "user.credentials_sent"]


def test_a_form_sent_many_times_at_once_creates_one_user(house: House) -> None:
    administrator = known(house, house.administrator)
    send = partial(create, house, administrator, new_user(house.private), "page/once")
    created = together([send] * PEOPLE)
    assert len(set(created)) == 1
    assert [user.id for user in of_marius(house)] == created[:1]
    assert house.count(OutboxMessage) == 2
    assert house.count(TemporaryPassword) == 1


def test_namesakes_created_at_once_in_two_organisations_get_a_login_each(house: House) -> None:
    ours, theirs = known(house, house.administrator), known(house, house.strange_administrator)
    created = together(
        [
            partial(create, house, by, new_user(group, email=f"lavande{number}@essai.example"), f"page/{number}")
            for number in range(PEOPLE)
            for by, group in [((ours, house.private), (theirs, house.strangers))[number % 2]]
        ]
    )
    assert all(isinstance(outcome, int) for outcome in created), created
    logins = {user.login for user in of_marius(house)}
    assert logins == {"mlavande", *(f"mlavande{number}" for number in range(2, PEOPLE + 1))}


def test_of_those_who_take_one_address_by_an_edit_one_does(house: House) -> None:
    administrator = known(house, house.administrator)
    users = [house.manager, house.other_manager, house.regulated_user, house.private_user, house.both_user]
    strangers = known(house, house.strange_administrator)

    def move(by: Viewer, user_id: int, group: int) -> int:
        with transaction(on=house.engine) as session:
            return update_user(session, by, user_id, new_user(group, last_name="Même")).id

    outcomes = together(
        [
            *(partial(move, administrator, user_id, house.regulated) for user_id in users),
            partial(move, strangers, house.strange_user, house.strangers),
        ]
    )
    assert sum(isinstance(outcome, int) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, EmailTaken) for outcome in outcomes) == len(users)
    assert house.actions() == ["user.updated"]


def waits_for(house: House, first: Callable[[Session], object], second: Callable[[], object]) -> Future[object]:
    """Do the first thing; begin the second before the first is committed; hand back what becomes of the second."""
    with ThreadPoolExecutor(1) as thread:
        with transaction(on=house.engine) as session:
            first(session)
            session.flush()
            other = thread.submit(second)
            with pytest.raises(StillWaiting):
                other.result(timeout=0.7)
        other.exception(timeout=30)
        return other


def test_a_role_withdrawn_at_that_very_moment_creates_nobody(house: House) -> None:
    administrator, manager = known(house, house.administrator), known(house, house.manager)
    renee = house.user(house.manager)

    def withdraw(session: Session) -> None:
        changes = NewUser(
            last_name=renee.last_name,
            first_name=renee.first_name,
            email=str(renee.email),
            group_ids=frozenset({house.regulated}),
        )
        update_user(session, administrator, house.manager, changes)

    outcome = waits_for(house, withdraw, partial(create, house, manager, new_user(house.regulated), "page/1"))
    refusal = outcome.exception()
    assert isinstance(refusal, NotAllowed)
    assert refusal.reason is Reason.NO_RIGHT
    assert of_marius(house) == []


def test_whoever_is_closed_at_that_very_moment_edits_nobody(house: House) -> None:
    administrator, manager = known(house, house.administrator), known(house, house.manager)

    def edit() -> None:
        with transaction(on=house.engine) as session:
            update_user(session, manager, house.regulated_user, new_user(house.regulated))

    outcome = waits_for(house, lambda session: close_user(session, administrator, house.manager), edit)
    refusal = outcome.exception()
    assert isinstance(refusal, NotAllowed)
    assert refusal.reason is Reason.NO_RIGHT
    assert house.user(house.regulated_user).last_name == "Racine"


def test_a_user_moved_out_of_reach_at_that_very_moment_is_not_edited(house: House) -> None:
    administrator, manager = known(house, house.administrator), known(house, house.manager)
    zoe = house.user(house.regulated_user)

    def move(session: Session) -> None:
        changes = NewUser(
            last_name=zoe.last_name,
            first_name=zoe.first_name,
            email=str(zoe.email),
            group_ids=frozenset({house.private}),
        )
        update_user(session, administrator, zoe.id, changes)

    def edit() -> None:
        with transaction(on=house.engine) as session:
            update_user(session, manager, zoe.id, new_user(house.regulated))

    assert isinstance(waits_for(house, move, edit).exception(), LookupError)
    assert {group.id for group in house.user(zoe.id).groups} == {house.private}


def test_an_edit_that_waited_for_a_closing_changes_nothing(house: House) -> None:
    administrator, manager = known(house, house.administrator), known(house, house.manager)

    def edit() -> None:
        with transaction(on=house.engine) as session:
            update_user(session, administrator, house.regulated_user, new_user(house.private))

    outcome = waits_for(house, lambda session: close_user(session, manager, house.regulated_user), edit)
    refusal = outcome.exception()
    assert isinstance(refusal, NotAllowed)
    assert refusal.reason is Reason.CLOSED
    assert house.user(house.regulated_user).state is UserState.CLOSED


def test_those_who_change_each_other_s_users_at_once_never_lock_each_other_out(house: House) -> None:
    administrator, managers = known(house, house.administrator), [house.manager, house.other_manager]
    people = [house.user(user_id) for user_id in managers]

    def edit(user: PortalUser, number: int) -> None:
        with transaction(on=house.engine) as session:
            changes = NewUser(
                last_name=f"{user.last_name}-{'abcdefgh'[number]}",
                first_name=user.first_name,
                email=str(user.email),
                group_ids=frozenset({house.regulated}),
                is_authorisation_manager=True,
            )
            update_user(session, administrator, user.id, changes)

    def create_beside(by: int, number: int) -> int:
        new = new_user(house.regulated, email=f"lavande{number}@essai.example")
        return create(house, known(house, by), new, f"page/{number}")

    edits = [partial(edit, people[number % 2], number) for number in range(4)]
    creations = [partial(create_beside, managers[number % 2], number) for number in range(4)]
    outcomes = together([*edits, *creations])
    assert [outcome for outcome in outcomes if isinstance(outcome, BaseException)] == []
    with reading(on=house.engine) as session:
        assert len(session.scalars(select(AuditEvent).where(AuditEvent.action == "user.updated")).all()) == 4
    assert len(of_marius(house)) == 4


def test_a_request_for_an_adviser_sent_many_times_at_once_is_recorded_once(house: House) -> None:
    manager = known(house, house.manager)

    def ask() -> int:
        with transaction(on=house.engine) as session:
            return request_by_portal(session, manager, reason=REPLACE_ADMINISTRATOR, request_key="page/once").id

    assert together([ask] * PEOPLE) == [1] * PEOPLE
    assert house.actions() == ["support.requested"]


def test_a_request_for_an_adviser_made_on_several_pages_at_once_is_recorded_once(house: House) -> None:
    manager = known(house, house.manager)

    def ask(number: int) -> int:
        with transaction(on=house.engine) as session:
            return request_by_portal(session, manager, reason=REPLACE_ADMINISTRATOR, request_key=f"page/{number}").id

    assert together([partial(ask, number) for number in range(PEOPLE)]) == [1] * PEOPLE
    assert house.actions() == ["support.requested"]
