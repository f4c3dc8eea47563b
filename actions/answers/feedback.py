"""«Cela répond-il à votre question ?», once a topic: the desk's figures count what was said of each answer."""

from __future__ import annotations

from actions.exchange import Answer, Exchange
from offre_bailleurs.topics import topics

FEEDBACK_ASKED = "feedback_asked"
"""The slot: the topics of which it was asked."""
HELPED, TOPIC = "helped", "topic"
"""The entities of the two buttons."""
YES, NO = "yes", "no"


def was_asked(exchange: Exchange, topic: str) -> bool:
    """Whether this conversation was asked of a topic already."""
    return topic in (exchange.slot(FEEDBACK_ASKED) or ())


def note_asked(exchange: Exchange, topic: str) -> None:
    """It is asked now."""
    exchange.set(**{FEEDBACK_ASKED: [*(exchange.slot(FEEDBACK_ASKED) or ()), topic]})


class TakeFeedback(Answer):
    """`action_take_feedback`: 👍 or 👎. The figures read the button itself; the landlord gets an answer here."""

    def name(self) -> str:
        return "action_take_feedback"

    def answer(self, exchange: Exchange) -> None:
        helped = exchange.entity(HELPED)
        topic = exchange.entity(TOPIC)
        if topic not in topics() or helped not in (YES, NO):  # a button of another version
            exchange.say("utter_default")
            return
        is_changed = _is_changed(exchange, topic, helped)
        if is_changed or helped == YES or exchange.in_form:
            exchange.say("utter_feedback_changed" if is_changed else "utter_feedback_thanks")
        if helped == NO and not exchange.in_form:  # in a form the next question follows
            exchange.say("utter_not_helpful")


def _is_changed(exchange: Exchange, topic: str | None, helped: str) -> bool:
    """Something else was said before of the same answer."""
    votes = [vote.get(HELPED) for vote in exchange.pressed_before(exchange.intent) if vote.get(TOPIC) == topic]
    return bool(votes) and votes[-1] != helped
