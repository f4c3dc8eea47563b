"""An action server that holds still for a while: for less than a turn may take, and for more."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest

from tests.services.faults.house import DECLARED, OUTCOME_UNKNOWN, TURN_TIMEOUT, TURNS, House
from tests.support.chat import ChatProblem

A_MARGIN = 3.0
"""Seconds: enough for what is decided before and after the action server holds still."""
BEFORE_VALIDATION = TURNS[-2]


def test_who_waited_less_than_a_turn_may_take_is_answered_and_who_waited_longer_is_told_so(house: House) -> None:
    early, late = ([house.story().go_to(turn) for turn in TURNS[:-1]] for _ in range(2))
    house.freeze("actions")
    with ThreadPoolExecutor(len(early) + len(late)) as threads:
        impatient = [threads.submit(story.send) for story in early]
        sleep(TURN_TIMEOUT - A_MARGIN)
        patient = [threads.submit(story.go_to, story.next_turn) for story in late]
        for answer in impatient:
            with pytest.raises(ChatProblem, match=OUTCOME_UNKNOWN) as problem:
                answer.result()
            assert problem.value.retry_after
        assert early[-1].declared() == late[-1].declared() == DECLARED[BEFORE_VALIDATION]
        again = threads.submit(early[-1].send_again)  # while the action server still has the first to run
        house.thaw("actions")
        again.result()
        for each in patient:
            each.result()
    for story in (*early, *late):
        if not story.is_over:
            if story in early:
                story.send_again()
            story.finish()
        house.assert_nothing_lost_or_doubled(story)


def test_a_rasa_that_holds_still_answers_all_that_was_said_meanwhile(house: House) -> None:
    stories = house.before_every_turn()
    house.freeze("rasa")
    with ThreadPoolExecutor(len(stories)) as threads:
        answers = [threads.submit(story.go_to, story.next_turn) for story in stories]
        sleep(A_MARGIN)
        assert stories[-1].declared() == DECLARED[BEFORE_VALIDATION]
        assert not any(answer.done() for answer in answers)
        house.thaw("rasa")
        for answer in answers:
            answer.result()
    for story in stories:
        story.finish()
        house.assert_nothing_lost_or_doubled(story)
