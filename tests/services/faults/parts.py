"""A house whose services are its own: PostgreSQL, Redis and RabbitMQ, each of which a test can stop and start again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import sleep

from sqlalchemy import func, select

from offre_bailleurs.chat_tables import event_outbox
from offre_bailleurs.figures.tables import FiguresConversation
from tests.services.faults.house import House, open_house
from tests.support.databases import Cluster, cluster, migrate
from tests.support.rabbitmq import Node, rabbitmq_node
from tests.support.redis_server import RedisServer, redis_server
from tests.support.servers import ALL

MESSAGES_PER_MINUTE = 40
"""Of one conversation, counted in Redis: more than any story says."""
_WHILE = 2.0
"""Seconds within which what RabbitMQ holds is counted."""


@dataclass
class Parts:
    """The house, and what it stands on."""

    house: House
    postgresql: Cluster
    redis: RedisServer
    rabbitmq: Node

    def pids(self) -> dict[str, int]:
        """Which processes of ours run."""
        servers = self.house.bot.servers
        return {name: servers.pid(name) for name in ALL if servers.is_running(name)}

    def repair(self) -> None:
        """Start again whatever a test that failed left dead."""
        self.redis.thaw()
        for part in (self.postgresql, self.redis):
            if not part.is_running:
                part.start()
        if not self.rabbitmq.is_running:
            self.rabbitmq.start()
        self.house.repair()

    def declarations_counted(self) -> int:
        """Of how many declarations the figures know."""
        with self.house.engine.connect() as connection:
            return connection.scalar(select(func.coalesce(func.sum(FiguresConversation.declarations), 0))) or 0

    def events_waiting(self) -> int:
        """How many events have not left the database yet."""
        with self.house.engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(event_outbox)) or 0

    def has_counted(self) -> bool:
        """Whether all events have left the database, and a while later no more declarations are counted."""
        before = self.declarations_counted()
        sleep(_WHILE)
        return self.events_waiting() == 0 and self.declarations_counted() == before

    @property
    def stops(self) -> dict[str, tuple[Callable[[], None], Callable[[], None]]]:
        """How each service is ended as a power cut ends it, and started again."""
        return {
            "postgresql": (self.postgresql.stop, self.postgresql.start),
            "redis": (self.redis.kill, self.redis.start),
            "rabbitmq": (self.rabbitmq.kill, self.rabbitmq.start),
        }


@contextmanager
def open_parts(folder: Path, *, model: Path | None) -> Iterator[Parts]:
    """All of it, running.

    Raises:
        NoDatabase, NoRedis, NoRabbitMQ: not installed here.
    """
    for name in ("redis", "rabbitmq"):
        (folder / name).mkdir()
    with (
        cluster() as postgresql,
        redis_server(folder / "redis") as redis,
        rabbitmq_node(folder / "rabbitmq") as rabbitmq,
    ):
        migrate(postgresql.url)
        settings = {
            "REDIS_URL": redis.url,
            "RABBITMQ_URL": rabbitmq.url,
            "MESSAGES_PER_MINUTE": str(MESSAGES_PER_MINUTE),
        }
        with open_house(postgresql.url, model=model, **settings) as house:
            yield Parts(house, postgresql, redis, rabbitmq)
