"""Sign-in and sign-out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from offre_bailleurs.accounts import FirstConnectionPending, authenticate, renew_hash
from offre_bailleurs.database import reading, transaction
from portal.context import Portal, page, posted_form
from portal.endpoints.errors import too_many_attempts
from portal.forms import Form
from portal.throttling import client_address
from portal.visitors import Visitor

AFTER_SIGN_IN = "/locataires"

_SAFE_NEXT = re.compile(r"/|/locataires|/recapitulatifs/[0-9]{1,9}\.pdf")
"""The pages that sign-in may lead to: a list of ours, so that no address can be disguised as one."""

WRONG = "Identifiant ou mot de passe incorrect. Vérifiez-les, puis recommencez."


@dataclass(frozen=True)
class FieldError:
    """What is wrong with the form, and the field to go to."""

    field: str
    message: str


def safe_next(path: str | None) -> str:
    """The page to show after sign-in: the one asked for if it is a page of ours, else the tenants' list."""
    return path if path and _SAFE_NEXT.fullmatch(path) else AFTER_SIGN_IN


@page
def sign_in_page(request: Request, portal: Portal, visitor: Visitor) -> Response:
    """The form; whoever is signed in already goes where it would lead."""
    next_path = safe_next(request.query_params.get("next"))
    if visitor.viewer:
        return RedirectResponse(next_path, status_code=303)
    return _form(request, portal, visitor, next_path)


@posted_form
def sign_in(request: Request, portal: Portal, visitor: Visitor, form: Form) -> Response:
    """Check login and password, and open a session under new cookies."""
    login, password = form.get("identifiant", "").strip(), form.get("mot_de_passe", "")
    next_path = safe_next(form.get("next"))
    missing = _missing(login, password)
    if missing:
        return _form(request, portal, visitor, next_path, login, missing)
    address = client_address(request, portal.settings.trusted_proxies)
    wait = portal.throttle.seconds_to_wait(address, login)
    if wait:
        return too_many_attempts(request, portal, wait)
    try:
        with reading(on=portal.engine) as session:
            user = authenticate(session, login, password)
    except FirstConnectionPending:
        return portal.pages.render(request, "first_connection.html", visitor, status_code=403)
    if user is None:
        portal.throttle.count_failure(address, login)
        return _form(request, portal, visitor, next_path, login, (FieldError("identifiant", WRONG),))
    with transaction(on=portal.engine) as session:
        renew_hash(session, user.id, password)
    response = RedirectResponse(next_path, status_code=303)
    portal.visitors.remember(request, response, portal.visitors.sign_in(visitor, user.id))
    return response


@posted_form
def sign_out(request: Request, portal: Portal, visitor: Visitor, form: Form) -> Response:
    """End the session and go back to the home page."""
    portal.visitors.sign_out(visitor)
    response = RedirectResponse("/?message=deconnexion", status_code=303)
    portal.visitors.forget(response)
    return response


def _missing(login: str, password: str) -> tuple[FieldError, ...]:
    errors = []
    if not login:
        errors.append(FieldError("identifiant", "Saisissez votre identifiant."))
    if not password:
        errors.append(FieldError("mot_de_passe", "Saisissez votre mot de passe."))
    return tuple(errors)


def _form(
    request: Request,
    portal: Portal,
    visitor: Visitor,
    next_path: str,
    login: str = "",
    errors: tuple[FieldError, ...] = (),
) -> Response:
    return portal.pages.render(
        request,
        "sign_in.html",
        visitor,
        status_code=422 if errors else 200,
        next_path=next_path,
        login=login,
        errors=errors,
        error_of={error.field: error.message for error in errors},
    )
