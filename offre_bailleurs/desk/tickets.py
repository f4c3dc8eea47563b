"""Tells an existing ticket system that somebody asked for an adviser, and how it ended: by email and by a signed call.

Both wait in the outbox, in the transaction of what they tell, and leave once (docs/desk.md has the call's schema). What
they quote is what the chat keeps: it is masked already. No N° utilisateur goes there: it opens « Identifiant perdu ».
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parseaddr
from typing import Any, Final, Literal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from offre_bailleurs.campaigns import in_paris
from offre_bailleurs.chat_tables import conversation
from offre_bailleurs.desk.journeys import journey_in_words
from offre_bailleurs.desk.reasons import OUTCOME_NAMES, REASON_NAMES
from offre_bailleurs.desk.transcript import Line, transcript
from offre_bailleurs.french.format import long_date, long_moment
from offre_bailleurs.mail import outbox
from offre_bailleurs.mail.messages import DESK_REQUEST
from offre_bailleurs.mail.outbox import Content, Quotation
from offre_bailleurs.models import OutboxMessage, PortalUser, Profile, RequestKind, SupportRequest
from offre_bailleurs.sealing import keyed_digest
from offre_bailleurs.settings import settings
from offre_bailleurs.topics import titles

Event = Literal["opened", "closed"]

OPENED: Final = "-opened-"
"""Part of the key of the message that tells of a new request."""
MOST_MESSAGES: Final = 200
MOST_CHARACTERS: Final = 60_000
"""Of a transcript, the newest messages: a ticket system takes neither an email nor a call of any size."""

_SENDERS: Final = {"user": "landlord", "bot": "assistant", "adviser": "adviser"}
_WHO_SPEAKS: Final = {"user": "Bailleur", "bot": "Assistant", "adviser": "Conseiller"}
_PROFILES: Final = {Profile.LANDLORD: "bailleur particulier", Profile.ORGANISATION: "organisme", None: "non précisé"}


def tell(session: Session, request: SupportRequest, event: Event) -> None:
    """Leave the email and the call about a request in the outbox, in the caller's transaction, where they are wanted.

    Exactly one of each for a request and an event, however often this is called. « closed » is told once the request
    says how it ended.
    """
    to, called = parseaddr(settings().desk_email)[1], settings().desk_webhook_url
    if not (to or called):
        return
    session.flush()
    lines, is_whole = _newest(session, request)
    key = _key(request, event)
    if to and _is_new(session, f"{key}-email"):
        content = _email(request, event, lines, is_whole=is_whole)
        with suppress(IntegrityError), session.begin_nested():  # told by somebody else at this very moment
            outbox.post_email_to(session, to, content, purpose=DESK_REQUEST, key=f"{key}-email", reply_to=request.email)
    if called and _is_new(session, f"{key}-call"):
        payload = _payload(request, event, lines, is_whole=is_whole)
        with suppress(IntegrityError), session.begin_nested():
            outbox.post_webhook(session, payload, purpose=DESK_REQUEST, key=f"{key}-call")


def prefixes(request_id: int) -> tuple[str, ...]:
    """How the keys begin of all that is sent about a request: its tickets, and the answers of advisers."""
    return (f"support-request-{request_id}-", f"desk.{request_id}.")


def _key(request: SupportRequest, event: Event) -> str:
    """The same for a request and an event, and for no other: a number may be used again once its request is purged."""
    identity = keyed_digest("support-request", request.request_key, secret=settings().secret_key)
    return f"support-request-{request.id}-{event}-{identity[:16]}"


def _is_new(session: Session, key: str) -> bool:
    return session.scalar(select(OutboxMessage.id).where(OutboxMessage.key == key)) is None


def _newest(session: Session, request: SupportRequest) -> tuple[list[Line], bool]:
    """What was said, oldest first, and whether that is all of it."""
    last = session.scalar(select(conversation.c.last_seq).where(conversation.c.id == request.conversation_id)) or 0
    lines = [line for line in transcript(session, request, after=max(0, last - MOST_MESSAGES)) if _shown(line)]
    kept, left = [], MOST_CHARACTERS
    for line in reversed(lines):
        left -= len(_shown(line))
        if left < 0:
            break
        kept.append(line)
    return kept[::-1], len(kept) == len(lines) and last <= MOST_MESSAGES


def _shown(line: Line) -> str:
    attached = f"[Document : {line.attachment}]" if line.attachment else ""
    return "\n".join(part for part in (line.text, attached) if part)


# The email


def _email(request: SupportRequest, event: Event, lines: list[Line], *, is_whole: bool) -> Content:
    return Content(
        subject=f"[Offre Bailleurs] Demande n° {request.id} : {_in_brief(request, event)}",
        paragraphs=(
            _what_happened(request, event),
            *_facts(request),
            _about_transcript(lines, is_whole=is_whole),
        ),
        quotations=tuple(_quotations(request, lines)),
    )


def _in_brief(request: SupportRequest, event: Event) -> str:
    if event == "closed" and request.outcome is not None:
        return f"close ({OUTCOME_NAMES[request.outcome]})"
    return titles().get(request.topic or "") or REASON_NAMES.get(request.reason, request.reason)


def _what_happened(request: SupportRequest, event: Event) -> str:
    if event == "closed" and request.outcome is not None:
        by = f", par {request.adviser.full_name}" if request.adviser is not None else ""
        return f"La demande n° {request.id} est close{by} : {OUTCOME_NAMES[request.outcome]}."
    if request.kind is RequestKind.LIVE:
        return f"Un bailleur attend un conseiller dans le chat (demande n° {request.id})."
    return f"Un bailleur a laissé une demande au conseil (demande n° {request.id})."


def _facts(request: SupportRequest) -> Iterator[str]:
    yield f"Reçue le {long_moment(request.created_at)} (heure de Paris)."
    yield f"Motif : {REASON_NAMES.get(request.reason, request.reason)}."
    yield f"De : {_person_in_words(request.portal_user)}."
    yield f"Profil : {_PROFILES[request.profile]}."
    if request.topic is not None:
        yield f"Sujet, d’après l’assistant : {titles().get(request.topic, request.topic)}"
    if request.journey is not None:
        yield f"Démarche en cours : {journey_in_words(request.journey, request.step)}."
    if request.email is not None:
        yield f"Réponse attendue par courriel à : {request.email}"


def _person_in_words(user: PortalUser | None) -> str:
    if user is None:
        return "un visiteur qui n’est pas connecté"
    account = user.account
    if account is None:
        return user.full_name
    if account.profile is Profile.ORGANISATION:
        return f"{user.full_name}, pour l’organisme {account.name}"
    return f"{user.full_name}, compte du département {account.departement}"


def _about_transcript(lines: list[Line], *, is_whole: bool) -> str:
    if not lines:
        return "Aucun échange dans le chat n’est conservé pour cette demande."
    which = "Voici l’échange" if is_whole else "Voici la fin de l’échange"
    return f"{which} dans le chat ; les mots de passe et les numéros confidentiels y sont masqués."


def _quotations(request: SupportRequest, lines: list[Line]) -> Iterator[Quotation]:
    if request.message:
        yield Quotation("Message laissé :", request.message)
    for line in lines:
        said_at = _hour(line.at, after=request.created_at)
        yield Quotation(f"{_WHO_SPEAKS[line.sender]}, {said_at} :", _shown(line))


def _hour(at: datetime, *, after: datetime) -> str:
    """« à 9 h 05 », with the day when it is another one than that of the request."""
    local, day = in_paris(at), in_paris(after).date()
    hour = f"à {local.hour} h {local.minute:02}"
    return hour if local.date() == day else f"le {long_date(local.date())} {hour}"


# The call


def _payload(request: SupportRequest, event: Event, lines: list[Line], *, is_whole: bool) -> Mapping[str, Any]:
    happened = request.closed_at if event == "closed" else request.created_at
    return {
        "type": f"support_request.{event}",
        "timestamp": _moment(happened),
        "data": {
            "id": request.id,
            "kind": request.kind,
            "state": request.state,
            "outcome": request.outcome,
            "reason": request.reason,
            "profile": request.profile,
            "person": _person(request.portal_user),
            "topic": request.topic,
            "topic_title": titles().get(request.topic or ""),
            "journey": request.journey,
            "step": request.step,
            "message": request.message,
            "email": request.email,
            "adviser": request.adviser.full_name if request.adviser is not None else None,
            "opened_at": _moment(request.created_at),
            "taken_at": _moment(request.taken_at),
            "closed_at": _moment(request.closed_at),
            "transcript": [
                {"at": _moment(line.at), "sender": _SENDERS[line.sender], "text": _shown(line)} for line in lines
            ],
            "transcript_complete": is_whole,
        },
    }


def _person(user: PortalUser | None) -> Mapping[str, str | None] | None:
    if user is None:
        return None
    account = user.account
    return {
        "name": user.full_name,
        "account": account.name if account is not None else None,
        "departement": account.departement if account is not None else None,
    }


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if at is not None else None
