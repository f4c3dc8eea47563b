"""The desk's pages (`/conseil`): who is let in, and what becomes of a page whose session is over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from offre_bailleurs.access import Adviser
from portal.context import Portal, page, portal_of, signed_in_form, to_sign_in
from portal.forms import Form
from portal.steps import DESK_PATH
from portal.visitors import Visitor

__all__ = ["DESK_PATH", "adviser_of", "desk_form", "desk_fragment", "desk_page", "is_htmx"]

DeskPage = Callable[[Request, Portal, Visitor, Adviser], Response]
DeskForm = Callable[[Request, Portal, Visitor, Adviser, Form], Response]


def desk_page(endpoint: DeskPage) -> Callable[[Request], Response]:
    """A `page` for advisers: whoever is not signed in is sent to sign in and comes back, anybody else finds nothing."""

    @wraps(endpoint)
    def show(request: Request, portal: Portal, visitor: Visitor) -> Response:
        if visitor.viewer is None and visitor.adviser is None:
            return to_sign_in(request.url.path)
        return endpoint(request, portal, visitor, adviser_of(visitor))

    return page(show)


def desk_form(endpoint: DeskForm) -> Callable[[Request], Awaitable[Response]]:
    """A `signed_in_form` of an adviser; its session over, a script is told so and a browser is sent to sign in."""

    @wraps(endpoint)
    def receive(request: Request, portal: Portal, visitor: Visitor, form: Form) -> Response:
        return endpoint(request, portal, visitor, adviser_of(visitor), form)

    received = signed_in_form(receive)

    @wraps(endpoint)
    async def answer(request: Request) -> Response:
        if is_htmx(request) and portal_of(request).visitors.identify(request).user_id is None:
            return _session_over()
        return await received(request)

    return answer


def desk_fragment(endpoint: DeskPage) -> Callable[[Request], Response]:
    """A part of a page that its script asks for again and again: 401 when the session is over, no redirect.

    The session's token is not replaced here: see `Visitors.identify`.
    """

    @wraps(endpoint)
    def show(request: Request) -> Response:
        portal = portal_of(request)
        visitor = portal.visitors.identify(request)
        if visitor.user_id is None:
            return _session_over()
        return endpoint(request, portal, visitor, adviser_of(visitor))

    return show


def adviser_of(visitor: Visitor) -> Adviser:
    """Who is signed in, if they are an adviser.

    Raises:
        HTTPException: 404, they are not: they are not told that there is anything here.
    """
    if visitor.adviser is None:
        raise HTTPException(404)
    return visitor.adviser


def is_htmx(request: Request) -> bool:
    """The page's script asks, not the browser itself."""
    return request.headers.get("hx-request") == "true"


def _session_over() -> Response:
    # The page has the words ready: what is on the screen, a reply half typed included, stays there.
    return PlainTextResponse("Votre connexion est terminée.", status_code=401)
