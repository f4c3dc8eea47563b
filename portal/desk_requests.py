"""The desk's requests in the words of its pages: who asked, about what, how long ago, and where it stands."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from offre_bailleurs.access import Adviser
from offre_bailleurs.campaigns import in_paris
from offre_bailleurs.chat_tables import conversation
from offre_bailleurs.database import now
from offre_bailleurs.desk import advising
from offre_bailleurs.desk.journeys import JOURNEY_NAMES, journey_in_words
from offre_bailleurs.desk.reasons import OUTCOME_NAMES, REASON_NAMES
from offre_bailleurs.desk.requests import PORTAL
from offre_bailleurs.desk.trail import Act, trail
from offre_bailleurs.desk.transcript import Line
from offre_bailleurs.french.format import duration, long_moment
from offre_bailleurs.models import Outcome, Profile, RequestKind, RequestState, SupportRequest
from offre_bailleurs.topics import titles
from portal.steps import DESK_PATH

REQUESTS_PATH = f"{DESK_PATH}/demandes"

SPEAKERS = {"bot": "Assistant", "adviser": "Conseiller", "user": "Bailleur"}
KINDS = {RequestKind.LIVE: "En direct, dans le chat", RequestKind.MESSAGE: "Message laissé"}
_PROFILES = {Profile.LANDLORD: "Bailleur particulier", Profile.ORGANISATION: "Organisme", None: "Profil non précisé"}
_NOT_SIGNED_IN = "Visiteur non connecté"
_NO_TOPIC = "Sujet non reconnu"


@dataclass(frozen=True)
class Row:
    """A request as the lists and the head of its page show it."""

    id: int
    is_live: bool
    kind: str
    who: str
    profile: str
    title: str
    """What it is about, in a few words: the topic, else the journey."""
    topic: str
    """What the assistant believed that it was about."""
    reason: str
    journey: str
    """The journey under way and its open question; "" when there is none."""
    waited: str
    """How long the landlord has waited, or waited until the request was taken the first time."""
    state: str
    adviser: str
    """Who has it; "" while nobody does."""

    @property
    def path(self) -> str:
        """The address of its page."""
        return request_path(self.id)


@dataclass(frozen=True)
class Queue:
    """The desk's requests that are not closed."""

    waiting: Sequence[Row]
    mine: Sequence[Row]
    colleagues: Sequence[Row]

    @property
    def seen_as(self) -> str:
        """Changes when anything that the page shows does."""
        return digest(repr(self))


@dataclass(frozen=True)
class Said:
    """A message of the conversation as the page shows it."""

    seq: int
    sender: str
    speaker: str
    at: str
    paragraphs: Sequence[str]
    buttons: str
    """What the assistant offered to press, in one line; "" when nothing."""
    attachment: str


def queue(session: Session, who: Adviser) -> Queue:
    """The requests that wait, the adviser's own and their colleagues', each list from the oldest.

    Raises:
        advising.NotAdviser: they are none any more.
    """
    moment = now()

    def rows(requests: Iterable[SupportRequest]) -> list[Row]:
        return [row(request, moment) for request in requests]

    return Queue(
        waiting=rows(advising.waiting(session, who)),
        mine=rows(advising.mine(session, who)),
        colleagues=rows(advising.colleagues(session, who)),
    )


def row(request: SupportRequest, moment: datetime) -> Row:
    """A request, seen at a moment."""
    waited = int(((request.taken_at or request.closed_at or moment) - request.created_at).total_seconds())
    topic = titles().get(request.topic or "")
    return Row(
        id=request.id,
        is_live=request.kind is RequestKind.LIVE,
        kind=KINDS[request.kind],
        who=request.portal_user.full_name if request.portal_user else _NOT_SIGNED_IN,
        profile=_PROFILES[request.profile],
        title=topic or JOURNEY_NAMES.get(request.journey or "", _NO_TOPIC),
        topic=topic or _NO_TOPIC,
        reason=REASON_NAMES.get(request.reason, request.reason),
        journey=journey_in_words(request.journey, request.step) if request.journey else "",
        waited=duration(waited // 60 * 60) if waited >= 60 else "moins d’une minute",
        state=_state(request),
        adviser=request.adviser.full_name if request.adviser else "",
    )


def request_path(request_id: int) -> str:
    """The address of a request's page."""
    return f"{REQUESTS_PATH}/{request_id}"


def said(line: Line) -> Said:
    """A line of the transcript."""
    at = in_paris(line.at)
    return Said(
        seq=line.seq,
        sender=line.sender,
        speaker=SPEAKERS[line.sender],
        at=f"{at.hour}\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}{at.minute:02}",
        paragraphs=line.text.split("\n\n") if line.text else [],
        buttons=" · ".join(line.buttons),
        attachment=line.attachment or "",
    )


def has_conversation(request: SupportRequest) -> bool:
    """It was made in the chat, whatever became of the conversation since."""
    return request.conversation_id != PORTAL


def is_gone(session: Session, request: SupportRequest) -> bool:
    """The landlord has erased the conversation, or it has ended: nothing can be said there any more."""
    lives = select(conversation.c.id).where(
        conversation.c.id == request.conversation_id, conversation.c.expires_at > now()
    )
    return has_conversation(request) and session.scalar(lives) is None


def asked_anew(session: Session, request: SupportRequest) -> SupportRequest | None:
    """Of a request that was handed back: the one that the landlord has made since, and that is open."""
    if request.state is not RequestState.HANDED_BACK or not has_conversation(request):
        return None
    return session.scalar(
        select(SupportRequest).where(
            SupportRequest.conversation_id == request.conversation_id,
            SupportRequest.id > request.id,
            SupportRequest.kind == RequestKind.LIVE,
            SupportRequest.state.in_((RequestState.WAITING, RequestState.TAKEN)),
        )
    )


def past_in_words(session: Session, request: SupportRequest) -> list[str]:
    """What happened to a request that neither its state nor its conversation tells, the oldest first."""
    told = []
    for each in trail(session, request):
        at = long_moment(each.at)
        if each.act is Act.ANSWERED:
            told.append(f"Réponse envoyée par courriel le {at} par {each.adviser}.")
        elif each.act is Act.RELEASED:
            told.append(f"Remise dans la file le {at} : {each.adviser or 'le conseiller'} n'était plus là.")
        elif each.act is Act.HANDED_BACK and request.kind is RequestKind.MESSAGE:
            told.append(f"Remise dans la file le {at} par {each.adviser}.")
    return told


def standing(request: SupportRequest, *, is_gone: bool, anew: SupportRequest | None) -> str:
    """Changes when the page of a request is no longer the right one."""
    anew_id = anew.id if anew else None
    return digest(f"{request.state}/{request.adviser_id}/{request.outcome}/{is_gone}/{anew_id}")


def change_in_words(request: SupportRequest, who: Adviser, *, is_gone: bool, anew: SupportRequest | None = None) -> str:
    """What has happened to a request since its page was shown, for whoever has that page before their eyes."""
    if request.state is RequestState.CLOSED and request.outcome is not None:
        if request.outcome is Outcome.WITHDRAWN and is_gone:
            return "Le bailleur a effacé la conversation, ou elle a expiré : cette demande est close."
        return f"Cette demande est close : {OUTCOME_NAMES[request.outcome]}."
    if request.state is RequestState.WAITING:
        return "Cette demande attend de nouveau un conseiller."
    if request.adviser is not None and request.adviser_id != who.user_id:
        return f"Cette demande est déjà prise par {request.adviser.full_name}."
    if anew is not None:
        return "Le bailleur a demandé de nouveau un conseiller."
    if is_gone:
        return "Le bailleur a effacé la conversation, ou elle a expiré : plus rien ne peut lui être dit ici."
    return "Vous avez changé cette demande dans une autre fenêtre."


def digest(text: str) -> str:
    """A short name for what a page shows."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _state(request: SupportRequest) -> str:
    if request.state is RequestState.CLOSED and request.outcome is not None:
        return f"Close : {OUTCOME_NAMES[request.outcome]}"
    return {
        RequestState.WAITING: "En attente",
        RequestState.TAKEN: "Un conseiller répond",
        RequestState.HANDED_BACK: "Rendue à l’assistant, à clore",
    }[request.state]
