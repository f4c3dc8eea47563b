"""What a reply means for the draft: words to values, values into the draft, refusals to reasons."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from actions.declare_rent.case import Case
from actions.exchange import Exchange
from actions.form import Reading
from offre_bailleurs import declarations
from offre_bailleurs.declarations import HIGHEST_RENT_CENTS, HIGHEST_UNPAID_CENTS, Question, Refused
from offre_bailleurs.french.amounts import Amount, AmountProblem, read_amount
from offre_bailleurs.french.counts import read_count
from offre_bailleurs.french.dates import DateProblem, read_date
from offre_bailleurs.french.format import euros, long_date
from offre_bailleurs.french.text import fold
from offre_bailleurs.models import Situation

SITUATION_OF_INTENT = {
    "situation_still_tenant": Situation.STILL_TENANT,
    "situation_left": Situation.LEFT,
    "situation_unpaid_rent": Situation.UNPAID_RENT,
    "situation_management_ended": Situation.MANAGEMENT_ENDED,
    "situation_co_tenants": Situation.CO_TENANTS,
}

_CORRECTION = re.compile(
    r"^(non|nan|pardon|en fait|plutot|erreur|finalement|ah non|euh non|je me suis tromp\w*|je voulais dire)\b"
)


def read_answer(exchange: Exchange, case: Case, question: Question) -> Reading:
    """Take the reply as the answer to one of the declaration's questions."""
    reading = _READERS[question](exchange, case)
    if reading is Reading.UNDERSTOOD:
        exchange.set(last_given=[question.value])
    return reading


def read_correction(exchange: Exchange, case: Case) -> Reading:
    """«Non, 620»: the reply changes what was just given, whatever is asked now."""
    given = [Question(value) for value in exchange.slot("last_given") or ()]
    if _CORRECTION.match(fold(exchange.text)):
        for question in given:
            if question is not Question.SITUATION and _says_something(exchange, case, question):
                return _READERS[question](exchange, case)
    return Reading.NOT_UNDERSTOOD


def read_situation(exchange: Exchange, case: Case, situation: Situation) -> Reading:
    """A situation, said or pressed, with the details that the same sentence gives."""
    draft = case.draft()
    declarations.set_situation(draft, situation)
    exchange.set(situation_changes=None)
    given, reading = [Question.SITUATION.value], Reading.UNDERSTOOD
    for question in _DETAILS.get(situation, ()):
        if reading is Reading.UNDERSTOOD and _says_something(exchange, case, question):
            reading = _READERS[question](exchange, case)
            given.append(question.value)
    exchange.set(last_given=given)
    return reading


def take_same_rent(exchange: Exchange, case: Case) -> Reading:
    """«C'est toujours pareil»: last year's rent, shown back."""
    if case.last_year_cents is None:
        exchange.say("utter_no_last_year_rent", last_year=case.campaign.year - 1)
        return Reading.REFUSED
    declarations.set_july_rent(case.draft(), case.last_year_cents)
    exchange.set(last_given=[Question.JULY_RENT.value])
    exchange.say("utter_same_as_last_year", rent=euros(case.last_year_cents), last_year=case.campaign.year - 1)
    return Reading.UNDERSTOOD


# --- One reader a question ---------------------------------------------------------------------------------------


def _read_situation_reply(exchange: Exchange, case: Case) -> Reading:
    if exchange.intent == "affirm" or exchange.intent == "same_as_last_year":
        return read_situation(exchange, case, Situation.STILL_TENANT)
    if exchange.intent == "deny":
        exchange.set(situation_changes=True)
        return Reading.UNDERSTOOD
    return Reading.NOT_UNDERSTOOD


def _read_situation_on(exchange: Exchange, case: Case) -> Reading:
    return _read_day(
        exchange,
        case,
        lambda day: declarations.set_situation_on(case.draft(), day, today=case.today),
        month_is_enough=False,
    )


def _read_unpaid_since(exchange: Exchange, case: Case) -> Reading:
    return _read_day(
        exchange,
        case,
        lambda day: declarations.set_unpaid_since(case.draft(), day, today=case.today),
        month_is_enough=True,
    )


def _read_unpaid_amount(exchange: Exchange, case: Case) -> Reading:
    return _read_amount(
        exchange, lambda cents: declarations.set_unpaid_amount(case.draft(), cents), highest=HIGHEST_UNPAID_CENTS
    )


def _read_co_tenant_count(exchange: Exchange, case: Case) -> Reading:
    count = read_count(exchange.text)
    if count is None:
        return Reading.NOT_UNDERSTOOD
    try:
        declarations.set_co_tenant_count(case.draft(), count)
    except Refused as refused:
        exchange.say(f"utter_refused_count_{refused.reason.value}", highest=declarations.HIGHEST_CO_TENANT_COUNT)
        return Reading.REFUSED
    return Reading.UNDERSTOOD


def _read_july_rent(exchange: Exchange, case: Case) -> Reading:
    if exchange.intent in ("same_as_last_year", "situation_still_tenant"):
        return take_same_rent(exchange, case)
    return _read_amount(
        exchange, lambda cents: declarations.set_july_rent(case.draft(), cents), highest=HIGHEST_RENT_CENTS
    )


def _read_unusual_rent(exchange: Exchange, case: Case) -> Reading:
    amount, current = read_amount(exchange.text), Amount(case.draft().july_rent_cents or 0)
    if amount is not AmountProblem.NONE and (amount != current or exchange.intent == "deny"):
        return _read_july_rent(exchange, case)
    if exchange.intent in ("affirm", "validate") or amount == current:
        declarations.confirm_unusual_rent(case.draft())
        return Reading.UNDERSTOOD
    if exchange.intent in ("deny", "change_rent", "modify"):
        declarations.clear_rent(case.draft())
        return Reading.UNDERSTOOD
    return Reading.NOT_UNDERSTOOD


_READERS: dict[Question, Callable[[Exchange, Case], Reading]] = {
    Question.SITUATION: _read_situation_reply,
    Question.SITUATION_ON: _read_situation_on,
    Question.UNPAID_AMOUNT: _read_unpaid_amount,
    Question.UNPAID_SINCE: _read_unpaid_since,
    Question.CO_TENANT_COUNT: _read_co_tenant_count,
    Question.JULY_RENT: _read_july_rent,
    Question.UNUSUAL_RENT: _read_unusual_rent,
}

_DETAILS = {
    Situation.LEFT: (Question.SITUATION_ON,),
    Situation.MANAGEMENT_ENDED: (Question.SITUATION_ON,),
    Situation.UNPAID_RENT: (Question.UNPAID_AMOUNT, Question.UNPAID_SINCE),
    Situation.CO_TENANTS: (Question.CO_TENANT_COUNT,),
}


# --- Values ------------------------------------------------------------------------------------------------------


def _says_something(exchange: Exchange, case: Case, question: Question) -> bool:
    """Whether a sentence that names a situation also bears a detail, good or not: «il est parti» alone has no date."""
    match question:
        case Question.SITUATION_ON | Question.UNPAID_SINCE:
            return read_date(exchange.text, today=case.today, month_is_enough=True) is not DateProblem.NONE
        case Question.CO_TENANT_COUNT:
            return read_count(exchange.text) is not None
        case _:
            return read_amount(exchange.text) is not AmountProblem.NONE


def _read_amount(exchange: Exchange, store: Callable[[int], None], *, highest: int) -> Reading:
    amount = read_amount(exchange.text, maximum_cents=highest)
    if amount is AmountProblem.NONE:
        return Reading.NOT_UNDERSTOOD
    if isinstance(amount, AmountProblem):
        exchange.say(f"utter_refused_amount_{amount.name.lower()}", highest=euros(highest))
        return Reading.REFUSED
    try:
        store(amount.cents)
    except Refused as refused:
        exchange.say(f"utter_refused_amount_{refused.reason.value}", highest=euros(highest))
        return Reading.REFUSED
    return Reading.UNDERSTOOD


def _read_day(exchange: Exchange, case: Case, store: Callable[[date], None], *, month_is_enough: bool) -> Reading:
    day = read_date(exchange.text, today=case.today, month_is_enough=month_is_enough)
    if day is DateProblem.NONE:
        return Reading.NOT_UNDERSTOOD
    if isinstance(day, DateProblem):
        exchange.say(f"utter_refused_date_{day.name.lower()}")
        return Reading.REFUSED
    try:
        store(day.date)
    except Refused as refused:
        since = case.draft().tenancy.started_on
        exchange.say(f"utter_refused_date_{refused.reason.value}", given=long_date(day.date), since=long_date(since))
        return Reading.REFUSED
    if day.approximate:
        exchange.say("utter_date_read_as", given=long_date(day.date))
    return Reading.UNDERSTOOD
