"""« Mots de passe provisoires »: random, one at a time, for a while."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from offre_bailleurs import temporary_passwords
from offre_bailleurs.accounts import authenticate
from offre_bailleurs.database import now, reading, transaction
from offre_bailleurs.models import PortalUser, TemporaryPassword, UserState
from tests.unit.access.people import rows
from tests.unit.conftest import World

WEEK = timedelta(days=7)


def issue(world: World, lifetime: timedelta = WEEK) -> str:
    with transaction(on=world.engine) as session:
        return temporary_passwords.issue(session, world.landlord, lifetime=lifetime)


def opens(world: World, typed: str, user_id: int | None = None) -> bool:
    with reading(on=world.engine) as session:
        return temporary_passwords.is_current(session, user_id or world.landlord, typed)


def test_one_is_four_groups_of_letters_and_digits_that_do_not_look_alike(world: World) -> None:
    passwords = {issue(world) for _ in range(200)}
    assert len(passwords) == 200
    for password in passwords:
        assert re.fullmatch(r"([A-HJ-NP-Z2-9]{4}-){3}[A-HJ-NP-Z2-9]{4}", password)
    assert len(temporary_passwords.ALPHABET) ** 16 == 2**80


def test_it_is_read_whatever_the_case_the_spaces_and_the_hyphens(world: World) -> None:
    password = issue(world)
    for typed in (password, password.lower(), password.replace("-", ""), f" {password.replace('-', ' ')} "):
        assert opens(world, typed)
    assert not opens(world, password[:-1])
    assert not opens(world, "")


def test_a_newer_one_voids_the_older(world: World) -> None:
    older, newer = issue(world), issue(world)
    assert not opens(world, older)
    assert opens(world, newer)
    assert rows(world.engine, TemporaryPassword) == 1


def test_it_opens_nothing_for_somebody_else(world: World) -> None:
    assert not opens(world, issue(world), world.other_landlord)


def test_it_expires(world: World) -> None:
    password = issue(world)
    with transaction(on=world.engine) as session:
        session.get_one(TemporaryPassword, world.landlord).expires_at = now() + timedelta(seconds=30)
    assert opens(world, password)
    with transaction(on=world.engine) as session:
        session.get_one(TemporaryPassword, world.landlord).expires_at = now()
    assert not opens(world, password)


def test_an_ended_one_opens_nothing_and_ending_twice_does_no_harm(world: World) -> None:
    password = issue(world)
    for _ in range(2):
        with transaction(on=world.engine) as session:
            temporary_passwords.end(session, world.landlord)
    assert not opens(world, password)


def test_the_database_never_holds_the_password(world: World) -> None:
    password = issue(world)
    with reading(on=world.engine) as session:
        stored = session.get_one(TemporaryPassword, world.landlord).digest
    assert password.replace("-", "") not in stored.upper()
    assert len(stored) == 64


@pytest.mark.parametrize("state", [UserState.NEVER_CONNECTED, UserState.ACTIVE])
def test_who_signs_in_with_one_is_known_to_have_done_so(world: World, state: UserState) -> None:
    password = issue(world)
    with transaction(on=world.engine) as session:
        session.get_one(PortalUser, world.landlord).state = state
    with reading(on=world.engine) as session:
        proven = authenticate(session, "ada", password)
        assert proven is not None
        assert proven.by_temporary_password


def test_a_closed_user_does_not_sign_in_with_one(world: World) -> None:
    password = issue(world)
    with transaction(on=world.engine) as session:
        session.get_one(PortalUser, world.landlord).state = UserState.CLOSED
    with reading(on=world.engine) as session:
        assert authenticate(session, "ada", password) is None
