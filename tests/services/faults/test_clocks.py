"""Somebody sets the time of the machines, forward or back, or one machine's clock is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import monotonic
from uuid import uuid4

import pytest

from tests.services.faults.clocks import Clocks, NoFaketime
from tests.services.faults.house import DECLARED, TURNS, House, Story, open_house
from tests.support.chat import ChatProblem, text_of
from tests.support.journey import STEPS, TENANT, walk

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
LIFETIME = 3 * DAY
"""Of a conversation."""
MESSAGES_PER_MINUTE = 30
BEFORE_VALIDATION = TURNS[-2]
A_POLL = 6
"""Seconds."""


FORMS = {
    "by": ((-HOUR, DAY), (-HOUR, DAY, HOUR, -DAY)),
    "off": (
        (("rasa", MINUTE), ("rasa", -MINUTE)),
        (("rasa", MINUTE), ("rasa", -MINUTE), ("actions", MINUTE), ("actions", -MINUTE)),
    ),
    "meanwhile": ((HOUR,), (HOUR, -HOUR)),
}
"""What is tried in the short form, and in the thorough one. In seconds."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Try what the form asks for."""
    for name, (short, thorough) in FORMS.items():
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, thorough if metafunc.config.getoption("--thorough") else short)


@pytest.fixture(scope="module")
def clocks(tmp_path_factory: pytest.TempPathFactory) -> Clocks:
    try:
        return Clocks(tmp_path_factory.mktemp("clocks"))
    except NoFaketime as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def kept_clock_house(clocks: Clocks, pytestconfig: pytest.Config) -> Iterator[House]:
    model = pytestconfig.getoption("--model")
    settings = {"CONVERSATION_LIFETIME": str(LIFETIME), "MESSAGES_PER_MINUTE": str(MESSAGES_PER_MINUTE)}
    with open_house("sqlite", model=model, own=clocks.own, **settings) as house:
        yield house


@pytest.fixture
def clock_house(kept_clock_house: House, clocks: Clocks) -> Iterator[House]:
    """A house in which all clocks are right at first."""
    yield kept_clock_house
    clocks.jump(0)
    kept_clock_house.repair()


def under_way(house: House) -> list[Story]:
    """Landlords who have opened the chat, one after each turn."""
    return [house.story().go_to(turn) for turn in TURNS[:-1]]


def test_conversations_go_on_when_the_time_is_set(clock_house: House, clocks: Clocks, by: int) -> None:
    stories = under_way(clock_house)
    clocks.jump(by)
    for story in stories:
        story.finish()
        clock_house.assert_nothing_lost_or_doubled(story)
    clocks.jump(0)
    for story in stories:
        clock_house.assert_nothing_lost_or_doubled(story)


def test_a_minute_between_two_machines_is_not_noticed(clock_house: House, clocks: Clocks, off: tuple[str, int]) -> None:
    server, seconds = off
    clocks.jump(seconds, server)
    story = clock_house.story()
    story.finish()
    clock_house.assert_nothing_lost_or_doubled(story)


def test_an_action_server_an_hour_ahead_serves_nobody_and_says_so(clock_house: House, clocks: Clocks) -> None:
    stories = under_way(clock_house)
    clocks.jump(HOUR, "actions")
    for turn, story in zip(TURNS[:-1], stories, strict=True):
        with pytest.raises(ChatProblem, match=r"503.*Réessayez dans un instant"):
            story.send()
        assert story.declared() == DECLARED[turn]
    clocks.jump(0)
    for story in stories:
        story.send_again()
        story.finish()
        clock_house.assert_nothing_lost_or_doubled(story)


def test_a_conversation_that_has_expired_says_so_and_the_draft_is_found_again_in_a_new_one(
    clock_house: House, clocks: Clocks
) -> None:
    story = clock_house.story().go_to(BEFORE_VALIDATION)
    clocks.jump(LIFETIME + HOUR)
    with pytest.raises(ChatProblem, match="401: Cette conversation est terminée"):
        story.send()
    assert story.declared() == DECLARED[BEFORE_VALIDATION]
    later = timedelta(seconds=LIFETIME + DAY)
    identity = clock_house.bot.identity_token(story.household.people[0].user_id, lifetime=later)
    new = clock_house.bot.client()
    new._identity = identity
    new.open()
    new.say(f"déclarer le loyer de {TENANT}")
    walk(new, STEPS[-1])
    assert story.declared() == DECLARED["validation"]


def test_a_campaign_that_closes_overnight_takes_nothing_more(clock_house: House, clocks: Clocks) -> None:
    story = clock_house.story().go_to(BEFORE_VALIDATION)
    with clock_house.bot.world.campaign(closed_since=0):  # it closes today
        clocks.jump(DAY)
        assert "clos" in text_of(story.send()).lower()
        assert story.declared() == DECLARED[BEFORE_VALIDATION]
        clocks.jump(0)
        again = clock_house.bot.client(story.household.people[0].user_id)
        again.open()
        again.say(f"déclarer le loyer de {TENANT}")
        walk(again, STEPS[-1])
        assert story.declared() == DECLARED["validation"]


def test_a_wait_for_news_lasts_as_long_as_was_asked(clock_house: House, clocks: Clocks, meanwhile: int) -> None:
    story = clock_house.story().go_to(BEFORE_VALIDATION)
    last = story.chat.messages[-1].seq
    with ThreadPoolExecutor(1) as threads:
        begins = monotonic()
        poll = threads.submit(story.chat.history, after=last, wait=A_POLL)
        clocks.jump(meanwhile)
        assert poll.result() == []
        assert A_POLL - 1 < monotonic() - begins < A_POLL + 4
    story.finish()
    clock_house.assert_nothing_lost_or_doubled(story)


def test_who_wrote_too_much_is_never_asked_to_wait_for_an_hour(clock_house: House, clocks: Clocks) -> None:
    with clock_house.bot.client() as chatterbox:
        chatterbox.open()
        for _ in range(MESSAGES_PER_MINUTE):
            chatterbox.say("merci")
        clocks.jump(-HOUR)
        answer = chatterbox.raw("POST", "/messages", json={"id": str(uuid4()), "text": "merci"})
        assert answer.status_code in (200, 429)
        assert int(answer.headers.get("Retry-After", 0)) <= 2 * MINUTE
