"""What a committed turn adds to the metrics.

Counted by the process that committed it, once the database has it: of two attempts at a turn, of two replicas that
answer one conversation, one commits. So each thing is counted once, and the replicas' counts add up. What a crash
between the commit and the counting loses, the figures (`offre_bailleurs.figures`) do not: they are the books, these are
the instruments.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from offre_bailleurs.figures.names import DONE, HANDED_OVER, JOURNEYS, NO_ANSWER
from offre_bailleurs.operation import metrics

_FORM = "_form"


def count_opened(*, signed_in: bool) -> None:
    """A conversation was opened."""
    metrics.OPENED.labels("signed_in" if signed_in else "visitor").inc()


def count_committed(events: Iterable[Mapping[str, Any]], actions: Iterable[str | None]) -> None:
    """Count a turn.

    Args:
        events: its events, reduced to names (`bot/reduction.py`).
        actions: the names of the actions that ran in it, forms among them.
    """
    journey = "none"
    for name in actions:
        if name and name.endswith(_FORM) and name.removesuffix(_FORM) in JOURNEYS:
            journey = name.removesuffix(_FORM)
            break
    for event in events:
        match event.get("event"):
            case "bot":
                _count_response(str((event.get("metadata") or {}).get("utter_action")))
            case "action" if event.get("name") == NO_ANSWER:
                metrics.NOT_UNDERSTOOD.labels("none").inc()
            case "slot" if event.get("name") == "misunderstandings" and event.get("value"):
                metrics.NOT_UNDERSTOOD.labels(journey).inc()


def _count_response(response: str) -> None:
    if response in HANDED_OVER:
        metrics.HANDED_OVER.labels(HANDED_OVER[response]).inc()
    elif response in DONE:
        metrics.JOURNEYS_DONE.labels(DONE[response]).inc()
        if DONE[response] == "declare_rent":
            metrics.TRANSMITTED.inc()
