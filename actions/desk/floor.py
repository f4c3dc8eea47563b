"""While an adviser is awaited, and when the floor comes back to the assistant."""

from __future__ import annotations

from actions.desk.matter import ADVISER_REASON, REASON
from actions.erase_data import say_nothing_under_way
from actions.exchange import Answer, Button, Exchange
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.desk import reasons, requests
from offre_bailleurs.desk.hours import is_open
from offre_bailleurs.desk.requests import Standing
from offre_bailleurs.models import Outcome, RequestState

STOP_BUTTON = Button("Ne plus attendre", "/stop_waiting")
_CAPABILITIES_BUTTON = Button("Que savez-vous faire ?", "/ask_capabilities")


def what_next(exchange: Exchange) -> list[Button]:
    """A button under words that end something: without one, an older button that is over would be the newest, which is
    the one that can be pressed. In a form its question brings its own."""
    return [] if exchange.in_form else [_CAPABILITIES_BUTTON]


def say_queue(exchange: Exchange, response: str, *, ahead: int) -> None:
    """That an adviser is awaited, then how many are before; the button to stop stands under the last of it."""
    if not ahead:
        exchange.say(response, buttons=[STOP_BUTTON])
        return
    exchange.say(response)
    before = "utter_adviser_ahead_one" if ahead == 1 else "utter_adviser_ahead_many"
    exchange.say(before, count=ahead, buttons=[STOP_BUTTON])


class StopWaiting(Answer):
    """`action_stop_waiting`: «Ne plus attendre», or «annuler» while nothing else is under way."""

    def name(self) -> str:
        return "action_stop_waiting"

    def answer(self, exchange: Exchange) -> None:
        conversation_id = exchange.turn.conversation_id
        with transaction() as session:
            before = requests.standing(session, conversation_id)
            stopped = requests.stop_waiting(session, exchange.turn)
        was_waiting = before is not None and before.state is RequestState.WAITING
        if stopped and (was_waiting or exchange.intent != "cancel"):
            exchange.say("utter_waiting_stopped")
        elif exchange.intent == "cancel":
            say_nothing_under_way(exchange)
        elif before is not None and before.state is RequestState.TAKEN:
            exchange.say("utter_adviser_is_here")
        else:
            exchange.say("utter_waiting_over")


class TakeFloorBack(Answer):
    """`action_take_floor_back`: says why the assistant answers again. A form under way then asks its question again.

    It may run twice for one return, and says the same again; the floor is the chat's to write, with the turn.
    """

    def name(self) -> str:
        return "action_take_floor_back"

    def answer(self, exchange: Exchange) -> None:
        with reading() as session:
            standing = requests.standing(session, exchange.turn.conversation_id)
        match standing:
            case Standing(state=RequestState.WAITING):
                exchange.keep_waiting()
                say_queue(exchange, "utter_floor_adviser_lost", ahead=standing.ahead)
            case Standing(state=RequestState.CLOSED, outcome=Outcome.MISSED):
                self._say_missed(exchange)
            case Standing(state=RequestState.CLOSED):
                exchange.say("utter_floor_closed", buttons=what_next(exchange))
            case _:  # handed back; or erased meanwhile, and the assistant answers all the same
                exchange.say("utter_floor_handed_back", buttons=what_next(exchange))

    @staticmethod
    def _say_missed(exchange: Exchange) -> None:
        """Whoever comes back when the desk has opened again can ask for an adviser as before."""
        reason = reasons.known(exchange.slot(ADVISER_REASON))
        title = "Parler à un conseiller" if is_open() else "Laisser un message"
        response = "utter_floor_missed_open" if is_open() else "utter_floor_missed"
        exchange.say(response, buttons=[Button(title, f'/ask_adviser{{"{REASON}": "{reason}"}}')])
