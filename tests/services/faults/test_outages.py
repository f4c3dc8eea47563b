"""A service that is down or does not answer: the landlord reads so in French, and the same message works later."""

from __future__ import annotations

import pytest

from tests.services.faults.holds import writes_wait
from tests.services.faults.house import DECLARED, NOTHING_DONE, OPENING, OUTCOME_UNKNOWN, House, is_last_call
from tests.support.chat import ChatProblem


def test_while_the_action_server_is_down_nothing_is_transmitted_and_nothing_is_kept(house: House) -> None:
    stories = house.before_every_turn()
    house.actions_gate.shut()
    for story in stories:
        before = [] if story.next_turn == OPENING else story.transcript()
        with pytest.raises(ChatProblem, match=NOTHING_DONE) as problem:
            story.send()
        assert problem.value.retry_after
        assert before == ([] if story.next_turn == OPENING else story.transcript())
    assert stories[-1].declared() == DECLARED["rent"]
    house.actions_gate.open()
    for story in stories:
        story.send_again()
        story.finish()
        house.assert_nothing_lost_or_doubled(story)


def test_an_action_server_that_does_not_answer_is_given_up_and_asked_again(house: House) -> None:
    story = house.story().go_to("rent")
    with house.actions_gate.holding(is_last_call) as answers:
        with pytest.raises(ChatProblem, match=OUTCOME_UNKNOWN):
            story.send()
        answers.wait_for(1)
        assert story.declared() == DECLARED["validation"]
    story.send_again()
    house.assert_nothing_lost_or_doubled(story)


def test_while_the_database_takes_no_writes_every_landlord_is_told_so(house: House) -> None:
    """One waits to write an answer in the draft, one to transmit, one to commit the turn that transmitted."""
    answering, transmitting, committing = (house.story().go_to(turn) for turn in ("situation", "rent", "rent"))
    validator = house.actions_gate.holding(lambda call: call["next_action"] == "validate_declare_rent_form")
    submission = house.actions_gate.holding(lambda call: call["next_action"] == "action_submit_declare_rent")
    with submission as transmitted, house.sending([committing]) as third:
        transmitted.wait_for(1)
        with validator as validated, house.sending([transmitting]) as second:
            validated.wait_for(1)
            with writes_wait(house.engine), house.sending([answering]) as first:
                validated.let_go()
                transmitted.let_go()
                for [answer] in (first, second, third):
                    with pytest.raises(ChatProblem) as problem:
                        answer.result()
                    assert problem.value.status == 503
                    assert "à la Caf. Réessayez dans un instant." in problem.value.detail
                assert answering.declared() == DECLARED["situation"]
                assert transmitting.declared() == DECLARED["rent"]
                assert committing.declared() == DECLARED["validation"]
    for story in (answering, transmitting, committing):
        story.send_again()
        story.finish()
        house.assert_nothing_lost_or_doubled(story)
