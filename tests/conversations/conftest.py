"""Who the tests of this folder talk as."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from offre_bailleurs.models import Declaration
from tests.support.chat import ChatClient
from tests.support.hostile import SECRET_TENANT
from tests.support.journey import REGISTER, TENANT
from tests.support.live import LiveBot
from tests.support.world import Household


@pytest.fixture
def landlord(live: LiveBot) -> Household:
    return live.world.landlord("Claude Bailleur", REGISTER)


@pytest.fixture
def victim(live: LiveBot) -> Household:
    return live.world.landlord("Victoire Visée", [SECRET_TENANT])


@pytest.fixture
def chat(live: LiveBot, landlord: Household) -> ChatClient:
    client = live.client(landlord.people[0].user_id)
    client.open()
    return client


@pytest.fixture
def declaration(live: LiveBot, landlord: Household) -> Callable[[], Declaration | None]:
    return lambda: live.world.declaration(landlord.tenancies[TENANT])
