"""The machine that signs a token and the one that verifies it do not show the same time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.tokens import sign_conversation, verify_conversation
from offre_bailleurs.identity import (
    TURN_LIFETIME,
    ExpiredToken,
    Turn,
    sign_identity,
    sign_turn,
    verify_identity,
    verify_turn,
)

SECRET = "a secret of the tests, long enough"
TURN = Turn("conversation", "message", 7)
Clock = Callable[[timedelta], None]


@pytest.fixture
def signers_clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Sets the clock of whoever signs, so far off ours."""

    def set_clock(ahead: timedelta) -> None:
        for module in ("offre_bailleurs.identity", "bot.tokens"):
            monkeypatch.setattr(f"{module}.now", lambda: datetime.now(UTC) + ahead)

    return set_clock


@pytest.mark.parametrize("seconds", [1, 60, -60])
def test_a_minute_between_them_does_not_matter(signers_clock: Clock, seconds: int) -> None:
    signers_clock(timedelta(seconds=seconds))
    lifetime = timedelta(minutes=2)
    assert verify_identity(sign_identity(7, secret=SECRET, lifetime=lifetime), secret=SECRET) == 7
    assert verify_turn(sign_turn(TURN, secret=SECRET), secret=SECRET) == TURN
    later = datetime.now(UTC) + timedelta(hours=1)
    assert verify_conversation(sign_conversation("c", later, secret=SECRET), secret=SECRET) == "c"


def test_a_turn_that_was_vouched_for_too_long_ago_is_told_from_a_forged_one(signers_clock: Clock) -> None:
    signers_clock(-TURN_LIFETIME - timedelta(seconds=1))
    with pytest.raises(ExpiredToken):
        verify_turn(sign_turn(TURN, secret=SECRET), secret=SECRET)
