"""What the figures' tables hold, and an outbox to fill."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Engine, func, insert, select

from offre_bailleurs.chat_tables import event_outbox
from offre_bailleurs.database import now, transaction
from offre_bailleurs.figures.consumer import consume_outbox, take
from offre_bailleurs.figures.reading import read
from offre_bailleurs.figures.tables import FiguresConversation, FiguresEvent, FiguresJourney, FiguresTopic
from tests.support.events import Body

Rows = list[tuple[Any, ...]]


def fill(engine: Engine, bodies: Iterable[Body]) -> None:
    """Leave events in the outbox, as turns do."""
    rows = [{"event_id": body["event_id"], "body": body, "created_at": now()} for body in bodies]
    with engine.begin() as connection:
        connection.execute(insert(event_outbox), rows)


def count_outbox(engine: Engine, *, limit: int = 500) -> None:
    """Count all that the outbox holds."""
    while consume_outbox(engine, limit=limit):
        pass


def deliver(engine: Engine, bodies: Sequence[Body]) -> None:
    """Count events as if a queue had brought them."""
    with transaction(on=engine) as session:
        take(session, [read(body) for body in bodies])


def waiting(engine: Engine) -> int:
    """How many events the outbox holds."""
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(event_outbox)) or 0


def figures(engine: Engine) -> dict[str, Rows]:
    """All that was counted, in a fixed order."""
    found: dict[str, Rows] = {}
    with engine.connect() as connection:
        for table in (FiguresConversation, FiguresTopic, FiguresJourney):
            keys = list(table.__table__.primary_key)
            rows = connection.execute(select(table.__table__).order_by(*keys))
            found[table.__tablename__] = [tuple(row) for row in rows]
    return found


def lines(engine: Engine) -> int:
    """How many lines the log holds."""
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(FiguresEvent)) or 0
