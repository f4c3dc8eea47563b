"""«Parler à un conseiller»: the request is recorded; the desk that answers it is a later journey."""

from __future__ import annotations

from actions.exchange import Answer, Button, Exchange
from offre_bailleurs.access import viewer
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.models import Profile
from offre_bailleurs.support import REPLACE_ADMINISTRATOR, request_adviser

REASON = "reason"
"""The entity of a button that says why an adviser is asked for."""
ASKED = "asked"
REASONS = frozenset({REPLACE_ADMINISTRATOR})
"""Whatever else a button of another version may say is `ASKED`."""


class AskAdviser(Answer):
    """`action_ask_adviser`."""

    def name(self) -> str:
        return "action_ask_adviser"

    def answer(self, exchange: Exchange) -> None:
        told = exchange.entity(REASON)
        with transaction() as session:
            request = request_adviser(session, exchange.turn, reason=told if told in REASONS else ASKED)
            exchange.say("utter_adviser_requested", number=request.id)


class OfferReplacement(Answer):
    """`action_offer_replacement`: only the Caf replaces an administrator (F8); who is known to speak for an
    organisation can have the request recorded."""

    def name(self) -> str:
        return "action_offer_replacement"

    def answer(self, exchange: Exchange) -> None:
        if exchange.turn.user_id is None:
            return
        with reading() as session:
            who = viewer(session, exchange.turn.user_id)
        if who is not None and who.profile is Profile.ORGANISATION:
            payload = f'/ask_adviser{{"{REASON}": "{REPLACE_ADMINISTRATOR}"}}'
            exchange.say("utter_replacement_offer", buttons=[Button("Enregistrer ma demande", payload)])
