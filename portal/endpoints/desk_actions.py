"""What an adviser does at the desk: take, say, answer by email, hand back, close.

Plain forms, each with a page that says why nothing was done when nothing was. Only what is said in the chat goes by the
page's script, so that the page stays. What is allowed is decided in `offre_bailleurs.desk.advising`, in the transaction
of each change.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from offre_bailleurs.access import Adviser
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.desk import advising
from offre_bailleurs.desk.reasons import ADVISERS_OUTCOMES, OUTCOME_NAMES
from offre_bailleurs.french.format import grouped
from offre_bailleurs.models import RequestKind
from portal.context import Portal
from portal.desk import DESK_PATH, desk_form, is_htmx
from portal.desk_requests import request_path
from portal.endpoints.desk import allowed, found_request, new_key, request_id_of, show_request
from portal.forms import FieldError, Form
from portal.visitors import Visitor

TEXT_FIELD = "texte"
KEY_FIELD = "cle"
"""A value drawn for each form: what is sent twice is said once."""
OUTCOME_FIELD = "issue"
AGAIN_FIELD = "encore"
"""Ticked by whoever knows that an answer was sent already."""

_REFUSALS: dict[type[advising.Refusal] | type[advising.ConversationGone], str] = {
    advising.NotWaiting: "Cette demande n’attend plus : elle est close, ou le bailleur en a fait une autre.",
    advising.AlreadyAnswered: (
        "Rien n’a été envoyé : une réponse est déjà partie par courriel. Si vous en envoyez une autre, cochez la case."
    ),
    advising.NotYours: "Rien n’a été fait : cette demande n’est pas, ou n’est plus, entre vos mains.",
    advising.TooLong: f"Votre texte dépasse {grouped(advising.MAX_LENGTH)} caractères : raccourcissez-le.",
    advising.Empty: "Écrivez d’abord votre réponse.",
    advising.NoAddress: "Aucune adresse courriel n’a été laissée : cette demande peut seulement être close.",
    advising.ConversationGone: "Le bailleur a effacé la conversation, ou elle a expiré : rien n’a pu lui être dit.",
}
NEWEST = "dernier"
"""The end of the log: without JavaScript, a page that is shown again is opened there."""

_NO_OUTCOME = FieldError(OUTCOME_FIELD, "Choisissez comment la demande s’est terminée.")

Act = Callable[[Session, Adviser, int], object]


@desk_form
def take(request: Request, portal: Portal, visitor: Visitor, who: Adviser, form: Form) -> Response:
    """«Prendre cette demande»."""
    return _do(request, portal, visitor, who, advising.take)


@desk_form
def take_again(request: Request, portal: Portal, visitor: Visitor, who: Adviser, form: Form) -> Response:
    """«Reprendre la parole»."""
    return _do(request, portal, visitor, who, advising.take_again)


@desk_form
def hand_back(request: Request, portal: Portal, visitor: Visitor, who: Adviser, form: Form) -> Response:
    """«Rendre la parole à l'assistant»; of a message, «Remettre dans la file»."""
    with reading(on=portal.engine) as session:
        is_live = found_request(session, who, request).kind is RequestKind.LIVE
    onward = f"{_path(request)}?fait=rendue" if is_live else f"{DESK_PATH}?fait=remise"
    return _do(request, portal, visitor, who, advising.hand_back, onward)


@desk_form
def close(request: Request, portal: Portal, visitor: Visitor, who: Adviser, form: Form) -> Response:
    """«Clore la demande», with one of the four reasons."""
    outcome = next((each for each in ADVISERS_OUTCOMES if each.value == form.get(OUTCOME_FIELD)), None)
    if outcome is None:
        return show_request(request, portal, visitor, who, errors=(_NO_OUTCOME,), status_code=422)

    def act(session: Session, adviser: Adviser, request_id: int) -> None:
        advising.close(session, adviser, request_id, outcome)

    return _do(request, portal, visitor, who, act, f"{DESK_PATH}?fait=close")


@desk_form
def say(request: Request, portal: Portal, visitor: Visitor, who: Adviser, form: Form) -> Response:
    """Say something to the landlord, in their chat."""
    text, key = form.get(TEXT_FIELD, ""), form.get(KEY_FIELD, "")
    try:
        _act(request, portal, who, lambda session, by, at: advising.say(session, by, at, text, key=key))
    except (advising.Refusal, advising.ConversationGone) as refusal:
        return _not_said(request, portal, visitor, who, text, key, refusal)
    if not is_htmx(request):
        return RedirectResponse(f"{_path(request)}#{NEWEST}", status_code=303)
    response = portal.pages.render(request, "desk/said.html", visitor, key=new_key(), error="")
    response.headers["HX-Trigger"] = "dit"
    return response


@desk_form
def answer_by_email(request: Request, portal: Portal, visitor: Visitor, who: Adviser, form: Form) -> Response:
    """Answer a message that was left."""
    text, key, again = form.get(TEXT_FIELD, ""), form.get(KEY_FIELD, ""), AGAIN_FIELD in form

    def act(session: Session, adviser: Adviser, request_id: int) -> None:
        advising.answer_by_email(session, adviser, request_id, text, key=key, again=again)

    try:
        _act(request, portal, who, act)
    except advising.Refusal as refusal:
        return _not_said(request, portal, visitor, who, text, key, refusal)
    return RedirectResponse(f"{_path(request)}?fait=courriel", status_code=303)


def _act(request: Request, portal: Portal, who: Adviser, act: Act) -> None:
    request_id = request_id_of(request)
    with transaction(on=portal.engine) as session:
        found_request(session, who, request)
        allowed(lambda: act(session, who, request_id))


def _do(
    request: Request, portal: Portal, visitor: Visitor, who: Adviser, act: Act, onward: str | None = None
) -> Response:
    """Do it and go on to a page; when it cannot be done, the request's page says why."""
    try:
        _act(request, portal, who, act)
    except (advising.Refusal, advising.ConversationGone) as refusal:
        return show_request(request, portal, visitor, who, refusal=_refusal_in_words(refusal), status_code=409)
    return RedirectResponse(onward or _path(request), status_code=303)


def _not_said(
    request: Request,
    portal: Portal,
    visitor: Visitor,
    who: Adviser,
    text: str,
    key: str,
    refusal: Exception,
) -> Response:
    """What was typed stays where it was typed."""
    words = _refusal_in_words(refusal)
    is_fault_of_text = isinstance(refusal, advising.TooLong | advising.Empty)
    status_code = 422 if is_fault_of_text else 409
    if is_htmx(request):
        return portal.pages.render(
            request, "desk/said.html", visitor, status_code=status_code, key=key or new_key(), error=words
        )
    errors = (FieldError(TEXT_FIELD, words),) if is_fault_of_text else ()
    return show_request(
        request,
        portal,
        visitor,
        who,
        text=text,
        errors=errors,
        refusal="" if errors else words,
        status_code=status_code,
    )


def _refusal_in_words(refusal: Exception) -> str:
    if isinstance(refusal, advising.TakenByAnother):
        return f"Cette demande est déjà prise par {refusal.name}."
    if isinstance(refusal, advising.AlreadyClosed):
        return f"Rien n’a été changé, cette demande est déjà close : {OUTCOME_NAMES[refusal.outcome]}."
    return next(words for kind, words in _REFUSALS.items() if isinstance(refusal, kind))


def _path(request: Request) -> str:
    return request_path(request_id_of(request))
