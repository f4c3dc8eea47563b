"""The bot as landlords have it, and beside it the same bot on Rasa as it is: no patches, no memory of trackers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from bot.rasa_patches import AS_IT_IS
from tests.support.live import LiveBot, live_bot
from tests.support.ports import free_ports


class Both(NamedTuple):
    """Each with a database of its own, in which the same things happened so far."""

    ours: LiveBot
    stock: LiveBot


@pytest.fixture(scope="package")
def both(pytestconfig: pytest.Config) -> Iterator[Both]:
    model = pytestconfig.getoption("--model")
    portal = str(free_ports(1)[0])  # it does not run; the bot names its addresses
    own = {"rasa": {AS_IT_IS: "1"}}
    with live_bot(model=model, PORTAL_PORT=portal) as ours, live_bot(model=model, own=own, PORTAL_PORT=portal) as stock:
        yield Both(ours, stock)
