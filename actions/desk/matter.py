"""What the desk is told of a conversation, besides the conversation itself."""

from __future__ import annotations

from actions.answers.reply import known_profile, topics_under_way
from actions.exchange import REQUESTED_SLOT, Exchange
from actions.form import INTERRUPTED, INTERRUPTED_STEP, journey_of
from offre_bailleurs.desk.requests import Matter

REASON = "reason"
"""The entity of a button that says why an adviser is asked for; no text stands for it."""
ADVISER_REASON = "adviser_reason"
"""The slot: why the adviser was asked for last."""


def matter_of(exchange: Exchange, reason: str) -> Matter:
    """Of who asks for an adviser now: the journey is the one whose form is under way."""
    journey = journey_of(exchange.form)
    return _matter(exchange, reason, journey, exchange.slot(REQUESTED_SLOT) if journey else None)


def matter_of_message(exchange: Exchange) -> Matter:
    """Of who leaves a message: the journey is the one that it interrupts."""
    reason = str(exchange.slot(ADVISER_REASON) or "")
    return _matter(exchange, reason, exchange.slot(INTERRUPTED), exchange.slot(INTERRUPTED_STEP))


def _matter(exchange: Exchange, reason: str, journey: str | None, step: str | None) -> Matter:
    topic = next(iter(topics_under_way(exchange)), None)
    return Matter(reason=reason, profile=known_profile(exchange), topic=topic, journey=journey, step=step)
