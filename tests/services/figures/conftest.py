"""RabbitMQ for the tests of the figures: a node of their own, and a wire to it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import aio_pika
import pytest

from offre_bailleurs import event_queue
from tests.support.rabbitmq import Node, NoRabbitMQ, Wire, rabbitmq_node


@pytest.fixture(scope="session")
def running_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node that runs, for all the tests."""
    try:
        with rabbitmq_node(tmp_path_factory.mktemp("rabbitmq")) as node:
            yield node
    except NoRabbitMQ as error:
        pytest.skip(str(error))


@pytest.fixture
def node(running_node: Node) -> Node:
    """The node, without queues."""
    forget_queues(running_node.url)
    return running_node


@pytest.fixture
def wire(node: Node) -> Iterator[Wire]:
    """A wire to the node, mended."""
    wire = Wire(node.port)
    wire.mend()
    yield wire
    wire.cut()


@pytest.fixture
def own_node(tmp_path: Path) -> Iterator[Node]:
    """A node for one test alone, which may kill it."""
    try:
        with rabbitmq_node(tmp_path) as node:
            yield node
    except NoRabbitMQ as error:
        pytest.skip(str(error))


def forget_queues(url: str) -> None:
    """Delete the queues, as an operator could."""
    asyncio.run(_delete(url))


async def _delete(url: str) -> None:
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        for name in (event_queue.QUEUE, event_queue.REFUSED):
            await channel.queue_delete(name)
