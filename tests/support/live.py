"""The bot of a test session: the three real servers, a database, and people to talk about."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
from sqlalchemy import Engine

from offre_bailleurs.database import make_engine
from offre_bailleurs.identity import sign_identity
from tests.support.chat import TIMEOUT, ChatClient
from tests.support.databases import database
from tests.support.servers import CHAT, Servers
from tests.support.world import World

if TYPE_CHECKING:
    from tests.support.topology import Topology


class LiveBot:
    """Servers that run, on a database that can be written in."""

    def __init__(self, servers: Servers | Topology, engine: Engine, http: httpx.Client) -> None:
        self.servers = servers
        self.engine = engine
        self.world = World(engine)
        self._http = http

    def identity_token(self, user_id: int, *, lifetime: timedelta = timedelta(minutes=2)) -> str:
        """What the portal would sign for a signed-in browser."""
        return sign_identity(user_id, secret=self.servers.settings.secret_key, lifetime=lifetime)

    def client(self, user_id: int | None = None) -> ChatClient:
        """A browser, signed in or not; it has not opened its conversation yet."""
        identity = self.identity_token(user_id) if user_id is not None else None
        return ChatClient(self.servers.settings.chat_url, identity=identity, http=self._http)


@contextmanager
def live_bot(
    database_kind: str = "sqlite",
    *,
    model: Path | None = None,
    own: Mapping[str, Mapping[str, str]] | None = None,
    disk: Path | None = None,
    topology: bool = False,
    **variables: str,
) -> Iterator[LiveBot]:
    """A bot of its own, with the servers that a conversation needs; all of it is gone at the end.

    Args:
        database_kind: see `tests.support.databases.database`.
        model: see `Servers`.
        own: by program, variables that it alone is started with.
        disk: the folder in which to keep data and logs; by default where temporary files go.
        topology: the whole service behind nginx, see `tests.support.topology`; its database is a new cluster.
        variables: settings that differ from a test's usual ones.
    """
    if topology:
        from tests.support.topology import live_topology

        with live_topology(model=model, **variables) as bot:
            yield bot
        return
    with (
        tempfile.TemporaryDirectory(prefix="bailleurs-", dir=disk) as name,
        database(database_kind, Path(name)) as url,
        Servers(Path(name), url, model=model, **variables) as servers,
        httpx.Client(timeout=TIMEOUT, trust_env=False) as http,
    ):
        engine = make_engine(url)
        try:
            servers.own_environ.update(own or {})
            servers.start(*CHAT)
            yield LiveBot(servers, engine, http)
        finally:
            engine.dispose()
