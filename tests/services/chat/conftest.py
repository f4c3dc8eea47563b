"""Two Rasa servers on one database, an action server, and clients that talk to them."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import jwt
import psycopg2
import pytest
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.domain import Domain
from sqlalchemy import Engine, func, select

import migrations
from bot.tracker_store import TurnTrackerStore
from offre_bailleurs import chat_tables
from offre_bailleurs.database import make_engine
from tests.services.chat.servers import BOT, Server, action_server, rasa_server, train, until

CONVERSATIONS_PER_MINUTE = 20
MESSAGES_PER_MINUTE = 40
TURN_TIMEOUT = 4

_addresses = (f"198.51.{high}.{low}" for high, low in itertools.product(range(256), range(1, 255)))

POSTGRESQL = os.environ.get("TEST_POSTGRESQL_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
"""A server on which the tests may create databases of their own."""


@dataclass
class Servers:
    """What runs: `first` and `second` serve the same conversations."""

    first: Server
    second: Server
    actions: Server
    folder: Path
    engine: Engine


@dataclass
class Talk:
    """One conversation, over HTTP, as an address of its own."""

    servers: Servers
    http: httpx.Client
    token: str = ""
    greeting: list[dict[str, Any]] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The conversation's id: what no client needs to know."""
        return str(jwt.decode(self.token, options={"verify_signature": False})["sub"])

    def post(self, body: dict[str, Any], **options: Any) -> httpx.Response:
        """POST /messages."""
        return self.http.post("messages", json=body, headers=self.headers, **options)

    def say(self, said: str, message_id: str | None = None, **options: Any) -> httpx.Response:
        """Type a text."""
        return self.post({"id": message_id or str(uuid.uuid4()), "text": said}, **options)

    def choose(self, choice: str) -> httpx.Response:
        """Press a button."""
        return self.post({"id": str(uuid.uuid4()), "choice": choice})

    def read(self, **query: Any) -> httpx.Response:
        """GET /messages."""
        return self.http.get("messages", params=query, headers=self.headers, timeout=40)

    def forget(self) -> httpx.Response:
        """DELETE /conversations."""
        return self.http.delete("conversations", headers=self.headers)

    def texts(self) -> list[tuple[str, str]]:
        """Who said what, from the beginning."""
        return [(message["from"], message.get("text", "")) for message in self.read().json()["messages"]]

    @property
    def headers(self) -> dict[str, str]:
        """The conversation token."""
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def calls(self) -> list[str]:
        """The messages for which `action_act` was called, the calls in their order."""
        file = self.servers.folder / f"calls-{self.id}"
        return file.read_text().split() if file.exists() else []

    def hold(self) -> Path:
        """Have `action_act` wait before it answers, until the file is unlinked."""
        file = self.servers.folder / f"hold-{self.id}"
        file.touch()
        return file

    def acts(self, message_id: str, pool: ThreadPoolExecutor, **options: Any) -> Any:
        """Send a message that acts, and return its future answer once the action has begun."""
        answer = pool.submit(self.say, "agis", message_id, **options)
        until(lambda: message_id in self.calls, 20, "the action is called")
        return answer

    def rows(self) -> dict[str, int]:
        """How many rows the database holds of this conversation."""
        columns = (
            chat_tables.conversation.c.id,
            chat_tables.turn.c.conversation_id,
            chat_tables.message.c.conversation_id,
            chat_tables.events.c.sender_id,
        )
        with self.servers.engine.connect() as connection:
            return {
                column.table.name: connection.scalar(select(func.count()).where(column == self.id)) or 0
                for column in columns
            }

    def stored_events(self) -> list[dict[str, Any]]:
        """Rasa's events."""
        with self.servers.engine.connect() as connection:
            mine = select(chat_tables.events.c.data).where(chat_tables.events.c.sender_id == self.id)
            return [json.loads(data) for data in connection.scalars(mine.order_by(chat_tables.events.c.id))]


@pytest.fixture(scope="session")
def model(pytestconfig: pytest.Config) -> Path:
    """The tests' bot, trained again only when what it reads has changed."""
    read = hashlib.sha256(b"".join(file.read_bytes() for file in sorted(BOT.glob("*.yml")))).hexdigest()[:16]
    assert pytestconfig.cache is not None
    trained = pytestconfig.cache.mkdir("chat-bot") / f"{read}.tar.gz"
    if not trained.exists():
        train(trained)
    return trained


@pytest.fixture(scope="session")
def servers(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """All servers, ready."""
    folder = tmp_path_factory.mktemp("chat")
    database_url = f"sqlite:///{folder / 'chat.db'}"
    settings = {
        "DATABASE_URL": database_url,
        "ACTS": str(folder),
        "TRUSTED_PROXIES": "1",
        "TURN_TIMEOUT": str(TURN_TIMEOUT),
        "CONVERSATIONS_PER_MINUTE": str(CONVERSATIONS_PER_MINUTE),
        "MESSAGES_PER_MINUTE": str(MESSAGES_PER_MINUTE),
        "ALLOWED_ORIGINS": "https://mcp.example",
    }
    migrations.upgrade(database_url)
    actions = action_server(folder, settings)
    actions_url = actions.health.removesuffix("/health")
    first, second = (rasa_server(model, folder, name, actions_url, settings) for name in ("first", "second"))
    running = (actions, first, second)
    try:
        for server in running:
            server.start()
        for server in running:
            server.wait()
        yield Servers(first, second, actions, folder, make_engine(database_url))
    finally:
        for server in running:
            server.kill()


@pytest.fixture
def http(servers: Servers) -> Iterator[httpx.Client]:
    """A client of the first server, from an address of its own: the limits count each test apart."""
    with client_of(servers.first) as client:
        yield client


@pytest.fixture
def talk(servers: Servers, http: httpx.Client) -> Talk:
    """An open conversation with nobody signed in."""
    return opened(servers, http)


@pytest.fixture
def elsewhere(servers: Servers, talk: Talk) -> Iterator[Talk]:
    """The same conversation, through the second server."""
    with client_of(servers.second) as client:
        yield Talk(servers, client, talk.token, talk.greeting)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Threads, to send requests at the same time."""
    with ThreadPoolExecutor(4) as threads:
        yield threads


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    """A PostgreSQL database of our own; skipped when no server answers, unless REQUIRE_SERVICES is set."""
    try:
        server = psycopg2.connect(POSTGRESQL, connect_timeout=3)
    except psycopg2.OperationalError as error:
        if os.environ.get("REQUIRE_SERVICES"):
            raise
        pytest.skip(f"PostgreSQL does not answer at {POSTGRESQL}: {error}")
    server.autocommit = True
    name = f"test_chat_{uuid.uuid4().hex}"
    with server.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{POSTGRESQL.rpartition('/')[0].replace('postgresql://', 'postgresql+psycopg2://')}/{name}"
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    server.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An address of a migrated database."""
    address = (
        request.getfixturevalue("postgresql") if request.param == "postgresql" else f"sqlite:///{tmp_path / 'chat.db'}"
    )
    migrations.upgrade(address)
    return str(address)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """An engine on it."""
    engine = make_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def domain() -> Domain:
    """The tests' bot's."""
    return Domain.load(str(BOT / "domain.yml"))


@pytest.fixture
def store(engine: Engine, domain: Domain) -> FailSafeTrackerStore:
    """The store as Rasa holds it: in a wrapper that would fall back to memory."""
    return FailSafeTrackerStore(TurnTrackerStore(domain, engine=engine))


def opened(servers: Servers, http: httpx.Client, identity: str | None = None) -> Talk:
    """Open a conversation."""
    headers = {"Authorization": f"Bearer {identity}"} if identity is not None else {}
    answer = http.post("conversations", json={}, headers=headers)
    assert answer.status_code == 201, answer.text
    return Talk(servers, http, answer.json()["token"], answer.json()["messages"])


def client_of(server: Server) -> httpx.Client:
    """A browser at an address of its own."""
    headers = {"X-Forwarded-For": next(_addresses)}
    return httpx.Client(base_url=server.health, headers=headers, timeout=30, trust_env=False)
