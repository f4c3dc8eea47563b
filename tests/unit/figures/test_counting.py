from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offre_bailleurs.figures.counting import Counted, Journey, count
from offre_bailleurs.figures.reading import read
from offre_bailleurs.figures.tables import Outcome
from offre_bailleurs.models import Profile
from tests.support.events import Body, Talk, form, no_answer, said, slot, uttered


def counted(talk: Talk) -> Counted:
    return count_bodies(talk.events)


def count_bodies(bodies: list[Body]) -> Counted:
    return count(line for body in bodies if (line := read(body).line) is not None)


def only_journey(talk: Talk) -> Journey:
    (journey,) = counted(talk).journeys
    return journey


def test_a_page_that_only_shows_the_greeting_is_no_conversation_that_spoke() -> None:
    assert not counted(Talk()).spoke
    assert counted(Talk().asks("deadline")).spoke


def test_an_adviser_who_hands_back_does_not_speak_for_the_landlord() -> None:
    assert not counted(Talk().turn(said("floor_returned"), uttered("utter_floor_back"))).spoke


def test_a_conversation_late_in_the_evening_is_of_its_day_in_paris() -> None:
    late = Talk(begins=datetime(2026, 9, 10, 22, 30, tzinfo=UTC)).asks("deadline")
    assert counted(late).day == date(2026, 9, 11)


def test_the_profile_is_the_last_one_known() -> None:
    talk = Talk().turn(said("say_profile"), slot("profile", "landlord"))
    assert counted(talk).profile is Profile.LANDLORD
    assert counted(talk.turn(said("say_profile"), slot("profile", "organisation"))).profile is Profile.ORGANISATION


def test_a_topic_asked_twice_is_one_topic_asked_twice() -> None:
    topics = counted(Talk().asks("deadline").asks("keep_recap").asks("deadline")).topics
    assert {name: topic.asked for name, topic in topics.items()} == {"deadline": 2, "keep_recap": 1}
    assert topics["deadline"].helped is None


def test_the_last_vote_on_a_topic_counts() -> None:
    talk = Talk().asks("deadline").votes("deadline", "yes")
    assert counted(talk).topics["deadline"].helped is True
    assert counted(talk.votes("deadline", "no")).topics["deadline"].helped is False


def test_a_declaration_is_counted_once_its_recap_is_given() -> None:
    talk = Talk().declares()
    assert counted(talk).declarations == 1
    assert only_journey(talk).outcome is Outcome.SUBMITTED
    assert only_journey(talk).last_step == "decision"


def test_two_declarations_are_two_journeys() -> None:
    found = counted(Talk().declares().declares())
    assert found.declarations == 2
    assert [journey.outcome for journey in found.journeys] == [Outcome.SUBMITTED] * 2


@pytest.mark.parametrize(
    ("outcome", "ends"),
    [("cancel", Outcome.CANCELLED), ("postpone", Outcome.POSTPONED), ("leave", Outcome.LEFT)],
)
def test_a_form_that_is_left_says_how_and_at_which_question(outcome: str, ends: Outcome) -> None:
    talk = Talk().begins("declare_rent", "tenant").answers("july_rent").leaves("declare_rent", outcome)
    assert only_journey(talk).outcome is ends
    assert only_journey(talk).last_step == "july_rent"


def test_the_question_whether_to_stop_is_no_step() -> None:
    talk = Talk().begins("declare_rent", "july_rent").answers("leave_confirmation").leaves("declare_rent", "cancel")
    assert only_journey(talk).last_step == "july_rent"


def test_a_form_that_nobody_answers_any_more_is_under_way() -> None:
    talk = Talk().begins("create_user", "last_name").answers("email")
    journey = only_journey(talk)
    assert (journey.outcome, journey.last_step) == (Outcome.UNDER_WAY, "email")
    assert journey.last_at == counted(talk).last_at


def test_valider_on_a_summary_that_has_changed_goes_on_with_the_same_journey() -> None:
    talk = Talk().begins("declare_rent", "decision")
    talk.leaves("declare_rent", "validate", uttered("utter_summary_changed"), form("declare_rent"))
    assert only_journey(talk).outcome is Outcome.UNDER_WAY
    talk.leaves("declare_rent", "validate", uttered("utter_transmitted"))
    assert only_journey(talk).outcome is Outcome.SUBMITTED


def test_valider_that_transmits_nothing_leaves_the_journey() -> None:
    talk = Talk().begins("declare_rent", "decision")
    talk.leaves("declare_rent", "validate", uttered("utter_nothing_transmitted"))
    assert only_journey(talk).outcome is Outcome.LEFT
    assert counted(talk).declarations == 0
    assert len(counted(talk.begins("declare_rent", "tenant")).journeys) == 2


def test_a_journey_that_a_message_to_the_desk_interrupts_is_not_begun_twice() -> None:
    talk = Talk().begins("declare_rent", "july_rent")
    talk.turn(
        said("ask_adviser"),
        slot("interrupted_journey", "declare_rent"),
        form("leave_message"),
        slot("requested_slot", "left_message"),
    ).answers("left_email")
    talk.leaves(
        "leave_message",
        "send",
        uttered("utter_message_sent"),
        form("declare_rent"),
        slot("interrupted_journey", None),
        slot("requested_slot", "july_rent"),
    )
    assert [(journey.journey, journey.outcome) for journey in counted(talk).journeys] == [
        ("declare_rent", Outcome.UNDER_WAY),
        ("leave_message", Outcome.SUBMITTED),
    ]
    talk.answers("decision").leaves("declare_rent", "validate", uttered("utter_transmitted"))
    assert counted(talk).journeys[0].outcome is Outcome.SUBMITTED


def test_a_journey_left_for_the_desk_waits_whatever_order_its_form_ends_in() -> None:
    talk = Talk().begins("create_user", "email")
    talk.turn(said("ask_adviser"), form(None), slot("interrupted_journey", "create_user"), form("leave_message"))
    talk.leaves("leave_message", "cancel", form("create_user"), slot("interrupted_journey", None))
    assert [(journey.journey, journey.outcome) for journey in counted(talk).journeys] == [
        ("create_user", Outcome.UNDER_WAY),
        ("leave_message", Outcome.CANCELLED),
    ]


def test_the_advice_on_an_access_is_what_its_journey_is_for() -> None:
    talk = Talk().begins("recover_access", "access_missing").leaves("recover_access", "advise")
    assert only_journey(talk).outcome is Outcome.SUBMITTED


@pytest.mark.parametrize("response", ["utter_access_login_asked", "utter_access_password_asked"])
def test_credentials_that_were_asked_for_are_a_journey_done(response: str) -> None:
    talk = Talk().begins("recover_access", "access_email").leaves("recover_access", "ask", uttered(response))
    assert only_journey(talk).outcome is Outcome.SUBMITTED


@pytest.mark.parametrize("response", ["utter_adviser_waiting", "utter_message_sent", "utter_adviser_requested"])
def test_a_request_that_reaches_the_desk_is_a_hand_over(response: str) -> None:
    assert not counted(Talk().turn(said("ask_adviser"))).handed_over
    assert counted(Talk().turn(said("ask_adviser"), uttered(response))).handed_over


def test_a_sentence_without_an_answer_is_told_from_a_reply_that_a_form_does_not_take() -> None:
    found = counted(
        Talk()
        .is_not_understood("ma voisine a un chat")
        .begins("declare_rent", "july_rent")
        .turn(said("nlu_fallback"), slot("misunderstandings", 1), slot("requested_slot", "july_rent"))
    )
    assert (found.misunderstood, found.unanswered) == (2, 1)


def test_a_message_that_is_told_twice_to_be_misunderstood_is_one() -> None:
    found = counted(Talk().turn(said("nlu_fallback"), slot("misunderstandings", 1), no_answer()))
    assert found.misunderstood == 1


@settings(deadline=None)
@given(st.randoms(use_true_random=False))
def test_events_count_the_same_in_any_order(random: object) -> None:
    bodies = (
        (Talk().asks("deadline").begins("declare_rent", "tenant").asks("keep_recap").answers("july_rent"))
        .leaves("declare_rent", "cancel")
        .declares()
        .votes("deadline", "no")
        .votes("deadline", "yes")
        .events
    )
    shuffled = list(bodies)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert count_bodies(shuffled) == count_bodies(bodies)
