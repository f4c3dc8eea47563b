"""kill -9 in the middle of a turn, at the moments in which one server knows what another does not.

Each test says first that it hit its moment: what the database holds of «Valider» while the landlord has no answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future

import httpx
import pytest

from tests.services.faults.holds import validation_never_commits, writes_wait
from tests.services.faults.house import DECLARED, OUTCOME_UNKNOWN, TURNS, House, Story, is_last_call
from tests.support.chat import ChatProblem, Message

DATABASES = ("sqlite", "postgresql")
BEFORE_VALIDATION = TURNS[-2]


def assert_unanswered(sent: Sequence[Future[list[Message]]], by: type[Exception], match: str | None = None) -> None:
    """No landlord had an answer: each had a problem document that says `match`, or nothing at all."""
    for answer in sent:
        with pytest.raises(by, match=match):
            answer.result()


def assert_all_ends_well(house: House, stories: Sequence[Story]) -> None:
    """Each sends the message again and goes on, and nothing was lost or doubled."""
    for story in stories:
        story.send_again()
        story.finish()
        house.assert_nothing_lost_or_doubled(story)


def test_the_action_server_dies_in_the_middle_of_the_transmission(house: House) -> None:
    story = house.story().go_to(BEFORE_VALIDATION)
    with (
        house.actions_gate.holding() as validator,
        validation_never_commits(house.engine) as wait_until_it_stands,
        house.sending([story]) as sent,
    ):
        validator.wait_for(1)
        validator.let_go()
        wait_until_it_stands()
        house.kill("actions")
    assert_unanswered(sent, ChatProblem, OUTCOME_UNKNOWN)
    assert story.declared() == DECLARED[BEFORE_VALIDATION]
    house.restart("actions")
    assert_all_ends_well(house, [story])


def test_the_action_server_dies_after_it_acted_and_before_it_answered(house: House) -> None:
    stories = house.before_every_turn()
    with house.actions_gate.holding(is_last_call) as answers, house.sending(stories) as sent:
        answers.wait_for(len(stories))
        house.kill("actions")
        answers.cut()
    assert_unanswered(sent, ChatProblem, OUTCOME_UNKNOWN)
    assert stories[-1].declared() == DECLARED["validation"]
    house.restart("actions")
    assert_all_ends_well(house, stories)


def test_rasa_dies_after_the_action_server_answered_and_before_its_own_commit(house: House) -> None:
    stories = house.before_every_turn()
    with house.actions_gate.holding(is_last_call) as answers, house.sending(stories) as sent:
        answers.wait_for(len(stories))
        with writes_wait(house.engine):
            answers.let_go()
            house.kill("rasa")
    assert_unanswered(sent, httpx.TransportError)
    assert stories[-1].declared() == DECLARED["validation"]
    house.restart("rasa")
    assert_all_ends_well(house, stories)


def test_rasa_dies_after_its_commit_and_before_its_answer(house: House) -> None:
    stories = house.before_every_turn()
    with house.chat_gate.holding() as answers, house.sending(stories) as sent:
        answers.wait_for(len(stories))
        house.kill("rasa")
        answers.cut()
    assert_unanswered(sent, httpx.TransportError)
    assert stories[-1].declared() == DECLARED["validation"]
    house.restart("rasa")
    assert_all_ends_well(house, stories)


def test_the_answer_of_an_action_is_lost_on_the_way_and_nobody_dies(house: House) -> None:
    stories = house.before_every_turn()
    with house.actions_gate.holding(is_last_call) as answers, house.sending(stories) as sent:
        answers.wait_for(len(stories))
        answers.cut()
    assert_unanswered(sent, ChatProblem, OUTCOME_UNKNOWN)
    assert_all_ends_well(house, stories)
