"""An adviser hands back, takes again, closes; what the desk's pages show of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from offre_bailleurs.chat_tables import Floor, conversation, message
from offre_bailleurs.database import now, reading
from offre_bailleurs.desk import advising, requests
from offre_bailleurs.desk.advising import JOINED, AlreadyClosed, NotWaiting
from offre_bailleurs.models import Outcome, RequestState, SupportRequest
from tests.unit.desk.conftest import Desk
from tests.unit.desk.test_advising import answer, close, say

# Handing back, taking again, closing


def test_the_assistant_has_the_floor_again_and_something_to_say_first(desk: Desk) -> None:
    request_id = desk.taken()
    for _ in range(2):
        with desk.acting() as session:
            advising.hand_back(session, desk.ninon, request_id)
    assert (desk.floor(), desk.version()) == (Floor.RETURNING, 1)  # a turn under way is kept
    assert desk.request(request_id).state is RequestState.HANDED_BACK


def test_a_message_that_is_handed_back_waits_for_another_adviser(desk: Desk) -> None:
    request_id = desk.taken_message()
    with desk.acting() as session:
        advising.hand_back(session, desk.ninon, request_id)
        assert advising.take(session, desk.octave, request_id).adviser_id == desk.octave.user_id


def test_an_adviser_takes_the_floor_again(desk: Desk) -> None:
    request_id = desk.taken()
    with desk.acting() as session:
        advising.hand_back(session, desk.ninon, request_id)
    for _ in range(2):
        with desk.acting() as session:
            advising.take_again(session, desk.ninon, request_id)
    assert (desk.floor(), desk.version()) == (Floor.ADVISER, 2)  # the return that was not told of has lost
    assert [text for _, _, text in desk.said()] == [JOINED, JOINED]
    with desk.acting() as session:
        say(session, desk.ninon, request_id)


def test_the_floor_is_not_taken_again_when_the_landlord_waits_anew(desk: Desk) -> None:
    request_id = desk.taken()
    with desk.acting() as session:
        advising.hand_back(session, desk.ninon, request_id)
    desk.set_floor(Floor.BOT)
    desk.ask()
    with desk.acting() as session, pytest.raises(NotWaiting):
        advising.take_again(session, desk.ninon, request_id)
    assert desk.request(request_id).state is RequestState.HANDED_BACK
    assert desk.floor() == Floor.WAITING


@pytest.mark.parametrize(
    "outcome", [Outcome.RESOLVED, Outcome.BOT_WAS_WRONG, Outcome.ANSWER_MISSING, Outcome.OUT_OF_SCOPE]
)
def test_an_adviser_says_how_it_ended_and_the_assistant_has_the_floor_again(desk: Desk, outcome: Outcome) -> None:
    request_id = desk.taken()
    with desk.acting() as session:
        advising.close(session, desk.ninon, request_id, outcome)
    request = desk.request(request_id)
    assert (request.state, request.outcome) == (RequestState.CLOSED, outcome)
    assert request.closed_at is not None
    assert desk.floor() == Floor.RETURNING


def test_closing_twice_keeps_what_was_said_first(desk: Desk) -> None:
    request_id = desk.taken()
    for _ in range(2):
        with desk.acting() as session:
            advising.close(session, desk.ninon, request_id, Outcome.BOT_WAS_WRONG)
    with desk.acting() as session, pytest.raises(AlreadyClosed) as refusal:
        advising.close(session, desk.ninon, request_id, Outcome.RESOLVED)
    assert refusal.value.outcome is Outcome.BOT_WAS_WRONG
    assert desk.request(request_id).outcome is Outcome.BOT_WAS_WRONG
    assert desk.version() == 1


def test_what_a_colleague_has_closed_is_not_closed_by_another_adviser_too(desk: Desk) -> None:
    request_id = desk.taken()
    with desk.acting() as session:
        close(session, desk.ninon, request_id)
    with desk.acting() as session, pytest.raises(AlreadyClosed):
        close(session, desk.octave, request_id)


def test_closing_what_was_handed_back_leaves_the_floor_where_it_is(desk: Desk) -> None:
    request_id = desk.taken()
    with desk.acting() as session:
        advising.hand_back(session, desk.ninon, request_id)
    desk.set_floor(Floor.BOT)
    desk.ask()
    with desk.acting() as session:
        close(session, desk.ninon, request_id)
    assert (desk.floor(), desk.version()) == (Floor.WAITING, 1)


def test_a_request_is_closed_though_the_conversation_is_gone(desk: Desk) -> None:
    request_id = desk.taken()
    desk.erase()
    with desk.acting() as session:
        close(session, desk.ninon, request_id)
    assert desk.request(request_id).state is RequestState.CLOSED


@pytest.mark.parametrize("outcome", [Outcome.MISSED, Outcome.WITHDRAWN])
def test_no_adviser_says_that_the_landlord_left_or_was_missed(desk: Desk, outcome: Outcome) -> None:
    request_id = desk.taken()
    with desk.acting() as session, pytest.raises(ValueError, match="no adviser"):
        advising.close(session, desk.ninon, request_id, outcome)


# What the page shows


def test_each_list_has_the_oldest_first(desk: Desk) -> None:
    waiting = [desk.ask("a"), desk.leave_message("b"), desk.ask("c")]
    mine = [desk.taken("d"), desk.taken_message("e")]
    handed_back, closed = desk.taken("f"), desk.taken("g")
    with desk.acting() as session:
        advising.hand_back(session, desk.ninon, handed_back)
        close(session, desk.ninon, closed)

    def ids(requests: list[SupportRequest]) -> list[int]:
        return [request.id for request in requests]

    with reading(on=desk.engine) as session:
        assert ids(advising.waiting(session, desk.octave)) == waiting
        assert ids(advising.mine(session, desk.ninon)) == [*mine, handed_back]
        assert ids(advising.mine(session, desk.octave)) == []
        assert ids(advising.colleagues(session, desk.octave)) == mine
        assert ids(advising.colleagues(session, desk.ninon)) == []


def test_an_adviser_finds_any_request_that_there_is(desk: Desk) -> None:
    request_id = desk.taken()
    with reading(on=desk.engine) as session:
        found = advising.find(session, desk.octave, request_id)
        assert found is not None
        assert found.adviser_id == desk.ninon.user_id
        assert advising.find(session, desk.octave, 999) is None


def test_only_the_page_of_who_has_the_request_counts_as_their_presence(desk: Desk) -> None:
    request_id = desk.taken()
    long_ago = now() - timedelta(hours=1)
    desk.change(request_id, adviser_seen_at=long_ago)
    with desk.acting() as session:
        advising.seen(session, desk.octave, request_id)
    assert desk.request(request_id).adviser_seen_at == long_ago
    with desk.acting() as session:
        advising.seen(session, desk.ninon, request_id)
    seen_at = desk.request(request_id).adviser_seen_at
    assert seen_at is not None
    assert seen_at > long_ago


def test_the_transcript_tells_who_said_what_from_any_message_on(desk: Desk) -> None:
    request_id = desk.taken()
    with desk.acting() as session:
        say(session, desk.ninon, request_id)
    request = desk.request(request_id)
    with reading(on=desk.engine) as session:
        lines = advising.transcript(session, request)
        assert [(line.seq, line.sender, line.text) for line in lines] == [
            (1, "user", "Bonjour"),
            (2, "bot", JOINED),
            (3, "adviser", "Je regarde."),
        ]
        assert [line.seq for line in advising.transcript(session, request, after=2)] == [3]


@pytest.mark.parametrize("how", ["handed back", "closed", "withdrawn", "a message"])
def test_what_the_landlord_says_to_the_assistant_afterwards_is_not_shown(desk: Desk, how: str) -> None:
    if how == "a message":
        request_id = desk.taken_message()
    elif how == "withdrawn":
        request_id = desk.ask()
        with desk.acting() as session:
            requests.stop_waiting(session, desk.turn())
    else:
        request_id = desk.taken()
        with desk.acting() as session:
            say(session, desk.ninon, request_id)
            if how == "handed back":
                advising.hand_back(session, desk.ninon, request_id)
            else:
                advising.close(session, desk.ninon, request_id, Outcome.RESOLVED)
    with desk.acting() as session:
        before = advising.transcript(session, session.get_one(SupportRequest, request_id))
        said = {"conversation_id": "talk", "seq": 99, "sender": "user", "body": {"text": "entre nous"}}
        session.execute(insert(message).values(**said, created_at=now()))
        assert advising.transcript(session, session.get_one(SupportRequest, request_id)) == before
        assert before


def test_nothing_is_left_of_a_conversation_that_is_erased(desk: Desk) -> None:
    request = desk.request(desk.taken())
    desk.erase()
    with reading(on=desk.engine) as session:
        assert advising.transcript(session, request) == []


def test_what_led_to_a_request_is_read_after_the_conversation_has_ended(desk: Desk) -> None:
    request = desk.request(desk.taken_message())
    with desk.engine.begin() as connection:
        connection.execute(update(conversation).values(expires_at=now() - timedelta(hours=1)))
        late = {"seq": 9, "sender": "user", "body": {"text": "entre nous"}, "created_at": now()}
        connection.execute(insert(message).values(conversation_id=request.conversation_id, **late))
    with reading(on=desk.engine) as session:
        assert [line.text for line in advising.transcript(session, request)] == ["Bonjour"]


def test_the_journal_tells_what_each_adviser_did_and_never_what_was_said(desk: Desk) -> None:
    live, message = desk.taken("talk"), desk.taken_message("letter")
    with desk.acting() as session:
        say(session, desk.ninon, live)
        answer(session, desk.ninon, message)
        advising.hand_back(session, desk.ninon, live)
        advising.take_again(session, desk.ninon, live)
        close(session, desk.ninon, live)
    events = desk.journal()
    assert [(event.action, event.subject.split(":")[1]) for event in events] == [
        ("desk.taken", str(live)),
        ("desk.taken", str(message)),
        ("desk.answered", str(message)),
        ("desk.handed_back", str(live)),
        ("desk.taken_again", str(live)),
        ("desk.closed", str(live)),
    ]
    assert {event.actor_id for event in events} == {desk.ninon.user_id}
    assert {event.account_id for event in events} == {None}  # no organisation reads it
    assert [event.detail for event in events] == [{}, {}, {}, {}, {}, {"outcome": "resolved"}]
