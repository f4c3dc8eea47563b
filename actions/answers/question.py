"""A question, and a message that is not understood."""

from __future__ import annotations

import re

from actions.answers.reply import PROFILE, known_profile, mentioned_profile, reply, topics_under_way
from actions.exchange import Answer, Button, Exchange
from actions.form import MISUNDERSTOOD_BUTTON
from actions.recover_access.advice import advice_told, say_advice
from offre_bailleurs.french.text import fold
from offre_bailleurs.models import Profile
from offre_bailleurs.topics import titles, topics

_MOST_ANSWERS = 2
"""Answers to one message: a third question is asked again more easily than three answers are read."""
_NEAREST = 3
_COMMONEST = ["declare_rent", "cannot_connect", "find_user_number"]
"""What is offered when nothing is near."""
_OF_ONESELF = re.compile(
    r"\b(je suis|nous sommes|on est|en tant qu\w*|(je|nous|on) (represent|travaill|ger)\w+|je m'occupe)\b"
)

_PASSWORD = "forgotten_password"  # noqa: S105 - a topic
_ASKS_ABOUT = {
    "change_situation": "report_change",
    "situation_co_tenants": "report_change",
    "situation_left": "report_change",
    "situation_management_ended": "report_change",
    "situation_still_tenant": "how_to_declare",
    "situation_unpaid_rent": "unpaid_rent_procedure",
}
"""What is told of a tenant while no declaration is under way, and the topic that tells what to do with it."""


class AnswerQuestion(Answer):
    """`action_answer`: the topic that the message asks about, and the second one that it may hold."""

    def name(self) -> str:
        return "action_answer"

    def answer(self, exchange: Exchange) -> None:
        topic = _ASKS_ABOUT.get(exchange.intent, exchange.intent)
        asked = list(dict.fromkeys([topic, *_other_topics(exchange)]))
        profile = _profile_of_question(exchange)
        advice = advice_told(exchange.text) if _PASSWORD in [topic, *topics_under_way(exchange)] else None
        if advice is None:
            reply(exchange, asked[:_MOST_ANSWERS], profile)
        else:
            say_advice(exchange, advice, profile)


class NotUnderstood(Answer):
    """`action_not_understood`: offers what is nearest in plain words; the second time in a row, an adviser too."""

    def name(self) -> str:
        return "action_not_understood"

    def answer(self, exchange: Exchange) -> None:
        asked = _other_topics(exchange)
        if asked:  # each question alone is clear
            reply(exchange, asked[:_MOST_ANSWERS], _profile_of_question(exchange))
            return
        likely = [intent for intent in exchange.likely_intents if intent in titles()] or _COMMONEST
        nearest = [Button(titles()[intent], f"/{intent}") for intent in likely[:_NEAREST]]
        if exchange.not_understood_before():
            exchange.say("utter_not_understood_again", buttons=[MISUNDERSTOOD_BUTTON, *nearest[: _NEAREST - 1]])
        else:
            exchange.say("utter_not_understood", buttons=nearest)


def _other_topics(exchange: Exchange) -> list[str]:
    return [intent for intent in exchange.questions if intent in topics()]


def _profile_of_question(exchange: Exchange) -> Profile | None:
    """Whose guide answers: of whom the question speaks, else of who asks. What visitors say of themselves is kept."""
    mentioned = mentioned_profile(exchange)
    if mentioned is None:
        return known_profile(exchange)
    if exchange.turn.user_id is None and _OF_ONESELF.search(fold(exchange.text)):
        exchange.set(**{PROFILE: mentioned.value})
    return mentioned
