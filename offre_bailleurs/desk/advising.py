"""The adviser's side of the desk: take a request, answer it, hand the floor back, say how it ended.

Each function works in the caller's transaction, and reads there again whether whoever acts is still an adviser, their
row locked: one whose access is closed at the same moment has been closed, and what they did before it is the desk's.
Journal entries tell who did what to which request, never what was said.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import Final

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from offre_bailleurs import access
from offre_bailleurs.access import Adviser
from offre_bailleurs.audit import record
from offre_bailleurs.chat_tables import Floor
from offre_bailleurs.database import now
from offre_bailleurs.desk import tickets
from offre_bailleurs.desk.floor import ADVISER, BOT, ConversationGone, give_floor, say_once
from offre_bailleurs.desk.letter import answer_letter, without_schemes
from offre_bailleurs.desk.reasons import ADVISERS_OUTCOMES
from offre_bailleurs.desk.refusals import (
    AlreadyAnswered,
    AlreadyClosed,
    Empty,
    NoAddress,
    NotAdviser,
    NotWaiting,
    NotYours,
    Refusal,
    TakenByAnother,
    TooLong,
)
from offre_bailleurs.desk.trail import last_answer
from offre_bailleurs.desk.transcript import Line, transcript
from offre_bailleurs.french.text import clean
from offre_bailleurs.mail import messages
from offre_bailleurs.mail.outbox import post_email_to
from offre_bailleurs.models import OutboxMessage, Outcome, PortalUser, RequestKind, RequestState, SupportRequest

__all__ = [
    "JOINED",
    "MAX_LENGTH",
    "AlreadyAnswered",
    "AlreadyClosed",
    "ConversationGone",
    "Empty",
    "Line",
    "NoAddress",
    "NotAdviser",
    "NotWaiting",
    "NotYours",
    "Refusal",
    "TakenByAnother",
    "TooLong",
    "answer_by_email",
    "close",
    "colleagues",
    "find",
    "hand_back",
    "mine",
    "say",
    "seen",
    "take",
    "take_again",
    "transcript",
    "waiting",
]

MAX_LENGTH: Final = 4_000
"""Characters of what an adviser says at once."""

JOINED: Final = "Un conseiller a rejoint la conversation. C'est lui qui vous répond à partir de maintenant."
"""What the assistant says when it gives the floor to an adviser."""

_HELD: Final = (RequestState.TAKEN, RequestState.HANDED_BACK)


# Reading


def waiting(session: Session, who: Adviser) -> list[SupportRequest]:
    """The requests that wait for an adviser, live or a message, the oldest first.

    Raises:
        NotAdviser: they are none any more.
    """
    _check(session, who)
    return _in_order(session, SupportRequest.state == RequestState.WAITING)


def mine(session: Session, who: Adviser) -> list[SupportRequest]:
    """The requests that this adviser has taken and not closed, the oldest first.

    Raises:
        NotAdviser: they are none any more.
    """
    _check(session, who)
    return _in_order(session, SupportRequest.adviser_id == who.user_id, SupportRequest.state.in_(_HELD))


def colleagues(session: Session, who: Adviser) -> list[SupportRequest]:
    """The requests that other advisers have taken and not handed back or closed, the oldest first.

    Raises:
        NotAdviser: they are none any more.
    """
    _check(session, who)
    return _in_order(session, SupportRequest.adviser_id != who.user_id, SupportRequest.state == RequestState.TAKEN)


def find(session: Session, who: Adviser, request_id: int) -> SupportRequest | None:
    """A request, whoever has it: advisers work side by side, and see what their colleagues answer.

    Raises:
        NotAdviser: they are none any more.
    """
    _check(session, who)
    return session.get(SupportRequest, request_id, populate_existing=True)


# Acting


def take(session: Session, who: Adviser, request_id: int) -> SupportRequest:
    """Take a request that waits: of two advisers at once, one gets it. Taking again what one has changes nothing.

    Of a live one the adviser has the floor from now on, and the landlord is told so.

    Raises:
        TakenByAnother: a colleague has it.
        NotWaiting: it is closed or handed back already, or there is none.
        ConversationGone: the landlord has erased the conversation, or it has expired.
        NotAdviser: they are none any more.
    """
    actor = _lock(session, who)
    moment = now()
    taking = (
        update(SupportRequest)
        .where(SupportRequest.id == request_id, SupportRequest.state == RequestState.WAITING)
        .values(
            state=RequestState.TAKEN,
            adviser_id=actor.user_id,
            taken_at=func.coalesce(SupportRequest.taken_at, moment),
            adviser_seen_at=moment,
        )
        .execution_options(synchronize_session=False)
    )
    with session.begin_nested():  # a conversation that is gone leaves nothing of it
        if session.scalar(taking.returning(SupportRequest.id)) is None:
            return _taken_already(session, actor, request_id)
        request = session.get_one(SupportRequest, request_id, populate_existing=True)
        record(session, actor.user_id, "desk.taken", request)
        if request.kind is RequestKind.LIVE:
            _join(session, request)
    return request


def say(session: Session, who: Adviser, request_id: int, text: str, *, key: str) -> int:
    """Say something in the conversation of a live request that this adviser has taken; the message's number.

    The same words with the same key again say nothing more, and give the same number.

    Raises:
        NotYours: it is not theirs, is no live one, or was handed back or closed.
        TooLong: see `MAX_LENGTH`.
        Empty: nothing is left once what shows nothing is taken out.
        ConversationGone: the landlord has erased the conversation, or it has expired.
        NotAdviser: they are none any more.
    """
    said = _readable(text)
    actor = _lock(session, who)
    request = _held(session, actor, request_id, RequestKind.LIVE, RequestState.TAKEN)
    request.adviser_seen_at = now()
    return say_once(session, request.conversation_id, ADVISER, said, key=_key(request, key, said))


def answer_by_email(
    session: Session, who: Adviser, request_id: int, text: str, *, key: str, again: bool = False
) -> None:
    """Answer a message that this adviser has taken, by email; in the chat too while the conversation lives.

    The same words with the same key again send nothing more. Addresses of pages lose their « https:// ». `again`: the
    adviser knows that an answer was sent before.

    Raises:
        AlreadyAnswered: one was, by them or by a colleague, and they do not know it.
        NotYours: it is not theirs, is no message, or was closed.
        NoAddress: no email address was left.
        TooLong: see `MAX_LENGTH`.
        Empty: nothing is left once what shows nothing is taken out.
        NotAdviser: they are none any more.
    """
    said = _readable(without_schemes(text))
    actor = _lock(session, who)
    request = _held(session, actor, request_id, RequestKind.MESSAGE, RequestState.TAKEN)
    if request.email is None:
        raise NoAddress
    name = _key(request, key, said)
    if session.scalar(select(exists().where(OutboxMessage.key == name))):
        return
    if not again and last_answer(session, request) is not None:
        raise AlreadyAnswered
    post_email_to(session, request.email, answer_letter(request, said), purpose=messages.ADVISER_ANSWER, key=name)
    record(session, actor.user_id, "desk.answered", request)
    with suppress(ConversationGone):  # the email is the answer
        say_once(session, request.conversation_id, ADVISER, said, key=name)


def hand_back(session: Session, who: Adviser, request_id: int) -> None:
    """Give the floor back to the assistant, or a message back to the queue. Doing it again changes nothing.

    A live request that was handed back has still to be closed.

    Raises:
        NotYours: it is not theirs, or was closed.
        NotAdviser: they are none any more.
    """
    actor = _lock(session, who)
    request = _held(session, actor, request_id, None, *_HELD)
    if request.state is RequestState.HANDED_BACK:
        return
    if request.kind is RequestKind.LIVE:
        request.state, request.handed_back_at = RequestState.HANDED_BACK, now()
        _return_floor(session, request)
    else:
        request.state, request.adviser_id = RequestState.WAITING, None
    record(session, actor.user_id, "desk.handed_back", request)


def take_again(session: Session, who: Adviser, request_id: int) -> None:
    """Take the floor again in a conversation that one has handed back. Doing it again changes nothing.

    Raises:
        NotYours: it is not theirs, or was closed.
        NotWaiting: the landlord has asked for an adviser again: that request is the one to take.
        ConversationGone: the landlord has erased the conversation, or it has expired.
        NotAdviser: they are none any more.
    """
    actor = _lock(session, who)
    request = _held(session, actor, request_id, RequestKind.LIVE, *_HELD)
    if request.state is RequestState.TAKEN:
        return
    try:
        with session.begin_nested():
            request.state, request.handed_back_at, request.adviser_seen_at = RequestState.TAKEN, None, now()
            record(session, actor.user_id, "desk.taken_again", request)
            _join(session, request)
    except IntegrityError:  # one open request a conversation
        raise NotWaiting from None


def close(session: Session, who: Adviser, request_id: int, outcome: Outcome) -> None:
    """Say how a request ended. Saying the same again changes nothing.

    The floor goes back to the assistant when the adviser has it still.

    Raises:
        AlreadyClosed: it ended otherwise, or by a colleague, and stays as it is.
        NotYours: it is not theirs.
        ValueError: the outcome is none of `reasons.ADVISERS_OUTCOMES`.
        NotAdviser: they are none any more.
    """
    if outcome not in ADVISERS_OUTCOMES:
        raise ValueError("no adviser says this of a request")
    actor = _lock(session, who)
    request = _found(session, request_id)
    is_theirs = request.adviser_id == actor.user_id
    if request.outcome is not None:
        if is_theirs and request.outcome is outcome:
            return
        raise AlreadyClosed(request.outcome)
    if not is_theirs:
        raise NotYours
    has_floor = request.kind is RequestKind.LIVE and request.state is RequestState.TAKEN
    request.state, request.outcome, request.closed_at = RequestState.CLOSED, outcome, now()
    record(session, actor.user_id, "desk.closed", request, outcome=outcome.value)
    if has_floor:
        _return_floor(session, request)
    tickets.tell(session, request, "closed")


def seen(session: Session, who: Adviser, request_id: int) -> None:
    """Note that the page of the adviser who has a live request is open: see `DESK_ABSENCE`. Of any other, nothing.

    Raises:
        NotAdviser: they are none any more.
    """
    _check(session, who)
    session.execute(
        update(SupportRequest)
        .where(
            SupportRequest.id == request_id,
            SupportRequest.adviser_id == who.user_id,
            SupportRequest.state == RequestState.TAKEN,
        )
        .values(adviser_seen_at=now())
        .execution_options(synchronize_session=False)
    )


def _check(session: Session, who: Adviser) -> None:
    if access.adviser(session, who.user_id) is None:
        raise NotAdviser


def _lock(session: Session, who: Adviser) -> Adviser:
    """Whoever acts, with the right that they have at this moment and until the end of the transaction."""
    session.execute(
        select(PortalUser)
        .where(PortalUser.id == who.user_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    actor = access.adviser(session, who.user_id)
    if actor is None:
        raise NotAdviser
    return actor


def _found(session: Session, request_id: int) -> SupportRequest:
    """A request, locked."""
    request = session.get(SupportRequest, request_id, with_for_update={"key_share": True}, populate_existing=True)
    if request is None:
        raise NotYours
    return request


def _held(
    session: Session, actor: Adviser, request_id: int, kind: RequestKind | None, *states: RequestState
) -> SupportRequest:
    """A request of this adviser's, locked, of this kind and in one of these states."""
    request = _found(session, request_id)
    if request.adviser_id != actor.user_id or request.state not in states:
        raise NotYours
    if kind is not None and request.kind is not kind:
        raise NotYours
    return request


def _taken_already(session: Session, actor: Adviser, request_id: int) -> SupportRequest:
    request = session.get(SupportRequest, request_id, populate_existing=True)
    if request is None or request.state not in _HELD or request.adviser is None:
        raise NotWaiting
    if request.adviser_id != actor.user_id:
        raise TakenByAnother(request.adviser.full_name)
    if request.state is not RequestState.TAKEN:
        raise NotWaiting
    return request


def _join(session: Session, request: SupportRequest) -> None:
    give_floor(session, request.conversation_id, Floor.ADVISER)
    say_once(session, request.conversation_id, BOT, JOINED, key=f"joined/{request.id}/{now().isoformat()}")


def _return_floor(session: Session, request: SupportRequest) -> None:
    with suppress(ConversationGone):  # nobody is left to be answered
        give_floor(session, request.conversation_id, Floor.RETURNING)


def _in_order(session: Session, *wanted: ColumnElement[bool]) -> list[SupportRequest]:
    oldest_first = select(SupportRequest).where(*wanted).order_by(SupportRequest.created_at, SupportRequest.id)
    return list(session.scalars(oldest_first.execution_options(populate_existing=True)))


def _readable(text: str) -> str:
    said = clean(text)
    if not said:
        raise Empty
    if len(said) > MAX_LENGTH:
        raise TooLong
    return said


def _key(request: SupportRequest, key: str, said: str) -> str:
    """Names what was sent once for ever, whatever a page made of `key`; no other request's key is the same.

    The words are part of it: a page that the browser's « back » brings again has its old key, and other words in it
    are something else to say.
    """
    digest = hashlib.sha256(f"{key}\0{said}".encode("utf-8", "surrogatepass")).hexdigest()
    return f"desk.{request.id}.{digest}"
