"""One line a request, with nothing of anyone in it: no address, no path as typed, no query (a search is a name)."""

from __future__ import annotations

import time
from typing import Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from offre_bailleurs.operation import logs, metrics

NO_ROUTE: Final = "(no route)"
SILENT: Final = frozenset({"/sante", "/sante/vivant"})
"""What probes ask every few seconds: counted, not written down."""
SERVER: Final = "portal"
"""What the metrics call it."""

_LOG = structlog.stdlib.get_logger("portal.access")


class AccessLog:
    """Writes method, route, status and duration (milliseconds), and counts the request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and time it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        logs.enter()
        started = time.perf_counter()
        status = 500

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_noted)
        finally:
            route = getattr(scope.get("route"), "path", NO_ROUTE)
            elapsed = time.perf_counter() - started
            metrics.count_request(SERVER, scope["method"], route, status, elapsed)
            method = scope["method"] if scope["method"] in metrics.METHODS else "other"
            if route not in SILENT:
                _LOG.info("request", method=method, route=route, status=status, ms=round(elapsed * 1000, 1))
