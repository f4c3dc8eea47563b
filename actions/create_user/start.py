"""Whether a message about users begins the form, or is answered: the words are the same, who says them differs."""

from __future__ import annotations

from actions.answers.question import AnswerQuestion
from actions.answers.reply import known_profile, reply
from actions.create_user.case import JOURNEY_SLOTS, Case, case_of
from actions.create_user.draft import SLOT, Draft
from actions.create_user.replies import say_name
from actions.create_user.request import is_request, told
from actions.exchange import Answer, Button, Exchange
from offre_bailleurs.access import viewer
from offre_bailleurs.database import reading
from offre_bailleurs.models import Profile

TOPIC = "create_user"
"""The intent of questions and requests alike, and the topic that answers the questions."""
BEGIN = "begin_create_user"
"""The intent of the button that asks for it plainly."""
BEGIN_BUTTON = Button("Créer un utilisateur maintenant", f"/{BEGIN}")
READY = "create_user_ready"


class StartCreateUser(Answer):
    """`action_start_create_user`: sets `create_user_ready`; when it is False the topic is answered, for who asks."""

    def name(self) -> str:
        return "action_start_create_user"

    def answer(self, exchange: Exchange) -> None:
        if exchange.in_form:  # the form under way asks again by itself
            self._say_topic(exchange)
            exchange.set(**{READY: False})
            return
        exchange.set(**dict.fromkeys(JOURNEY_SLOTS))
        asked = exchange.intent == BEGIN or is_request(exchange.text)
        with reading() as session:
            case = case_of(session, exchange)
            if case is not None and asked and case.groups:
                self._begin(exchange, case)
                return
            who = viewer(session, exchange.turn.user_id) if exchange.turn.user_id is not None else None
        exchange.set(**{READY: False})
        if case is not None and asked:
            exchange.say("utter_create_user_no_group")
        elif case is not None:
            self._say_topic(exchange)
            exchange.say("utter_create_user_offer", buttons=[BEGIN_BUTTON])
        elif exchange.turn.user_id is None:
            self._say_topic(exchange)
            if known_profile(exchange) is not Profile.LANDLORD:
                exchange.say("utter_create_user_sign_in")
        else:
            if who is not None and who.profile is Profile.ORGANISATION:
                exchange.say("utter_create_user_not_yours")
            self._say_topic(exchange)

    @staticmethod
    def _begin(exchange: Exchange, case: Case) -> None:
        case.draft = Draft() if exchange.intent == BEGIN else told(exchange.text)
        exchange.set(**{READY: True, SLOT: case.draft.slot})
        exchange.say("utter_create_user_begins", organisation=case.organisation.name, convention=case.convention)
        if case.draft.first_name and case.draft.last_name:
            say_name(exchange, case)

    @staticmethod
    def _say_topic(exchange: Exchange) -> None:
        if exchange.intent == TOPIC:
            AnswerQuestion().answer(exchange)
        else:
            reply(exchange, [TOPIC], known_profile(exchange))
