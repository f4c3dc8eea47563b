"""The portal's application. `python -m portal` serves it; `uvicorn --ws none portal.app:app` does too."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
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
from offre_bailleurs.first_connection import Step
from offre_bailleurs.operation.readiness import DATABASE, DatabaseCheck, Part, Readiness
from offre_bailleurs.settings import Settings, settings
from portal.access_log import AccessLog
from portal.context import Portal
from portal.dashboard.selection import DASHBOARD_PATH
from portal.desk_requests import REQUESTS_PATH
from portal.endpoints.authorisations import ADMINISTRATOR_PATH, administrator_page, journal, replacement_request
from portal.endpoints.chat import chat_identity
from portal.endpoints.dashboard import chart, dashboard, spreadsheet
from portal.endpoints.desk import answers, queue_news, queue_page, request_news, request_page
from portal.endpoints.desk_actions import answer_by_email, close, hand_back, say, take, take_again
from portal.endpoints.errors import database_error, http_error, unexpected_error
from portal.endpoints.first_connection import (
    DONE_PATH,
    accept_terms_of_use,
    accept_usage_rules,
    details_page,
    done_page,
    first_connection_page,
    give_details,
    terms_of_use_page,
    usage_rules_page,
)
from portal.endpoints.home import alive, health, home
from portal.endpoints.improvement import (
    IMPROVEMENT_PATH,
    group_page,
    improvement_page,
    moved_sentence,
    said_of_group,
)
from portal.endpoints.password import give_password, password_page
from portal.endpoints.privacy import PRIVACY_PATH, privacy
from portal.endpoints.recaps import recap_pdf
from portal.endpoints.recovery import (
    FORGOTTEN_PASSWORD_PATH,
    LOGIN_ASKED_PATH,
    LOST_LOGIN_PATH,
    PASSWORD_ASKED_PATH,
    ask_login,
    ask_password,
    forgotten_password_page,
    login_asked,
    lost_login_page,
    password_asked,
)
from portal.endpoints.sign_in import sign_in, sign_in_page, sign_out
from portal.endpoints.tenants import tenants
from portal.endpoints.users import (
    NEW_USER_PATH,
    authorisations,
    closed_user,
    closing_page,
    confirmation,
    edited_user,
    new_user,
    new_user_page,
    resent_credentials,
    user,
    users,
)
from portal.rendering import Pages
from portal.security import STATIC_PATH, SecurityHeaders
from portal.steps import DESK_PATH, FIRST_CONNECTION_PATH, NEW_PASSWORD_PATH, SIGN_IN_PATH, STAGES
from portal.throttling import SignInThrottle
from portal.user_list import USERS_PATH
from portal.visitors import Visitors

Endpoint = Callable[[Request], Response | Awaitable[Response]]

STATIC_FILES = Path(__file__).parent / "static"
CONCURRENT_FORMS = 4
HEALTH_PATH = "/sante"


async def favicon(request: Request) -> Response:
    """What a browser asks for beside a page that names no icon, such as a PDF."""
    return FileResponse(STATIC_FILES / "favicon.svg")


def _form(path: str, shown: Endpoint, posted: Endpoint) -> tuple[Route, Route]:
    """A page with a form that posts to the page's own address."""
    return Route(path, shown, methods=["GET"]), Route(path, posted, methods=["POST"])


ROUTES = (
    Route("/", home),
    Route(PRIVACY_PATH, privacy),
    *_form(SIGN_IN_PATH, sign_in_page, sign_in),
    Route("/deconnexion", sign_out, methods=["POST"]),
    *_form(LOST_LOGIN_PATH, lost_login_page, ask_login),
    Route(LOGIN_ASKED_PATH, login_asked),
    *_form(FORGOTTEN_PASSWORD_PATH, forgotten_password_page, ask_password),
    Route(PASSWORD_ASKED_PATH, password_asked),
    Route(FIRST_CONNECTION_PATH, first_connection_page),
    *_form(STAGES[Step.DETAILS].path, details_page, give_details),
    *_form(STAGES[Step.PASSWORD].path, password_page, give_password),
    *_form(STAGES[Step.USAGE_RULES].path, usage_rules_page, accept_usage_rules),
    *_form(STAGES[Step.TERMS_OF_USE].path, terms_of_use_page, accept_terms_of_use),
    Route(DONE_PATH, done_page),
    *_form(NEW_PASSWORD_PATH, password_page, give_password),
    Route("/locataires", tenants),
    Route("/recapitulatifs/{declaration_id}.pdf", recap_pdf),
    Route("/chat/identite", chat_identity),
    Route(HEALTH_PATH, health),
    Route(f"{HEALTH_PATH}/vivant", alive),
    Route("/favicon.ico", favicon),
    Mount(STATIC_PATH, StaticFiles(directory=STATIC_FILES)),
    Route("/habilitations", authorisations),
    Route(USERS_PATH, users),
    *_form(NEW_USER_PATH, new_user_page, new_user),
    *_form(f"{USERS_PATH}/{{user_id}}", user, edited_user),
    *_form(f"{USERS_PATH}/{{user_id}}/cloture", closing_page, closed_user),
    Route(f"{USERS_PATH}/{{user_id}}/renvoi", resent_credentials, methods=["POST"]),
    Route(f"{USERS_PATH}/{{user_id}}/{{done}}/confirmation", confirmation),
    *_form(ADMINISTRATOR_PATH, administrator_page, replacement_request),
    Route("/habilitations/journal", journal),
    Route(DESK_PATH, queue_page),
    Route(f"{DESK_PATH}/file", queue_news),
    Route(f"{REQUESTS_PATH}/{{request_id}}", request_page),
    Route(f"{REQUESTS_PATH}/{{request_id}}/suite", request_news),
    Route(f"{REQUESTS_PATH}/{{request_id}}/reponses", answers),
    Route(f"{REQUESTS_PATH}/{{request_id}}/prendre", take, methods=["POST"]),
    Route(f"{REQUESTS_PATH}/{{request_id}}/messages", say, methods=["POST"]),
    Route(f"{REQUESTS_PATH}/{{request_id}}/courriel", answer_by_email, methods=["POST"]),
    Route(f"{REQUESTS_PATH}/{{request_id}}/rendre", hand_back, methods=["POST"]),
    Route(f"{REQUESTS_PATH}/{{request_id}}/reprendre", take_again, methods=["POST"]),
    Route(f"{REQUESTS_PATH}/{{request_id}}/clore", close, methods=["POST"]),
    Route(DASHBOARD_PATH, dashboard),
    Route(f"{DASHBOARD_PATH}.csv", spreadsheet),
    Route(f"{DASHBOARD_PATH}/{{slug}}.svg", chart),
    Route(IMPROVEMENT_PATH, improvement_page),
    *_form(f"{IMPROVEMENT_PATH}/{{group_id}}", group_page, said_of_group),
    Route(f"{IMPROVEMENT_PATH}/{{group_id}}/phrases", moved_sentence, methods=["POST"]),
)


def create_app(configuration: Settings, engine: Engine, readiness: Readiness | None = None) -> ASGIApp:
    """The portal on a database.

    Args:
        configuration: the settings.
        engine: the database.
        readiness: what `/sante` tells, for whoever stops the server; by default whether the database answers.

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
        readiness=readiness or portal_readiness(engine),
        form_threads=CapacityLimiter(CONCURRENT_FORMS),
    )
    return AccessLog(SecurityHeaders(application, configuration))


def portal_readiness(engine: Engine) -> Readiness:
    """What the portal needs to do its work."""
    return Readiness(Part(DATABASE, DatabaseCheck(engine.url.render_as_string(hide_password=False))))


def __getattr__(name: str) -> ASGIApp:
    """`app`, made when a server asks for it: importing this module reads no configuration."""
    if name != "app":
        raise AttributeError(name)
    return create_app(settings(), database.engine())
