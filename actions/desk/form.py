"""The journey `leave_message` as a guided form: the message, the address of the answer, then «Envoyer».

Whatever is typed as the message is the message, a question or a greeting too; only «annuler» and the like leave it.
Nothing that a button of another journey stands for moves anything here.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from actions.desk.message import (
    DECISION,
    EMAIL,
    MESSAGE,
    OUTCOME,
    SLOTS,
    account_email,
    excerpt,
    fingerprint,
    next_question,
)
from actions.desk.replies import (
    answers_own_address,
    declines,
    has_words,
    leaves,
    means_own_address,
    names_address,
    sends,
)
from actions.desk.words import day_in_words, opening_in_words
from actions.exchange import REQUESTED_SLOT, Button, Exchange
from actions.form import JourneyForm, Reading
from actions.recover_access.given import read_addresses
from offre_bailleurs.contacts import Refused, read_email
from offre_bailleurs.desk import hours
from offre_bailleurs.topics import topics

PICK = "pick_message"
"""The intent of the form's own buttons."""
STEP, SUMMARY = "message_step", "summary"
"""Their entities: what is pressed, and under which summary."""


class Press(StrEnum):
    """What a button of the form does."""

    SEND = "send"
    CHANGE_MESSAGE = "message"
    CHANGE_EMAIL = "email"
    OWN_EMAIL = "own_email"
    GIVE_UP = "cancel"


CLEARLY = 0.65
"""From this confidence on a question is taken for one where an address or a decision is asked for."""
_QUESTIONS = frozenset({"ask_bot_identity", "ask_capabilities", "ask_privacy", "erase_my_data"})
"""Besides the topics, what the rules answer in the middle of this form."""
_GIVES_UP = frozenset({"cancel", "postpone"})
_GIVE_UP_BUTTON = Button("Ne rien envoyer", f'/{PICK}{{"{STEP}": "{Press.GIVE_UP}"}}')


class LeaveMessageForm(JourneyForm):
    """`validate_leave_message_form`."""

    form = "leave_message_form"
    is_for_adviser = True

    def begin(self, exchange: Exchange) -> None:
        exchange.set(**dict.fromkeys(SLOTS))
        opening = hours.next_opening()
        exchange.say(
            "utter_leave_message_begins" if opening else "utter_leave_message_begins_unknown",
            hours=hours.hours_in_words(),
            opening=opening_in_words(opening) if opening else "",
            day=day_in_words(hours.answer_by()),
        )
        self.request(exchange, MESSAGE)
        self.ask(exchange, 0)

    def read(self, exchange: Exchange, question: str) -> Reading:
        if exchange.is_pressed:
            reading = self._read_pressed(exchange, question)
        elif leaves(exchange.text):
            reading = self._leave(exchange, "cancel")
        else:
            reading = self._read_typed(exchange, question)
        if reading is Reading.NOT_UNDERSTOOD:
            self.request(exchange, question)
        return reading

    def ask(self, exchange: Exchange, misunderstandings: int) -> None:
        question = exchange.slot(REQUESTED_SLOT)
        self.request(exchange, question)
        ending = ("", "_simpler", "_examples")[min(misunderstandings, 2)]
        if question == DECISION:
            exchange.say(
                f"utter_question_left_decision{ending}",
                message=excerpt(exchange.slot(MESSAGE)),
                email=exchange.slot(EMAIL),
                buttons=self._decisions(exchange),
            )
        elif question == EMAIL:
            exchange.say(f"utter_question_left_email{ending}", buttons=self._addresses(exchange))
        elif exchange.slot(MESSAGE):
            exchange.say("utter_question_left_message_again", buttons=[_GIVE_UP_BUTTON])
        else:
            exchange.say(f"utter_question_left_message{ending}", buttons=[_GIVE_UP_BUTTON])

    # Buttons

    def _read_pressed(self, exchange: Exchange, question: str) -> Reading:
        if exchange.intent in _QUESTIONS or exchange.intent in topics():
            return Reading.INTERRUPTION
        step = exchange.entity(STEP) if exchange.intent == PICK else None
        given = bool(exchange.slot(MESSAGE))
        match step:
            case Press.GIVE_UP:
                return self._leave(exchange, "cancel")
            case Press.SEND if question == DECISION and exchange.entity(SUMMARY) == fingerprint(exchange):
                return self._leave(exchange, "send")
            case Press.CHANGE_MESSAGE if given:
                return self._go_to(exchange, MESSAGE)
            case Press.CHANGE_EMAIL if given:
                return self._go_to(exchange, EMAIL)
            case Press.OWN_EMAIL if given and question in (EMAIL, DECISION):
                return self._take_own_address(exchange)
        exchange.say("utter_message_under_way")
        return self._go_to(exchange, question)

    @staticmethod
    def _decisions(exchange: Exchange) -> list[Button]:
        shown = fingerprint(exchange)
        return [
            Button("Envoyer", f'/{PICK}{{"{STEP}": "{Press.SEND}", "{SUMMARY}": "{shown}"}}'),
            Button("Modifier le message", f'/{PICK}{{"{STEP}": "{Press.CHANGE_MESSAGE}"}}'),
            Button("Changer d'adresse", f'/{PICK}{{"{STEP}": "{Press.CHANGE_EMAIL}"}}'),
            _GIVE_UP_BUTTON,
        ]

    @staticmethod
    def _addresses(exchange: Exchange) -> list[Button]:
        own = Button("À l'adresse de mon compte", f'/{PICK}{{"{STEP}": "{Press.OWN_EMAIL}"}}')
        change = Button("Modifier le message", f'/{PICK}{{"{STEP}": "{Press.CHANGE_MESSAGE}"}}')
        return [*([own] if account_email(exchange) else []), change, _GIVE_UP_BUTTON]

    # Words

    def _read_typed(self, exchange: Exchange, question: str) -> Reading:
        if question == MESSAGE:
            return self._leave(exchange, "cancel") if declines(exchange.text) else self._take_message(exchange)
        taken = self._take_address(exchange, question)
        if taken is not None:
            return taken
        if question == DECISION and sends(exchange.text):
            return self._leave(exchange, "send")
        is_clear = exchange.confidence >= CLEARLY
        if is_clear and exchange.intent in _GIVES_UP:
            return self._leave(exchange, "cancel")
        if question == DECISION and exchange.intent in ("modify", "deny"):
            return self._go_to(exchange, EMAIL if names_address(exchange.text) else MESSAGE)
        if is_clear and (exchange.intent in _QUESTIONS or exchange.intent in topics()):
            return Reading.INTERRUPTION
        return Reading.NOT_UNDERSTOOD

    def _take_message(self, exchange: Exchange) -> Reading:
        if not has_words(exchange.text):
            exchange.say("utter_left_message_empty", buttons=[_GIVE_UP_BUTTON])
            self.request(exchange, MESSAGE)
            return Reading.REFUSED
        exchange.set(**{MESSAGE: exchange.text})
        return self._go_to(exchange, next_question(exchange))

    def _take_address(self, exchange: Exchange, question: str) -> Reading | None:
        """The address that a reply holds, wherever it was asked for or is changed; None: it holds none."""
        addresses = read_addresses(exchange.text)
        if not addresses:
            return self._take_own_address(exchange) if self._chooses_own_address(exchange, question) else None
        if len(addresses) > 1:
            return self._refuse_address(exchange, "utter_left_email_several")
        try:
            exchange.set(**{EMAIL: read_email(addresses[0])})
        except Refused as refused:
            return self._refuse_address(exchange, "utter_left_email_refused", reason=refused.message)
        return self._go_to(exchange, DECISION)

    @staticmethod
    def _chooses_own_address(exchange: Exchange, question: str) -> bool:
        """What the button stands for; under the summary «oui» means «Envoyer», and «mon adresse» what is to change."""
        if means_own_address(exchange.text):
            return True
        if question != EMAIL:
            return False
        return answers_own_address(exchange.text) or (sends(exchange.text) and account_email(exchange) is not None)

    def _take_own_address(self, exchange: Exchange) -> Reading:
        own = account_email(exchange)
        if own is None:
            return self._refuse_address(exchange, "utter_left_email_unknown")
        exchange.set(**{EMAIL: own})
        return self._go_to(exchange, DECISION)

    def _refuse_address(self, exchange: Exchange, response: str, **values: Any) -> Reading:
        """Whoever changed the address under the summary is asked for it too: «oui» must not send to the old one."""
        exchange.say(response, buttons=self._addresses(exchange), **values)
        self.request(exchange, EMAIL)
        return Reading.REFUSED

    def _go_to(self, exchange: Exchange, question: str) -> Reading:
        self.request(exchange, question)
        return Reading.UNDERSTOOD

    def _leave(self, exchange: Exchange, outcome: str) -> Reading:
        exchange.set(**{OUTCOME: outcome})
        self.finish(exchange)
        return Reading.UNDERSTOOD
