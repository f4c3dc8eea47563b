"""How the journey ends: the request is made, or the advice is given, or it is given up."""

from __future__ import annotations

from actions.answers.reply import known_profile
from actions.exchange import Answer, Exchange
from actions.form import ADVISER_BUTTON
from actions.recover_access.advice import say_advice
from actions.recover_access.slots import EMAIL, OUTCOME, SLOTS, USER_NUMBER, request_under_way, triage_of
from offre_bailleurs import recovery
from offre_bailleurs.attempts import Asker, TooMany
from offre_bailleurs.database import transaction
from offre_bailleurs.french.format import in_minutes


class RecoverAccess(Answer):
    """`action_recover_access`: asks for what was typed to be sent again.

    What is said is the same whether or not an account exists, and so is what is done: who is meant is found out later
    (`offre_bailleurs.recovery`). The same turn run again asks nothing twice.
    """

    def name(self) -> str:
        return "action_recover_access"

    def answer(self, exchange: Exchange) -> None:
        number, email = exchange.slot(USER_NUMBER), exchange.slot(EMAIL)
        turn = exchange.turn
        if not turn.message_id:
            raise PermissionError("only a turn that the chat vouches for asks for credentials")
        asker = Asker(address=turn.client, conversation=turn.conversation_id)
        try:
            with transaction() as session:
                if number is not None:
                    recovery.ask_login(session, number, asker=asker, request_key=turn.key)
                else:
                    recovery.ask_password(session, email, asker=asker, request_key=turn.key)
        except TooMany as refused:
            exchange.say("utter_access_too_many", wait=in_minutes(refused.seconds), buttons=[ADVISER_BUTTON])
        else:
            response = "utter_access_login_asked" if number is not None else "utter_access_password_asked"
            exchange.say(response, given=number or email)
        exchange.set(**dict.fromkeys(SLOTS))


class AdviseOnAccess(Answer):
    """`action_advise_on_access`: the right link, with the reason; or leaves."""

    def name(self) -> str:
        return "action_advise_on_access"

    def answer(self, exchange: Exchange) -> None:
        if exchange.slot(OUTCOME) == "cancel":
            request = request_under_way(exchange)
            exchange.say(f"utter_recover_access_left_{request}" if request else "utter_recover_access_left")
        else:
            say_advice(exchange, triage_of(exchange).advice, known_profile(exchange))
        exchange.set(**dict.fromkeys(SLOTS))
