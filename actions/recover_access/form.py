"""The journey as a guided form: the triage (what is missing, ever connected, how the credentials came), then what the
request needs."""

from __future__ import annotations

from actions.answers.reply import known_profile
from actions.exchange import Exchange
from actions.form import OF_A_DECLARATION, JourneyForm, Reading
from actions.recover_access.advice import say_advice
from actions.recover_access.given import declines, has_no_number, is_masked, password_was_masked, says_address_is_gone
from actions.recover_access.questions import QUESTIONS, question_of, read_other, take
from actions.recover_access.replies import (
    read_connected,
    read_missing,
    read_missing_corrected,
    read_missing_told,
    read_received,
    triage_told,
)
from actions.recover_access.slots import (
    ADVICE,
    EMAIL,
    OUTCOME,
    REQUEST,
    SLOTS,
    TOLD,
    USER_NUMBER,
    request_under_way,
    triage_of,
)
from actions.recover_access.triage import Advice

_ANSWERS = frozenset(
    {
        "affirm",
        "cannot_connect",
        "deny",
        "first_connection",
        "forgotten_password",
        "inform",
        "lost_login",
        "nlu_fallback",
        "off_topic",
        "receive_credentials",
        *OF_A_DECLARATION,
        "modify",
        "pick_tenancy",
        "validate",
    }
)
"""Intents whose words may answer a question of the triage. Every other is a question, or small talk."""
_ASKS = frozenset({"first_connection", "receive_credentials"})
"""Of those, what is a question once the triage is over: «ça arrive par courrier ou par mail ?»."""
_NAMES_WHAT_IS_MISSING = frozenset({"forgotten_password", "lost_login"})
_SHORT = 4
"""Words: «par mail» answers the question, whatever else it looks like."""
_WORDED = {0: "", 1: "_simpler"}
_PUTTING_OFF = frozenset({"cancel", "postpone"})
_LEAVING = {"cancel": "cancel", "postpone": "cancel", "declare_rent": "declare", "resume_draft": "declare"}


class RecoverAccessForm(JourneyForm):
    """`validate_recover_access_form`."""

    form = "recover_access_form"

    def begin(self, exchange: Exchange) -> None:
        exchange.set(**dict.fromkeys(SLOTS))
        if exchange.intent in _NAMES_WHAT_IS_MISSING:  # `start` has said the topic's answer, which holds that advice
            exchange.set(**{ADVICE: Advice.LOGIN_UNKNOWN})
        if exchange.turn.user_id is not None:
            exchange.say("utter_recover_access_signed_in")
        if not self._take_choice(exchange):
            told = triage_told(exchange.text)
            exchange.set(access_missing=told.missing, access_connected=told.connected, access_received=told.received)
        if exchange.slot(USER_NUMBER) is not None or self._tells_all(exchange):
            self._leave(exchange, "ask")
        else:
            self.ask(exchange, 0)

    @staticmethod
    def _tells_all(exchange: Exchange) -> bool:
        """«Mdp oublié, je me suis déjà connecté, mon mail c'est …»: the request needs nothing more."""
        question = question_of(request_under_way(exchange))
        return question is not None and take(exchange, question) is Reading.UNDERSTOOD

    def read(self, exchange: Exchange, question: str) -> Reading:
        reading = self._read_reply(exchange, question)
        if reading is Reading.REFUSED:
            self.request(exchange, question)
        return reading

    def _read_reply(self, exchange: Exchange, question: str) -> Reading:
        if self._take_choice(exchange):
            return self._leave(exchange, "ask") if exchange.slot(USER_NUMBER) is not None else Reading.UNDERSTOOD
        taken = take(exchange, question) if question in QUESTIONS else None
        if taken is not None:
            return self._leave(exchange, "ask") if taken is Reading.UNDERSTOOD else taken
        if exchange.intent in _LEAVING and not self._lacks_it(exchange, question):
            return self._leave(exchange, _LEAVING[exchange.intent])
        return (self._read_other if question in QUESTIONS else self._read_told)(exchange, question)

    def ask(self, exchange: Exchange, misunderstandings: int) -> None:
        question = self._next_question(exchange)
        if question is None:
            self._leave(exchange, "advise")
            return
        self.request(exchange, question)
        exchange.say(f"utter_question_{question}{_WORDED.get(misunderstandings, '_examples')}")

    def _next_question(self, exchange: Exchange) -> str | None:
        """The slot to ask for: of the triage, then of the request, under its advice; None: no request follows."""
        if exchange.slot(REQUEST) is None:
            triage = triage_of(exchange)
            if triage.question is not None:
                return f"access_{triage.question}"
            self._say_once(exchange, triage.advice)
        return question_of(request_under_way(exchange))

    def _read_told(self, exchange: Exchange, question: str) -> Reading:
        """A reply to a question of the triage."""
        value = _READERS[question](exchange.text)
        if value is None and password_was_masked(exchange.text):
            exchange.say("utter_access_no_password")
            return Reading.UNDERSTOOD
        is_short = len(exchange.text.split()) <= _SHORT
        if exchange.intent not in _ANSWERS and not (is_short and value):
            return Reading.INTERRUPTION
        if self._change_mind(exchange):
            return Reading.UNDERSTOOD
        if value is None:
            return Reading.INTERRUPTION if exchange.intent == "off_topic" else Reading.NOT_UNDERSTOOD
        exchange.set(**{question: value})
        return Reading.UNDERSTOOD

    def _read_other(self, exchange: Exchange, question: str) -> Reading:
        """A reply to a question of a request that does not hold what the request needs."""
        if is_masked(exchange.text):
            password = password_was_masked(exchange.text)
            exchange.say("utter_access_no_password" if password else "utter_access_masked")
            return Reading.UNDERSTOOD
        if self._change_mind(exchange):
            return Reading.UNDERSTOOD
        if declines(exchange.text):
            return self._leave(exchange, "cancel")
        may_answer = exchange.intent in _ANSWERS - _ASKS or self._lacks_it(exchange, question)
        return read_other(exchange, question, may_answer=may_answer)

    @staticmethod
    def _lacks_it(exchange: Exchange, question: str) -> bool:
        """«Je ne l'ai pas sous la main» looks like «plus tard», «je n'ai plus cette adresse» like anything."""
        if question == EMAIL:
            return says_address_is_gone(exchange.text)
        return question == USER_NUMBER and exchange.intent in _PUTTING_OFF and has_no_number(exchange.text)

    @staticmethod
    def _change_mind(exchange: Exchange) -> bool:
        """«Non, c'est mon identifiant que j'ai perdu», at any question. The advice is then said, be it the same again:
        what was asked for first may not be what helps (B3)."""
        told = exchange.intent in _NAMES_WHAT_IS_MISSING
        missing = read_missing_told(exchange.text) if told else read_missing_corrected(exchange.text)
        if missing is not None:
            exchange.set(**{"access_missing": missing, REQUEST: None, ADVICE: None})
        return missing is not None

    @staticmethod
    def _take_choice(exchange: Exchange) -> bool:
        carried = (*TOLD, REQUEST, USER_NUMBER)
        pressed = {name: value for name in carried if (value := exchange.entity(name)) is not None}
        if pressed:
            exchange.set(**{REQUEST: None, **pressed})
        if triage_of(exchange).comes_to(Advice.NEVER_BY_LETTER):
            exchange.set(**{REQUEST: None})  # B3 beats B2
        return bool(pressed)

    @staticmethod
    def _say_once(exchange: Exchange, advice: Advice) -> None:
        """The advice above its request's question, but not again each time that the question is asked. One that no
        request follows is said when the form is left."""
        if advice.request is not None and exchange.slot(ADVICE) != advice:
            exchange.set(**{ADVICE: advice})
            say_advice(exchange, advice, known_profile(exchange), is_request_asked_for=True)

    def _leave(self, exchange: Exchange, outcome: str) -> Reading:
        exchange.set(**{OUTCOME: outcome})
        self.finish(exchange)
        return Reading.UNDERSTOOD


_READERS = {
    "access_missing": read_missing,
    "access_connected": read_connected,
    "access_received": read_received,
}
