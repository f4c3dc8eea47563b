"""The journey's slots, and what they come to."""

from __future__ import annotations

from actions.exchange import MISUNDERSTANDINGS, Exchange
from actions.recover_access.triage import Connected, Missing, Received, Request, Triage

TOLD = ("access_missing", "access_connected", "access_received")
"""What was told in the triage."""
REQUEST = "access_request"
"""Which request was chosen by its button: the triage is then left out."""
ADVICE = "access_advice"
"""The advice said last."""
USER_NUMBER, EMAIL = "access_user_number", "access_email"
"""What the request needs, as it was read; kept until the request is made."""
OUTCOME = "recover_access_outcome"
"""How the form was left: "ask" (a request is to be made), "advise", "cancel", or "declare" (a rent is to be declared
instead)."""
SLOTS = (*TOLD, REQUEST, ADVICE, USER_NUMBER, EMAIL, OUTCOME, MISUNDERSTANDINGS)


def triage_of(exchange: Exchange) -> Triage:
    """What was told so far."""
    missing, connected, received = map(exchange.slot, TOLD)
    return Triage(
        Missing(missing) if missing else None,
        Connected(connected) if connected else None,
        Received(received) if received else None,
    )


def request_under_way(exchange: Exchange) -> Request | None:
    """The request that was chosen, or that the advice leads to; None: there is none, or not yet."""
    chosen = exchange.slot(REQUEST)
    if chosen:
        return Request(chosen)
    triage = triage_of(exchange)
    return triage.advice.request if triage.question is None else None
