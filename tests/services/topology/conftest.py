"""A Redis of the test's own, and the service behind nginx for those that need it whole."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.databases import NoDatabase
from tests.support.live import LiveBot
from tests.support.nginx import NoNginx
from tests.support.rabbitmq import NoRabbitMQ
from tests.support.redis_server import NoRedis, RedisServer, redis_server
from tests.support.topology import Topology, live_topology

ABSENT = (NoDatabase, NoNginx, NoRabbitMQ, NoRedis)


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    """A Redis that a test may stop, kill and freeze."""
    with tempfile.TemporaryDirectory(prefix="bailleurs-redis-") as folder:
        try:
            with redis_server(Path(folder)) as server:
                yield server
        except NoRedis as error:
            pytest.skip(str(error))


@pytest.fixture(scope="session")
def live_behind_nginx(pytestconfig: pytest.Config) -> Iterator[LiveBot]:
    """Two of everything. Whatever a test stops it starts again: see `whole`."""
    try:
        # a turn may be held up by a test for some seconds, no longer
        with live_topology(model=pytestconfig.getoption("--model"), TURN_TIMEOUT="20") as bot:
            yield bot
    except ABSENT as error:
        pytest.skip(str(error))


@pytest.fixture
def whole(live_behind_nginx: LiveBot) -> Iterator[LiveBot]:
    """The service with all of it running, before the test and after it."""
    yield live_behind_nginx
    mend(topology_of(live_behind_nginx))


def topology_of(bot: LiveBot) -> Topology:
    """The service itself."""
    servers = bot.servers
    assert isinstance(servers, Topology)
    return servers


def mend(topology: Topology) -> None:
    """Start again whatever does not run."""
    if not topology.cluster.is_running:
        topology.cluster.start()
    if not topology.redis.is_running:
        topology.redis.start()
    topology.redis.thaw()
    if not topology.nginx.is_running:
        topology.nginx.start()
    topology.start("actions", "rasa", "portal", "outbox", "desk")
