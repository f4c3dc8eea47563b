"""Tells the chat widget who is signed in, by a token that only the assistant accepts."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from offre_bailleurs.identity import sign_identity
from portal.context import portal_of


def chat_identity(request: Request) -> Response:
    """A short-lived identity token and a stable pseudonym; null and empty when nobody is signed in."""
    portal = portal_of(request)
    known = portal.visitors.identify(request).viewer
    if known is None:
        return JSONResponse({"token": None, "who": ""})
    lifetime = timedelta(seconds=portal.settings.identity_lifetime)
    token = sign_identity(known.user_id, secret=portal.settings.secret_key, lifetime=lifetime)
    return JSONResponse({"token": token, "who": portal.visitors.pseudonym(known)})
