"""«Parler à un conseiller»: the request is recorded; the desk that answers it is a later journey."""

from __future__ import annotations

from actions.exchange import Answer, Exchange
from offre_bailleurs.database import transaction
from offre_bailleurs.support import request_adviser


class AskAdviser(Answer):
    """`action_ask_adviser`."""

    def name(self) -> str:
        return "action_ask_adviser"

    def answer(self, exchange: Exchange) -> None:
        with transaction() as session:
            request = request_adviser(session, exchange.turn, reason="asked")
            exchange.say("utter_adviser_requested", number=request.id)
