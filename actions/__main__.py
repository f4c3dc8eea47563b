"""`python -m actions`: the action server, on `HOST`:`ACTIONS_PORT`.

Stands in for `python -m rasa_sdk`, which listens on every interface by default, and whose answer to a failure echoes
the exception's text and the whole request, personal data included.
"""

from __future__ import annotations

import logging
import sys
import traceback
import warnings

from sanic import Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse, json

from offre_bailleurs.french.dates import warm_up
from offre_bailleurs.settings import SettingsError, settings
from offre_bailleurs.topics import topics

_LOG = logging.getLogger("actions")


def build() -> Sanic:
    """The action server with every action of this package; no browser is meant to call it, so no CORS."""
    # Sanic, imported above, asks for every DeprecationWarning of its own libraries to be shown.
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    from rasa_sdk.endpoint import create_app

    app = create_app("actions", cors_origins="")
    app.error_handler.add(Exception, _answer_failure)
    return app


async def _answer_failure(_request: Request, error: Exception) -> HTTPResponse:
    """Say that it failed; the log tells where. Neither tells with what: values name people."""
    if isinstance(error, SanicException):
        return json({"error": type(error).__name__}, status=error.status_code)
    where = "".join(traceback.format_tb(error.__traceback__))
    _LOG.error("an action failed: %s\n%s", type(error).__name__, where)
    return json({"error": "internal error"}, status=500)


def main() -> int:
    """Serve until told to stop; 2 when a setting cannot be used."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        configuration = settings()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    warm_up()
    topics()
    build().run(configuration.host, configuration.actions_port, workers=1, access_log=False, motd=False)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
