"""What the dashboard says of the requests for an adviser: read from `SupportRequest`, by the moment of the request.

All of them count, those that a page of the portal made too (replacing an administrator).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Float, Integer, and_, case, column, func, select, values
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from offre_bailleurs.database import UtcDateTime
from offre_bailleurs.figures.report import Timeline, of_audience
from offre_bailleurs.figures.report_period import Scope
from offre_bailleurs.models import Outcome, RequestKind, SupportRequest

_WHOLE: Final = -1
"""The number of the whole period, among those of the spans."""


@dataclass(frozen=True)
class ReasonCount:
    """How many requests were made for one reason (`desk.reasons`)."""

    reason: str
    live: int
    messages: int

    @property
    def requests(self) -> int:
        """Either way."""
        return self.live + self.messages


@dataclass(frozen=True)
class OutcomeCount:
    """How many requests ended in one way; None: not closed yet."""

    outcome: Outcome | None
    live: int
    messages: int

    @property
    def requests(self) -> int:
        """Either way."""
        return self.live + self.messages


@dataclass(frozen=True)
class Wait:
    """How long landlords waited for an adviser in the chat."""

    requests: int
    """Live ones, whatever became of them."""
    taken: int
    """Those that an adviser took."""
    median: float | None
    """Seconds from the request until it was first taken, to a thousandth; None when none was taken."""


def reasons(session: Session, scope: Scope) -> tuple[ReasonCount, ...]:
    """Why advisers were asked for; the most frequent reason first."""
    rows = _by_kind(session, scope, SupportRequest.reason)
    counts = [ReasonCount(reason, live, messages) for reason, live, messages in rows]
    return tuple(sorted(counts, key=lambda each: (-each.requests, each.reason)))


def outcomes(session: Session, scope: Scope) -> tuple[OutcomeCount, ...]:
    """How the requests made in the period ended, in the order of `Outcome`; those that have not come last."""
    order = [*Outcome, None]
    rows = _by_kind(session, scope, SupportRequest.outcome)
    counts = [OutcomeCount(outcome, live, messages) for outcome, live, messages in rows]
    return tuple(sorted(counts, key=lambda each: order.index(each.outcome)))


def waits(session: Session, scope: Scope) -> Timeline[Wait]:
    """How long it took until live requests were taken, by the day or week of the request.

    The median is the middle one of the waits, the mean of the two middle ones when their number is even.
    """
    spans = [(_WHOLE, scope.whole), *enumerate(scope.spans)]
    span = (
        values(column("place", Integer), column("begins_at", UtcDateTime), column("ends_before", UtcDateTime))
        .data([(place, each.begins_at, each.ends_before) for place, each in spans])
        .cte("span")
    )
    wait = _seconds_between(SupportRequest.created_at, SupportRequest.taken_at)
    live = (
        select(
            span.c.place,
            wait.label("wait"),
            func.row_number().over(partition_by=span.c.place, order_by=(wait.is_(None), wait)).label("rank"),
            func.count().over(partition_by=span.c.place).label("requests"),
            func.count(SupportRequest.taken_at).over(partition_by=span.c.place).label("taken"),
        )
        .join(
            SupportRequest,
            and_(SupportRequest.created_at >= span.c.begins_at, SupportRequest.created_at < span.c.ends_before),
        )
        .where(SupportRequest.kind == RequestKind.LIVE, *of_audience(SupportRequest.profile, scope.audience))
        .subquery()
    )
    is_middle = and_(live.c.rank >= (live.c.taken + 1) // 2, live.c.rank <= live.c.taken // 2 + 1)
    query = select(
        live.c.place, func.max(live.c.requests), func.max(live.c.taken), func.avg(case((is_middle, live.c.wait)))
    ).group_by(live.c.place)
    found = {
        place: Wait(requests, taken, None if median is None or not taken else round(float(median), 3))
        for place, requests, taken, median in session.execute(query)
    }
    nobody = Wait(0, 0, None)
    by_span = tuple(found.get(place, nobody) for place in range(len(scope.spans)))
    return Timeline(scope.spans, by_span, found.get(_WHOLE, nobody))


def _by_kind(session: Session, scope: Scope, of: Any) -> list[tuple[Any, int, int]]:
    """Requests by one of their columns: its value, the live ones, the messages."""
    is_live = SupportRequest.kind == RequestKind.LIVE
    rows = session.execute(
        select(of, func.sum(case((is_live, 1), else_=0)), func.sum(case((is_live, 0), else_=1)))
        .where(
            SupportRequest.created_at >= scope.whole.begins_at,
            SupportRequest.created_at < scope.whole.ends_before,
            *of_audience(SupportRequest.profile, scope.audience),
        )
        .group_by(of)
    )
    return [(value, int(live), int(messages)) for value, live, messages in rows]


class _seconds_between(FunctionElement[float]):  # noqa: N801 - reads as the function that it is in the query
    """The seconds from one moment to another, of two columns; NULL when either is."""

    type = Float()
    inherit_cache = True
    name = "seconds_between"


@compiles(_seconds_between, "postgresql")
def _on_postgresql(element: Any, compiler: SQLCompiler, **keywords: Any) -> str:
    begin, end = (compiler.process(each, **keywords) for each in element.clauses)
    return f"EXTRACT(EPOCH FROM {end} - {begin})"


@compiles(_seconds_between, "sqlite")
def _on_sqlite(element: Any, compiler: SQLCompiler, **keywords: Any) -> str:
    begin, end = (compiler.process(each, **keywords) for each in element.clauses)
    return f"(julianday({end}) - julianday({begin})) * 86400.0"
