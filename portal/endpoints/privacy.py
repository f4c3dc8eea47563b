"""What is kept of whom, why and how long: the page that the footer and the chat's first line lead to."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from offre_bailleurs.notice import duration_in_words, durations
from portal.context import Portal, page
from portal.visitors import Visitor

PRIVACY_PATH = "/donnees-personnelles"


@page
def privacy(request: Request, portal: Portal, visitor: Visitor) -> Response:
    """The durations are those that `bailleurs purge` keeps to."""
    return portal.pages.render(
        request,
        "privacy.html",
        visitor,
        kept=durations(portal.settings),
        session_lifetime=duration_in_words(portal.settings.portal_session_lifetime),
        contact=portal.settings.privacy_contact,
    )
