"""The actions run on the tests' own database, on a day of the campaign."""

from __future__ import annotations

import pytest

from actions.declare_rent import case
from offre_bailleurs import database
from tests.unit.conftest import TODAY, World


@pytest.fixture(autouse=True)
def _at_home(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "engine", lambda: world.engine)
    monkeypatch.setattr(case, "today", lambda: TODAY)
