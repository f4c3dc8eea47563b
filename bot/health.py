"""How the Rasa server is: alive, ready, and what it does between being told to stop and stopping.

Told to stop (SIGTERM), Sanic 21.12 closes its door at once and cuts the requests under way after 15 s. Here the replica
first says that it is not ready and goes on serving for SHUTDOWN_DELAY seconds, so that the load balancer has noticed;
then the door is closed, those who wait for an adviser's message are let go, and every turn under way has the time that
any turn may take: it is finished, committed and answered. `bot.channel` calls all this from Sanic's listeners.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import aiohttp
from rasa.core.agent import Agent
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse
from sqlalchemy import Engine

from bot import web
from bot.observation import SERVER
from offre_bailleurs.operation import metrics, schema
from offre_bailleurs.operation.readiness import (
    ACTIONS,
    DATABASE,
    MODEL,
    READY,
    TIME_LIMIT,
    DatabaseCheck,
    Part,
    Readiness,
    Unwell,
)
from offre_bailleurs.settings import Settings

ANSWER_MARGIN: Final = 15
"""Seconds that Sanic lets a request run beyond a turn's own limit: the chat says what went wrong, not the server."""


class Health:
    """The replica's health, and its end."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self._settings = settings
        self._engine = engine
        self._agent: Agent | None = None
        self.readiness = Readiness(
            Part(MODEL, self._check_model),
            Part(DATABASE, DatabaseCheck(settings.database_url)),
            Part(ACTIONS, self._check_actions, is_needed=False),
        )

    async def alive(self, request: Request) -> HTTPResponse:
        """The event loop answers."""
        return web.json_response(HTTPStatus.OK, {"statut": "vivant"})

    async def ready(self, request: Request) -> HTTPResponse:
        """Whether somebody should be sent here; see `readiness`."""
        self._agent = agent_of(request.app)
        report = await self.readiness.report()
        return web.json_response(HTTPStatus(report.status), report.document(), report.headers())

    def tell_prometheus(self) -> None:
        """Open the metrics port, if there is to be one.

        Raises:
            SettingsError: it cannot be listened on.
        """
        host, port = self._settings.host, self._settings.rasa_metrics_port
        metrics.open_exporter("RASA_METRICS_PORT", host, port, metrics.PoolCollector(self._engine))

    async def start(self, app: Sanic) -> None:
        """The server starts: every turn may take its time, and so may its last ones."""
        limit = self._settings.turn_timeout + ANSWER_MARGIN
        app.config.RESPONSE_TIMEOUT = max(app.config.RESPONSE_TIMEOUT, limit)
        app.config.GRACEFUL_SHUTDOWN_TIMEOUT = max(app.config.GRACEFUL_SHUTDOWN_TIMEOUT, limit)

    async def started(self, app: Sanic) -> None:
        """The model is loaded."""
        metrics.tell_build(SERVER, model=model_of(agent_of(app)), schema=schema.needed())

    async def stop(self) -> None:
        """The server was told to stop: nobody new is to be sent here, and whoever comes all the same is served."""
        self.readiness.stop()
        await asyncio.sleep(self._settings.shutdown_delay)

    async def _check_model(self) -> None:
        if self._agent is None or not self._agent.is_ready():  # Rasa serves without a model too
            raise Unwell(MODEL, "no model is loaded")

    async def _check_actions(self) -> None:
        timeout = aiohttp.ClientTimeout(total=TIME_LIMIT / 2)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout, trust_env=False) as http,
                http.get(_actions_address(self._settings.actions_url)) as answer,
            ):
                if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                    raise Unwell(ACTIONS, f"answers {answer.status}")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unwell(ACTIONS, type(error).__name__) from None


def agent_of(app: Sanic) -> Agent | None:
    """What Rasa serves; None before it is loaded."""
    agent: Agent | None = getattr(app.ctx, "agent", None)
    return agent


def model_of(agent: Agent | None) -> str:
    """The fingerprint in the name of the model's file, or its name; "" when none is loaded."""
    processor = getattr(agent, "processor", None)
    name = Path(str(getattr(processor, "model_filename", None) or "")).name
    return name.removesuffix(".tar.gz").removeprefix("offre-bailleurs-")


def _actions_address(webhook: str) -> str:
    parts = urlsplit(webhook)
    return urlunsplit((parts.scheme, parts.netloc, f"{parts.path.rpartition('/')[0]}/{READY}", "", ""))
