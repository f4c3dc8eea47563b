"""PostgreSQL, Redis, RabbitMQ: each ends as by a power cut and comes back; none of our processes is started again."""

from __future__ import annotations

from contextlib import suppress
from time import monotonic

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from tests.services.faults.holds import until, validation_never_commits
from tests.services.faults.house import (
    DECLARED,
    NOTHING_DONE,
    OPENING,
    OUTCOME_UNKNOWN,
    TURNS,
    House,
    Story,
    is_last_call,
)
from tests.services.faults.parts import MESSAGES_PER_MINUTE, Parts
from tests.support.chat import ChatProblem
from tests.support.portal import PortalClient

BEFORE_VALIDATION = TURNS[-2]
HARDLY_LONGER = 3.0
"""Seconds that a turn may take while Redis does not answer."""


def assert_all_end_well(house: House, stories: list[Story]) -> None:
    """Each sends its message again and goes on, and nothing was lost or doubled."""
    for story in stories:
        if not story.is_over:
            story.send_again()
            story.finish()
        house.assert_nothing_lost_or_doubled(story)


def test_postgresql_stops_between_two_messages(parts: Parts) -> None:
    house, processes = parts.house, parts.pids()
    stories = house.before_every_turn()
    with PortalClient(house.bot.servers.settings.portal_url) as browser:
        browser.sign_in(stories[-1].household.people[0].login)
        parts.postgresql.stop()
        for story in stories:
            with pytest.raises(ChatProblem, match=NOTHING_DONE) as problem:
                story.send()
            assert problem.value.retry_after
            if story.next_turn != OPENING:
                with pytest.raises(ChatProblem, match=r"503.*momentanément indisponible"):
                    story.chat.history()
        page = browser.get("/locataires")
        assert page.status_code == httpx.codes.SERVICE_UNAVAILABLE
        assert "momentanément" in page.text
        parts.postgresql.start()
        assert browser.get("/locataires").status_code == httpx.codes.OK
    assert stories[-1].declared() == DECLARED[BEFORE_VALIDATION]
    assert_all_end_well(house, stories)
    assert parts.pids() == processes
    until(lambda: parts.events_waiting() == 0, "the relay has found its database again")


def test_postgresql_stops_after_the_actions_acted_and_before_the_turns_are_committed(parts: Parts) -> None:
    house, processes = parts.house, parts.pids()
    stories = house.before_every_turn()
    with house.actions_gate.holding(is_last_call) as answers, house.sending(stories) as sent:
        answers.wait_for(len(stories))
        parts.postgresql.stop()
        answers.let_go()
    for answer in sent:
        with pytest.raises(ChatProblem, match=OUTCOME_UNKNOWN):
            answer.result()
    parts.postgresql.start()
    assert stories[-1].declared() == DECLARED["validation"]
    assert_all_end_well(house, stories)
    assert parts.pids() == processes


def test_postgresql_stops_in_the_middle_of_the_transmission(parts: Parts) -> None:
    house = parts.house
    story = house.story().go_to(BEFORE_VALIDATION)
    with (
        suppress(OperationalError),  # the test's own connection breaks too
        house.actions_gate.holding() as validator,
        validation_never_commits(house.engine) as wait_until_it_stands,
        house.sending([story]) as [answer],
    ):
        validator.wait_for(1)
        validator.let_go()
        wait_until_it_stands()
        parts.postgresql.stop()
        with pytest.raises(ChatProblem, match=OUTCOME_UNKNOWN):
            answer.result()
    parts.postgresql.start()
    assert story.declared() == DECLARED[BEFORE_VALIDATION]
    assert_all_end_well(house, [story])


def test_the_chat_goes_on_without_redis_and_counts_again_when_it_is_back(parts: Parts) -> None:
    house, processes = parts.house, parts.pids()
    stories = house.before_every_turn()
    parts.redis.kill()
    halfway = len(stories) // 2
    for story in stories[:halfway]:
        story.finish()
    parts.redis.start()
    for story in stories[halfway:]:
        story.finish()
    assert_all_end_well(house, stories)
    with house.bot.client() as chatterbox:
        chatterbox.open()
        for _ in range(MESSAGES_PER_MINUTE):
            chatterbox.say("merci")
        with pytest.raises(ChatProblem, match=r"429.*Réessayez dans") as problem:
            chatterbox.say("merci")
        assert problem.value.retry_after
    parts.redis.kill()
    with house.bot.client() as newcomer:
        newcomer.open()
        newcomer.say("merci")
        parts.redis.start()
        newcomer.say("merci")
    assert parts.pids() == processes


def test_a_redis_that_hangs_holds_up_nobody(parts: Parts) -> None:
    stories = parts.house.before_every_turn()
    parts.redis.freeze()
    slowest = 0.0
    for story in stories:
        begins = monotonic()
        story.go_to(story.next_turn)
        slowest = max(slowest, monotonic() - begins)
    parts.redis.thaw()
    for story in stories:
        story.finish()
        parts.house.assert_nothing_lost_or_doubled(story)
    assert slowest < HARDLY_LONGER


def test_while_rabbitmq_is_dead_landlords_notice_nothing_and_each_declaration_is_counted_once(parts: Parts) -> None:
    house, processes = parts.house, parts.pids()
    until(parts.has_counted, "nothing of the tests before this one waits to be counted")
    counted = parts.declarations_counted()
    stories = house.before_every_turn()
    parts.rabbitmq.kill()
    for story in stories:
        story.finish()
    assert parts.events_waiting() > 0
    parts.rabbitmq.start()
    for story in stories:
        house.assert_nothing_lost_or_doubled(story)
    until(lambda: parts.declarations_counted() >= counted + len(stories), "all is counted")
    until(lambda: parts.events_waiting() == 0, "nothing waits")
    assert parts.declarations_counted() == counted + len(stories)
    assert parts.pids() == processes


def test_all_services_stop_at_once_and_come_back_one_after_the_other(parts: Parts) -> None:
    house, processes = parts.house, parts.pids()
    stories = house.before_every_turn()
    for stop, _ in parts.stops.values():
        stop()
    for story in stories:  # without Redis nobody knows whether another replica has tried the same message
        with pytest.raises(ChatProblem, match=f"{NOTHING_DONE}|{OUTCOME_UNKNOWN}"):
            story.send()
    for _, start in reversed(parts.stops.values()):
        start()
    assert_all_end_well(house, stories)
    assert parts.pids() == processes
