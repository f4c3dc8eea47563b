"""Conversations of tests/conversations once more, while every answer of the action server is lost once.

The action acts, nobody hears of it, the landlord reads that the message could not be handled, and the widget sends it
again. What is said and what is stored must be what the conversation's file says, as if nothing had been lost.
"""

from __future__ import annotations

import itertools
import re
import uuid
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from sqlalchemy import Engine

from tests.services.faults.gate import Concerns, Gate
from tests.services.faults.house import House
from tests.support.chat import ChatClient, ChatProblem, Message
from tests.support.plugin import CONVERSATIONS
from tests.support.replay.replay import Replay
from tests.support.replay.scenario import Scenario, read_scenarios
from tests.support.world import World

WHERE_ANSWERS_ARE_KEPT = ("corrections", "drafts", "happy", "situation", "transmission")
"""The folders whose conversations write in the database."""


def _conversations() -> Iterator[Scenario]:
    """One of each kind: of those that differ by their examples only, the first."""
    kinds: set[str] = set()
    for folder in WHERE_ANSWERS_ARE_KEPT:
        for path in sorted((CONVERSATIONS / "declare_rent" / folder).glob("*.yml")):
            for scenario in read_scenarios(path):
                kind = re.sub("« [^»]+ »", "«»", scenario.name)
                if kind not in kinds:
                    kinds.add(kind)
                    yield scenario


class UnluckyClient(ChatClient):
    """A browser that hears nothing at first: the answer of the turn's first call is lost, then of its second, …"""

    def __init__(self, gate: Gate, chat_url: str, identity: str | None) -> None:
        super().__init__(chat_url, identity=identity)
        self._gate = gate

    def open(self) -> list[Message]:
        return self._insist(super().open)

    def say(self, text: str, *, id: str | None = None) -> list[Message]:  # noqa: A002 - as in the base class
        return self._insist(partial(super().say, text, id=id or str(uuid.uuid4())))

    def choose(self, choice: str, *, id: str | None = None) -> list[Message]:  # noqa: A002
        return self._insist(partial(super().choose, choice, id=id or str(uuid.uuid4())))

    def _insist(self, send: Callable[[], list[Message]]) -> list[Message]:
        for lost in itertools.count():
            with self._gate.holding(_number(lost)) as hold:
                hold.cut()
                try:
                    return send()
                except ChatProblem as problem:
                    if problem.status != 503:
                        raise
        raise AssertionError("a turn has an end")


def _number(wanted: int) -> Concerns:
    """The call with this number, counted from 0."""
    calls = itertools.count()
    return lambda _: next(calls) == wanted


class UnluckyBot:
    """The house's bot, for those who have no luck."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._clients: list[UnluckyClient] = []

    @property
    def engine(self) -> Engine:
        return self._house.engine

    @property
    def world(self) -> World:
        return self._house.bot.world

    def client(self, user_id: int | None = None) -> ChatClient:
        identity = self._house.bot.identity_token(user_id) if user_id is not None else None
        client = UnluckyClient(self._house.actions_gate, self._house.bot.servers.settings.chat_url, identity)
        self._clients.append(client)
        return client

    def close(self) -> None:
        for client in self._clients:
            client.close()


@pytest.fixture
def unlucky(house: House) -> Iterator[UnluckyBot]:
    bot = UnluckyBot(house)
    yield bot
    bot.close()


@pytest.mark.parametrize(
    "scenario",
    [pytest.param(scenario, id=scenario.name) for scenario in _conversations()],
)
def test_a_conversation_goes_as_usual_when_every_answer_is_lost_once(unlucky: UnluckyBot, scenario: Scenario) -> None:
    Replay(scenario, unlucky).run()
