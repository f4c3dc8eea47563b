"""How often one conversation may read and write."""

from __future__ import annotations

import asyncio

import pytest

from bot.limits import Limits
from bot.problems import Problem
from offre_bailleurs.settings import read_settings


def limits(messages_per_minute: int) -> Limits:
    return Limits(read_settings({"MESSAGES_PER_MINUTE": str(messages_per_minute)}))


def test_a_window_that_reads_every_two_seconds_and_a_few_reloads_are_never_refused() -> None:
    async def a_minute() -> None:
        chat = limits(messages_per_minute=1)
        for _ in range(30 + 10):
            await chat.read("conversation")

    asyncio.run(a_minute())


def test_reading_without_end_is_refused_and_the_client_told_when_to_come_back() -> None:
    async def without_end() -> None:
        chat = limits(messages_per_minute=10)
        for _ in range(101):
            await chat.read("conversation")

    with pytest.raises(Problem) as refused:
        asyncio.run(without_end())
    assert refused.value.status == 429
    assert refused.value.retry_after is not None
    assert 1 <= refused.value.retry_after <= 120


def test_reading_does_not_use_up_what_may_be_sent() -> None:
    async def reading_then_sending() -> None:
        chat = limits(messages_per_minute=1)
        for _ in range(40):
            await chat.read("conversation")
        await chat.message("conversation", "198.51.100.1")

    asyncio.run(reading_then_sending())
