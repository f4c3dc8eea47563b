"""How the message's form ends: it is sent, or given up; a journey that it interrupted then goes on."""

from __future__ import annotations

from actions.desk.ask import READY
from actions.desk.matter import matter_of_message
from actions.desk.message import EMAIL, MESSAGE, OUTCOME, SLOTS
from actions.desk.words import day_in_words
from actions.exchange import Answer, Exchange
from actions.form import INTERRUPTED
from offre_bailleurs.database import transaction
from offre_bailleurs.desk import requests
from offre_bailleurs.desk.hours import answer_by


class SendMessage(Answer):
    """`action_send_message`: the same turn run again sends it once, and says the same number again."""

    def name(self) -> str:
        return "action_send_message"

    def answer(self, exchange: Exchange) -> None:
        message, email = exchange.slot(MESSAGE), exchange.slot(EMAIL)
        if exchange.slot(OUTCOME) == "send" and message and email:
            self._send(exchange, message, email)
        else:
            exchange.say("utter_message_not_sent")
        if exchange.slot(INTERRUPTED):
            exchange.say("utter_journey_goes_on")
        exchange.set(**dict.fromkeys(SLOTS), **{READY: None})

    @staticmethod
    def _send(exchange: Exchange, message: str, email: str) -> None:
        if not exchange.turn.message_id:
            raise PermissionError("only a turn that the chat vouches for leaves a message")
        with transaction() as session:
            request = requests.leave_message(
                session, exchange.turn, matter_of_message(exchange), message=message, email=email
            )
            exchange.say(
                "utter_message_sent",
                number=request.id,
                email=email,
                day=day_in_words(answer_by(request.created_at)),
            )
