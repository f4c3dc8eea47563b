"""The questions that a request needs answered: the N° utilisateur, or the email address."""

from __future__ import annotations

from collections.abc import Mapping

from actions.answers.reply import known_profile, reply
from actions.exchange import Exchange
from actions.form import Reading
from actions.recover_access.given import (
    has_another_address,
    has_no_address,
    has_no_number,
    read_addresses,
    read_user_number,
)
from actions.recover_access.slots import EMAIL, USER_NUMBER
from actions.recover_access.triage import Request
from offre_bailleurs.contacts import Refused, read_email
from offre_bailleurs.user_number import TypedNumber, Verdict

QUESTIONS: Mapping[str, Request] = {USER_NUMBER: Request.LOGIN, EMAIL: Request.PASSWORD}
"""What each request asks for, by the slot."""

_ALLOCATAIRE_LENGTH = 7
_SHORT = 4
"""Words: «c'est le A123456» answers the question, whatever else it looks like."""
REFUSALS: Mapping[Verdict, str] = {
    Verdict.SPECIMEN_OF_EMAIL: "utter_access_number_specimen_of_email",
    Verdict.TOO_SHORT: "utter_access_number_too_short",
    Verdict.TOO_LONG: "utter_access_number_too_long",
}
"""What is wrong with a number, and what is expected."""


def question_of(request: Request | None) -> str | None:
    """The slot that a request asks for; None: there is no request."""
    return next((slot for slot, asked_for in QUESTIONS.items() if asked_for is request), None)


def take(exchange: Exchange, question: str) -> Reading | None:
    """Keep the number or the address that the reply holds, whatever else it looks like; None: it holds none.

    A number that is wrong is left to `read_other`: a question may well hold one. An address answers what was asked,
    wrong or right.
    """
    if question == EMAIL:
        return _take_address(exchange)
    number = read_user_number(exchange.text)
    if number is None or not number.is_possible:
        return None
    if number.verdict is Verdict.SPECIMEN:
        exchange.say("utter_access_number_specimen")
    exchange.set(**{USER_NUMBER: number.characters})
    return Reading.UNDERSTOOD


def read_other(exchange: Exchange, question: str, *, may_answer: bool) -> Reading:
    """A reply of which `take` makes nothing. `may_answer`: what it was understood to mean may be an answer."""
    number = read_user_number(exchange.text)
    if exchange.intent == "check_user_number":
        may_answer = question == USER_NUMBER or number is not None
    if number is not None and (may_answer or len(exchange.text.split()) <= _SHORT):
        _refuse_number(exchange, question, number)
        return Reading.REFUSED
    if not may_answer:
        return Reading.INTERRUPTION
    if question == EMAIL and has_no_address(exchange.text):
        exchange.say("utter_access_email_gone")
        return Reading.REFUSED
    if question == USER_NUMBER and read_addresses(exchange.text):
        exchange.say("utter_access_number_not_address")
        return Reading.REFUSED
    if question == USER_NUMBER and has_no_number(exchange.text):
        reply(exchange, ["find_user_number"], known_profile(exchange))
        return Reading.UNDERSTOOD
    if exchange.intent == "check_user_number":  # «Vérifier mon N° utilisateur», a button under «où le trouver»
        return Reading.UNDERSTOOD
    return Reading.INTERRUPTION if exchange.intent == "off_topic" else Reading.NOT_UNDERSTOOD


def _take_address(exchange: Exchange) -> Reading | None:
    addresses = read_addresses(exchange.text)
    if not addresses:
        return None
    if has_another_address(exchange.text):
        exchange.say("utter_access_email_gone")
        return Reading.REFUSED
    if len(addresses) > 1:
        exchange.say("utter_access_email_several")
        return Reading.REFUSED
    try:
        exchange.set(**{EMAIL: read_email(addresses[0])})
    except Refused as refused:
        exchange.say("utter_access_email_refused", reason=refused.message)
        return Reading.REFUSED
    return Reading.UNDERSTOOD


def _refuse_number(exchange: Exchange, question: str, number: TypedNumber) -> None:
    if question == EMAIL:
        exchange.say("utter_access_email_not_number")
        return
    too_short = number.verdict is Verdict.TOO_SHORT
    seven = too_short and len(number.characters) == _ALLOCATAIRE_LENGTH
    response = "utter_access_number_seven" if seven else REFUSALS[number.verdict]
    exchange.say(response, number=number.characters, count=len(number.characters))
