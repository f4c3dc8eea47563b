"""The portal's application. `python -m portal` serves it; `uvicorn --ws none portal.app:app` does too."""

from __future__ import annotations

from pathlib import Path

from anyio import CapacityLimiter
from sqlalchemy import Engine
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from offre_bailleurs import database
from offre_bailleurs.settings import Settings, settings
from portal.access_log import AccessLog
from portal.context import SIGN_IN_PATH, Portal
from portal.endpoints.chat import chat_identity
from portal.endpoints.errors import database_error, http_error, unexpected_error
from portal.endpoints.home import health, home
from portal.endpoints.recaps import recap_pdf
from portal.endpoints.sign_in import sign_in, sign_in_page, sign_out
from portal.endpoints.tenants import tenants
from portal.rendering import Pages
from portal.security import STATIC_PATH, SecurityHeaders
from portal.throttling import SignInThrottle
from portal.visitors import Visitors

STATIC_FILES = Path(__file__).parent / "static"
CONCURRENT_FORMS = 4


async def favicon(request: Request) -> Response:
    """What a browser asks for beside a page that names no icon, such as a PDF."""
    return FileResponse(STATIC_FILES / "favicon.svg")


ROUTES = (
    Route("/", home),
    Route(SIGN_IN_PATH, sign_in_page, methods=["GET"]),
    Route(SIGN_IN_PATH, sign_in, methods=["POST"]),
    Route("/deconnexion", sign_out, methods=["POST"]),
    Route("/locataires", tenants),
    Route("/recapitulatifs/{declaration_id}.pdf", recap_pdf),
    Route("/chat/identite", chat_identity),
    Route("/sante", health),
    Route("/favicon.ico", favicon),
    Mount(STATIC_PATH, StaticFiles(directory=STATIC_FILES)),
)


def create_app(configuration: Settings, engine: Engine) -> ASGIApp:
    """The portal on a database.

    Raises:
        SettingsError: a setting cannot be used.
    """
    application = Starlette(
        routes=ROUTES,
        exception_handlers={
            HTTPException: http_error,
            OperationalError: database_error,
            InterfaceError: database_error,
            PoolTimeoutError: database_error,
            Exception: unexpected_error,
        },
    )
    application.router.redirect_slashes = False  # the redirect would repeat whatever host the request named
    visitors = Visitors(configuration, engine)
    application.state.portal = Portal(
        settings=configuration,
        engine=engine,
        visitors=visitors,
        pages=Pages(configuration, visitors),
        throttle=SignInThrottle(configuration),
        form_threads=CapacityLimiter(CONCURRENT_FORMS),
    )
    return AccessLog(SecurityHeaders(application, configuration))


def __getattr__(name: str) -> ASGIApp:
    """`app`, made when a server asks for it: importing this module reads no configuration."""
    if name != "app":
        raise AttributeError(name)
    return create_app(settings(), database.engine())
