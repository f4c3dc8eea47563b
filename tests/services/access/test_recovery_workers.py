"""Two workers on the same requests, in threads and in processes, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import partial

import pytest
from sqlalchemy import Engine, select

from offre_bailleurs import temporary_passwords
from offre_bailleurs.attempts import Asker
from offre_bailleurs.database import make_engine, reading, transaction
from offre_bailleurs.models import AuditEvent, ContactChannel, OutboxMessage, PortalUser, RecoveryRequest
from offre_bailleurs.recovery import ask_login, handle_requests, send_credentials
from offre_bailleurs.settings import PROJECT_ROOT, settings
from tests.services.access.together import together
from tests.unit.access import people

REQUESTS = 30
WORK = """
from offre_bailleurs.database import engine
from offre_bailleurs.recovery import handle_requests
input()
print(handle_requests(engine(), limit=1000))
"""


@pytest.fixture
def workers(url: str) -> Iterator[list[Engine]]:
    """Two workers' engines."""
    engines = [make_engine(url) for _ in range(2)]
    yield engines
    for engine in engines:
        engine.dispose()


def number(each: int) -> str:
    return f"359000070{each:05}"


def landlords(engine: Engine, count: int) -> list[int]:
    with transaction(on=engine) as session:
        return [
            people.landlord(
                session, number(each), ContactChannel.EMAIL, f"user{each}", email=f"user{each}@bailleur.example"
            ).id
            for each in range(count)
        ]


def ask(engine: Engine, each: int, key: str) -> None:
    with transaction(on=engine) as session:
        ask_login(session, number(each), asker=Asker(), request_key=key)


def assert_each_was_sent_once(engine: Engine, ids: list[int]) -> None:
    with reading(on=engine) as session:
        posted = Counter(session.scalars(select(OutboxMessage.portal_user_id)))
        assert posted == Counter(dict.fromkeys(ids, 2))
        assert session.scalars(select(AuditEvent.action)).all() == ["recovery.login"] * len(ids)
        waiting = select(RecoveryRequest.id).where(
            RecoveryRequest.handled_at.is_(None) | RecoveryRequest.sealed.is_not(None)
        )
        assert session.scalars(waiting).all() == []
    for (_, purpose, posted_message), user_id in zip(by_user(engine), ids, strict=True):
        assert purpose == "temporary_password"
        with reading(on=engine) as session:
            assert temporary_passwords.is_current(session, user_id, posted_message.content.secret or "")


def by_user(engine: Engine) -> list[tuple[str, str, people.outbox.Posted]]:
    """The temporary passwords on their way, in the order of their users' addresses."""
    passwords = [message for message in people.waiting(engine) if message[1] == "temporary_password"]
    return sorted(passwords, key=lambda message: int(message[2].recipient[0].partition("@")[0].removeprefix("user")))


def test_each_request_is_handled_by_one_of_two_workers(workers: list[Engine]) -> None:
    ids = landlords(workers[0], REQUESTS)
    for each in range(REQUESTS):
        ask(workers[0], each, f"request-{each}")
    handled = together([partial(handle_requests, worker, 1000) for worker in workers])
    assert sum(each for each in handled if isinstance(each, int)) == REQUESTS, handled
    assert_each_was_sent_once(workers[0], ids)


def test_each_request_is_handled_by_one_of_two_processes(url: str, workers: list[Engine]) -> None:
    ids = landlords(workers[0], REQUESTS)
    for each in range(REQUESTS):
        ask(workers[0], each, f"request-{each}")
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", WORK],
            cwd=PROJECT_ROOT,
            env={**os.environ, "DATABASE_URL": url},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    handled = [int(process.communicate(timeout=60)[0]) for process in processes]
    assert sum(handled) == REQUESTS
    assert_each_was_sent_once(workers[0], ids)


def test_two_requests_of_one_landlord_handled_at_once_leave_one_valid_password(workers: list[Engine]) -> None:
    (user_id,) = landlords(workers[0], 1)
    ask(workers[0], 0, "first")
    ask(workers[0], 0, "second")
    handled = together([partial(handle_requests, worker) for worker in workers])
    assert sum(each for each in handled if isinstance(each, int)) == 2, handled
    (_, login, _), (_, password, posted) = people.waiting(workers[0])
    assert (login, password) == ("login", "temporary_password")
    with reading(on=workers[0]) as session:
        assert temporary_passwords.is_current(session, user_id, posted.content.secret or "")


def test_the_limit_of_an_account_holds_between_two_workers(workers: list[Engine]) -> None:
    landlords(workers[0], 1)
    limit = settings().recoveries_per_account
    for turn in range(limit + 6):
        ask(workers[0], 0, f"request-{turn}")
    together([partial(handle_requests, worker, 1000) for worker in workers])
    assert people.actions(workers[0]) == ["recovery.login"] * limit


def test_credentials_sent_by_two_at_once_leave_one_valid_password(workers: list[Engine]) -> None:
    (user_id,) = landlords(workers[0], 1)

    def send(engine: Engine) -> None:
        with transaction(on=engine) as session:
            user = session.get_one(PortalUser, user_id)
            send_credentials(session, user, by=ContactChannel.EMAIL, actor_id=None, audit_action="user.created")

    assert together([partial(send, worker) for worker in workers * 3]) == [None] * 6
    _, (_, _, posted) = people.waiting(workers[0])
    with reading(on=workers[0]) as session:
        assert temporary_passwords.is_current(session, user_id, posted.content.secret or "")


def test_a_worker_that_hangs_on_a_request_holds_up_no_other_on_postgresql(postgresql: Engine) -> None:
    ids = landlords(postgresql, 3)
    for each in range(3):
        ask(postgresql, each, f"request-{each}")
    with transaction(on=postgresql) as hanging:
        hanging.scalars(select(RecoveryRequest).order_by(RecoveryRequest.id).limit(1).with_for_update()).one()
        assert handle_requests(postgresql) == 2
    assert handle_requests(postgresql) == 1
    with reading(on=postgresql) as session:
        assert Counter(session.scalars(select(OutboxMessage.portal_user_id))) == Counter(ids * 2)
