"""The public home page, and whether the portal is well."""

from __future__ import annotations

import logging

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from offre_bailleurs.database import reading
from portal.context import Portal, page, portal_of
from portal.visitors import Visitor

_LOG = logging.getLogger(__name__)

_NOTICES = {"deconnexion": "Vous êtes déconnecté."}
"""The only messages that an address can bring to the page."""


@page
def home(request: Request, portal: Portal, visitor: Visitor) -> Response:
    """What the service is, how to get in, what the assistant does."""
    notice = _NOTICES.get(request.query_params.get("message", ""))
    return portal.pages.render(request, "home.html", visitor, notice=notice)


def health(request: Request) -> Response:
    """200 when the database answers, 503 when it does not."""
    try:
        with reading(on=portal_of(request).engine) as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        _LOG.warning("the database does not answer: %s", type(error).__name__)
        return JSONResponse({"statut": "base de données injoignable"}, status_code=503, headers={"Retry-After": "5"})
    return JSONResponse({"statut": "ok"})
