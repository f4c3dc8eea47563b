"""The desk of tests/unit/desk, on each of the two databases."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.unit.desk.conftest import Desk, build_desk, configure

__all__ = ["configure"]


@pytest.fixture
def desk(engine: Engine) -> Desk:
    """Two advisers and a landlord, on each of the two databases."""
    return build_desk(engine)
