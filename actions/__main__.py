"""`python -m actions`: the action server, on `HOST`:`ACTIONS_PORT`.

Stands in for `python -m rasa_sdk`, which listens on every interface by default, and whose answer to a failure echoes
the exception's text and the whole request, personal data included.
"""

from __future__ import annotations

import inspect
import sys
import warnings

import structlog
from sanic import Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse, json

from actions.health import SERVER, Health
from offre_bailleurs import recap
from offre_bailleurs.french.dates import warm_up
from offre_bailleurs.operation import logs
from offre_bailleurs.operation.framing import refuse_bad_framing
from offre_bailleurs.settings import SettingsError, settings
from offre_bailleurs.topics import topics

_LOG = structlog.get_logger("actions")


def build() -> Sanic:
    """The action server with every action of this package; no browser is meant to call it, so no CORS."""
    # Sanic, imported above, asks for every DeprecationWarning of its own libraries to be shown.
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    from rasa_sdk.endpoint import create_app

    app = create_app("actions", cors_origins="")
    app.error_handler.add(Exception, _answer_failure)
    app.signal("http.lifecycle.read_head")(refuse_bad_framing)
    return app


def names() -> frozenset[str]:
    """The names of all actions of this package, once `build` has imported them."""
    from rasa_sdk import Action
    from rasa_sdk.utils import all_subclasses

    ours = (each for each in all_subclasses(Action) if each.__module__.startswith(f"{__package__}."))
    return frozenset(each().name() for each in ours if not inspect.isabstract(each))


async def _answer_failure(_request: Request, error: Exception) -> HTTPResponse:
    """Say that it failed; the log tells where. Neither tells with what: values name people."""
    if isinstance(error, SanicException):
        return json({"error": type(error).__name__}, status=error.status_code)
    _LOG.error("an action failed", exc_info=error)
    return json({"error": "internal error"}, status=500)


def main() -> int:
    """Serve until told to stop; 2 when a setting cannot be used."""
    try:
        configuration = settings()
        logs.configure(SERVER, configuration.log_format)
        warm_up()
        topics()
        recap.warm_up()
        app = build()
        health = Health(configuration)
        health.add_to(app, names())
        health.tell_prometheus()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    logs.adopt()  # Sanic's loggers
    app.run(configuration.host, configuration.actions_port, workers=1, access_log=False, motd=False)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
