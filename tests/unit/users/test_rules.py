"""Who sees, gives, edits and closes whom: the second table of offre_bailleurs/access.py, row by row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest

from offre_bailleurs.access import (
    givable_groups,
    may_change,
    may_give,
    readable_events,
    viewer,
    visible_user,
    visible_users,
)
from offre_bailleurs.campaigns import today
from offre_bailleurs.database import reading
from offre_bailleurs.models import PortalUser, UserState
from tests.unit.users.conftest import House


def names(house: House, user_ids: Iterable[int]) -> set[str]:
    """The fields of the house that hold these ids."""
    wanted = set(user_ids)
    return {name for name, value in vars(house).items() if name not in _NO_USERS and value in wanted}


_NO_USERS = ("engine", "regulated", "private", "strangers")


def seen(house: House, user_id: int) -> set[str]:
    with reading(on=house.engine) as session:
        return names(house, (user.id for user in session.scalars(visible_users(house.viewer(session, user_id)))))


def changeable(house: House, user_id: int) -> set[str]:
    """Whom somebody may edit and close, of everybody there is."""
    with reading(on=house.engine) as session:
        acting = house.viewer(session, user_id)
        return names(house, (user.id for user in session.query(PortalUser) if may_change(acting, user)))


def test_the_administrator_sees_the_whole_organisation_and_nobody_else_s(house: House) -> None:
    assert seen(house, house.administrator) == {
        "administrator",
        "manager",
        "other_manager",
        "regulated_user",
        "private_user",
        "both_user",
        "newcomer",
    }


def test_a_responsable_sees_the_users_of_their_own_groups_and_themselves(house: House) -> None:
    assert seen(house, house.manager) == {
        "administrator",
        "manager",
        "other_manager",
        "regulated_user",
        "both_user",
        "newcomer",
    }
    house.change(house.manager, groups=[])
    assert seen(house, house.manager) == {"manager"}


@pytest.mark.parametrize("who", ["regulated_user", "both_user", "landlord"])
def test_anybody_else_sees_nobody_gives_nothing_and_changes_nobody(house: House, who: str) -> None:
    user_id = getattr(house, who)
    assert seen(house, user_id) == set()
    assert changeable(house, user_id) == set()
    with reading(on=house.engine) as session:
        acting = house.viewer(session, user_id)
        assert not acting.manages_users
        assert list(session.scalars(givable_groups(acting))) == []
        assert not may_give(session, acting, [house.regulated])


def test_the_administrator_changes_anybody_but_themselves(house: House) -> None:
    assert changeable(house, house.administrator) == {
        "manager",
        "other_manager",
        "regulated_user",
        "private_user",
        "both_user",
        "newcomer",
    }


def test_a_responsable_changes_the_plain_users_who_have_no_other_group(house: House) -> None:
    assert changeable(house, house.manager) == {"regulated_user", "newcomer"}


def test_a_user_without_any_group_is_changed_by_the_administrator_only(house: House) -> None:
    house.change(house.regulated_user, groups=[])
    assert "regulated_user" in changeable(house, house.administrator)
    assert "regulated_user" not in changeable(house, house.manager)


def test_each_gives_the_groups_that_are_theirs_to_give(house: House) -> None:
    with reading(on=house.engine) as session:
        administrator = house.viewer(session, house.administrator)
        manager = house.viewer(session, house.manager)
        assert may_give(session, administrator, [house.regulated, house.private])
        assert may_give(session, manager, [house.regulated])
        assert not may_give(session, manager, [house.regulated, house.private])
        for acting in (administrator, manager):
            assert not may_give(session, acting, [house.strangers])
            assert not may_give(session, acting, [999_999])


def test_only_the_administrator_delegates_and_reads_what_was_done(house: House) -> None:
    with reading(on=house.engine) as session:
        assert house.viewer(session, house.administrator).delegates
        for user_id in (house.manager, house.regulated_user, house.landlord):
            assert not house.viewer(session, user_id).delegates
            assert list(session.scalars(readable_events(house.viewer(session, user_id)))) == []


def test_a_stranger_s_user_looks_like_one_who_does_not_exist(house: House) -> None:
    with reading(on=house.engine) as session:
        for user_id in (house.administrator, house.manager):
            acting = house.viewer(session, user_id)
            assert visible_user(session, acting, house.strange_user) is None
            assert visible_user(session, acting, 999_999) is None


def test_somebody_closed_or_outside_their_dates_or_new_has_no_rights_at_all(house: House) -> None:
    for columns in (
        {"state": UserState.CLOSED},
        {"state": UserState.NEVER_CONNECTED},
        {"state": UserState.ACTIVE, "opens_on": today() + timedelta(days=1)},
        {"opens_on": None, "closes_on": today() - timedelta(days=1)},
    ):
        house.change(house.administrator, **columns)
        with reading(on=house.engine) as session:
            assert viewer(session, house.administrator) is None
    house.change(house.administrator, closes_on=today())
    with reading(on=house.engine) as session:
        assert viewer(session, house.administrator) is not None, "the last day is included"
