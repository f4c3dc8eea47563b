"""What was given of a message to an adviser: the slots that hold it until it is sent."""

from __future__ import annotations

import hashlib
import re

from actions.exchange import Exchange
from offre_bailleurs.database import reading
from offre_bailleurs.models import PortalUser

MESSAGE, EMAIL = "left_message", "left_email"
"""Slots, and the questions that fill them."""
DECISION = "left_decision"
"""The question of the summary: nothing is sent before."""
OUTCOME = "leave_message_outcome"
"""How the form was left: "send" or "cancel"."""
SLOTS = (MESSAGE, EMAIL, OUTCOME)
_SHOWN = 200
"""Characters of a message that the summary repeats."""
_WORDS_SHOWN = re.compile(rf".{{1,{_SHOWN - 2}}}(?=\s)", re.DOTALL)


def next_question(exchange: Exchange) -> str:
    """What is still to be given; then the decision."""
    return next((slot for slot in (MESSAGE, EMAIL) if not exchange.slot(slot)), DECISION)


def fingerprint(exchange: Exchange) -> str:
    """Names what a summary shows: «Envoyer» under another one sends nothing."""
    content = f"{exchange.slot(MESSAGE)}\n{exchange.slot(EMAIL)}"
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def excerpt(message: str) -> str:
    """The beginning of a message, its lines as they were written."""
    whole = message.strip()
    if len(whole) <= _SHOWN:
        return whole
    words = _WORDS_SHOWN.match(whole)
    return f"{words[0].rstrip()} …" if words else f"{whole[: _SHOWN - 1]}…"


def account_email(exchange: Exchange) -> str | None:
    """The email address of the signed-in user's account, if the Caf knows one."""
    if exchange.turn.user_id is None:
        return None
    with reading() as session:
        user = session.get(PortalUser, exchange.turn.user_id)
        return user.email if user is not None else None
