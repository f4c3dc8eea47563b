"""Landlords who declare at once, and a replica that is killed meanwhile: the short form of `make load`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from offre_bailleurs.database import make_engine
from tests.load.__main__ import killing_one
from tests.load.run import load
from tests.support.databases import NoDatabase
from tests.support.nginx import NoNginx
from tests.support.rabbitmq import NoRabbitMQ
from tests.support.redis_server import NoRedis
from tests.support.topology import Topology

LANDLORDS = 40


@pytest.fixture
def service(tmp_path: Path, pytestconfig: pytest.Config) -> Iterator[Topology]:
    """Two Rasa replicas, and one of what is not the matter."""
    try:
        with Topology(
            tmp_path, rasa=2, actions=1, portals=1, workers=(), model=pytestconfig.getoption("--model")
        ) as service:
            yield service
    except (NoDatabase, NoNginx, NoRabbitMQ, NoRedis) as error:
        pytest.skip(str(error))


def test_landlords_who_declare_at_once_are_all_served_once_while_a_replica_dies(
    service: Topology, tmp_path: Path
) -> None:
    engine = make_engine(service.database_url)
    verdict = load(
        engine,
        service.chat_url,
        service.settings.secret_key,
        count=LANDLORDS,
        folder=tmp_path,
        meanwhile=killing_one(service, LANDLORDS // 4),
    )
    engine.dispose()
    assert verdict.faults == []
    assert verdict.turns == LANDLORDS * 5
