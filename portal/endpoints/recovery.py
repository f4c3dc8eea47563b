"""« Identifiant perdu » and « Mot de passe oublié ».

What the pages answer is the same whether or not an account exists: who is meant is found out later, by the worker.
"""

from __future__ import annotations

import re
import secrets

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from offre_bailleurs import attempts, contacts, recovery
from offre_bailleurs.attempts import Asker
from offre_bailleurs.database import transaction
from offre_bailleurs.user_number import LENGTH, TypedNumber, Verdict
from portal.context import Portal, form_page, page, posted_form
from portal.endpoints.errors import too_many_requests
from portal.forms import FieldError, Form
from portal.throttling import client_address
from portal.visitors import Visitor

LOST_LOGIN_PATH = "/identifiant-perdu"
FORGOTTEN_PASSWORD_PATH = "/mot-de-passe-oublie"  # noqa: S105 - an address
LOGIN_ASKED_PATH = f"{LOST_LOGIN_PATH}/demande"
PASSWORD_ASKED_PATH = f"{FORGOTTEN_PASSWORD_PATH}/demande"
"""What was asked is on its way: pages that are opened, so that a reload asks for nothing."""

_DRAWN = re.compile(r"[A-Za-z0-9_-]{20,40}")
_BEFORE = {"oui", "par-courriel"}
"""The answers to « Vous êtes-vous déjà connecté à ce compte ? » that lead to the email address."""
_BY_LETTER = "par-courrier"
"""The one that leads to « Identifiant perdu » instead (B3)."""
_NEVER_CONNECTED = "jamais-connecte"


@form_page
def lost_login_page(request: Request, portal: Portal, visitor: Visitor) -> Response:
    """Ask for the N° utilisateur."""
    return _lost_login_form(request, portal, visitor)


@posted_form
def ask_login(request: Request, portal: Portal, visitor: Visitor, form: Form) -> Response:
    """Write the request down; a number that cannot be one is explained first."""
    typed = form.get("numero", "").strip()
    error = _wrong_number(typed)
    if error:
        return _lost_login_form(request, portal, visitor, typed, (FieldError("numero", error),))
    try:
        with transaction(on=portal.engine) as session:
            key = _request_key(portal, visitor, form, TypedNumber.of(typed).characters)
            recovery.ask_login(session, typed, asker=_asker(request, portal), request_key=key)
    except attempts.TooMany as limit:
        return too_many_requests(request, portal, limit.seconds)
    return RedirectResponse(LOGIN_ASKED_PATH, status_code=303)


@page
def login_asked(request: Request, portal: Portal, visitor: Visitor) -> Response:
    """What happens next, for everybody alike."""
    return portal.pages.render(request, "recovery/login_asked.html", visitor)


@form_page
def forgotten_password_page(request: Request, portal: Portal, visitor: Visitor) -> Response:
    """Ask whether they ever connected, which decides where the answer lies; then for the email address."""
    before = request.query_params.get("connexion", "")
    if before == _BY_LETTER:
        return _to_lost_login()
    if before in _BEFORE:
        return _forgotten_password_form(request, portal, visitor, before)
    errors = (FieldError("connexion-oui", "Choisissez une réponse."),) if "suite" in request.query_params else ()
    return portal.pages.render(
        request,
        "recovery/connected_before.html",
        visitor,
        status_code=422 if errors else 200,
        errors=errors,
        error_of={"connexion": errors[0].message} if errors else {},
    )


@posted_form
def ask_password(request: Request, portal: Portal, visitor: Visitor, form: Form) -> Response:
    """Write the request down."""
    before, typed = form.get("connexion", ""), form.get("courriel", "").strip()
    if before == _BY_LETTER:
        return _to_lost_login()
    if before not in _BEFORE:
        return RedirectResponse(FORGOTTEN_PASSWORD_PATH, status_code=303)
    if not typed:
        missing = FieldError("courriel", "Saisissez votre adresse courriel.")
        return _forgotten_password_form(request, portal, visitor, before, typed, (missing,))
    try:
        email = contacts.read_email(typed)
    except contacts.Refused as refused:
        wrong = FieldError("courriel", refused.message)
        return _forgotten_password_form(request, portal, visitor, before, typed, (wrong,))
    try:
        with transaction(on=portal.engine) as session:
            key = _request_key(portal, visitor, form, email)
            recovery.ask_password(session, email, asker=_asker(request, portal), request_key=key)
    except attempts.TooMany as limit:
        return too_many_requests(request, portal, limit.seconds)
    return RedirectResponse(PASSWORD_ASKED_PATH, status_code=303)


@page
def password_asked(request: Request, portal: Portal, visitor: Visitor) -> Response:
    """What happens next, for everybody alike."""
    return portal.pages.render(request, "recovery/password_asked.html", visitor)


def _to_lost_login() -> Response:
    return RedirectResponse(f"{LOST_LOGIN_PATH}?motif={_NEVER_CONNECTED}", status_code=303)


def _wrong_number(typed: str) -> str | None:
    """Why a N° utilisateur cannot be one; None when it can."""
    if not typed:
        return "Saisissez votre N° utilisateur."
    number = TypedNumber.of(typed)
    count = len(number.characters)
    match number.verdict:
        case Verdict.SPECIMEN_OF_EMAIL:
            return (
                "« A123456 » est ce qu’imprime l’exemple de courriel du guide des organismes. Il n’a que 7 caractères "
                f": ce n’est pas un N° utilisateur, qui en compte {LENGTH}. Recopiez celui de votre propre courrier."
            )
        case Verdict.TOO_SHORT:
            return (
                f"Ce numéro est trop court : il a {_characters(count)} sans les espaces, et un N° utilisateur en "
                f"compte {LENGTH}. Vérifiez qu’il n’en manque pas, et que ce n’est pas un autre numéro."
            )
        case Verdict.TOO_LONG:
            return (
                f"Ce numéro est trop long : il a {_characters(count)} sans les espaces, et un N° utilisateur en compte "
                f"{LENGTH}. Vérifiez que ce n’est pas un autre numéro."
            )
        case Verdict.RIGHT_LENGTH | Verdict.SPECIMEN:
            if number.characters.isprintable():
                return None
            return "Ce numéro contient un signe qui ne s’imprime pas. Saisissez-le au clavier."


def _characters(count: int) -> str:
    return "1 caractère" if count == 1 else f"{count} caractères"


def _asker(request: Request, portal: Portal) -> Asker:
    return Asker(address=client_address(request, portal.settings.trusted_proxies))


def _request_key(portal: Portal, visitor: Visitor, form: Form, about: str) -> str:
    """Names what this form asks: sent twice by a double click it asks once, and corrected it asks again."""
    drawn = form.get("demande", "")
    if not _DRAWN.fullmatch(drawn):
        raise HTTPException(403)
    return f"page:{portal.visitors.request_key(visitor, f'{drawn}:{about}')}"


def _lost_login_form(
    request: Request, portal: Portal, visitor: Visitor, typed: str = "", errors: tuple[FieldError, ...] = ()
) -> Response:
    return portal.pages.render(
        request,
        "recovery/lost_login.html",
        visitor,
        status_code=422 if errors else 200,
        typed=typed,
        drawn=secrets.token_urlsafe(18),
        never_connected=request.query_params.get("motif") == _NEVER_CONNECTED,
        errors=errors,
        error_of={error.field: error.message for error in errors},
    )


def _forgotten_password_form(
    request: Request,
    portal: Portal,
    visitor: Visitor,
    before: str,
    typed: str = "",
    errors: tuple[FieldError, ...] = (),
) -> Response:
    return portal.pages.render(
        request,
        "recovery/forgotten_password.html",
        visitor,
        status_code=422 if errors else 200,
        before=before,
        typed=typed,
        drawn=secrets.token_urlsafe(18),
        errors=errors,
        error_of={error.field: error.message for error in errors},
    )
