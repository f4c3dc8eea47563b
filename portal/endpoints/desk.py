"""The desk's pages: the queue, and a request.

Each page works with a reload. With JavaScript, htmx asks for what is new (`queue_news`, `request_news`: 204 when there
is nothing) and adds it, so that nothing that is being typed is lost. What an adviser does there: `desk_actions`.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from offre_bailleurs.access import Adviser
from offre_bailleurs.database import now, reading, transaction
from offre_bailleurs.desk import advising
from offre_bailleurs.desk.reasons import ADVISERS_OUTCOMES, OUTCOME_NAMES
from offre_bailleurs.desk.trail import last_answer
from offre_bailleurs.models import RequestKind, RequestState, SupportRequest
from portal.context import Portal
from portal.desk import desk_fragment, desk_page
from portal.desk_answers import ready_answer, ready_answers
from portal.desk_requests import (
    asked_anew,
    change_in_words,
    has_conversation,
    is_gone,
    past_in_words,
    queue,
    request_path,
    row,
    said,
    standing,
)
from portal.forms import FieldError
from portal.rendering import typeset
from portal.visitors import Visitor

_REQUEST_ID = re.compile(r"[0-9]{1,9}")
_SEQ = re.compile(r"[0-9]{1,9}")
_LONGEST_QUERY = 100

_NOTICES = {
    "close": "La demande est close.",
    "rendue": "L’assistant a repris la parole. Il reste à clore cette demande : dites comment elle s’est terminée.",
    "remise": "La demande attend de nouveau un conseiller.",
    "courriel": "Votre réponse est enregistrée : elle part par courriel. Il reste à clore cette demande.",
}
"""The only messages that an address can bring to a page."""


# The queue


@desk_page
def queue_page(request: Request, portal: Portal, visitor: Visitor, who: Adviser) -> Response:
    """Who waits, and what the adviser and their colleagues have under way."""
    with reading(on=portal.engine) as session:
        return portal.pages.render(
            request, "desk/queue.html", visitor, queue=_queue(session, who), notice=_notice(request), heard=None
        )


@desk_fragment
def queue_news(request: Request, portal: Portal, visitor: Visitor, who: Adviser) -> Response:
    """The lists, unless they are as the page shows them."""
    with reading(on=portal.engine) as session:
        now_there = _queue(session, who)
        if request.query_params.get("vu") == now_there.seen_as:
            return Response(status_code=204)
        heard = _number(request.query_params.get("attendent"))
        return portal.pages.render(request, "desk/queue_lists.html", visitor, queue=now_there, heard=heard)


def _queue(session: Session, who: Adviser) -> Any:
    return allowed(lambda: queue(session, who))


# A request


@desk_page
def request_page(request: Request, portal: Portal, visitor: Visitor, who: Adviser) -> Response:
    """Who asks, what was said, and what the adviser can do."""
    _mark_seen(request, portal, who)
    chosen = request.query_params.get("reponse")
    return show_request(request, portal, visitor, who, chosen=chosen)


@desk_fragment
def request_news(request: Request, portal: Portal, visitor: Visitor, who: Adviser) -> Response:
    """What was said since message number `apres`, and whether the request has changed; asking is being there."""
    _mark_seen(request, portal, who)
    after = _number(request.query_params.get("apres"))
    with reading(on=portal.engine) as session:
        found = found_request(session, who, request)
        lines = advising.transcript(session, found, after=after)
        gone = is_gone(session, found)
        anew = asked_anew(session, found)
        stands = standing(found, is_gone=gone, anew=anew)
        has_changed = request.query_params.get("etat") != stands
        if not lines and not has_changed:
            return Response(status_code=204)
        return portal.pages.render(
            request,
            "desk/request_news.html",
            visitor,
            lines=[said(line) for line in lines],
            last_seq=lines[-1].seq if lines else after,
            stands=stands,
            change=change_in_words(found, who, is_gone=gone, anew=anew) if has_changed else "",
            request_path=request_path(found.id),
        )


@desk_fragment
def answers(request: Request, portal: Portal, visitor: Visitor, who: Adviser) -> Response:
    """The ready answers that fit what the adviser is typing."""
    with reading(on=portal.engine) as session:
        found = found_request(session, who, request)
        query = request.query_params.get("q", "")[:_LONGEST_QUERY]
        return portal.pages.render(
            request,
            "desk/ready_answers.html",
            visitor,
            answers=ready_answers(query, found.profile, found.topic),
            request_path=request_path(found.id),
        )


def show_request(
    request: Request,
    portal: Portal,
    visitor: Visitor,
    who: Adviser,
    *,
    text: str = "",
    chosen: str | None = None,
    errors: tuple[FieldError, ...] = (),
    refusal: str = "",
    status_code: int = 200,
) -> Response:
    """A request's page, with what was typed there and what went wrong."""
    query = request.query_params.get("q", "")[:_LONGEST_QUERY]
    with reading(on=portal.engine) as session:
        found = found_request(session, who, request)
        lines = advising.transcript(session, found)
        gone = is_gone(session, found)
        anew = asked_anew(session, found)
        ready = ready_answer(chosen, found.profile) if chosen else None
        is_mine = found.adviser_id == who.user_id
        return portal.pages.render(
            request,
            "desk/request.html",
            visitor,
            status_code=status_code,
            asked=found,
            row=row(found, now()),
            lines=[said(line) for line in lines],
            last_seq=lines[-1].seq if lines else 0,
            has_conversation=has_conversation(found),
            is_gone=gone,
            stands=standing(found, is_gone=gone, anew=anew),
            anew_path=request_path(anew.id) if anew else "",
            past=past_in_words(session, found),
            is_answered=found.kind is RequestKind.MESSAGE and last_answer(session, found) is not None,
            is_waiting=found.state is RequestState.WAITING,
            is_closed=found.state is RequestState.CLOSED,
            is_mine=is_mine and found.state is not RequestState.CLOSED,
            has_floor=is_mine and found.state is RequestState.TAKEN,
            is_live=found.kind is RequestKind.LIVE,
            outcomes=[(outcome.value, OUTCOME_NAMES[outcome]) for outcome in ADVISERS_OUTCOMES],
            answers=ready_answers(query, found.profile, found.topic),
            query=query,
            key=new_key(),
            text=text or (typeset(ready.text) if ready else ""),
            max_length=advising.MAX_LENGTH,
            notice=_notice(request),
            refusal=refusal,
            errors=errors,
            error_of={error.field: error.message for error in errors},
            request_path=request_path(found.id),
        )


def _mark_seen(request: Request, portal: Portal, who: Adviser) -> None:
    with transaction(on=portal.engine) as session:
        allowed(lambda: advising.seen(session, who, request_id_of(request)))


def found_request(session: Session, who: Adviser, request: Request) -> SupportRequest:
    """The request that the address names.

    Raises:
        HTTPException: 404, there is none, or none for this person.
    """
    found = allowed(lambda: advising.find(session, who, request_id_of(request)))
    if not isinstance(found, SupportRequest):
        raise HTTPException(404)
    return found


def allowed(act: Callable[[], object]) -> Any:
    """What an adviser may do.

    Raises:
        HTTPException: 404, their access was closed a moment ago.
    """
    try:
        return act()
    except advising.NotAdviser:
        raise HTTPException(404) from None


def request_id_of(request: Request) -> int:
    """The number in the address.

    Raises:
        HTTPException: 404, it is none.
    """
    request_id = request.path_params["request_id"]
    if not _REQUEST_ID.fullmatch(request_id):
        raise HTTPException(404)
    return int(request_id)


def _number(value: str | None) -> int:
    return int(value) if value and _SEQ.fullmatch(value) else 0


def _notice(request: Request) -> str | None:
    return _NOTICES.get(request.query_params.get("fait", ""))


def new_key() -> str:
    """A value drawn for each form: what is sent twice is said once."""
    return str(uuid.uuid4())
