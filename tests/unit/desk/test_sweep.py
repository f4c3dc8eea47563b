"""What nobody does at the desk: an adviser goes away, the desk closes, a conversation is erased."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from offre_bailleurs.chat_tables import Floor
from offre_bailleurs.database import now, reading
from offre_bailleurs.desk import advising, tickets
from offre_bailleurs.desk.requests import standing
from offre_bailleurs.desk.sweep import Swept, sweep
from offre_bailleurs.models import Outcome, RequestState, SupportRequest
from tests.unit.desk.conftest import Configure, Desk

OPEN, CLOSED = "24/7", "24/7 off"
NOTHING = Swept(withdrawn=0, released=0, missed=0)


@pytest.fixture(autouse=True)
def _open_all_the_time(configure: Configure) -> None:
    configure(DESK_HOURS=OPEN, DESK_ABSENCE="90")


def leave(desk: Desk, request_id: int, *, seconds: int = 91) -> None:
    """Ninon's browser is gone, for so long already."""
    desk.change(request_id, adviser_seen_at=now() - timedelta(seconds=seconds))


def test_a_landlord_whose_adviser_is_gone_waits_where_they_stood_in_the_queue(desk: Desk) -> None:
    lost = desk.taken("first")
    desk.ask("second")
    leave(desk, lost)
    assert sweep(desk.engine) == Swept(withdrawn=0, released=1, missed=0)
    assert (desk.floor("first"), desk.version("first")) == (Floor.RETURNING, 1)
    with reading(on=desk.engine) as session:
        where = standing(session, "first")
        assert where is not None
        assert (where.state, where.ahead, where.was_taken) == (RequestState.WAITING, 0, True)
        assert advising.waiting(session, desk.octave)[0].id == lost
    with desk.acting() as session:
        advising.take(session, desk.octave, lost)
    assert desk.floor("first") == Floor.ADVISER


def test_an_adviser_who_was_released_speaks_in_it_no_more(desk: Desk) -> None:
    request_id = desk.taken()
    leave(desk, request_id)
    sweep(desk.engine)
    with desk.acting() as session, pytest.raises(advising.NotYours):
        advising.say(session, desk.ninon, request_id, "Me revoilà.", key="late")


def test_an_adviser_whose_page_is_open_keeps_the_request(desk: Desk) -> None:
    request_id = desk.taken()
    leave(desk, request_id, seconds=80)
    assert sweep(desk.engine) == NOTHING
    leave(desk, request_id)
    with desk.acting() as session:
        advising.seen(session, desk.ninon, request_id)
    assert sweep(desk.engine) == NOTHING
    assert desk.floor() == Floor.ADVISER


def test_an_adviser_takes_their_time_for_a_message(desk: Desk) -> None:
    leave(desk, desk.taken_message(), seconds=86_400)
    assert sweep(desk.engine) == NOTHING


def test_who_still_waits_when_the_desk_closes_is_told_by_the_assistant(desk: Desk, configure: Configure) -> None:
    request_id = desk.ask()
    assert sweep(desk.engine) == NOTHING
    configure(DESK_HOURS=CLOSED)
    assert sweep(desk.engine) == Swept(withdrawn=0, released=0, missed=1)
    request = desk.request(request_id)
    assert (request.state, request.outcome) == (RequestState.CLOSED, Outcome.MISSED)
    assert (desk.floor(), desk.version()) == (Floor.RETURNING, 1)
    assert sweep(desk.engine) == NOTHING


def test_an_adviser_finishes_what_they_began_before_the_desk_closed(desk: Desk, configure: Configure) -> None:
    request_id = desk.taken()
    configure(DESK_HOURS=CLOSED)
    assert sweep(desk.engine) == NOTHING
    assert desk.request(request_id).state is RequestState.TAKEN


def test_who_loses_their_adviser_after_the_desk_closed_is_missed(desk: Desk, configure: Configure) -> None:
    request_id = desk.taken()
    leave(desk, request_id)
    configure(DESK_HOURS=CLOSED)
    assert sweep(desk.engine) == Swept(withdrawn=0, released=1, missed=1)
    assert desk.request(request_id).outcome is Outcome.MISSED
    assert (desk.floor(), desk.version()) == (Floor.RETURNING, 2)  # that they wait again is not told any more


def test_messages_wait_while_the_desk_is_closed(desk: Desk, configure: Configure) -> None:
    request_id = desk.leave_message()
    configure(DESK_HOURS=CLOSED)
    assert sweep(desk.engine) == NOTHING
    assert desk.request(request_id).state is RequestState.WAITING


@pytest.mark.parametrize("how", ["erased", "expired"])
def test_a_request_whose_conversation_is_gone_is_withdrawn(desk: Desk, how: str) -> None:
    waiting, taken, handed_back = desk.ask("a"), desk.taken("b"), desk.taken("c")
    message, closed, alive = desk.leave_message("d"), desk.taken("e"), desk.ask("f")
    with desk.acting() as session:
        advising.hand_back(session, desk.ninon, handed_back)
        advising.close(session, desk.ninon, closed, Outcome.RESOLVED)
    for conversation_id in "abcde":
        desk.erase(conversation_id)
        if how == "expired":
            desk.converse(conversation_id, lives_for=timedelta(seconds=-1))
    assert sweep(desk.engine) == Swept(withdrawn=3, released=0, missed=0)
    outcomes = [desk.request(each).outcome for each in (waiting, taken, handed_back, message, closed, alive)]
    assert outcomes == [*[Outcome.WITHDRAWN] * 3, None, Outcome.RESOLVED, None]


def test_a_request_that_cannot_be_swept_holds_up_no_other(
    desk: Desk, configure: Configure, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken, sound = desk.ask("broken"), desk.ask("sound")
    told = tickets.tell

    def tell(session: Session, request: SupportRequest, event: tickets.Event) -> None:
        if request.id == broken:
            raise RuntimeError("ada.essai@bailleur.example")
        told(session, request, event)

    monkeypatch.setattr(tickets, "tell", tell)
    configure(DESK_HOURS=CLOSED)
    assert sweep(desk.engine).missed == 1
    assert desk.request(broken).state is RequestState.WAITING
    assert desk.floor("broken") == Floor.WAITING
    assert desk.request(sound).outcome is Outcome.MISSED
    assert "RuntimeError" in caplog.text
    assert "ada.essai" not in caplog.text


def test_the_journal_tells_what_became_of_them(desk: Desk, configure: Configure) -> None:
    leave(desk, desk.taken())
    configure(DESK_HOURS=CLOSED)
    sweep(desk.engine)
    assert [(event.action, event.actor_id, event.detail) for event in desk.journal()[1:]] == [
        ("desk.released", None, {}),
        ("desk.closed", None, {"outcome": "missed"}),
    ]
