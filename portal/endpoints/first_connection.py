"""The first connection, one page a step (A4). Signing in was the first; `password` is the third."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from offre_bailleurs import contacts, documents, first_connection
from offre_bailleurs.attempts import TooMany, check_refused_emails, count_refused_email
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.first_connection import Details, EmailTaken, OutOfOrder, Step
from offre_bailleurs.models import Document, PortalUser, Profile
from portal.context import Portal, form_page, page, session_over, signed_in_form
from portal.endpoints.errors import too_many_requests
from portal.endpoints.sign_in import AFTER_SIGN_IN, onward
from portal.forms import FieldError, Form
from portal.steps import ALL_STAGES, FIRST_CONNECTION_PATH, STAGES
from portal.visitors import Visitor

DONE_PATH = f"{FIRST_CONNECTION_PATH}/terminee"

_EMAIL_OF_ANOTHER = {
    Profile.LANDLORD: "Cette adresse courriel est celle d’un autre compte. Des logements dans plusieurs départements ? "
    "Vous avez un compte par département, et chacun demande une adresse courriel différente : donnez-en une autre.",
    Profile.ORGANISATION: "Cette adresse courriel est celle d’un autre utilisateur. Chacun a la sienne : "
    "donnez-en une autre.",
}
_NOT_ACCEPTED = {
    Document.USAGE_RULES: "Pour continuer, cochez « J’accepte les règles d’usage ».",
    Document.TERMS_OF_USE: "Pour continuer, cochez « J’accepte les conditions d’utilisation ».",
}
_NEW_VERSION = "Ce texte a changé depuis que vous avez ouvert la page. Voici le nouveau : lisez-le, puis acceptez-le."


@page
def first_connection_page(request: Request, portal: Portal, visitor: Visitor) -> Response:
    """Lead to the step that comes next."""
    return onward(visitor, AFTER_SIGN_IN)


@page
def done_page(request: Request, portal: Portal, visitor: Visitor) -> Response:
    """Welcome whoever has come to the end."""
    if visitor.viewer is None:
        return onward(visitor, AFTER_SIGN_IN)
    return portal.pages.render(request, "first_connection/done.html", visitor, viewer=visitor.viewer)


# Step 2


@dataclass(frozen=True)
class TypedDetails:
    """The form of the second step as it stands in the page."""

    first_name: str
    last_name: str
    email: str
    email_again: str
    phone: str
    phone_again: str

    @classmethod
    def of_form(cls, form: Form) -> TypedDetails:
        """As posted."""
        names = ("prenom", "nom", "courriel", "courriel_encore", "telephone", "telephone_encore")
        return cls(*(form.get(name, "").strip() for name in names))

    @classmethod
    def known_of(cls, user: PortalUser) -> TypedDetails:
        """What the Caf knows already; what is to be confirmed is left to type."""
        phone = contacts.format_phone(user.phone) if user.phone else ""
        return cls(user.first_name, user.last_name, user.email or "", "", phone, "")

    def read(self) -> tuple[Details | None, tuple[FieldError, ...]]:
        """The details, or what is wrong with them in the order of the form."""
        errors: list[FieldError] = []

        def checked(field: str, read: Callable[[str], str], typed: str, missing: str) -> str:
            if not typed:
                errors.append(FieldError(field, missing))
                return ""
            try:
                return read(typed)
            except contacts.Refused as refused:
                errors.append(FieldError(field, refused.message))
                return ""

        first_name = checked("prenom", contacts.read_name, self.first_name, "Saisissez votre prénom.")
        last_name = checked("nom", contacts.read_name, self.last_name, "Saisissez votre nom.")
        email = checked("courriel", contacts.read_email, self.email, "Saisissez votre adresse courriel.")
        if not self.email_again:
            errors.append(FieldError("courriel_encore", "Saisissez une seconde fois votre adresse courriel."))
        elif email and not contacts.same_email(email, self.email_again):
            errors.append(FieldError("courriel_encore", "Les deux adresses courriel sont différentes. Vérifiez-les."))
        phone = ""
        if self.phone or self.phone_again:
            missing = "Saisissez votre numéro de téléphone, ou effacez sa confirmation."
            phone = checked("telephone", contacts.read_phone, self.phone, missing)
            if phone and not self.phone_again:
                errors.append(FieldError("telephone_encore", "Saisissez une seconde fois votre numéro de téléphone."))
            elif phone and not contacts.same_phone(phone, self.phone_again):
                errors.append(FieldError("telephone_encore", "Les deux numéros sont différents. Vérifiez-les."))
        if errors:
            return None, tuple(errors)
        return Details(first_name=first_name, last_name=last_name, email=email, phone=phone or None), ()


@form_page
def details_page(request: Request, portal: Portal, visitor: Visitor) -> Response:
    """Ask for names and contact details, those that are known filled in."""
    user_id = _at(visitor, Step.DETAILS)
    if user_id is None:
        return onward(visitor, AFTER_SIGN_IN)
    with reading(on=portal.engine) as session:
        typed = TypedDetails.known_of(session.get_one(PortalUser, user_id))
    return _details_form(request, portal, visitor, typed)


@signed_in_form
def give_details(request: Request, portal: Portal, visitor: Visitor, form: Form) -> Response:
    """Keep the details, and go on to the next step."""
    user_id = _at(visitor, Step.DETAILS)
    if user_id is None:
        return onward(visitor, AFTER_SIGN_IN)
    typed = TypedDetails.of_form(form)
    details, errors = typed.read()
    if details is None:
        return _details_form(request, portal, visitor, typed, errors)
    try:
        with transaction(on=portal.engine) as session:
            user = session.get_one(PortalUser, user_id)
            if details.email != user.email:
                check_refused_emails(session, user_id)
            try:
                first_connection.give_details(session, user_id, details)
                return onward(portal.visitors.again(session, visitor), AFTER_SIGN_IN)
            except EmailTaken:
                count_refused_email(session, user_id)
                errors = (FieldError("courriel", _EMAIL_OF_ANOTHER[user.partner_account.profile]),)
    except OutOfOrder:
        return RedirectResponse(FIRST_CONNECTION_PATH, status_code=303)
    except TooMany as limit:
        return too_many_requests(request, portal, limit.seconds)
    return _details_form(request, portal, visitor, typed, errors)


def _details_form(
    request: Request, portal: Portal, visitor: Visitor, typed: TypedDetails, errors: tuple[FieldError, ...] = ()
) -> Response:
    return _step(request, portal, visitor, Step.DETAILS, "first_connection/details.html", errors, typed=typed)


# Steps 4 and 5

_DOCUMENTS = {Step.USAGE_RULES: Document.USAGE_RULES, Step.TERMS_OF_USE: Document.TERMS_OF_USE}


@form_page
def usage_rules_page(request: Request, portal: Portal, visitor: Visitor) -> Response:
    """The « règles d'usage », to accept."""
    return _document_page(request, portal, visitor, Step.USAGE_RULES)


@signed_in_form
def accept_usage_rules(request: Request, portal: Portal, visitor: Visitor, form: Form) -> Response:
    """Record that they are accepted."""
    return _accept(request, portal, visitor, form, Step.USAGE_RULES)


@form_page
def terms_of_use_page(request: Request, portal: Portal, visitor: Visitor) -> Response:
    """The « conditions d'utilisation », to accept."""
    return _document_page(request, portal, visitor, Step.TERMS_OF_USE)


@signed_in_form
def accept_terms_of_use(request: Request, portal: Portal, visitor: Visitor, form: Form) -> Response:
    """Record that they are accepted: the first connection is over."""
    return _accept(request, portal, visitor, form, Step.TERMS_OF_USE)


def _document_page(request: Request, portal: Portal, visitor: Visitor, step: Step) -> Response:
    if _at(visitor, step) is None:
        return onward(visitor, AFTER_SIGN_IN)
    return _document_form(request, portal, visitor, step)


def _accept(request: Request, portal: Portal, visitor: Visitor, form: Form, step: Step) -> Response:
    user_id = _at(visitor, step)
    if user_id is None:
        return onward(visitor, AFTER_SIGN_IN)
    document, version = _DOCUMENTS[step], form.get("version", "")
    if version != documents.current(document).version:
        return _document_form(request, portal, visitor, step, (FieldError("texte", _NEW_VERSION),))
    if form.get("accepte") != "oui":
        return _document_form(request, portal, visitor, step, (FieldError("accepte", _NOT_ACCEPTED[document]),))
    try:
        with transaction(on=portal.engine) as session:
            first_connection.accept(session, user_id, document, version)
            now_there = portal.visitors.again(session, visitor)
            if now_there.viewer is not None:  # more opens from now on: what opened less is not to open it too
                now_there = portal.visitors.sign_in(session, visitor, user_id)
    except OutOfOrder:
        return RedirectResponse(FIRST_CONNECTION_PATH, status_code=303)
    if now_there.user_id is None:
        return session_over()
    response = onward(now_there, DONE_PATH)
    portal.visitors.remember(request, response, now_there)
    return response


def _document_form(
    request: Request, portal: Portal, visitor: Visitor, step: Step, errors: tuple[FieldError, ...] = ()
) -> Response:
    text = documents.current(_DOCUMENTS[step])
    return _step(request, portal, visitor, step, "first_connection/document.html", errors, text=text)


# All steps


def _at(visitor: Visitor, step: Step) -> int | None:
    """The user who is at this step of a first connection."""
    newcomer = visitor.newcomer
    return newcomer.user_id if newcomer and newcomer.is_first_connection and newcomer.step is step else None


def _step(
    request: Request,
    portal: Portal,
    visitor: Visitor,
    step: Step,
    template: str,
    errors: tuple[FieldError, ...],
    **context: Any,
) -> Response:
    return portal.pages.render(
        request,
        template,
        visitor,
        status_code=422 if errors else 200,
        stages=ALL_STAGES,
        stage=STAGES[step],
        errors=errors,
        refusal="Cette étape n’est pas encore terminée",
        error_of={error.field: error.message for error in errors},
        **context,
    )
