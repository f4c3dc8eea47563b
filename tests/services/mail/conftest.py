"""The worker as a process, on SQLite and on PostgreSQL, and an outbox to fill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, func, select, text, update
from sqlalchemy.orm import Session

from cli import tether
from offre_bailleurs.database import make_engine, reading, transaction
from offre_bailleurs.mail import messages, outbox
from offre_bailleurs.models import (
    Account,
    ContactChannel,
    MessageKind,
    OutboxMessage,
    OutboxState,
    PortalUser,
    Profile,
    UserState,
)
from offre_bailleurs.settings import PROJECT_ROOT, Settings, read_settings
from tests.services.mail.office import until
from tests.support.databases import NoDatabase, database

LEASE = 6
"""Seconds: what a killed worker held is another's soon, and half of it is enough for a server that answers."""
BOTH = ("sqlite", "postgresql")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test on both databases, or on the one that `--database` names."""
    if "database_url" in metafunc.fixturenames:
        asked = metafunc.config.getoption("--database")
        kinds = BOTH if asked == "sqlite" else (asked,)
        metafunc.parametrize("database_url", kinds, indirect=True, scope="session")


@pytest.fixture(scope="session")
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    try:
        with database(request.param, tmp_path_factory.mktemp("mail")) as url:
            yield url
    except NoDatabase as error:
        pytest.skip(str(error))


@dataclass
class Desk:
    """A database with one user, their outbox, and workers to start."""

    engine: Engine
    folder: Path
    url: str
    user_id: int
    variables: dict[str, str] = field(default_factory=dict)
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        """What the workers are started with."""
        return read_settings(self._environ())

    def mail_by(self, url: str) -> None:
        """Where the workers started from now on send emails."""
        self.variables["MAIL_URL"] = url

    def post(self, *keys: str, kind: MessageKind = MessageKind.EMAIL) -> None:
        """Leave messages in the outbox, in one transaction."""
        post = outbox.post_email if kind is MessageKind.EMAIL else outbox.post_letter
        with transaction(on=self.engine) as session:
            user = session.get_one(PortalUser, self.user_id)
            for key in keys:
                content = messages.temporary_password_message(
                    user, f"SECRET-OF-{key}", datetime(2026, 12, 1, tzinfo=UTC), by=ContactChannel(kind.value)
                )
                post(session, user, content, purpose=messages.TEMPORARY_PASSWORD, key=key)

    def message(self, key: str) -> OutboxMessage:
        """What the database holds of a message."""
        with reading(on=self.engine) as session:
            found = session.scalars(select(OutboxMessage).where(OutboxMessage.key == key)).one()
            session.expunge(found)
            return found

    def all_are(self, state: OutboxState) -> bool:
        """No message stands otherwise."""
        with reading(on=self.engine) as session:
            others = select(func.count(OutboxMessage.id)).where(OutboxMessage.state != state)
            return session.scalar(others) == 0

    def is_leased(self, key: str) -> bool:
        """A worker is sending it."""
        return self.message(key).lease is not None

    def hurry(self) -> None:
        """What was to be tried again later is due now."""
        with transaction(on=self.engine) as session:
            session.execute(update(OutboxMessage).values(next_attempt_at=func.current_timestamp()))

    @contextmanager
    def unable_to_note(self) -> Iterator[None]:
        """The database takes everything, but not that a message was sent: the moment between delivery and commit."""
        make, drop = _NOTHING_IS_SENT[self.engine.dialect.name]
        with self.engine.begin() as connection:
            connection.execute(text(make))
        try:
            yield
        finally:
            with self.engine.begin() as connection:
                connection.execute(text(drop))

    def start(self) -> subprocess.Popen[bytes]:
        """Start a worker; it ends with the test, however the test ends."""
        launcher = [sys.executable, "-I", "-S", tether.__file__, str(os.getpid()), signal.SIGKILL.name]
        with (self.folder / "worker.log").open("ab") as log:
            worker = subprocess.Popen(
                [*launcher, sys.executable, "-m", "offre_bailleurs.mail"],
                cwd=PROJECT_ROOT,
                env=self._environ(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.workers.append(worker)
        return worker

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        """kill -9."""
        worker.kill()
        worker.wait()

    def log(self) -> str:
        """What the workers have printed."""
        return (self.folder / "worker.log").read_text(encoding="utf-8")

    def wait_until_sent(self) -> None:
        """Wait until every message has been sent."""
        until(lambda: self.all_are(OutboxState.SENT), f"everything sent, see {self.folder / 'worker.log'}")

    def _environ(self) -> dict[str, str]:
        return {
            **os.environ,
            "ENVIRONMENT": "development",
            "DATABASE_URL": self.url,
            "DATA_DIR": str(self.folder),
            "MAIL_URL": f"file:{self.folder / 'mail'}",
            "LETTERS_DIR": str(self.folder / "letters"),
            "OUTBOX_LEASE": str(LEASE),
            **self.variables,
        }


_NOTHING_IS_SENT = {
    "sqlite": (
        "CREATE TRIGGER nothing_is_sent BEFORE UPDATE ON outbox_message WHEN NEW.state = 'sent' "
        "BEGIN SELECT RAISE(ABORT, 'not now'); END",
        "DROP TRIGGER nothing_is_sent",
    ),
    "postgresql": (
        "ALTER TABLE outbox_message ADD CONSTRAINT nothing_is_sent CHECK (state <> 'sent') NOT VALID",
        "ALTER TABLE outbox_message DROP CONSTRAINT nothing_is_sent",
    ),
}


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    engine = make_engine(database_url)
    with transaction(on=engine) as session:
        session.execute(delete(OutboxMessage))
        user_id = session.scalar(select(PortalUser.id)) or _newcomer(session)
    desk = Desk(engine, tmp_path, database_url, user_id)
    yield desk
    for worker in desk.workers:
        desk.kill(worker)
    engine.dispose()


def _newcomer(session: Session) -> int:
    account = Account(
        profile=Profile.LANDLORD,
        name="Ada Facteur",
        departement="35",
        user_number="35900007090001",
        contact_channel=ContactChannel.EMAIL,
        postal_address="3 impasse du Facteur\n35400 SAINT-MALO",
    )
    user = PortalUser(
        account=account,
        login="ada35",
        first_name="Ada",
        last_name="Facteur",
        email="ada@exemple.fr",
        state=UserState.NEVER_CONNECTED,
    )
    session.add(user)
    session.flush()
    return user.id
