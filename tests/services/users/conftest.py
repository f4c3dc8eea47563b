"""The two organisations of tests/unit/users, on each of the two databases."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.unit.users.conftest import House, build_house


@pytest.fixture
def house(engine: Engine) -> House:
    """Both organisations, on each of the two databases."""
    return build_house(engine)
