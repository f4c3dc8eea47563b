"""The site under test: the real servers and the workers, on a database that holds the demo."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from offre_bailleurs import demo
from offre_bailleurs.campaigns import today
from offre_bailleurs.database import make_engine, transaction
from offre_bailleurs.settings import Settings
from tests.support.databases import database
from tests.support.servers import ALL, Servers
from tests.support.world import World


@dataclass(frozen=True)
class Site:
    """Where it answers, and its database. `world` adds people to those of the demo."""

    settings: Settings
    engine: Engine
    world: World
    servers: Servers

    def address(self, path: str) -> str:
        """A page of the portal."""
        return f"{self.settings.portal_url}{path}"


@contextmanager
def demo_site(**variables: str) -> Iterator[Site]:
    """A site of its own, gone at the end; `variables`: settings that differ from a test's usual ones."""
    with (
        tempfile.TemporaryDirectory(prefix="bailleurs-") as name,
        database("sqlite", Path(name)) as url,
        Servers(Path(name), url, **variables) as servers,
    ):
        engine = make_engine(url)
        try:
            with transaction(on=engine) as session:
                demo.seed(session, today())
            servers.start(*ALL)
            yield Site(servers.settings, engine, World(engine), servers)
        finally:
            engine.dispose()
