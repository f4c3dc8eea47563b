"""The access of the Caf's advisers: given, renewed and closed from the command line alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from offre_bailleurs import documents, first_connection, recovery
from offre_bailleurs.access import adviser, readable_events, viewer, visible_user, visible_users
from offre_bailleurs.accounts import authenticate, hash_password
from offre_bailleurs.attempts import Asker
from offre_bailleurs.chat_tables import Floor
from offre_bailleurs.database import reading
from offre_bailleurs.desk import advising
from offre_bailleurs.desk.accounts import (
    EmailTaken,
    LoginTaken,
    advisers,
    close_adviser,
    create_adviser,
    renew_temporary_password,
)
from offre_bailleurs.first_connection import OutOfOrder, Step, next_step
from offre_bailleurs.journal import names_in
from offre_bailleurs.models import (
    Document,
    OutboxMessage,
    PortalSession,
    PortalUser,
    RecoveryRequest,
    RequestState,
    UserState,
)
from offre_bailleurs.portal_sessions import open_session
from tests.unit.desk.conftest import LANDLORDS_EMAIL, Desk

LOGIN, EMAIL = "zguichet", "zoe.guichet@caf.example"


def create(desk: Desk, *, email: str = EMAIL, login: str = LOGIN) -> str:
    with desk.acting() as session:
        return create_adviser(session, "Zoé", "Guichet", email, login)


def step_of(desk: Desk, password: str) -> tuple[bool, Step | None]:
    """Whether a password opens the new adviser's access, and what they have to do first."""
    with reading(on=desk.engine) as session:
        proven = authenticate(session, LOGIN, password)
        if proven is None:
            return False, None
        return True, next_step(session, proven.user.id, must_choose_password=proven.by_temporary_password)


def test_a_new_adviser_chooses_a_password_and_is_at_the_desk(desk: Desk) -> None:
    password = create(desk)
    assert step_of(desk, password) == (True, Step.PASSWORD)
    with desk.acting() as session:
        user = session.scalars(select(PortalUser).where(PortalUser.login == LOGIN)).one()
        first_connection.choose_password(session, user.id, hash_password("Un-mot-de-passe-1"))
    assert step_of(desk, "Un-mot-de-passe-1") == (True, None)
    assert step_of(desk, password) == (False, None)
    with reading(on=desk.engine) as session:
        assert adviser(session, user.id) is not None
        assert viewer(session, user.id) is None


def test_nobody_knows_the_password_that_a_new_adviser_has_at_first(desk: Desk) -> None:
    create(desk)
    assert step_of(desk, "") == (False, None)
    assert step_of(desk, "-") == (False, None)


def test_an_address_or_a_login_that_somebody_has_is_refused(desk: Desk) -> None:
    create(desk)
    with pytest.raises(EmailTaken):
        create(desk, email=LANDLORDS_EMAIL, login="other")
    with pytest.raises(LoginTaken):
        create(desk, email="other@caf.example")
    with reading(on=desk.engine) as session:
        assert [each.login for each in advisers(session)] == ["conseil-1", LOGIN, "conseil-2"]


def test_a_renewed_temporary_password_voids_the_older_one(desk: Desk) -> None:
    first = create(desk)
    with desk.acting() as session:
        second = renew_temporary_password(session, LOGIN)
    assert step_of(desk, first) == (False, None)
    assert step_of(desk, second) == (True, Step.PASSWORD)


@pytest.mark.parametrize("login", ["nobody", "ada"])
def test_only_an_adviser_s_access_is_renewed_or_closed(desk: Desk, login: str) -> None:
    for change in (renew_temporary_password, close_adviser):
        with desk.acting() as session, pytest.raises(LookupError):
            change(session, login)
    with reading(on=desk.engine) as session:
        assert session.get_one(PortalUser, desk.landlord).state is UserState.ACTIVE


def test_what_an_adviser_had_taken_waits_for_another_when_their_access_is_closed(desk: Desk) -> None:
    live, message, handed_back = desk.taken("talk"), desk.taken_message("letter"), desk.taken("over")
    with desk.acting() as session:
        advising.hand_back(session, desk.ninon, handed_back)
        open_session(session, desk.ninon.user_id, lifetime=timedelta(hours=1))
    with desk.acting() as session:
        assert close_adviser(session, "conseil-1") == 2
    with desk.acting() as session:
        assert close_adviser(session, "conseil-1") == 0
    assert [desk.request(each).state for each in (live, message, handed_back)] == [
        RequestState.WAITING,
        RequestState.WAITING,
        RequestState.HANDED_BACK,
    ]
    assert (desk.floor("talk"), desk.floor("letter")) == (Floor.RETURNING, Floor.BOT)
    with reading(on=desk.engine) as session:
        assert session.scalars(select(PortalSession)).all() == []
        assert adviser(session, desk.ninon.user_id) is None
        assert {each.id for each in advising.waiting(session, desk.octave)} == {live, message}


def test_a_closed_adviser_signs_in_no_more_and_is_not_renewed(desk: Desk) -> None:
    password = create(desk)
    with desk.acting() as session:
        close_adviser(session, LOGIN)
    assert step_of(desk, password) == (False, None)
    with desk.acting() as session, pytest.raises(LookupError):
        renew_temporary_password(session, LOGIN)
    create(desk, login="zguichet2")  # the address is free again


def test_an_adviser_has_no_first_connection_to_go_through(desk: Desk) -> None:
    create(desk)
    (user,) = [user for user in _advisers(desk) if user.login == LOGIN]
    for document in Document:
        with desk.acting() as session, pytest.raises(OutOfOrder):
            first_connection.accept(session, user.id, document, documents.current(document).version)
    details = first_connection.Details("Zoé", "Guichet", "autre@caf.example", None)
    with desk.acting() as session, pytest.raises(OutOfOrder):
        first_connection.give_details(session, user.id, details)


def test_no_organisation_sees_an_adviser_among_its_users_or_in_its_journal(desk: Desk) -> None:
    create(desk)
    with desk.acting() as session:
        known = viewer(session, desk.landlord)
        assert known is not None
        for administrator in (known, replace(known, organisation_id=1, is_administrator=True)):
            assert not {user.login for user in session.scalars(visible_users(administrator))} & {LOGIN, "conseil-1"}
            for adviser_id in (desk.ninon.user_id, desk.octave.user_id):
                assert visible_user(session, administrator, adviser_id) is None
            assert session.scalars(readable_events(administrator)).all() == []
        assert names_in(session, desk.journal()).users == {}


def _advisers(desk: Desk) -> list[PortalUser]:
    with reading(on=desk.engine) as session:
        found = advisers(session)
        session.expunge_all()
        return found


def test_a_lost_password_asked_for_with_an_adviser_s_address_sends_nothing(desk: Desk) -> None:
    create(desk)
    with desk.acting() as session:
        recovery.ask_password(session, EMAIL, asker=Asker("network", "somebody"), request_key="page/1")
    assert recovery.handle_requests(desk.engine) == 1
    with reading(on=desk.engine) as session:
        assert session.scalars(select(OutboxMessage)).all() == []
        assert session.scalars(select(RecoveryRequest)).one().handled_at is not None


def test_the_journal_tells_what_was_done_to_an_access_and_names_nobody(desk: Desk) -> None:
    create(desk)
    with desk.acting() as session:
        renew_temporary_password(session, LOGIN)
        close_adviser(session, LOGIN)
    events = desk.journal()
    assert [event.action for event in events] == ["adviser.created", "adviser.renewed", "adviser.closed"]
    assert {(event.actor_id, event.account_id, str(event.detail)) for event in events} == {(None, None, "{}")}
