"""An adviser is asked for: live in opening hours, by a message else; and waited for no longer."""

from __future__ import annotations

import pytest

from actions.desk import ask, floor
from actions.desk.ask import AskAdviser
from actions.desk.words import day_in_words
from actions.form import ADVISER_BUTTON, MISUNDERSTOOD_BUTTON
from offre_bailleurs import chat_tables
from offre_bailleurs.access import Adviser
from offre_bailleurs.campaigns import in_paris
from offre_bailleurs.chat_tables import Floor
from offre_bailleurs.database import transaction
from offre_bailleurs.desk import advising, hours, sweep
from offre_bailleurs.desk.reasons import REASONS
from offre_bailleurs.desk.requests import Matter, ask_adviser
from offre_bailleurs.french.text import plain
from offre_bailleurs.identity import Turn
from offre_bailleurs.models import Outcome, PortalUser, Profile, RequestKind, RequestState, UserState
from tests.unit.actions.answering import Visitor
from tests.unit.actions.asking import CONVERSATION, Said, Talk
from tests.unit.conftest import World

WAITING, ALREADY = "utter_adviser_waiting", "utter_adviser_waiting_already"
STOP = {"Ne plus attendre": "/stop_waiting"}
WHAT_NEXT = {"Que savez-vous faire ?": "/ask_capabilities"}
REPLACE = '/ask_adviser{"reason": "replace_administrator"}'
COLLEAGUES_EMAIL = "colette@bailleur.example"


@pytest.fixture(autouse=True)
def _chat(world: World) -> None:
    chat_tables.metadata.create_all(world.engine)


@pytest.fixture(autouse=True)
def _open(monkeypatch: pytest.MonkeyPatch) -> None:
    _set_hours(monkeypatch, is_open=True)


def _set_hours(monkeypatch: pytest.MonkeyPatch, *, is_open: bool) -> None:
    for module in (ask, floor, hours):
        monkeypatch.setattr(module, "is_open", lambda at=None: is_open)


@pytest.fixture
def talk(world: World) -> Talk:
    return Talk(world)


@pytest.fixture
def adviser(world: World) -> Adviser:
    with transaction(on=world.engine) as session:
        user = PortalUser(
            login="conseil",
            first_name="Ninon",
            last_name="Conseil",
            email="ninon@caf.example",
            is_adviser=True,
            state=UserState.ACTIVE,
            password_hash="set",
        )
        session.add(user)
        session.flush()
        return Adviser(user.id, user.full_name)


def _others_wait(world: World, count: int) -> None:
    for number in range(count):
        with transaction(on=world.engine) as session:
            ask_adviser(session, Turn(f"other-{number}", "m", None), Matter("asked"))


# --- Live


def test_in_opening_hours_an_adviser_is_called_to_this_chat(talk: Talk) -> None:
    said = talk.says("je veux parler à un conseiller", "ask_adviser")
    assert (said.names, said.buttons) == ([WAITING], STOP)
    (request,) = talk.requests()
    assert (request.kind, request.state, request.reason) == (RequestKind.LIVE, RequestState.WAITING, "asked")
    assert (talk.floor, talk.slots["leave_message_ready"]) == (Floor.WAITING, False)


@pytest.mark.parametrize(("count", "response"), [(1, "utter_adviser_ahead_one"), (2, "utter_adviser_ahead_many")])
def test_how_many_wait_before_is_told(talk: Talk, count: int, response: str) -> None:
    _others_wait(talk.world, count)
    said = talk.says("un conseiller", "ask_adviser")
    assert (said.names, said.values["count"], said.buttons) == ([WAITING, response], count, STOP)


def test_asked_again_while_waiting_nobody_is_called_twice(talk: Talk) -> None:
    talk.says("un conseiller", "ask_adviser")
    said = talk.says("et mon conseiller ?", "ask_adviser")
    assert (said.names, said.buttons, len(talk.requests())) == ([ALREADY], STOP, 1)


def test_who_waits_stays_in_the_queue_when_the_desk_has_just_closed(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk.says("un conseiller", "ask_adviser")
    _set_hours(monkeypatch, is_open=False)
    assert talk.says("un conseiller", "ask_adviser").names == [ALREADY]


def test_a_turn_run_again_asks_once_and_says_the_same(talk: Talk) -> None:
    first = talk.presses("/ask_adviser", "Parler à un conseiller")
    again = talk.again({}, None, "/ask_adviser", "Parler à un conseiller")
    assert (again.names, len(talk.requests())) == (first.names, 1)


def test_the_desk_is_told_the_profile_and_the_topic_that_was_believed(talk: Talk) -> None:
    talk.slots |= {"profile": "organisation", "topics": ["deadline", "lost_login"]}
    talk.says("un conseiller", "ask_adviser")
    (request,) = talk.requests()
    assert (request.profile, request.topic) == (Profile.ORGANISATION, "deadline")
    assert (request.journey, request.step) == (None, None)


def test_the_desk_is_told_the_journey_under_way_and_its_question(world: World) -> None:
    talk = Talk(world, world.landlord)
    talk.begins("declare_rent_form", "déclarer un loyer", "declare_rent")
    said = talk.says("un conseiller", "ask_adviser")
    (request,) = talk.requests()
    assert (request.journey, request.step, request.portal_user_id) == ("declare_rent", "tenant", world.landlord)
    assert said.names == [WAITING, "utter_question_tenant_few"]


@pytest.mark.parametrize("reason", sorted(REASONS - {"replace_administrator"}))
def test_the_reason_of_the_button_is_recorded(talk: Talk, reason: str) -> None:
    talk.presses(f'/ask_adviser{{"reason": "{reason}"}}', "Parler à un conseiller")
    assert [request.reason for request in talk.requests()] == [reason]


@pytest.mark.parametrize("reason", ["delete_everything", "", "ASKED"])
def test_a_reason_that_is_not_in_the_list_is_asked(talk: Talk, reason: str) -> None:
    talk.presses(f'/ask_adviser{{"reason": "{reason}"}}', "Parler à un conseiller")
    assert [request.reason for request in talk.requests()] == ["asked"]


def test_a_typed_reason_counts_for_nothing(world: World) -> None:
    Visitor().asks(AskAdviser(), "…", "ask_adviser", mentions={"reason": "replace_administrator"})
    assert [request.reason for request in Talk(world).requests()] == ["asked"]


def test_the_button_offered_after_misunderstandings_says_so() -> None:
    assert MISUNDERSTOOD_BUTTON.payload == '/ask_adviser{"reason": "misunderstood"}'
    assert ADVISER_BUTTON.payload == "/ask_adviser"


def test_a_turn_that_the_chat_does_not_vouch_for_asks_for_nobody(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actions.exchange.verify_turn", lambda token, secret: Turn("somebody else's", "m", 1))
    with pytest.raises(PermissionError):
        talk.says("un conseiller", "ask_adviser")
    assert talk.requests() == []


# --- Another administrator (F8)


def test_the_replacement_of_an_administrator_is_recorded_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _set_hours(monkeypatch, is_open=False)
    talk = Talk(world, world.colleague)
    said = talk.presses(REPLACE, "Enregistrer ma demande")
    (request,) = talk.requests()
    assert (said.names[0], said.values["number"]) == ("utter_adviser_requested", request.id)
    assert (request.kind, request.reason) == (RequestKind.MESSAGE, "replace_administrator")
    assert (talk.slots["leave_message_ready"], talk.form) == (False, None)


def test_that_the_answer_comes_to_the_address_of_the_account_is_said(world: World) -> None:
    _has_email(world)
    said = Talk(world, world.colleague).presses(REPLACE, "Enregistrer ma demande")
    assert said.names == ["utter_adviser_requested", "utter_adviser_requested_answer"]
    assert said.buttons == WHAT_NEXT
    assert COLLEAGUES_EMAIL not in str(said.values)


def test_without_an_address_an_adviser_is_offered_instead_of_an_email(world: World) -> None:
    said = Talk(world, world.colleague).presses(REPLACE, "Enregistrer ma demande")
    assert said.names == ["utter_adviser_requested", "utter_adviser_requested_unknown"]
    assert said.buttons == {"Parler à un conseiller": "/ask_adviser"}


def test_pressed_again_while_it_is_open_the_same_request_is_named(world: World) -> None:
    _has_email(world)
    talk = Talk(world, world.colleague)
    first = talk.presses(REPLACE, "Enregistrer ma demande")
    said = talk.presses(REPLACE, "Enregistrer ma demande")
    assert said.names == ["utter_adviser_requested_already", "utter_adviser_requested_answer"]
    assert (said.values["number"], len(talk.requests())) == (first.values["number"], 1)
    assert plain(said.values["day"]) == plain(day_in_words(in_paris(talk.requests()[0].created_at).date()))


def test_the_same_turn_run_again_says_the_same_of_a_replacement(world: World) -> None:
    talk = Talk(world, world.colleague)
    first = talk.presses(REPLACE, "Enregistrer ma demande")
    again = talk.again({}, None, REPLACE, "Enregistrer ma demande")
    assert (again.names, again.values["number"]) == (first.names, first.values["number"])


def test_once_it_is_closed_it_can_be_asked_for_anew(world: World, adviser: Adviser) -> None:
    talk = Talk(world, world.colleague)
    talk.presses(REPLACE, "Enregistrer ma demande")
    with transaction(on=world.engine) as session:
        advising.take(session, adviser, talk.requests()[0].id)
        advising.close(session, adviser, talk.requests()[0].id, Outcome.RESOLVED)
    assert talk.presses(REPLACE, "Enregistrer ma demande").names[0] == "utter_adviser_requested"
    assert len(talk.requests()) == 2


def test_pressed_in_a_form_its_question_is_the_last_word(world: World) -> None:
    _has_email(world)
    talk = Talk(world, world.colleague)
    talk.begins("recover_access_form", "je n'arrive pas à me connecter", "cannot_connect")
    said = talk.presses(REPLACE, "Enregistrer ma demande")
    assert said.names[1:] == ["utter_adviser_requested_answer", "utter_question_access_missing"]
    assert not said.buttons.keys() & WHAT_NEXT.keys()


def _has_email(world: World) -> None:
    with transaction(on=world.engine) as session:
        session.get_one(PortalUser, world.colleague).email = COLLEAGUES_EMAIL


# --- No longer


def test_who_waits_can_stop_waiting(talk: Talk) -> None:
    said = talk.says("un conseiller", "ask_adviser")
    assert talk.presses(said, "Ne plus attendre").names == ["utter_waiting_stopped"]
    (request,) = talk.requests()
    assert (request.state, request.outcome, talk.floor) == (RequestState.CLOSED, Outcome.WITHDRAWN, Floor.BOT)


def test_annuler_typed_outside_a_form_stops_waiting_too(talk: Talk) -> None:
    talk.says("un conseiller", "ask_adviser")
    assert _cancels(talk).names == ["utter_waiting_stopped"]
    assert talk.requests()[0].outcome is Outcome.WITHDRAWN


def test_annuler_without_an_adviser_awaited_is_answered_as_before(talk: Talk) -> None:
    assert _cancels(talk).names == ["utter_nothing_under_way"]
    talk.says("un conseiller", "ask_adviser")
    _cancels(talk)
    assert _cancels(talk).names == ["utter_nothing_under_way"]


def test_ne_plus_attendre_when_nobody_is_awaited_says_so(talk: Talk) -> None:
    assert talk.presses("/stop_waiting", "Ne plus attendre").names == ["utter_waiting_over"]


def test_ne_plus_attendre_pressed_again_says_the_same(talk: Talk) -> None:
    said = talk.says("un conseiller", "ask_adviser")
    talk.presses(said, "Ne plus attendre")
    assert talk.presses(said, "Ne plus attendre").names == ["utter_waiting_stopped"]


def test_ne_plus_attendre_once_an_adviser_has_come_or_gone_says_so(talk: Talk, adviser: Adviser) -> None:
    said = talk.says("un conseiller", "ask_adviser")
    with transaction(on=talk.world.engine) as session:
        advising.take(session, adviser, talk.requests()[0].id)
    assert talk.presses(said, "Ne plus attendre").names == ["utter_adviser_is_here"]
    with transaction(on=talk.world.engine) as session:
        advising.close(session, adviser, talk.requests()[0].id, Outcome.RESOLVED)
    assert talk.presses(said, "Ne plus attendre").names == ["utter_waiting_over"]


def test_ne_plus_attendre_in_a_form_leaves_its_question_open(world: World) -> None:
    talk = Talk(world, world.landlord)
    talk.begins("declare_rent_form", "déclarer un loyer", "declare_rent")
    said = talk.says("un conseiller", "ask_adviser")
    said = talk.presses(said, "Ne plus attendre")
    assert said.names == ["utter_waiting_stopped", "utter_question_tenant_few"]
    assert talk.question == "tenant"


# --- The floor comes back


def _returned(talk: Talk) -> Said:
    return talk.presses("/floor_returned", "/floor_returned")


def _asked(talk: Talk) -> int:
    talk.presses('/ask_adviser{"reason": "silence"}', "Parler à un conseiller")
    return talk.requests()[0].id


def test_handed_back_the_assistant_says_that_it_answers_again(talk: Talk, adviser: Adviser) -> None:
    number = _asked(talk)
    with transaction(on=talk.world.engine) as session:
        advising.take(session, adviser, number)
        advising.hand_back(session, adviser, number)
    said = _returned(talk)
    assert (said.names, said.floor) == (["utter_floor_handed_back"], None)
    assert said.buttons == WHAT_NEXT  # « Ne plus attendre » is the newest button no more
    assert _returned(talk).names == said.names


def test_closed_by_the_adviser_the_assistant_says_that_it_is_over(talk: Talk, adviser: Adviser) -> None:
    number = _asked(talk)
    with transaction(on=talk.world.engine) as session:
        advising.take(session, adviser, number)
        advising.close(session, adviser, number, Outcome.BOT_WAS_WRONG)
    said = _returned(talk)
    assert (said.names, said.buttons) == (["utter_floor_closed"], WHAT_NEXT)


def test_who_has_lost_the_adviser_is_in_the_queue_still(talk: Talk, adviser: Adviser) -> None:
    number = _asked(talk)
    _others_wait(talk.world, 1)
    with transaction(on=talk.world.engine) as session:
        advising.take(session, adviser, number)
        sweep.release(session, [number])
    said = _returned(talk)
    assert (said.names, said.buttons, said.floor) == (["utter_floor_adviser_lost"], STOP, "waiting")


@pytest.mark.parametrize(
    ("is_open", "response", "button"),
    [
        (False, "utter_floor_missed", "Laisser un message"),
        (True, "utter_floor_missed_open", "Parler à un conseiller"),
    ],
)
def test_who_was_missed_can_leave_a_message_or_ask_again(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, is_open: bool, response: str, button: str
) -> None:
    _asked(talk)
    _set_hours(monkeypatch, is_open=False)
    sweep.sweep(talk.world.engine)
    _set_hours(monkeypatch, is_open=is_open)
    said = _returned(talk)
    assert (said.names, said.buttons) == ([response], {button: '/ask_adviser{"reason": "silence"}'})


def test_a_request_that_is_gone_leaves_the_floor_to_the_assistant(talk: Talk) -> None:
    assert _returned(talk).names == ["utter_floor_handed_back"]


@pytest.mark.parametrize(
    ("form", "begins"),
    [
        ("declare_rent_form", ("déclarer un loyer", "declare_rent")),
        ("recover_access_form", ("je n'arrive pas à me connecter", "cannot_connect")),
        ("create_user_form", ("ajoute ma collègue", "create_user")),
    ],
)
def test_in_a_form_its_question_follows_and_is_not_answered(world: World, form: str, begins: tuple[str, str]) -> None:
    with transaction(on=world.engine) as session:
        session.get_one(PortalUser, world.colleague).is_administrator = True
    talk = Talk(world, world.colleague)
    asked = talk.begins(form, *begins).names[-1]
    question = talk.question
    said = _returned(talk)
    assert said.names == ["utter_floor_handed_back", asked]
    assert not said.buttons.keys() & WHAT_NEXT.keys()
    assert (talk.form, talk.question, bool(talk.slots["misunderstandings"])) == (form, question, False)


def _cancels(talk: Talk) -> Said:
    """The rule of `cancel` while no form is under way."""
    said = Said()
    talk.turns += 1
    talk._run(floor.StopWaiting(), "annuler", "cancel", {}, said, 0.9, pressed=False)
    return said


def test_nobody_else_s_request_is_withdrawn(talk: Talk) -> None:
    _others_wait(talk.world, 1)
    talk.presses("/stop_waiting", "Ne plus attendre")
    (request,) = talk.requests()
    assert (request.state, request.conversation_id == CONVERSATION) == (RequestState.WAITING, False)
