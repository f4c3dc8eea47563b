"""The base class of every guided form.

Rasa's form is only the loop here: which question comes next, and what an answer means, is decided by the form's
validator in one call a turn, from the business's own state. A question or a greeting in mid-form is handed back to the
rules, and the form then asks again by itself. A message left for an adviser interrupts it with a form of its own; it
then goes on at the question where it was.
"""

from __future__ import annotations

from abc import abstractmethod
from enum import Enum, auto

from actions.exchange import MISUNDERSTANDINGS, REQUESTED_SLOT, Answer, Button, Exchange
from offre_bailleurs.desk.reasons import MISUNDERSTOOD

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
FOR_THE_RULES = frozenset({"floor_returned", "give_feedback", "pick_erasure"})
"""Intents that answer no question of any form, whatever the words of their button: the floor comes back from an
adviser, an opinion on an answer, the erasure of what was said. Nobody types them."""
_PRESSED = frozenset({"ask_adviser", "pick_message", "stop_waiting"})
"""The same of pressed buttons; typed, the form may still read an answer in the words."""
_OF_A_MESSAGE = frozenset({"ask_adviser", "pick_message"})
"""Of those, what the form of a message to an adviser answers itself."""
INTERRUPTED, INTERRUPTED_STEP = "interrupted_journey", "interrupted_step"
"""The slots: the journey that waits until a message is left, and the question that was open in it."""

ADVISER_BUTTON = Button("Parler à un conseiller", "/ask_adviser")
MISUNDERSTOOD_BUTTON = Button("Parler à un conseiller", f'/ask_adviser{{"reason": "{MISUNDERSTOOD}"}}')
"""The same, offered by an assistant that did not understand."""
_MOST_MISUNDERSTANDINGS = 2
"""In a row; from then on an adviser is offered."""
_FORM = "_form"


def journey_of(form: str | None) -> str | None:
    """The journey whose form this is."""
    return form.removesuffix(_FORM) if form else None


class Reading(Enum):
    """What became of a reply."""

    UNDERSTOOD = auto()
    REFUSED = auto()
    """Understood, and answered with what is wrong and what is expected: nothing more needs to be asked."""
    NOT_UNDERSTOOD = auto()
    INTERRUPTION = auto()
    """Not for the form: the rules answer it."""


class JourneyForm(Answer):
    """A form's validator. A reply that is not understood makes the next wording simpler, then gives examples and offers
    an adviser."""

    form: str
    """The form's name in the domain; also the slot prefix of its tests."""
    is_for_adviser = False
    """What is given here is for an adviser: none is offered when a reply is not understood."""

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
            self._enter(exchange)
            return
        if exchange.was_rejected():
            self.ask(exchange, 0)
            return
        reading = Reading.INTERRUPTION if self._is_for_the_rules(exchange) else self.read(exchange, question)
        if reading is Reading.INTERRUPTION:
            return  # no slot is set: Rasa's form rejects, the rules answer
        count = int(exchange.slot(MISUNDERSTANDINGS) or 0) + 1 if reading is Reading.NOT_UNDERSTOOD else 0
        exchange.set(**{MISUNDERSTANDINGS: count})
        if count >= _MOST_MISUNDERSTANDINGS and not self.is_for_adviser:
            exchange.say("utter_offer_adviser", buttons=[MISUNDERSTOOD_BUTTON])
        if reading is not Reading.REFUSED and not self.is_finished(exchange):
            self.ask(exchange, count)

    def _is_for_the_rules(self, exchange: Exchange) -> bool:
        """The one place where what is not meant for any form is told from a reply."""
        if exchange.intent in FOR_THE_RULES:
            return True
        own = _OF_A_MESSAGE if self.is_for_adviser else frozenset()
        return exchange.is_pressed and exchange.intent in _PRESSED - own

    def _enter(self, exchange: Exchange) -> None:
        """Begin; or, after a message was left in the middle of this journey, ask again what was open."""
        exchange.set(**{MISUNDERSTANDINGS: 0})
        step = exchange.slot(INTERRUPTED_STEP)
        if step is None or exchange.slot(INTERRUPTED) != journey_of(self.form):
            self.begin(exchange)
            return
        exchange.set(**{INTERRUPTED_STEP: None, REQUESTED_SLOT: step})
        self.ask(exchange, 0)
        if not self.is_finished(exchange):  # else the rules still tell by it which journey cannot go on
            exchange.set(**{INTERRUPTED: None})

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
