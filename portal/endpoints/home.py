"""The public home page, and whether the portal is well."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from portal.context import Portal, page, portal_of
from portal.visitors import Visitor

_NOTICES = {"deconnexion": "Vous êtes déconnecté."}
"""The only messages that an address can bring to the page."""


@page
def home(request: Request, portal: Portal, visitor: Visitor) -> Response:
    """What the service is, how to get in, what the assistant does."""
    notice = _NOTICES.get(request.query_params.get("message", ""))
    return portal.pages.render(request, "home.html", visitor, notice=notice)


async def alive(request: Request) -> Response:
    """200: the event loop answers. Asks nothing else, so that what is down elsewhere restarts no portal."""
    return JSONResponse({"statut": "vivant"}, headers={"Cache-Control": "no-store"})


async def health(request: Request) -> Response:
    """200 when this portal can do its work, 503 when it cannot, with the name of what is missing."""
    report = await portal_of(request).readiness.report()
    return JSONResponse(report.document(), report.status, report.headers())
