"""One worker at a time has a message, and only that one says what became of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from offre_bailleurs.database import now, transaction
from offre_bailleurs.mail import leases, messages, outbox
from offre_bailleurs.mail.worker import FIRST_DELAY, LONGEST_DELAY, MAX_ATTEMPTS, retry_delay
from offre_bailleurs.models import OutboxMessage, OutboxState
from tests.unit.mail.conftest import Desk

LEASE = timedelta(minutes=2)
OVER = timedelta(0)


def _claim(desk: Desk, lease: timedelta = LEASE) -> OutboxMessage:
    claimed = leases.claim(desk.engine, lease=lease)
    assert claimed is not None
    return claimed


def test_the_oldest_message_is_leased_first_and_to_nobody_else(desk: Desk) -> None:
    first, second = desk.post("first"), desk.post("second")
    assert _claim(desk).id == first
    assert _claim(desk).id == second
    assert leases.claim(desk.engine, lease=LEASE) is None


def test_a_lease_that_is_over_gives_the_message_to_another_worker(desk: Desk) -> None:
    message_id = desk.post("one")
    late = _claim(desk, OVER)
    other = _claim(desk)
    assert (other.id, other.attempts) == (message_id, 2)
    assert not leases.note_sent(desk.engine, late)
    assert not leases.note_failed(desk.engine, late, "TimeoutError")
    assert desk.message(message_id).state is OutboxState.WAITING
    assert leases.note_sent(desk.engine, other)


def test_nothing_is_kept_of_what_was_sent(desk: Desk) -> None:
    message_id = desk.post("one")
    assert leases.note_sent(desk.engine, _claim(desk))
    sent = desk.message(message_id)
    assert sent.state is OutboxState.SENT
    assert sent.sent_at is not None
    assert (sent.sealed, sent.lease, sent.last_error) == (None, None, None)


def test_a_message_that_is_delayed_is_due_again_later_and_says_why(desk: Desk) -> None:
    message_id = desk.post("one")
    assert leases.note_delayed(desk.engine, _claim(desk), "TimeoutError", delay=timedelta(hours=1))
    assert leases.claim(desk.engine, lease=LEASE) is None
    delayed = desk.message(message_id)
    assert delayed.state is OutboxState.WAITING
    assert delayed.last_error == "TimeoutError"
    assert delayed.next_attempt_at > now() + timedelta(minutes=59)


def test_a_message_that_failed_for_good_keeps_its_content_for_the_operator(desk: Desk) -> None:
    message_id = desk.post("one")
    assert leases.note_failed(desk.engine, _claim(desk), "SMTPDataError 554")
    assert desk.message(message_id).state is OutboxState.FAILED
    assert desk.message(message_id).sealed is not None
    assert leases.claim(desk.engine, lease=LEASE) is None


@pytest.mark.parametrize(("arrived", "state"), [(True, OutboxState.SENT), (False, OutboxState.CANCELLED)])
def test_a_message_cancelled_on_its_way_tells_the_truth(desk: Desk, arrived: bool, state: OutboxState) -> None:
    message_id = desk.post("one")
    claimed = _claim(desk)
    with transaction(on=desk.engine) as session:
        assert outbox.cancel_waiting(session, desk.user_id, {messages.LOGIN}) == 1
    if arrived:
        leases.note_sent(desk.engine, claimed)
    else:
        leases.note_delayed(desk.engine, claimed, "TimeoutError", delay=timedelta())
    assert desk.message(message_id).state is state
    assert desk.message(message_id).sealed is None


def test_the_wait_doubles_from_half_a_minute_to_an_hour() -> None:
    for attempts in range(1, MAX_ATTEMPTS + 1):
        longest = min(FIRST_DELAY * 2 ** (attempts - 1), LONGEST_DELAY)
        assert longest * 0.75 <= retry_delay(attempts) <= longest
    assert len({retry_delay(5) for _ in range(20)}) > 1
