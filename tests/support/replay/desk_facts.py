"""What the database must hold of requests for an adviser: see `facts`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from offre_bailleurs.chat_tables import Floor, conversation
from offre_bailleurs.models import Outcome, Profile, RequestKind, RequestState, SupportRequest
from tests.support.replay.reading import take, text
from tests.support.replay.rows import Fact, Getter, Reader, Rows, differences, or_none


@dataclass(frozen=True)
class AdviserReasonIs(Fact):
    """The last request for an adviser has this reason."""

    reason: str

    def mismatches(self, rows: Rows) -> list[str]:
        query = select(SupportRequest.reason).where(rows.of_adviser())
        found = rows.session.scalar(query.order_by(SupportRequest.id.desc()).limit(1))
        return [] if found == self.reason else [f"adviser_reason: {found}, not {self.reason}"]


@dataclass(frozen=True)
class RequestIs(Fact):
    """The last request for an adviser has these values."""

    values: Mapping[str, Any]

    def mismatches(self, rows: Rows) -> list[str]:
        query = select(SupportRequest).where(rows.of_adviser()).order_by(SupportRequest.id.desc())
        found = rows.session.scalars(query.limit(1)).first()
        if found is None:
            return ["no adviser was asked for"]
        return differences("request", found, self.values, _REQUEST)


@dataclass(frozen=True)
class FloorIs(Fact):
    """This one answers next in the conversation that was opened last."""

    floor: Floor

    def mismatches(self, rows: Rows) -> list[str]:
        query = select(conversation.c.floor).where(conversation.c.id == rows.conversation_ids()[-1])
        found = rows.session.scalar(query)
        return [] if found == self.floor else [f"floor: {found}, not {self.floor}"]


def count_requests(rows: Rows) -> int:
    """How many times an adviser was asked for."""
    query = select(func.count(SupportRequest.id)).where(rows.of_adviser())
    return rows.session.scalar(query) or 0


_REQUEST: Mapping[str, tuple[Reader, Getter]] = {
    "kind": (RequestKind, lambda row: row.kind),
    "state": (RequestState, lambda row: row.state),
    "outcome": (or_none(Outcome), lambda row: row.outcome),
    "reason": (text, lambda row: row.reason),
    "profile": (or_none(Profile), lambda row: row.profile),
    "topic": (or_none(text), lambda row: row.topic),
    "journey": (or_none(text), lambda row: row.journey),
    "step": (or_none(text), lambda row: row.step),
    "message": (or_none(text), lambda row: row.message),
    "email": (or_none(text), lambda row: row.email),
}


OF_THE_DESK: Mapping[str, Callable[[Any], Fact]] = {
    "request": lambda value: RequestIs(take(value, "request", {name: read for name, (read, _) in _REQUEST.items()})),
    "floor": lambda value: FloorIs(Floor(value)),
    "adviser_reason": lambda value: AdviserReasonIs(text(value)),
}
"""What makes a fact of what is written, by key."""
