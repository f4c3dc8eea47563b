"""Several who act at the desk at the very same moment, in real threads on both databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaiting
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.conversations import CompletedTurn, complete_turn
from offre_bailleurs.access import Adviser
from offre_bailleurs.chat_tables import Floor
from offre_bailleurs.database import now, reading, transaction
from offre_bailleurs.desk import advising
from offre_bailleurs.desk.accounts import close_adviser
from offre_bailleurs.desk.advising import JOINED, NotAdviser, NotWaiting, NotYours, TakenByAnother
from offre_bailleurs.desk.forgetting import forget_closed
from offre_bailleurs.desk.requests import ask_adviser, leave_message, stop_waiting
from offre_bailleurs.desk.sweep import sweep
from offre_bailleurs.models import OutboxMessage, Outcome, RequestState, SupportRequest
from tests.services.access.together import together
from tests.unit.desk.conftest import ASKED, WRITTEN_EMAIL, Configure, Desk, build_desk

PEOPLE = 6


@pytest.fixture(autouse=True)
def _open_all_the_time(configure: Configure) -> None:
    configure(DESK_HOURS="24/7", DESK_ABSENCE="90")


def take(desk: Desk, who: Adviser, request_id: int) -> int | None:
    with desk.acting() as session:
        return advising.take(session, who, request_id).adviser_id


def requests_of(desk: Desk) -> list[SupportRequest]:
    with reading(on=desk.engine) as session:
        found = list(session.scalars(select(SupportRequest).order_by(SupportRequest.id)))
        session.expunge_all()
        return found


def test_of_two_advisers_who_take_one_request_one_has_it(desk: Desk) -> None:
    request_id = desk.ask()
    advisers = [desk.ninon, desk.octave]
    outcomes = together([partial(take, desk, advisers[number % 2], request_id) for number in range(PEOPLE)])
    winner = desk.request(request_id).adviser_id
    assert Counter(map(type, outcomes)) == {int: 3, TakenByAnother: 3}  # the winner clicked three times
    assert {outcome for outcome in outcomes if isinstance(outcome, int)} == {winner}
    assert [text for _, _, text in desk.said()] == [JOINED]
    assert desk.version() == 1


def test_two_advisers_who_take_two_requests_crosswise_have_one_each_or_both(desk: Desk) -> None:
    """Nobody waits for the other for ever."""
    first, second = desk.ask("first"), desk.ask("second")
    outcomes = together(
        [
            partial(take, desk, who, request_id)
            for who, order in ((desk.ninon, (first, second)), (desk.octave, (second, first)))
            for request_id in order
        ]
    )
    assert all(isinstance(outcome, int | TakenByAnother) for outcome in outcomes)
    assert [desk.request(each).state for each in (first, second)] == [RequestState.TAKEN] * 2


@pytest.mark.parametrize("same_turn", [True, False])
def test_a_landlord_who_asks_many_times_at_once_has_one_place_in_the_queue(desk: Desk, same_turn: bool) -> None:
    desk.converse()
    turns = [desk.turn(message_id="one" if same_turn else f"m{number}") for number in range(PEOPLE)]

    def ask(number: int) -> int:
        with desk.acting() as session:
            return ask_adviser(session, turns[number], ASKED).id

    assert len(set(together([partial(ask, number) for number in range(PEOPLE)]))) == 1
    assert len(requests_of(desk)) == 1
    assert (desk.floor(), desk.version()) == (Floor.WAITING, 1)


def test_a_message_that_is_left_many_times_at_once_is_left_once(desk: Desk) -> None:
    desk.converse()
    turn = desk.turn()

    def leave() -> int:
        with desk.acting() as session:
            return leave_message(session, turn, ASKED, message="Bonjour", email=WRITTEN_EMAIL).id

    assert len(set(together([leave] * PEOPLE))) == 1
    assert len(requests_of(desk)) == 1


def test_a_double_click_says_it_once_and_two_sentences_have_two_numbers(desk: Desk) -> None:
    request_id = desk.taken()

    def say(key: str) -> int:
        with desk.acting() as session:
            return advising.say(session, desk.ninon, request_id, f"Phrase {key}.", key=key)

    outcomes = together([partial(say, key) for key in "aaabbb"])
    assert len(set(outcomes[:3])) == len(set(outcomes[3:])) == 1
    assert sorted(set(outcomes)) == [3, 4]  # type: ignore[type-var]
    assert len(desk.said()) == 3


def test_an_answer_sent_many_times_at_once_leaves_once(desk: Desk) -> None:
    request_id = desk.taken_message()

    def answer() -> None:
        with desk.acting() as session:
            advising.answer_by_email(session, desk.ninon, request_id, "Voici la réponse.", key="once")

    assert together([answer] * PEOPLE) == [None] * PEOPLE
    with reading(on=desk.engine) as session:
        assert len(session.scalars(select(OutboxMessage.id)).all()) == 1


def test_many_sweeps_at_once_do_each_thing_once(desk: Desk, configure: Configure) -> None:
    """As several `desk` processes do: one thing each, told once."""
    missed = [desk.ask(f"missed-{number}") for number in range(5)]
    lost = [desk.taken(f"lost-{number}") for number in range(5)]
    erased = [desk.ask(f"erased-{number}") for number in range(5)]
    for request_id in lost:
        desk.change(request_id, adviser_seen_at=now() - timedelta(minutes=5))
    for number in range(5):
        desk.erase(f"erased-{number}")
    configure(DESK_HOURS="24/7 off")
    swept = together([partial(sweep, desk.engine)] * 4)
    assert [each for each in swept if isinstance(each, Exception)] == []
    while sweep(desk.engine):
        pass
    outcomes = [desk.request(each).outcome for each in (*missed, *lost, *erased)]
    assert outcomes == [*[Outcome.MISSED] * 10, *[Outcome.WITHDRAWN] * 5]
    acts = Counter((event.action, event.subject) for event in desk.journal() if event.actor_id is None)
    assert set(acts.values()) == {1}
    assert Counter(action for action, _ in acts) == {"desk.closed": 15, "desk.released": 5}
    assert [desk.version(f"lost-{number}") for number in range(5)] == [2] * 5  # missed before they knew of it


def test_many_purges_at_once_forget_each_request_once(desk: Desk) -> None:
    for number in range(5):
        desk.change(
            desk.leave_message(f"talk-{number}"),
            state=RequestState.CLOSED,
            outcome=Outcome.RESOLVED,
            closed_at=now() - timedelta(days=31),
        )

    def forget() -> int:
        with desk.acting() as session:
            return forget_closed(session, now() - timedelta(days=30))

    counts = together([forget] * 4)
    assert [count for count in counts if isinstance(count, Exception)] == []
    assert sum(count for count in counts if isinstance(count, int)) == 5
    assert {(each.conversation_id, each.email, each.message) for each in requests_of(desk)} == {("", None, None)}


def test_a_landlord_who_stops_waiting_as_an_adviser_comes_is_told_what_holds(desk: Desk) -> None:
    for number in range(5):
        conversation_id = f"talk-{number}"
        request_id = desk.ask(conversation_id)
        turn = desk.turn(conversation_id)

        def stop() -> bool:
            with desk.acting() as session:
                return stop_waiting(session, turn)  # noqa: B023 - run in this very turn of the loop

        acts: list[Callable[[], object]] = [stop, partial(take, desk, desk.ninon, request_id)]
        stopped, taken = together(acts)
        if stopped:
            assert isinstance(taken, NotWaiting)
            assert desk.floor(conversation_id) == Floor.BOT
        else:
            assert taken == desk.ninon.user_id
            assert desk.floor(conversation_id) == Floor.ADVISER


def test_an_adviser_whose_access_is_closed_as_they_take_has_nothing_left(desk: Desk) -> None:
    requests = [desk.ask(f"talk-{number}") for number in range(4)]

    def end() -> int:
        with desk.acting() as session:
            return close_adviser(session, "conseil-1")

    acts: list[Callable[[], object]] = [*(partial(take, desk, desk.ninon, each) for each in requests), end]
    *taken, closed = together(acts)
    assert closed == sum(isinstance(outcome, int) for outcome in taken)  # what they had taken waits again
    assert all(isinstance(outcome, int | NotAdviser) for outcome in taken)
    assert [each.state for each in requests_of(desk)] == [RequestState.WAITING] * 4


def test_an_adviser_who_speaks_as_the_landlord_s_message_is_answered_takes_no_number_twice(desk: Desk) -> None:
    """The chat numbers the landlord's and the assistant's messages from the same row."""
    request_id = desk.taken()

    def say(number: int) -> int:
        with desk.acting() as session:
            return advising.say(session, desk.ninon, request_id, f"Phrase {number}.", key=str(number))

    def heard() -> list[int]:
        turn = CompletedTurn("talk", "heard", None, 1, None, {"text": "Merci"}, [{"text": "…"}], [])
        return [each.seq for each in complete_turn(desk.engine, turn)]

    acts: list[Callable[[], object]] = [*(partial(say, number) for number in range(PEOPLE)), heard]
    outcomes = together(acts)
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert [seq for seq, _, _ in desk.said()] == list(
        range(2, 2 + 1 + PEOPLE + 2)
    )  # JOINED, the adviser's, the turn's two


def test_a_turn_of_the_assistant_s_that_is_under_way_as_an_adviser_comes_is_kept_once(desk: Desk) -> None:
    for number in range(5):
        name = f"talk-{number}"
        request_id = desk.ask(name)
        turn = CompletedTurn(name, "under-way", None, 1, None, {"text": "620"}, [{"text": "C'est noté."}], [])
        outcomes = together([partial(complete_turn, desk.engine, turn), partial(take, desk, desk.ninon, request_id)])
        assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
        assert sorted(text for _, _, text in desk.said(name)) == sorted(["620", "C'est noté.", JOINED])
        assert (desk.floor(name), desk.version(name)) == (Floor.ADVISER, 2)


# What SQLite's one writer at a time rules out


@pytest.fixture
def postgres_desk(postgresql: Engine) -> Desk:
    return build_desk(postgresql)


def waits_until(session: Session, act: Callable[[], object]) -> object:
    """Whatever `act` gives once the transaction of a session, which holds it up, is committed."""
    with ThreadPoolExecutor(1) as threads:
        acting = threads.submit(act)
        with pytest.raises(StillWaiting):
            acting.result(timeout=0.5)
        session.commit()
        error = acting.exception(timeout=30)
        return error if error is not None else acting.result()


def test_an_adviser_waits_for_the_end_of_a_colleague_s_taking(postgres_desk: Desk) -> None:
    desk = postgres_desk
    request_id = desk.ask()
    with Session(desk.engine) as session:
        advising.take(session, desk.ninon, request_id)
        outcome = waits_until(session, partial(take, desk, desk.octave, request_id))
    assert isinstance(outcome, TakenByAnother)


def test_an_adviser_whose_access_is_being_closed_says_nothing_more(postgres_desk: Desk) -> None:
    desk = postgres_desk
    request_id = desk.taken()

    def say() -> int:
        with desk.acting() as session:
            return advising.say(session, desk.ninon, request_id, "Encore.", key="late")

    with Session(desk.engine) as session:
        close_adviser(session, "conseil-1")
        outcome = waits_until(session, say)
    assert isinstance(outcome, NotAdviser)
    assert [sender for _, sender, _ in desk.said()] == ["bot"]


def test_what_an_adviser_says_as_they_are_released_is_said_before_or_refused(postgres_desk: Desk) -> None:
    desk = postgres_desk
    for number in range(5):
        request_id = desk.taken(f"talk-{number}")
        desk.change(request_id, adviser_seen_at=now() - timedelta(minutes=5))

    def say(number: int) -> int:
        with desk.acting() as session:
            return advising.say(session, desk.ninon, number + 1, "Me revoilà.", key="late")

    acts: list[Callable[[], object]] = [partial(sweep, desk.engine), *(partial(say, number) for number in range(5))]
    sweeping, *saying = together(acts)
    assert not isinstance(sweeping, Exception)
    for number, outcome in enumerate(saying):
        request = desk.request(number + 1)
        if isinstance(outcome, NotYours):
            assert (request.state, desk.floor(f"talk-{number}")) == (RequestState.WAITING, Floor.RETURNING)
        else:  # speaking shows that they are there
            assert (request.state, desk.floor(f"talk-{number}")) == (RequestState.TAKEN, Floor.ADVISER)


def test_many_changes_of_hands_at_once_leave_nobody_waiting_for_the_other(postgres_desk: Desk) -> None:
    """Landlords, advisers, sweeps and turns in any order: no deadlock, and each state is a possible one."""
    desk = postgres_desk
    talks = [f"talk-{number}" for number in range(3)]
    for talk in talks:
        desk.converse(talk)
    faults: list[Exception] = []

    def often(act: Callable[[int], object]) -> None:
        for number in range(80):
            try:
                act(number)
            except (advising.Refusal, LookupError):
                pass
            except Exception as error:  # noqa: BLE001 - told at the end
                faults.append(error)
                return

    def landlord(number: int) -> None:
        talk = talks[number % 3]
        with transaction(on=desk.engine) as session:
            if number % 4:
                ask_adviser(session, desk.turn(talk), ASKED)
            else:
                stop_waiting(session, desk.turn(talk))

    def adviser(who: Adviser, number: int) -> None:
        with transaction(on=desk.engine) as session:
            for request in advising.waiting(session, who):
                advising.take(session, who, request.id)
                advising.say(session, who, request.id, "Bonjour.", key=str(number))
        with transaction(on=desk.engine) as session:
            for request in advising.mine(session, who):
                if number % 2:
                    advising.hand_back(session, who, request.id)
                else:
                    advising.close(session, who, request.id, Outcome.RESOLVED)

    acts: list[Callable[[int], object]] = [
        landlord,
        landlord,
        partial(adviser, desk.ninon),
        partial(adviser, desk.octave),
        lambda _: sweep(desk.engine),
    ]
    together([partial(often, act) for act in acts])
    assert faults == []
    states = Counter(each.state for each in requests_of(desk) if each.conversation_id in talks)
    assert states[RequestState.CLOSED] > 0
