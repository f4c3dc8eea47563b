"""Sign-in and sign-out."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from offre_bailleurs import attempts
from offre_bailleurs.accounts import Proven, authenticate, renew_hash
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.models import PortalUser
from offre_bailleurs.temporary_passwords import is_current
from portal.context import SESSION_OVER, Portal, form_page, posted_form, to_sign_in
from portal.endpoints.errors import too_many_attempts
from portal.forms import FieldError, Form
from portal.steps import DESK_PATH, NEW_PASSWORD_PATH
from portal.throttling import client_address
from portal.visitors import Visitor

AFTER_SIGN_IN = "/locataires"

_SAFE_NEXT = re.compile(
    r"/|/locataires|/recapitulatifs/[0-9]{1,9}\.pdf|/(?:habilitations|conseil)(?:/[a-z0-9-]{1,40}){0,3}"
)
"""The pages that sign-in may lead to: a list of ours, so that no address can be disguised as one."""

WRONG = "Identifiant ou mot de passe incorrect. Vérifiez-les, puis recommencez."

_NOTICES = {
    SESSION_OVER: "Votre connexion est terminée. Connectez-vous de nouveau pour continuer. "
    "Si vous veniez de choisir un mot de passe, essayez d’abord celui-là.",
}
"""The only messages that an address can bring to the page."""


def safe_next(path: str | None) -> str:
    """The page to show after sign-in: the one asked for if it is a page of ours, else the tenants' list.

    An adviser has the queue in its place: see `onward`.
    """
    return path if path and _SAFE_NEXT.fullmatch(path) else AFTER_SIGN_IN


def onward(visitor: Visitor, next_path: str) -> Response:
    """Send somebody where they were going, or to what they must do first: signing in, or what is left to do."""
    if visitor.user_id is None:
        return to_sign_in(next_path)
    newcomer = visitor.newcomer
    if newcomer is None:
        if visitor.adviser is not None and not _is_at_the_desk(next_path):
            next_path = DESK_PATH
        elif visitor.viewer is not None and _is_at_the_desk(next_path):
            next_path = AFTER_SIGN_IN
        return RedirectResponse(next_path, status_code=303)
    carried = f"?{urlencode({'next': next_path})}" if newcomer.path == NEW_PASSWORD_PATH else ""
    return RedirectResponse(newcomer.path + carried, status_code=303)


@form_page
def sign_in_page(request: Request, portal: Portal, visitor: Visitor) -> Response:
    """The form; whoever is signed in already goes where it would lead.

    An adviser who opens a landlord's page is sent here too, and is told whose page it is.
    """
    next_path = safe_next(request.query_params.get("next"))
    if visitor.adviser is not None and "next" in request.query_params and not _is_at_the_desk(next_path):
        return portal.pages.render(request, "desk/for_landlords.html", visitor, status_code=403)
    if visitor.user_id is not None:
        return onward(visitor, next_path)
    return _form(request, portal, visitor, next_path)


@posted_form
def sign_in(request: Request, portal: Portal, visitor: Visitor, form: Form) -> Response:
    """Check login and password, and open a session under new cookies.

    The try is counted before the password is looked at, so that guesses sent side by side are counted too.
    """
    login, password = form.get("identifiant", "").strip(), form.get("mot_de_passe", "")
    next_path = safe_next(form.get("next"))
    missing = _missing(login, password)
    if missing:
        return _form(request, portal, visitor, next_path, login, missing)
    address = client_address(request, portal.settings.trusted_proxies)
    wait = portal.throttle.seconds_to_wait(address)
    if wait:
        return too_many_attempts(request, portal, wait)
    try:
        with transaction(on=portal.engine) as session:
            attempts.begin_sign_in(session, login)
    except attempts.TooMany as limit:
        return too_many_attempts(request, portal, limit.seconds)
    with reading(on=portal.engine) as session:
        proven = authenticate(session, login, password)
    signed_in = _open(portal, visitor, proven, login, password) if proven else None
    if signed_in is None:
        portal.throttle.count_failure(address)
        return _form(request, portal, visitor, next_path, login, (FieldError("identifiant", WRONG),))
    response = onward(signed_in, next_path)
    portal.visitors.remember(request, response, signed_in)
    return response


@posted_form
def sign_out(request: Request, portal: Portal, visitor: Visitor, form: Form) -> Response:
    """End the session and go back to the home page."""
    portal.visitors.sign_out(visitor)
    response = RedirectResponse("/?message=deconnexion", status_code=303)
    portal.visitors.forget(response)
    return response


def _is_at_the_desk(path: str) -> bool:
    return path == DESK_PATH or path.startswith(f"{DESK_PATH}/")


def _open(portal: Portal, visitor: Visitor, proven: Proven, login: str, password: str) -> Visitor | None:
    """The visitor, signed in; None when what they proved holds no longer."""
    with transaction(on=portal.engine) as session:
        if not _still_holds(session, proven, password):
            return None
        attempts.sign_in_succeeded(session, login)
        if not proven.by_temporary_password:
            renew_hash(session, proven.user.id, password)
        signed_in = portal.visitors.sign_in(
            session, visitor, proven.user.id, must_choose_password=proven.by_temporary_password
        )
    return signed_in if signed_in.user_id is not None else None


def _still_holds(session: Session, proven: Proven, password: str) -> bool:
    """No other password was chosen in the moment since: that one ended every session, and this would be one more."""
    user = session.get_one(PortalUser, proven.user.id, with_for_update={"key_share": True})
    if proven.by_temporary_password:
        return is_current(session, user.id, password)
    return user.password_hash == proven.user.password_hash


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
        notice=_NOTICES.get(request.query_params.get("message", "")),
        errors=errors,
        error_of={error.field: error.message for error in errors},
    )
