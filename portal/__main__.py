"""`python -m portal`: serves the portal on `HOST`:`PORTAL_PORT`."""

from __future__ import annotations

import asyncio
import socket
import sys

import uvicorn

from offre_bailleurs import database
from offre_bailleurs.operation import logs, metrics, schema
from offre_bailleurs.operation.readiness import Readiness, probing_engine
from offre_bailleurs.operation.shared import SharedCollector
from offre_bailleurs.settings import Settings, SettingsError, settings
from portal.access_log import SERVER
from portal.app import create_app, portal_readiness

LAST_REQUESTS = 10
"""Seconds that requests under way have to end, once nobody new is let in."""


class Server(uvicorn.Server):
    """Told to stop, it says that it is not ready, goes on serving for a moment, then lets nobody in and finishes."""

    def __init__(self, config: uvicorn.Config, readiness: Readiness, *, delay: float) -> None:
        """Args:
        config: uvicorn's.
        readiness: what is told that the server stops.
        delay: seconds between that and the closing of the door (SHUTDOWN_DELAY).
        """
        super().__init__(config)
        self._readiness = readiness
        self._delay = delay

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Called by uvicorn once it is told to stop."""
        self._readiness.stop()
        if not self.force_exit:
            await asyncio.sleep(self._delay)
        await super().shutdown(sockets)


def main() -> int:
    """Serve until told to stop; 2 when a setting cannot be used."""
    try:
        configuration = settings()
        logs.configure(SERVER, configuration.log_format)
        engine = database.engine()
        readiness = portal_readiness(engine)
        application = create_app(configuration, engine, readiness)
        listening = _listen(configuration)
        _tell_prometheus(configuration)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    config = uvicorn.Config(
        application,
        ws="none",  # Rasa holds websockets at a version that uvicorn cannot import
        log_config=None,
        access_log=False,  # it would write the tenants' names that are searched; see access_log.py
        proxy_headers=False,  # TRUSTED_PROXIES says whom to believe; see throttling.py
        server_header=False,
        timeout_graceful_shutdown=LAST_REQUESTS,
    )
    with listening:
        Server(config, readiness, delay=configuration.shutdown_delay).run(sockets=[listening])
    return 0


def _tell_prometheus(configuration: Settings) -> None:
    engine = database.engine()
    metrics.tell_build(SERVER, schema=schema.needed())
    collectors = (metrics.PoolCollector(engine), SharedCollector(probing_engine(configuration.database_url)))
    metrics.open_exporter("PORTAL_METRICS_PORT", configuration.host, configuration.portal_metrics_port, *collectors)


def _listen(configuration: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in configuration.host else socket.AF_INET
    try:
        return socket.create_server((configuration.host, configuration.portal_port), family=family, backlog=2048)
    except OSError as error:
        address = f"{configuration.host}:{configuration.portal_port}"
        raise SettingsError(f"HOST, PORTAL_PORT: impossible d'écouter sur {address} ({error.strerror}).") from error


if __name__ == "__main__":
    raise SystemExit(main())
