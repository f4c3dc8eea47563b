"""The landlord's side of the desk: asking for an adviser, leaving a message, no longer waiting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from offre_bailleurs.access import Viewer
from offre_bailleurs.audit import record
from offre_bailleurs.chat_tables import Floor
from offre_bailleurs.database import now
from offre_bailleurs.desk import reasons, tickets
from offre_bailleurs.desk.floor import swap_floor
from offre_bailleurs.identity import Turn
from offre_bailleurs.models import Outcome, PortalUser, Profile, RequestKind, RequestState, SupportRequest

PORTAL: Final = "portal"
"""What a request has in the place of a conversation when it was made on a page."""
FORGOTTEN: Final = ""
"""What it has there once it was forgotten who made it. No conversation has such an id."""

_OPEN: Final = (RequestState.WAITING, RequestState.TAKEN)


@dataclass(frozen=True)
class Matter:
    """What a landlord asks an adviser about, as far as the assistant knows."""

    reason: str
    """One of `reasons`; whatever else counts as `reasons.ASKED`."""
    profile: Profile | None = None
    topic: str | None = None
    """A file of data/answers/."""
    journey: str | None = None
    step: str | None = None
    """The question of that journey that is open."""


@dataclass(frozen=True)
class Standing:
    """Where the latest live request of a conversation stands."""

    id: int
    state: RequestState
    outcome: Outcome | None
    ahead: int
    """How many other landlords wait live, and asked before; 0 of a request that does not wait."""
    was_taken: bool
    """An adviser had taken it already: one that waits again was lost by its adviser."""


def ask_adviser(session: Session, turn: Turn, matter: Matter) -> SupportRequest:
    """Put a conversation in the queue of those whom an adviser answers live, in the caller's transaction.

    The conversation's open request when there is one; the same turn run again makes no other one. The floor becomes
    `WAITING` when the assistant has it.
    """
    made = _made_by(session, turn.key) or _open_request(session, turn.conversation_id)
    if made is not None:
        return made
    request = _request(turn.conversation_id, turn.user_id, matter, turn.key)
    request.kind = RequestKind.LIVE
    if not _insert(session, request):  # a double click: the other one was quicker
        made = _made_by(session, turn.key) or _open_request(session, turn.conversation_id)
        if made is None:
            raise LookupError("the request that was in the way is closed already")
        return made
    swap_floor(session, turn.conversation_id, of=Floor.BOT, to=Floor.WAITING)
    _opened(session, request)
    return request


def leave_message(
    session: Session, turn: Turn, matter: Matter, *, message: str | None, email: str | None
) -> SupportRequest:
    """Record a message that an adviser answers by email, in the caller's transaction.

    The same turn run again records nothing twice; nor does a request without a message, while one of the same person
    and reason is open: that one is given back. Who writes a message waits no longer for a live answer.

    Args:
        session: the caller's.
        turn: who says it.
        matter: what it is about.
        message: what they say, masked by the chat; None of a request that says all by its reason.
        email: where the answer goes, as `contacts.read_email` has read it; None: to the address of the signed-in user.
    """
    made = _made_by(session, turn.key)
    if made is not None:
        return made
    if message is not None:
        _withdraw(session, turn.conversation_id)
    elif (made := _unanswered(session, matter.reason, turn.conversation_id, turn.user_id)) is not None:
        return made
    request = _request(turn.conversation_id, turn.user_id, matter, turn.key)
    request.message = message
    request.email = email or _email_of(session, turn.user_id)
    return _recorded(session, request)


def stop_waiting(session: Session, turn: Turn) -> bool:
    """«Ne plus attendre»: withdraw the request that waits, in the caller's transaction.

    True when nobody is waited for because the landlord said so, the same turn run again included; False when there is
    nothing to withdraw: an adviser has just taken it, or nobody was asked for.
    """
    if _withdraw(session, turn.conversation_id):
        return True
    latest = _latest_live(session, turn.conversation_id)
    return latest is not None and latest.outcome is Outcome.WITHDRAWN


def standing(session: Session, conversation_id: str) -> Standing | None:
    """Where the latest live request of a conversation stands; None when there never was one."""
    latest = _latest_live(session, conversation_id)
    if latest is None:
        return None
    return Standing(
        id=latest.id,
        state=latest.state,
        outcome=latest.outcome,
        ahead=_ahead(session, latest) if latest.state is RequestState.WAITING else 0,
        was_taken=latest.taken_at is not None,
    )


def request_by_portal(session: Session, viewer: Viewer, *, reason: str, request_key: str) -> SupportRequest:
    """Record that somebody signed in asked for an adviser on a page: the open request of that reason when there is one,
    and the same key again records nothing twice.

    The answer goes to their email address.
    """
    made = _made_by(session, request_key) or _unanswered(session, reason, PORTAL, viewer.user_id)
    if made is not None:
        return made
    request = _request(PORTAL, viewer.user_id, Matter(reason, viewer.profile), request_key)
    request.email = _email_of(session, viewer.user_id)
    return _recorded(session, request)


def latest_request(session: Session, viewer: Viewer, *, reason: str) -> SupportRequest | None:
    """The last request of that reason that a viewer made, on a page or in a conversation."""
    return session.scalar(
        select(SupportRequest)
        .where(SupportRequest.portal_user_id == viewer.user_id, SupportRequest.reason == reason)
        .order_by(SupportRequest.id.desc())
        .limit(1)
    )


def _request(conversation_id: str, user_id: int | None, matter: Matter, key: str) -> SupportRequest:
    return SupportRequest(
        conversation_id=conversation_id,
        portal_user_id=user_id,
        request_key=key,
        kind=RequestKind.MESSAGE,
        state=RequestState.WAITING,
        reason=reasons.known(matter.reason),
        profile=matter.profile,
        topic=matter.topic,
        journey=matter.journey,
        step=matter.step,
    )


def _recorded(session: Session, request: SupportRequest) -> SupportRequest:
    """The request as it is kept: the one that a double click recorded first, if there was one."""
    if not _insert(session, request):
        return session.scalars(select(SupportRequest).where(SupportRequest.request_key == request.request_key)).one()
    _opened(session, request)
    return request


def _insert(session: Session, request: SupportRequest) -> bool:
    """False when the database holds one already of the same key, or an open one of the same conversation."""
    try:
        with session.begin_nested():
            session.add(request)
    except IntegrityError:
        return False
    return True


def _opened(session: Session, request: SupportRequest) -> None:
    if request.portal_user_id is not None:
        record(session, request.portal_user_id, "support.requested", request, reason=request.reason)
    tickets.tell(session, request, "opened")


def _made_by(session: Session, key: str) -> SupportRequest | None:
    return session.scalar(select(SupportRequest).where(SupportRequest.request_key == key))


def _unanswered(session: Session, reason: str, conversation_id: str, user_id: int | None) -> SupportRequest | None:
    """The request of this reason, which says all by it, that is open: of this person wherever they made it, or of the
    conversation of somebody unknown. Another one that this person makes at the same moment waits here."""
    unanswered = select(SupportRequest).where(
        SupportRequest.portal_user_id == user_id,  # IS NULL of somebody unknown
        SupportRequest.reason == reasons.known(reason),
        SupportRequest.kind == RequestKind.MESSAGE,
        SupportRequest.message.is_(None),
        SupportRequest.state != RequestState.CLOSED,
    )
    if user_id is None:
        unanswered = unanswered.where(SupportRequest.conversation_id == conversation_id)
    else:
        session.execute(select(PortalUser.id).where(PortalUser.id == user_id).with_for_update(key_share=True))
    return session.scalar(unanswered.order_by(SupportRequest.id).limit(1))


def _open_request(session: Session, conversation_id: str) -> SupportRequest | None:
    return session.scalar(
        select(SupportRequest).where(
            SupportRequest.conversation_id == conversation_id,
            SupportRequest.kind == RequestKind.LIVE,
            SupportRequest.state.in_(_OPEN),
        )
    )


def _latest_live(session: Session, conversation_id: str) -> SupportRequest | None:
    live = select(SupportRequest).where(
        SupportRequest.conversation_id == conversation_id, SupportRequest.kind == RequestKind.LIVE
    )
    return session.scalar(live.order_by(SupportRequest.id.desc()).limit(1).execution_options(populate_existing=True))


def _withdraw(session: Session, conversation_id: str) -> bool:
    """Close the live request of a conversation that waits; False when none does."""
    waits = (
        update(SupportRequest)
        .where(
            SupportRequest.conversation_id == conversation_id,
            SupportRequest.kind == RequestKind.LIVE,
            SupportRequest.state == RequestState.WAITING,
        )
        .values(state=RequestState.CLOSED, outcome=Outcome.WITHDRAWN, closed_at=now(), adviser_id=None)
        .execution_options(synchronize_session=False)
    )
    withdrawn = session.scalar(waits.returning(SupportRequest.id))
    if withdrawn is None:
        return False
    swap_floor(session, conversation_id, of=Floor.WAITING, to=Floor.BOT)
    tickets.tell(session, session.get_one(SupportRequest, withdrawn, populate_existing=True), "closed")
    return True


def _ahead(session: Session, request: SupportRequest) -> int:
    earlier = or_(
        SupportRequest.created_at < request.created_at,
        (SupportRequest.created_at == request.created_at) & (SupportRequest.id < request.id),
    )
    waiting = select(func.count(SupportRequest.id)).where(
        SupportRequest.state == RequestState.WAITING, SupportRequest.kind == RequestKind.LIVE, earlier
    )
    return session.scalar(waiting) or 0


def _email_of(session: Session, user_id: int | None) -> str | None:
    return session.get_one(PortalUser, user_id).email if user_id is not None else None
