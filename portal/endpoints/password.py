"""The choice of one's own password: the third step of the first connection, and after « Mot de passe oublié »."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from offre_bailleurs import passwords
from offre_bailleurs.accounts import hash_password
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.first_connection import SameAsTemporary, Step, choose_password, refuse_temporary
from offre_bailleurs.models import PortalUser
from portal.context import Portal, form_page, session_over, signed_in_form
from portal.endpoints.sign_in import onward, safe_next
from portal.forms import FieldError, Form
from portal.steps import ALL_STAGES, STAGES
from portal.visitors import Visitor

PASSWORD_FIELD = "nouveau"  # noqa: S105 - a field's name
AGAIN_FIELD = "nouveau_encore"

_TEMPORARY = "C’est votre mot de passe provisoire. Choisissez-en un autre, que vous seul connaissez."


@form_page
def password_page(request: Request, portal: Portal, visitor: Visitor) -> Response:
    """The form, for whoever has a password to choose; anybody else is led where they belong."""
    next_path = safe_next(request.query_params.get("next"))
    if not _belongs_here(request, visitor):
        return onward(visitor, next_path)
    return _form(request, portal, visitor, next_path)


@signed_in_form
def give_password(request: Request, portal: Portal, visitor: Visitor, form: Form) -> Response:
    """Store the password that was chosen; every session of its owner is over, and this browser gets a new one."""
    next_path = safe_next(form.get("next"))
    if visitor.newcomer is None or not _belongs_here(request, visitor):
        return onward(visitor, next_path)
    password, again = form.get(PASSWORD_FIELD, ""), form.get(AGAIN_FIELD, "")
    user_id = visitor.newcomer.user_id
    errors = _refusals(portal, user_id, password, again)
    if errors:
        return _form(request, portal, visitor, next_path, errors)
    password_hash = hash_password(password)
    with transaction(on=portal.engine) as session:
        # What was true of this browser may have ended while the password was being hashed: by a double click.
        still_there = portal.visitors.again(session, visitor)
        if still_there.user_id is None:
            return session_over()
        if still_there.newcomer != visitor.newcomer:
            return onward(still_there, next_path)
        choose_password(session, user_id, password_hash)
        signed_in = portal.visitors.sign_in(session, visitor, user_id)
    response = onward(signed_in, next_path)
    portal.visitors.remember(request, response, signed_in)
    return response


def _belongs_here(request: Request, visitor: Visitor) -> bool:
    newcomer = visitor.newcomer
    return newcomer is not None and newcomer.step is Step.PASSWORD and newcomer.path == request.url.path


def _refusals(portal: Portal, user_id: int, password: str, again: str) -> tuple[FieldError, ...]:
    """What is wrong with a password, in the order of the form; nothing when it will do."""
    if not password:
        return (FieldError(PASSWORD_FIELD, "Saisissez le mot de passe que vous choisissez."),)
    with reading(on=portal.engine) as session:
        user = session.get_one(PortalUser, user_id)
        personal = [user.login, user.first_name, user.last_name, user.email or ""]
        if user.account is not None:
            personal.append(user.account.name)
        try:
            refuse_temporary(session, user_id, password)
        except SameAsTemporary:
            return (FieldError(PASSWORD_FIELD, _TEMPORARY),)
    weaknesses = passwords.weaknesses(password, personal)
    errors = [FieldError(PASSWORD_FIELD, " ".join(weaknesses))] if weaknesses else []
    if not again:
        errors.append(FieldError(AGAIN_FIELD, "Saisissez une seconde fois le même mot de passe."))
    elif again != password:
        errors.append(FieldError(AGAIN_FIELD, "Les deux mots de passe sont différents. Saisissez deux fois le même."))
    return tuple(errors)


def _form(
    request: Request, portal: Portal, visitor: Visitor, next_path: str, errors: tuple[FieldError, ...] = ()
) -> Response:
    """What was typed is never sent back."""
    newcomer = visitor.newcomer
    assert newcomer is not None  # noqa: S101 - `_belongs_here`
    with reading(on=portal.engine) as session:
        login = session.get_one(PortalUser, newcomer.user_id).login
    return portal.pages.render(
        request,
        "first_connection/password.html" if newcomer.is_first_connection else "new_password.html",
        visitor,
        status_code=422 if errors else 200,
        stages=ALL_STAGES,
        stage=STAGES[Step.PASSWORD],
        rules=passwords.RULES,
        login=login,
        next_path=next_path,
        errors=errors,
        error_of={error.field: error.message for error in errors},
        refusal="Le mot de passe n’a pas été enregistré",
    )
