"""How the action server is, beside rasa-sdk's own `/health`: `/vivant`, `/pret`, its metrics, and one line an action.

Told to stop (SIGTERM), it says that it is not ready, goes on serving for SHUTDOWN_DELAY seconds, then closes its door
and has every action under way end: Rasa waits for it, and a turn is better finished than tried again.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any, Final

import structlog
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

from offre_bailleurs import database
from offre_bailleurs.operation import logs, metrics, schema
from offre_bailleurs.operation.readiness import ALIVE, DATABASE, READY, DatabaseCheck, Part, Readiness
from offre_bailleurs.settings import Settings

SERVER: Final = "actions"
"""What logs and metrics call it."""
_WEBHOOK: Final = "webhook"
_UNKNOWN: Final = "(unknown)"

_LOG = structlog.get_logger("actions.access")


class Health:
    """What is added to rasa-sdk's server."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._readiness = Readiness(Part(DATABASE, DatabaseCheck(settings.database_url)))
        self._actions: frozenset[str] = frozenset()

    def add_to(self, app: Sanic, actions: frozenset[str]) -> None:
        """Add the addresses, and what surrounds each call.

        Args:
            app: rasa-sdk's.
            actions: the names of all its actions: no other name becomes a label.
        """
        self._actions = actions
        app.config.GRACEFUL_SHUTDOWN_TIMEOUT = self._settings.turn_timeout
        app.add_route(self._alive, ALIVE, name=ALIVE)
        app.add_route(self._ready, READY, name=READY)
        app.register_middleware(self._begin, "request")
        app.register_middleware(self._end, "response")
        app.register_listener(self._stop, "before_server_stop")

    def tell_prometheus(self) -> None:
        """Open the metrics port, if there is to be one.

        Raises:
            SettingsError: it cannot be listened on.
        """
        if self._settings.actions_metrics_port == 0:
            return
        metrics.tell_build(SERVER, schema=schema.needed())
        pool = metrics.PoolCollector(database.engine())
        metrics.open_exporter("ACTIONS_METRICS_PORT", self._settings.host, self._settings.actions_metrics_port, pool)

    async def _alive(self, _request: Request) -> HTTPResponse:
        return json({"statut": "vivant"})

    async def _ready(self, _request: Request) -> HTTPResponse:
        report = await self._readiness.report()
        return json(report.document(), status=report.status, headers=report.headers())

    async def _stop(self, app: Sanic, _: object) -> None:
        self._readiness.stop()
        await asyncio.sleep(self._settings.shutdown_delay)

    async def _begin(self, request: Request) -> None:
        request.ctx.started = time.perf_counter()
        if _is_call(request):
            logs.enter(**_names(_call(request)))

    async def _end(self, request: Request, response: HTTPResponse) -> None:
        seconds = time.perf_counter() - getattr(request.ctx, "started", time.perf_counter())
        if self._readiness.is_stopping:
            request.stream.keep_alive = False  # the server waits for its connections to end before it does
        route = getattr(request.route, "path", None)
        known = f"/{str(route).strip('/')}" if route is not None else "(no route)"
        metrics.count_request(SERVER, request.method, known, response.status, seconds)
        if not _is_call(request):
            return
        action = _call(request).get("next_action")
        named = action if isinstance(action, str) and action in self._actions else _UNKNOWN
        metrics.ACTION_SECONDS.labels(named).observe(seconds)
        _LOG.info("action", action=named, status=response.status, ms=round(seconds * 1000, 1))


def _is_call(request: Request) -> bool:
    return bool(request.path.strip("/") == _WEBHOOK)


def _call(request: Request) -> dict[str, Any]:
    """What Rasa sent; empty when it is no call."""
    try:
        call = request.json
    except Exception:  # noqa: BLE001 - Sanic's own answer says what is wrong with it
        return {}
    return call if isinstance(call, dict) else {}


def _names(call: dict[str, Any]) -> dict[str, str]:
    """Digests of the conversation and of the message that the call is about, as Rasa's lines name them."""
    tracker = call.get("tracker")
    tracker = tracker if isinstance(tracker, dict) else {}
    latest = tracker.get("latest_message")
    message = latest.get("message_id") if isinstance(latest, dict) else None
    names = {logs.CONVERSATION: tracker.get("sender_id"), logs.MESSAGE: message}
    return {key: logs.hashed(name) for key, name in names.items() if isinstance(name, str)}
