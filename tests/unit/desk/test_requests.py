"""A landlord asks for an adviser, waits, stops waiting, leaves a message."""

from __future__ import annotations

from datetime import timedelta

from offre_bailleurs.access import viewer
from offre_bailleurs.chat_tables import Floor
from offre_bailleurs.database import now, reading
from offre_bailleurs.desk import advising, reasons
from offre_bailleurs.desk.forgetting import forget_closed
from offre_bailleurs.desk.requests import (
    FORGOTTEN,
    PORTAL,
    Matter,
    Standing,
    ask_adviser,
    latest_request,
    leave_message,
    request_by_portal,
    standing,
    stop_waiting,
)
from offre_bailleurs.models import Outcome, Profile, RequestKind, RequestState, SupportRequest
from tests.unit.desk.conftest import ASKED, LANDLORDS_EMAIL, WRITTEN_EMAIL, Desk


def standing_of(desk: Desk, conversation_id: str = "talk") -> Standing:
    with reading(on=desk.engine) as session:
        found = standing(session, conversation_id)
        assert found is not None
        return found


def test_who_asks_for_an_adviser_waits_and_the_assistant_goes_on_meanwhile(desk: Desk) -> None:
    desk.converse()
    matter = Matter(reasons.SILENCE, Profile.LANDLORD, "deadline", "declare_rent", "july_rent")
    with desk.acting() as session:
        request_id = ask_adviser(session, desk.turn(), matter).id
    request = desk.request(request_id)
    assert (request.kind, request.state) == (RequestKind.LIVE, RequestState.WAITING)
    assert (request.reason, request.profile, request.topic) == ("silence", Profile.LANDLORD, "deadline")
    assert (request.journey, request.step) == ("declare_rent", "july_rent")
    assert desk.floor() == Floor.WAITING


def test_asking_does_not_make_the_turn_that_asks_lose_its_race(desk: Desk) -> None:
    desk.ask()
    assert desk.version() == 1


def test_the_same_turn_run_again_asks_once_even_after_the_request_was_closed(desk: Desk) -> None:
    desk.converse()
    turn = desk.turn()
    with desk.acting() as session:
        first = ask_adviser(session, turn, ASKED).id
    with desk.acting() as session:
        assert ask_adviser(session, turn, ASKED).id == first
        stop_waiting(session, desk.turn())
    with desk.acting() as session:
        assert ask_adviser(session, turn, ASKED).id == first
    assert desk.floor() == Floor.BOT


def test_who_asks_again_while_waiting_or_while_an_adviser_is_there_keeps_their_request(desk: Desk) -> None:
    first = desk.ask()
    assert desk.ask() == first
    with desk.acting() as session:
        advising.take(session, desk.ninon, first)
    assert desk.ask() == first
    assert desk.floor() == Floor.ADVISER


def test_who_asks_again_once_the_floor_was_handed_back_waits_anew(desk: Desk) -> None:
    first = desk.taken()
    with desk.acting() as session:
        advising.hand_back(session, desk.ninon, first)
    desk.set_floor(Floor.BOT)
    assert desk.ask() != first
    assert desk.floor() == Floor.WAITING


def test_a_reason_that_another_version_knew_counts_as_asked(desk: Desk) -> None:
    desk.converse()
    with desk.acting() as session:
        assert ask_adviser(session, desk.turn(), Matter("because")).reason == reasons.ASKED


def test_the_journal_says_which_signed_in_person_asked_and_says_nothing_of_a_visitor(desk: Desk) -> None:
    desk.ask("anonymous")
    assert desk.journal() == []
    desk.converse("signed-in")
    with desk.acting() as session:
        ask_adviser(session, desk.turn("signed-in", user_id=desk.landlord), ASKED)
    (event,) = desk.journal()
    assert (event.action, event.actor_id, event.detail) == ("support.requested", desk.landlord, {"reason": "asked"})


def test_who_no_longer_waits_is_taken_by_nobody(desk: Desk) -> None:
    request_id = desk.ask()
    turn = desk.turn()
    for _ in range(2):  # the same turn run again is told the same
        with desk.acting() as session:
            assert stop_waiting(session, turn)
    request = desk.request(request_id)
    assert (request.state, request.outcome) == (RequestState.CLOSED, Outcome.WITHDRAWN)
    assert desk.floor() == Floor.BOT
    assert desk.version() == 1
    with reading(on=desk.engine) as session:
        assert advising.waiting(session, desk.ninon) == []


def test_an_adviser_who_has_just_taken_the_request_is_not_sent_away(desk: Desk) -> None:
    request_id = desk.taken()
    with desk.acting() as session:
        assert not stop_waiting(session, desk.turn())
    assert desk.request(request_id).state is RequestState.TAKEN
    assert desk.floor() == Floor.ADVISER


def test_nothing_is_withdrawn_where_nobody_was_asked_for(desk: Desk) -> None:
    desk.converse()
    with desk.acting() as session:
        assert not stop_waiting(session, desk.turn())


def test_a_message_is_kept_with_the_address_that_was_given(desk: Desk) -> None:
    request = desk.request(desk.leave_message())
    assert (request.kind, request.state) == (RequestKind.MESSAGE, RequestState.WAITING)
    assert request.message == "Rappelez-moi au [numéro de téléphone masqué]."
    assert request.email == WRITTEN_EMAIL
    assert desk.floor() == Floor.BOT


def test_the_same_turn_leaves_one_message(desk: Desk) -> None:
    desk.converse()
    turn = desk.turn()
    with desk.acting() as session:
        first = leave_message(session, turn, ASKED, message="Bonjour", email=WRITTEN_EMAIL).id
    with desk.acting() as session:
        assert leave_message(session, turn, ASKED, message="Bonjour", email=WRITTEN_EMAIL).id == first


def test_a_signed_in_person_who_gives_no_address_is_answered_at_their_own(desk: Desk) -> None:
    desk.converse()
    with desk.acting() as session:
        matter = Matter(reasons.REPLACE_ADMINISTRATOR)
        request = leave_message(session, desk.turn(user_id=desk.landlord), matter, message=None, email=None)
        assert request.email == LANDLORDS_EMAIL


def test_who_writes_a_message_waits_no_longer(desk: Desk) -> None:
    live = desk.ask()
    desk.leave_message()
    assert desk.request(live).outcome is Outcome.WITHDRAWN
    assert desk.floor() == Floor.BOT


def test_a_request_that_is_no_written_message_leaves_the_place_in_the_queue(desk: Desk) -> None:
    live = desk.ask()
    with desk.acting() as session:
        leave_message(session, desk.turn(), Matter(reasons.REPLACE_ADMINISTRATOR), message=None, email=None)
    assert desk.request(live).state is RequestState.WAITING


def test_a_request_that_says_all_by_its_reason_is_open_once_for_a_person(desk: Desk) -> None:
    desk.converse()
    desk.converse("another talk")
    matter = Matter(reasons.REPLACE_ADMINISTRATOR)

    def ask(conversation_id: str, user_id: int | None) -> int:
        with desk.acting() as session:
            return leave_message(
                session, desk.turn(conversation_id, user_id=user_id), matter, message=None, email=None
            ).id

    first = ask("talk", desk.landlord)
    assert ask("talk", desk.landlord) == ask("another talk", desk.landlord) == first
    with desk.acting() as session:
        known = viewer(session, desk.landlord)
        assert known is not None
        asked = {"reason": reasons.REPLACE_ADMINISTRATOR, "request_key": "page/1"}
        assert request_by_portal(session, known, **asked).id == first
    with desk.acting() as session:
        advising.take(session, desk.ninon, first)
    assert ask("talk", desk.landlord) == first
    with desk.acting() as session:
        advising.close(session, desk.ninon, first, Outcome.RESOLVED)
    assert ask("talk", desk.landlord) != first
    stranger = ask("talk", None)
    assert stranger not in (first, ask("another talk", None))
    assert ask("talk", None) == stranger


def test_a_request_made_on_a_page_is_open_in_the_chat_too(desk: Desk) -> None:
    desk.converse()
    with desk.acting() as session:
        known = viewer(session, desk.landlord)
        assert known is not None
        by_page = request_by_portal(session, known, reason=reasons.REPLACE_ADMINISTRATOR, request_key="page/1").id
    with desk.acting() as session:
        turn, matter = desk.turn(user_id=desk.landlord), Matter(reasons.REPLACE_ADMINISTRATOR)
        assert leave_message(session, turn, matter, message=None, email=None).id == by_page
        written = leave_message(session, desk.turn(user_id=desk.landlord), matter, message="Et vite", email=None)
        assert written.id != by_page


def test_those_who_wait_know_how_many_are_before_them(desk: Desk) -> None:
    desk.leave_message("letter")
    desk.ask("first")
    second = desk.ask("second")
    desk.ask("third")
    assert [standing_of(desk, each).ahead for each in ("first", "second", "third")] == [0, 1, 2]
    with desk.acting() as session:
        advising.take(session, desk.ninon, second)
    assert standing_of(desk, "third").ahead == 1
    assert standing_of(desk, "second") == Standing(second, RequestState.TAKEN, None, ahead=0, was_taken=True)


def test_a_conversation_in_which_nobody_was_asked_for_has_no_standing(desk: Desk) -> None:
    desk.leave_message()
    with reading(on=desk.engine) as session:
        assert standing(session, "talk") is None


def test_a_request_made_on_a_page_is_recorded_once_with_the_person_s_address(desk: Desk) -> None:
    for _ in range(2):
        with desk.acting() as session:
            known = viewer(session, desk.landlord)
            assert known is not None
            asked = {"reason": reasons.REPLACE_ADMINISTRATOR, "request_key": "page/1"}
            request = request_by_portal(session, known, **asked)
            assert (request.conversation_id, request.email) == (PORTAL, LANDLORDS_EMAIL)
            latest = latest_request(session, known, reason=reasons.REPLACE_ADMINISTRATOR)
            assert latest is not None
            assert latest.id == request.id
    assert [event.action for event in desk.journal()] == ["support.requested"]


def test_who_made_a_request_is_forgotten_after_a_while_and_why_and_how_it_ended_is_kept(desk: Desk) -> None:
    old, older, new, waiting = (desk.taken_message(each) for each in ("old", "older", "new", "waiting"))
    for request_id in (old, older, new):
        with desk.acting() as session:
            advising.close(session, desk.ninon, request_id, Outcome.RESOLVED)
    for request_id in (old, older):
        desk.change(request_id, closed_at=now() - timedelta(days=31), portal_user_id=desk.landlord)
    desk.change(waiting, created_at=now() - timedelta(days=90))
    before = desk.request(old)
    for forgotten in (2, 0):
        with desk.acting() as session:
            assert forget_closed(session, now() - timedelta(days=30)) == forgotten
    for request_id in (old, older):
        left = desk.request(request_id)
        assert (left.message, left.email, left.portal_user_id, left.conversation_id) == (None, None, None, FORGOTTEN)
        assert "old" not in left.request_key
        assert (left.reason, left.kind, left.outcome) == (before.reason, before.kind, Outcome.RESOLVED)
        assert left.taken_at is not None
    for request_id in (new, waiting):
        assert desk.request(request_id).email == WRITTEN_EMAIL


def test_nothing_is_found_any_more_of_a_request_that_was_forgotten(desk: Desk) -> None:
    request_id = desk.taken()
    with desk.acting() as session:
        advising.close(session, desk.ninon, request_id, Outcome.RESOLVED)
    desk.change(request_id, closed_at=now() - timedelta(days=31))
    with desk.acting() as session:
        forget_closed(session, now() - timedelta(days=30))
        assert advising.transcript(session, session.get_one(SupportRequest, request_id)) == []
        assert standing(session, "talk") is None
    assert desk.ask() != request_id
