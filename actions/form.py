"""The base class of every guided form.

Rasa's form is only the loop here: which question comes next, and what an answer means, is decided by the form's
validator in one call a turn, from the business's own state. A question or a greeting in mid-form is handed back to the
rules, and the form then asks again by itself.
"""

from __future__ import annotations

from abc import abstractmethod
from enum import Enum, auto

from actions.exchange import MISUNDERSTANDINGS, REQUESTED_SLOT, Answer, Button, Exchange

OF_A_DECLARATION = frozenset(
    {
        "change_rent",
        "change_situation",
        "pick_situation",
        "same_as_last_year",
        "situation_co_tenants",
        "situation_left",
        "situation_management_ended",
        "situation_still_tenant",
        "situation_unpaid_rent",
        "wrong_tenant",
    }
)
"""Intents of the words with which one declares: they mean nothing in another form, and no rule answers them there."""
ADVISER_BUTTON = Button("Parler à un conseiller", "/ask_adviser")


class Reading(Enum):
    """What became of a reply."""

    UNDERSTOOD = auto()
    REFUSED = auto()
    """Understood, and answered with what is wrong and what is expected: nothing more needs to be asked."""
    NOT_UNDERSTOOD = auto()
    INTERRUPTION = auto()
    """Not for the form: the rules answer it."""


class JourneyForm(Answer):
    """A form's validator. A reply that is not understood makes the next wording simpler, then gives examples, then
    offers an adviser."""

    form: str
    """The form's name in the domain; also the slot prefix of its tests."""

    def name(self) -> str:
        """Rasa calls this action for each turn of its form."""
        return f"validate_{self.form}"

    @abstractmethod
    def begin(self, exchange: Exchange) -> None:
        """The form was just activated: ask the first question."""

    @abstractmethod
    def read(self, exchange: Exchange, question: str) -> Reading:
        """Take the reply to a question; what is understood is done here. When REFUSED, `request` what stays open."""

    @abstractmethod
    def ask(self, exchange: Exchange, misunderstandings: int) -> None:
        """Ask what is still open, or `finish`. 0: usual words; 1: simpler; 2 and more: with examples."""

    def answer(self, exchange: Exchange) -> None:
        question = exchange.slot(REQUESTED_SLOT)
        if question is None:
            exchange.set(**{MISUNDERSTANDINGS: 0})
            self.begin(exchange)
            return
        if exchange.was_rejected():
            self.ask(exchange, 0)
            return
        reading = self.read(exchange, question)
        if reading is Reading.INTERRUPTION:
            return  # no slot is set: Rasa's form rejects, the rules answer
        count = int(exchange.slot(MISUNDERSTANDINGS) or 0) + 1 if reading is Reading.NOT_UNDERSTOOD else 0
        exchange.set(**{MISUNDERSTANDINGS: count})
        if count >= 3:
            exchange.say("utter_offer_adviser", buttons=[ADVISER_BUTTON])
        if reading is not Reading.REFUSED and not self.is_finished(exchange):
            self.ask(exchange, count)

    @staticmethod
    def request(exchange: Exchange, question: str) -> None:
        """The next reply answers this question."""
        exchange.set(**{REQUESTED_SLOT: question})

    @staticmethod
    def finish(exchange: Exchange) -> None:
        """Leave the form."""
        exchange.set(**{REQUESTED_SLOT: None})

    @staticmethod
    def is_finished(exchange: Exchange) -> bool:
        """`finish` was called in this turn."""
        return exchange.was_set(REQUESTED_SLOT) and exchange.slot(REQUESTED_SLOT) is None
