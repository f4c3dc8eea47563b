"""What the endpoints work with, and the two ways to be one: a page, or a posted form."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial, wraps
from typing import cast
from urllib.parse import urlencode

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from sqlalchemy import Engine
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from offre_bailleurs.operation.readiness import Readiness
from offre_bailleurs.settings import Settings
from portal.forms import CSRF_FIELD, Form, read_form, refuse_other_sites
from portal.rendering import Pages
from portal.steps import SIGN_IN_PATH
from portal.throttling import SignInThrottle
from portal.visitors import Visitor, Visitors

SESSION_OVER = "session"
"""What the sign-in page's address says to whoever is sent there because their session is over."""


@dataclass(frozen=True)
class Portal:
    """The portal's parts, made once by `create_app`."""

    settings: Settings
    engine: Engine
    visitors: Visitors
    pages: Pages
    throttle: SignInThrottle
    readiness: Readiness
    form_threads: CapacityLimiter
    """Few: a password check takes 64 MiB and a whole core, and must not keep the pages from being served."""


PageEndpoint = Callable[[Request, Portal, Visitor], Response]
FormEndpoint = Callable[[Request, Portal, Visitor, Form], Response]


def portal_of(request: Request) -> Portal:
    """The parts of the application that answers this request."""
    return cast(Portal, request.app.state.portal)


def page(endpoint: PageEndpoint) -> Callable[[Request], Response]:
    """An endpoint that shows a page: it is told who is asking, and its answer carries the cookies of that visitor.

    Whoever is signed in is given a form: the one that signs out.
    """
    return _shown(endpoint, has_form=False)


def form_page(endpoint: PageEndpoint) -> Callable[[Request], Response]:
    """A `page` with a form of its own, for people who are not signed in too."""
    return _shown(endpoint, has_form=True)


def _shown(endpoint: PageEndpoint, *, has_form: bool) -> Callable[[Request], Response]:
    @wraps(endpoint)
    def show(request: Request) -> Response:
        portal = portal_of(request)
        visitor = portal.visitors.identify(request, full_page=True)
        if has_form or visitor.user_id is not None:
            visitor = portal.visitors.with_form(visitor)
        response = endpoint(request, portal, visitor)
        portal.visitors.remember(request, response, visitor)
        return response

    return show


def posted_form(endpoint: FormEndpoint) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that a form posts to: it runs, in a thread, only for a form that was made for this visitor."""
    return _received(endpoint, for_signed_in=False)


def signed_in_form(endpoint: FormEndpoint) -> Callable[[Request], Awaitable[Response]]:
    """A `posted_form` of somebody signed in. Nothing is done when their session is over, and they are sent to sign in.

    A double click on what ends the session (a password chosen, the last step) arrives just so.
    """
    return _received(endpoint, for_signed_in=True)


def _received(endpoint: FormEndpoint, *, for_signed_in: bool) -> Callable[[Request], Awaitable[Response]]:
    @wraps(endpoint)
    async def receive(request: Request) -> Response:
        portal = portal_of(request)
        refuse_other_sites(request, portal.settings)
        form = await read_form(request)
        return await run_sync(partial(handle, request, portal, form), limiter=portal.form_threads)

    def handle(request: Request, portal: Portal, form: Form) -> Response:
        visitor = portal.visitors.identify(request)
        if for_signed_in and visitor.user_id is None:
            return session_over()
        if not portal.visitors.sent_back(visitor, form.get(CSRF_FIELD, "")):
            raise HTTPException(403)
        return endpoint(request, portal, visitor, form)

    return receive


def to_sign_in(next_path: str) -> Response:
    """Send to the sign-in page, which leads back to `next_path`."""
    return RedirectResponse(f"{SIGN_IN_PATH}?{urlencode({'next': next_path})}", status_code=303)


def session_over() -> Response:
    """Send whoever was signed in to the sign-in page, which tells them that they no longer are."""
    return RedirectResponse(f"{SIGN_IN_PATH}?{urlencode({'message': SESSION_OVER})}", status_code=303)
