"""«Parler à un conseiller»: in opening hours an adviser answers in this chat, else a message can be left."""

from __future__ import annotations

from sqlalchemy.orm import Session

from actions.desk.floor import say_queue, what_next
from actions.desk.matter import ADVISER_REASON, REASON, matter_of
from actions.desk.words import day_in_words
from actions.exchange import REQUESTED_SLOT, Answer, Button, Exchange
from actions.form import ADVISER_BUTTON, INTERRUPTED, INTERRUPTED_STEP
from offre_bailleurs.access import viewer
from offre_bailleurs.campaigns import in_paris
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.desk import reasons, requests
from offre_bailleurs.desk.hours import answer_by, is_open
from offre_bailleurs.desk.requests import Matter
from offre_bailleurs.models import Profile, RequestState

READY = "leave_message_ready"
"""The slot: whether the form that takes a message follows."""


class AskAdviser(Answer):
    """`action_ask_adviser`: sets `leave_message_ready`; when it is False what becomes of the request is said.

    The same turn run again asks for nobody twice. Who waits already is told so, even once the desk has closed.
    """

    def name(self) -> str:
        return "action_ask_adviser"

    def answer(self, exchange: Exchange) -> None:
        if not exchange.turn.message_id:
            raise PermissionError("only a turn that the chat vouches for asks for an adviser")
        reason = reasons.known(exchange.entity(REASON))
        matter = matter_of(exchange, reason)
        exchange.set(**{READY: False, ADVISER_REASON: reason, INTERRUPTED: None, INTERRUPTED_STEP: None})
        with transaction() as session:
            if reason == reasons.REPLACE_ADMINISTRATOR:  # it says all: nothing is left to tell in a chat
                self._record(session, exchange, matter)
            elif is_open() or _waits(session, exchange):
                self._join_queue(session, exchange, matter)
            else:
                exchange.set(**{READY: True, INTERRUPTED: matter.journey, INTERRUPTED_STEP: matter.step})
                exchange.set(**{REQUESTED_SLOT: None})  # else Rasa hands the interrupted form's question to the new one

    @staticmethod
    def _record(session: Session, exchange: Exchange, matter: Matter) -> None:
        """Pressed again while the request is open, that one is named again."""
        request = requests.leave_message(session, exchange.turn, matter, message=None, email=None)
        if request.request_key == exchange.turn.key:
            exchange.say("utter_adviser_requested", number=request.id, day=day_in_words(answer_by(request.created_at)))
        else:
            since = day_in_words(in_paris(request.created_at).date())
            exchange.say("utter_adviser_requested_already", number=request.id, day=since)
        if request.email:
            exchange.say("utter_adviser_requested_answer", buttons=what_next(exchange))
        else:
            exchange.say("utter_adviser_requested_unknown", buttons=[ADVISER_BUTTON])

    @staticmethod
    def _join_queue(session: Session, exchange: Exchange, matter: Matter) -> None:
        request = requests.ask_adviser(session, exchange.turn, matter)
        is_new = request.request_key == exchange.turn.key
        standing = requests.standing(session, exchange.turn.conversation_id)
        say_queue(
            exchange,
            "utter_adviser_waiting" if is_new else "utter_adviser_waiting_already",
            ahead=standing.ahead if standing else 0,
        )


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
            payload = f'/ask_adviser{{"{REASON}": "{reasons.REPLACE_ADMINISTRATOR}"}}'
            exchange.say("utter_replacement_offer", buttons=[Button("Enregistrer ma demande", payload)])


def _waits(session: Session, exchange: Exchange) -> bool:
    standing = requests.standing(session, exchange.turn.conversation_id)
    return standing is not None and standing.state is RequestState.WAITING
