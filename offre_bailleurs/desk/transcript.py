"""What was said in the conversation of a request, as the chat keeps it: masked, and gone when the conversation is.

An adviser reads what led to the request, and what is said while it is open. What the landlord says to the assistant
afterwards is not theirs to read: it goes on in the same conversation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from offre_bailleurs.chat_tables import message
from offre_bailleurs.models import RequestKind, SupportRequest


@dataclass(frozen=True)
class Line:
    """One message; `sender` is bot, user or adviser."""

    seq: int
    sender: str
    text: str
    """What it says; empty of a message that only shows a picture or buttons."""
    at: datetime
    buttons: tuple[str, ...] = ()
    """The titles of the buttons under it."""
    attachment: str | None = None
    """The name of the document under it."""


def transcript(session: Session, request: SupportRequest, *, after: int = 0) -> list[Line]:
    """What was said after message number `after`, as long as the request was the desk's; nothing once the conversation
    is deleted. One that has ended is kept for this (`retention`): a message is mostly answered the day after."""
    said = (
        select(message.c.seq, message.c.sender, message.c.body, message.c.created_at)
        .where(message.c.conversation_id == request.conversation_id, message.c.seq > after)
        .order_by(message.c.seq)
    )
    if request.kind is RequestKind.MESSAGE:  # answered by email, and in the chat too while it lives
        said = said.where(or_(message.c.created_at <= request.created_at, message.c.sender == "adviser"))
    elif (until := request.handed_back_at or request.closed_at) is not None:
        said = said.where(message.c.created_at <= until)
    return [
        Line(
            seq=row.seq,
            sender=row.sender,
            text=row.body.get("text", ""),
            at=row.created_at,
            buttons=tuple(button["title"] for button in row.body.get("buttons", ())),
            attachment=row.body.get("attachment", {}).get("name"),
        )
        for row in session.execute(said)
    ]
