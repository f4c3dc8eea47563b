"""`python -m portal`: serves the portal on `HOST`:`PORTAL_PORT`."""

from __future__ import annotations

import logging
import socket
import sys

import uvicorn

from offre_bailleurs import database
from offre_bailleurs.settings import Settings, SettingsError, settings
from portal.app import create_app


def main() -> int:
    """Serve until told to stop; 2 when a setting cannot be used."""
    _log()
    try:
        configuration = settings()
        application = create_app(configuration, database.engine())
        listening = _listen(configuration)
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
        timeout_graceful_shutdown=5,
    )
    with listening:
        uvicorn.Server(config).run(sockets=[listening])
    return 0


def _log() -> None:
    # Libraries speak only of what goes wrong: some tell, at INFO, the letters of the names that they write.
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for name in ("portal", "offre_bailleurs", "uvicorn"):
        logging.getLogger(name).setLevel(logging.INFO)


def _listen(configuration: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in configuration.host else socket.AF_INET
    try:
        return socket.create_server((configuration.host, configuration.portal_port), family=family, backlog=2048)
    except OSError as error:
        address = f"{configuration.host}:{configuration.portal_port}"
        raise SettingsError(f"HOST, PORTAL_PORT: impossible d'écouter sur {address} ({error.strerror}).") from error


if __name__ == "__main__":
    raise SystemExit(main())
