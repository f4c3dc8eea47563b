"""What is counted for Prometheus, and the port where it asks.

Each server counts what passes through it (`…_METRICS_PORT`, on `HOST`, a thread of its own); the sum over the replicas
is the service's. What the database alone knows (`shared`) is told by the portal, every replica the same: of that, take
the greatest. Workers listen nowhere: their queues tell of them.

Labels have few values, all of them names of ours: no person, no address as typed, no conversation.
"""

from __future__ import annotations

import threading
from importlib import metadata
from typing import Final
from wsgiref.simple_server import WSGIServer

from prometheus_client import REGISTRY, Counter, Gauge, Histogram, disable_created_metrics, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Engine
from sqlalchemy.pool import QueuePool

from offre_bailleurs.settings import SettingsError

disable_created_metrics()  # type: ignore[no-untyped-call]

_FAST: Final = (0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

REQUESTS: Final = Counter(
    "offre_bailleurs_http_requests_total", "Requests answered.", ("server", "method", "route", "status")
)
REQUEST_SECONDS: Final = Histogram(
    "offre_bailleurs_http_request_seconds", "How long a request took, waits included.", ("server",), buckets=_FAST
)
TURNS: Final = Counter(
    "offre_bailleurs_turns_total",
    "Landlords' messages and openings, by outcome: answered, kept (for an adviser), repeated, busy, limited, refused, "
    "gone (the client went away), failed.",
    ("outcome",),
)
TURN_SECONDS: Final = Histogram("offre_bailleurs_turn_seconds", "How long an answered turn took.", buckets=_FAST)
TURNS_UNDER_WAY: Final = Gauge("offre_bailleurs_turns_under_way", "Messages and openings that are being answered.")
ACTION_CALL_SECONDS: Final = Histogram(
    "offre_bailleurs_action_call_seconds",
    "A call of the action server, as Rasa waited for it: answered, declined, failed.",
    ("outcome",),
    buckets=_FAST,
)
ACTION_SECONDS: Final = Histogram(
    "offre_bailleurs_action_seconds", "An action, as the action server ran it.", ("action",), buckets=_FAST
)
OPENED: Final = Counter("offre_bailleurs_conversations_opened_total", "Conversations opened.", ("who",))
NOT_UNDERSTOOD: Final = Counter(
    "offre_bailleurs_not_understood_total", "Messages that were not understood, by the journey under way.", ("journey",)
)
HANDED_OVER: Final = Counter(
    "offre_bailleurs_handovers_total", "Requests that reached the desk: live, or a message that was left.", ("kind",)
)
JOURNEYS_DONE: Final = Counter(
    "offre_bailleurs_journeys_done_total", "Journeys that did what they are for.", ("journey",)
)
TRANSMITTED: Final = Counter("offre_bailleurs_declarations_transmitted_total", "Declarations transmitted by chat.")
READY: Final = Gauge("offre_bailleurs_ready", "1 when this process can do its work.")
PART_WELL: Final = Gauge(
    "offre_bailleurs_part_well", "1 when a part that this process needs answers as it should.", ("part",)
)
BUILD: Final = Gauge(
    "offre_bailleurs_build_info", "Always 1; the labels say what runs.", ("server", "version", "model", "schema")
)


class PoolCollector(Collector):
    """The connections of this process's pool."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self) -> list[GaugeMetricFamily]:
        """How many are in use and idle, and how many there may be."""
        pool = self._engine.pool
        family = GaugeMetricFamily(
            "offre_bailleurs_database_connections", "Connections of this process's pool.", labels=("state",)
        )
        if isinstance(pool, QueuePool):
            family.add_metric(("in_use",), pool.checkedout())
            family.add_metric(("idle",), pool.checkedin())
            limit = pool._max_overflow  # nothing public tells it
            family.add_metric(("limit",), pool.size() + limit if limit >= 0 else float("inf"))
        return [family]


def version() -> str:
    """The installed version of the project."""
    try:
        return metadata.version("offre-bailleurs-assistant")
    except metadata.PackageNotFoundError:
        return "unknown"


def tell_build(server: str, *, model: str = "", schema: str = "") -> None:
    """Say what runs in this process."""
    BUILD.labels(server, version(), model, schema).set(1)


def count_request(server: str, method: str, route: str, status: int, seconds: float) -> None:
    """Count an answered request; `route` is the pattern, never the address as typed."""
    REQUESTS.labels(server, method if method in METHODS else "other", route, str(status)).inc()
    REQUEST_SECONDS.labels(server).observe(seconds)


class Exporter:
    """The port where Prometheus asks. Use `open_exporter`."""

    def __init__(self, server: WSGIServer, thread: threading.Thread) -> None:
        self._server = server
        self._thread = thread

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_port)

    def close(self) -> None:
        """Listen no longer."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def open_exporter(setting: str, host: str, port: int, *collectors: Collector) -> Exporter | None:
    """Answer Prometheus on a port, in a thread, until the process ends; None when the port is 0.

    Args:
        setting: the variable that says the port, for the message.
        host: the interface.
        port: the port, or 0.
        collectors: what is asked at each scrape, beside what is counted in this module.

    Raises:
        SettingsError: the port cannot be listened on.
    """
    if port == 0:
        return None
    for collector in collectors:
        REGISTRY.register(collector)
    try:
        return Exporter(*start_http_server(port, host))
    except OSError as error:
        raise SettingsError(f"HOST, {setting}: impossible d'écouter sur {host}:{port} ({error.strerror}).") from error
