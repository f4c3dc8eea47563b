"""No room left on the disk that holds SQLite's file, the mail folder and the logs; then there is some again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.services.faults.disks import Filling, NoDisk, disk_is_full, quota_is_used_up, small_disk
from tests.services.faults.house import DECLARED, NOTHING_DONE, OUTCOME_UNKNOWN, TURNS, House, is_last_call, open_house
from tests.support.chat import ChatProblem
from tests.support.servers import ALL


@dataclass
class Crammed:
    """A house on a disk, and how to leave no room on it."""

    house: House
    disk: Path
    fill: Filling

    def full(self) -> AbstractContextManager[None]:
        """While it stands there is no room, for any of our processes."""
        servers = self.house.bot.servers
        return self.fill({name: servers.pid(name) for name in ALL}, self.disk)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The short form has one kind of fullness: a real disk where one can be had."""
    kinds = ("disk", "quota") if metafunc.config.getoption("--thorough") else ("disk, else quota",)
    metafunc.parametrize("crammed", kinds, indirect=True, scope="module")


@pytest.fixture(scope="module")
def crammed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crammed]:
    folder = tmp_path_factory.mktemp("disk")
    with ExitStack() as stack:
        fill: Filling = quota_is_used_up
        if request.param != "quota":
            try:
                stack.enter_context(small_disk(folder))
                fill = disk_is_full
            except NoDisk as error:
                if request.param == "disk":
                    pytest.skip(f"optional: {error}")  # it takes a right, not a package; the quota is tested
        model = request.config.getoption("--model")
        yield Crammed(stack.enter_context(open_house("sqlite", model=model, disk=folder)), folder, fill)


def test_while_the_disk_is_full_nothing_is_transmitted_and_everybody_is_told_so(crammed: Crammed) -> None:
    house = crammed.house
    stories = house.before_every_turn()
    with crammed.full():
        for story in stories:
            with pytest.raises(ChatProblem, match=r"503.*Réessayez dans un instant") as problem:
                story.send()
            assert problem.value.retry_after
            if story.next_turn in ("tenant", "opening"):  # no action has written anything
                assert "rien n'a été transmis" in problem.value.detail or "deux fois" in problem.value.detail
        assert stories[-1].declared() == DECLARED[TURNS[-2]]
    for turn, story in zip(TURNS[:-1], stories[1:], strict=True):
        assert story.declared() == DECLARED[turn]
    for story in stories:
        story.send_again()
        story.finish()
        house.assert_nothing_lost_or_doubled(story)
    assert all(house.bot.servers.is_running(name) for name in ALL)


def test_the_disk_fills_up_after_the_actions_acted_and_before_the_turns_are_committed(crammed: Crammed) -> None:
    house = crammed.house
    stories = house.before_every_turn()
    with house.actions_gate.holding(is_last_call) as answers, house.sending(stories) as sent:
        answers.wait_for(len(stories))
        with crammed.full():
            answers.let_go()
            for answer in sent:
                with pytest.raises(ChatProblem, match=OUTCOME_UNKNOWN):
                    answer.result()
            with pytest.raises(ChatProblem, match=f"{OUTCOME_UNKNOWN}|{NOTHING_DONE}"):
                stories[0].send()
    assert stories[-1].declared() == DECLARED["validation"]
    for story in stories:
        story.send_again()
        story.finish()
        house.assert_nothing_lost_or_doubled(story)
