"""«Gestion des habilitations» → «Mes utilisateurs»: the list, «Créer un utilisateur», and one user's own pages.

Whoever manages no users is told that these addresses do not exist, and so is whoever asks for a user who is not theirs
to see. What is allowed is decided in `offre_bailleurs.access`, and again in the transaction of each change.
"""

from __future__ import annotations

import re
import secrets
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from offre_bailleurs.access import Viewer, givable_groups, may_change, visible_user
from offre_bailleurs.attempts import TooMany, check_refused_emails, count_refused_email
from offre_bailleurs.campaigns import today
from offre_bailleurs.contacts import format_phone
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.models import ConventionState, Organisation, PortalUser, UserState, WorkingMode
from offre_bailleurs.users import (
    EmailTaken,
    Invalid,
    NotAllowed,
    Reason,
    close_user,
    create_user,
    resend_credentials,
    update_user,
)
from portal.context import Portal, page, signed_in_form, to_sign_in
from portal.endpoints.errors import too_many_requests
from portal.forms import FieldError, Form
from portal.pagination import page_links
from portal.user_form import Typed, errors_of, read_user, typed_in, typed_of
from portal.user_list import (
    DWELLING_TYPES,
    USERS_PATH,
    Criteria,
    describe_departements,
    describe_standing,
    role_of,
    standing_of,
    user_page,
)
from portal.visitors import Visitor

NEW_USER_PATH = f"{USERS_PATH}/nouveau"
CREATION_FIELD = "demande"
"""A value drawn for each form of creation: the same form sent twice creates one user."""

_USER_ID = re.compile(r"[0-9]{1,9}")
_CONVENTION_STATES = {ConventionState.VALIDATED: "Validée"}
_WORKING_MODES = {
    WorkingMode.SEDENTARY: "Sédentaire (poste fixe)",
    WorkingMode.ITINERANT: "Itinérant (postes différents)",
}
_EMAIL_TAKEN = (
    FieldError(
        "adresse_mail",
        "Cette adresse mail est déjà celle d’un autre utilisateur : chaque accès a la sienne. Donnez-en une autre.",
    ),
)
_REFUSED = {
    Reason.GROUPS: FieldError("groupes", "L’un des groupes cochés n’est pas, ou n’est plus, de ceux que vous donnez."),
    Reason.DELEGATION: FieldError("formulaire", "Seul l’administrateur nomme les responsables d’habilitation."),
}


class Done(StrEnum):
    """What has just been done to a user; the value is what the confirmation's address says."""

    CREATED = "creation"
    UPDATED = "modification"
    MOVED = "nouvelle-adresse"
    """Updated, with another email address."""
    CLOSED = "cloture"
    SENT = "renvoi"


@page
def authorisations(request: Request, portal: Portal, visitor: Visitor) -> Response:
    """«Gestion des habilitations» opens on «Mes utilisateurs»."""
    if visitor.viewer is None:
        return to_sign_in(request.url.path)
    manager_of(visitor)
    return RedirectResponse(USERS_PATH, status_code=303)


@page
def users(request: Request, portal: Portal, visitor: Visitor) -> Response:
    """The users whom the viewer may see."""
    if visitor.viewer is None:
        return to_sign_in(request.url.path)
    manager = manager_of(visitor)
    day = today()
    with reading(on=portal.engine) as session:
        listing = user_page(session, manager, Criteria.read(request.query_params))
        return portal.pages.render(
            request,
            "users/list.html",
            visitor,
            viewer=manager,
            listing=listing,
            rows=[
                (user, role_of(user), standing_of(user, day), describe_standing(user, day)) for user in listing.users
            ],
            links=page_links(listing.criteria.page, listing.page_count),
        )


# Creating


@page
def new_user_page(request: Request, portal: Portal, visitor: Visitor) -> Response:
    """The empty form of «Créer un utilisateur»."""
    if visitor.viewer is None:
        return to_sign_in(request.url.path)
    with reading(on=portal.engine) as session:
        return _creation_form(request, portal, visitor, session, Typed({}), secrets.token_urlsafe(16))


@signed_in_form
def new_user(request: Request, portal: Portal, visitor: Visitor, form: Form) -> Response:
    """«Valider»: create the user, or say what is wrong."""
    manager = manager_of(visitor)
    typed, drawn = typed_in(form), form.get(CREATION_FIELD, "")
    new, errors = read_user(typed)
    if new is not None:
        # The address is part of it: whoever goes back and types somebody else's means somebody else.
        asked = f"{drawn}\0{new.email}"
        key = f"page/{portal.visitors.request_key(visitor, asked)}"
        try:
            with transaction(on=portal.engine) as session:
                check_refused_emails(session, manager.user_id)
                try:
                    return _done(create_user(session, manager, new, creation_key=key).id, Done.CREATED)
                except EmailTaken:
                    count_refused_email(session, manager.user_id)
                    errors = _EMAIL_TAKEN
        except TooMany as limit:
            return too_many_requests(request, portal, limit.seconds)
        except (NotAllowed, Invalid) as error:
            errors = _told(error)
    with reading(on=portal.engine) as session:
        return _creation_form(request, portal, visitor, session, typed, drawn, errors)


def _creation_form(
    request: Request,
    portal: Portal,
    visitor: Visitor,
    session: Session,
    typed: Typed,
    drawn: str,
    errors: tuple[FieldError, ...] = (),
) -> Response:
    manager = manager_of(visitor)
    return portal.pages.render(
        request,
        "users/new.html",
        visitor,
        status_code=422 if errors else 200,
        drawn=drawn,
        creation_field=CREATION_FIELD,
        **_form_parts(session, manager, typed, errors),
    )


# One user


@page
def user(request: Request, portal: Portal, visitor: Visitor) -> Response:
    """A user's details, in a form when the viewer may change them."""
    if visitor.viewer is None:
        return to_sign_in(request.url.path)
    with reading(on=portal.engine) as session:
        return _details(request, portal, visitor, session, _visible(request, session, manager_of(visitor)))


@signed_in_form
def edited_user(request: Request, portal: Portal, visitor: Visitor, form: Form) -> Response:
    """«Valider» of the form of a user who exists."""
    manager = manager_of(visitor)
    typed = typed_in(form)
    with reading(on=portal.engine) as session:
        present = _visible(request, session, manager)
        if not _is_editable(manager, present):
            return _details(request, portal, visitor, session, present, status_code=403)
        user_id, email = present.id, present.email
        changes, errors = read_user(typed, present)
    if changes is not None:
        try:
            with transaction(on=portal.engine) as session:
                if changes.email != email:
                    check_refused_emails(session, manager.user_id)
                try:
                    update_user(session, manager, user_id, changes)
                    return _done(user_id, Done.UPDATED if changes.email == email else Done.MOVED)
                except EmailTaken:
                    count_refused_email(session, manager.user_id)
                    errors = _EMAIL_TAKEN
        except LookupError:
            raise HTTPException(404) from None
        except TooMany as limit:
            return too_many_requests(request, portal, limit.seconds)
        except NotAllowed as refusal:
            if refusal.reason not in _REFUSED or not _still_may_change(portal, manager, user_id):
                return _refused(request, portal, visitor)
            errors = _told(refusal)
        except Invalid as error:
            errors = _told(error)
    with reading(on=portal.engine) as session:
        found = _visible(request, session, manager)
        return _details(request, portal, visitor, session, found, typed, errors, status_code=422)


@page
def closing_page(request: Request, portal: Portal, visitor: Visitor) -> Response:
    """Ask before closing: it is for good."""
    if visitor.viewer is None:
        return to_sign_in(USERS_PATH)
    manager = manager_of(visitor)
    with reading(on=portal.engine) as session:
        found = _visible(request, session, manager)
        if not _is_editable(manager, found):
            return RedirectResponse(user_path(found.id), status_code=303)
        return portal.pages.render(request, "users/closing.html", visitor, viewer=manager, user=found)


@signed_in_form
def closed_user(request: Request, portal: Portal, visitor: Visitor, form: Form) -> Response:
    """«Clôturer l’accès», confirmed."""
    manager = manager_of(visitor)
    try:
        with transaction(on=portal.engine) as session:
            return _done(close_user(session, manager, _user_id(request)).id, Done.CLOSED)
    except LookupError:
        raise HTTPException(404) from None
    except NotAllowed:
        return _refused(request, portal, visitor)


@signed_in_form
def resent_credentials(request: Request, portal: Portal, visitor: Visitor, form: Form) -> Response:
    """«Renvoyer l’identifiant et un mot de passe provisoire»."""
    manager = manager_of(visitor)
    user_id = _user_id(request)
    try:
        with transaction(on=portal.engine) as session:
            resend_credentials(session, manager, user_id)
        return _done(user_id, Done.SENT)
    except LookupError:
        raise HTTPException(404) from None
    except NotAllowed:
        return _refused(request, portal, visitor)
    except TooMany as limit:
        return too_many_requests(request, portal, limit.seconds)
    except Invalid as invalid:
        with reading(on=portal.engine) as session:
            found = _visible(request, session, manager)
            errors = errors_of(invalid)
            return _details(request, portal, visitor, session, found, typed_of(found), errors, status_code=422)


@page
def confirmation(request: Request, portal: Portal, visitor: Visitor) -> Response:
    """Say what has just been done, as long as it is true."""
    if visitor.viewer is None:
        return to_sign_in(USERS_PATH)
    manager = manager_of(visitor)
    with reading(on=portal.engine) as session:
        found = _visible(request, session, manager)
        done = request.path_params["done"]
        if done not in set(Done):
            raise HTTPException(404)
        if (done == Done.CLOSED) != (found.state is UserState.CLOSED):
            return RedirectResponse(user_path(found.id), status_code=303)
        return portal.pages.render(request, "users/done.html", visitor, viewer=manager, user=found, done=done)


def user_path(user_id: int) -> str:
    """The address of a user's page."""
    return f"{USERS_PATH}/{user_id}"


def manager_of(visitor: Visitor) -> Viewer:
    """Who is signed in, if they manage users.

    Raises:
        HTTPException: 404, they do not: they are not told that there is anything here.
    """
    if visitor.viewer is None or not visitor.viewer.manages_users:
        raise HTTPException(404)
    return visitor.viewer


def _user_id(request: Request) -> int:
    user_id = request.path_params["user_id"]
    if not _USER_ID.fullmatch(user_id):
        raise HTTPException(404)
    return int(user_id)


def _visible(request: Request, session: Session, manager: Viewer) -> PortalUser:
    found = visible_user(session, manager, _user_id(request))
    if found is None:
        raise HTTPException(404)
    return found


def _done(user_id: int, done: Done) -> Response:
    return RedirectResponse(f"{user_path(user_id)}/{done.value}/confirmation", status_code=303)


def _told(error: NotAllowed | Invalid) -> tuple[FieldError, ...]:
    """Why nothing was done, in the form.

    Raises:
        HTTPException: 404, whoever asks manages no users any more.
    """
    if isinstance(error, Invalid):
        return errors_of(error)
    if error.reason not in _REFUSED:
        raise HTTPException(404)
    return (_REFUSED[error.reason],)


def _still_may_change(portal: Portal, manager: Viewer, user_id: int) -> bool:
    with reading(on=portal.engine) as session:
        found = visible_user(session, manager, user_id)
        return found is not None and _is_editable(manager, found)


def _is_editable(manager: Viewer, user: PortalUser) -> bool:
    return user.state is not UserState.CLOSED and may_change(manager, user)


def _refused(request: Request, portal: Portal, visitor: Visitor) -> Response:
    """The user's page, which says why they cannot be changed by this viewer; nothing was done."""
    with reading(on=portal.engine) as session:
        found = _visible(request, session, manager_of(visitor))
        return _details(request, portal, visitor, session, found, status_code=403)


def _details(
    request: Request,
    portal: Portal,
    visitor: Visitor,
    session: Session,
    found: PortalUser,
    typed: Typed | None = None,
    errors: tuple[FieldError, ...] = (),
    *,
    status_code: int = 200,
) -> Response:
    manager = manager_of(visitor)
    day = today()
    is_editable = _is_editable(manager, found)
    return portal.pages.render(
        request,
        "users/user.html",
        visitor,
        status_code=status_code,
        user=found,
        role=role_of(found),
        standing=standing_of(found, day),
        standing_words=describe_standing(found, day),
        phone=format_phone(found.phone) if found.phone else "",
        working_mode=_WORKING_MODES[found.working_mode] if found.working_mode else "",
        is_closed=found.state is UserState.CLOSED,
        is_editable=is_editable,
        **_form_parts(session, manager, typed or typed_of(found), errors if is_editable else ()),
    )


def _form_parts(session: Session, manager: Viewer, typed: Typed, errors: tuple[FieldError, ...]) -> dict[str, Any]:
    organisation = session.scalars(select(Organisation).where(Organisation.id == manager.organisation_id)).one()
    return {
        "viewer": manager,
        "organisation": organisation,
        "convention_state": _CONVENTION_STATES[organisation.convention_state],
        "groups": [
            (group, DWELLING_TYPES[group.dwelling_type], describe_departements(group.departements))
            for group in session.scalars(givable_groups(manager))
        ],
        "typed": typed,
        "errors": errors,
        "error_of": {error.field: error.message for error in errors},
    }
