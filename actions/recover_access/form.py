"""The triage as a guided form: what is missing, ever connected, how the credentials came."""

from __future__ import annotations

from actions.answers.reply import known_profile
from actions.exchange import Answer, Exchange
from actions.form import JourneyForm, Reading
from actions.recover_access.advice import say_advice
from actions.recover_access.replies import (
    read_connected,
    read_connected_told,
    read_missing,
    read_missing_told,
    read_received,
    read_received_told,
)
from actions.recover_access.triage import Connected, Missing, Received, Triage

OUTCOME = "recover_access_outcome"
"""How the form was left: "advise", "cancel", or "declare" (a rent is to be declared instead)."""
SLOTS = ("access_missing", "access_connected", "access_received", OUTCOME, "misunderstandings")

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
    }
)
"""Intents whose words may answer a question of the triage. Every other is a question, or small talk."""
_NAMES_WHAT_IS_MISSING = frozenset({"forgotten_password", "lost_login"})
_SHORT = 4
"""Words: «par mail» answers the question, whatever else it looks like."""
_WORDED = {0: "", 1: "_simpler"}
_LEAVING = {"cancel": "cancel", "postpone": "cancel", "declare_rent": "declare", "resume_draft": "declare"}


class RecoverAccessForm(JourneyForm):
    """`validate_recover_access_form`."""

    form = "recover_access_form"

    def begin(self, exchange: Exchange) -> None:
        exchange.set(**dict.fromkeys(SLOTS))
        if not self._take_choice(exchange):
            exchange.set(
                access_missing=read_missing_told(exchange.text),
                access_connected=read_connected_told(exchange.text),
                access_received=read_received_told(exchange.text),
            )
        self.ask(exchange, 0)

    def read(self, exchange: Exchange, question: str) -> Reading:
        if self._take_choice(exchange):
            return Reading.UNDERSTOOD
        if exchange.intent in _LEAVING:
            exchange.set(**{OUTCOME: _LEAVING[exchange.intent]})
            self.finish(exchange)
            return Reading.UNDERSTOOD
        value = _READERS[question](exchange.text)
        is_short = len(exchange.text.split()) <= _SHORT
        if exchange.intent not in _ANSWERS and not (is_short and value):
            return Reading.INTERRUPTION
        if exchange.intent in _NAMES_WHAT_IS_MISSING and (missing := read_missing_told(exchange.text)):
            exchange.set(access_missing=missing)  # at any question: «non, c'est mon identifiant que j'ai perdu»
            return Reading.UNDERSTOOD
        if value is None:
            return Reading.INTERRUPTION if exchange.intent == "off_topic" else Reading.NOT_UNDERSTOOD
        exchange.set(**{question: value})
        return Reading.UNDERSTOOD

    def ask(self, exchange: Exchange, misunderstandings: int) -> None:
        question = triage_of(exchange).question
        if question is None:
            exchange.set(**{OUTCOME: "advise"})
            self.finish(exchange)
            return
        self.request(exchange, f"access_{question}")
        exchange.say(f"utter_question_access_{question}{_WORDED.get(misunderstandings, '_examples')}")

    @staticmethod
    def _take_choice(exchange: Exchange) -> bool:
        pressed = {name: value for name in SLOTS[:3] if (value := exchange.entity(name)) is not None}
        exchange.set(**pressed)
        return bool(pressed)


class AdviseOnAccess(Answer):
    """`action_advise_on_access`: the right link, with the reason; or leaves."""

    def name(self) -> str:
        return "action_advise_on_access"

    def answer(self, exchange: Exchange) -> None:
        if exchange.slot(OUTCOME) == "cancel":
            exchange.say("utter_recover_access_left")
        else:
            say_advice(exchange, triage_of(exchange).advice, known_profile(exchange))
        exchange.set(**dict.fromkeys(SLOTS))


def triage_of(exchange: Exchange) -> Triage:
    """What was told so far."""
    missing, connected, received = (exchange.slot(name) for name in SLOTS[:3])
    return Triage(
        Missing(missing) if missing else None,
        Connected(connected) if connected else None,
        Received(received) if received else None,
    )


_READERS = {
    "access_missing": read_missing,
    "access_connected": read_connected,
    "access_received": read_received,
}
