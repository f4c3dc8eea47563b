"""Answers topics in the words of a profile, and asks for the profile when the answer depends on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from actions.answers.feedback import note_asked, was_asked
from actions.exchange import Exchange
from offre_bailleurs.models import Profile
from offre_bailleurs.topics import GUIDES, Topic, topics

PROFILE = "profile"
"""The slot: whose guide applies, from the identity or as the visitor said."""
TOPICS = "topics"
"""The slot: the topics answered last, or those that wait for the profile."""
FEEDBACK_ABOUT = "feedback_about"
"""With a response: bot/nlg.py ends it with the question whether it helped."""
_GOES_ON = frozenset({"replace_administrator"})
"""The topics whose rule says more after the answer (data/answers/)."""


def known_profile(exchange: Exchange) -> Profile | None:
    """Whose guide applies to this conversation, as far as it is known."""
    name = exchange.slot(PROFILE)
    return Profile(name) if name else None


def mentioned_profile(exchange: Exchange) -> Profile | None:
    """The profile that the message names, by a button or in words."""
    name = exchange.entity(PROFILE) or exchange.mention(PROFILE)
    return Profile(name) if name in list(Profile) else None


def reply(exchange: Exchange, names: Sequence[str], profile: Profile | None, *, with_buttons: bool = True) -> None:
    """Answer each topic; those whose answer depends on a profile that is not known wait until it is.

    The last answer ends with the question whether it helped, unless a question of ours follows.

    `with_buttons`: with those of the answer, unless a question with its own follows.
    """
    asked = [topics()[name] for name in names]
    waiting = [topic for topic in asked if profile is None and topic.depends_on_profile]
    answered = [topic for topic in asked if topic not in waiting]
    is_last_word = with_buttons and not waiting and not exchange.in_form
    for topic in answered:
        about = topic is answered[-1] and is_last_word and _may_ask_feedback(exchange, topic)
        _say(exchange, topic, profile, with_buttons=with_buttons, asks_feedback=about)
    if waiting:
        exchange.say("utter_ask_profile")
    exchange.set(**{TOPICS: [topic.name for topic in waiting or asked]})


def topics_under_way(exchange: Exchange) -> list[str]:
    """The topics that «et pour un organisme ?» is about, or that wait for the profile."""
    return [name for name in exchange.slot(TOPICS) or () if name in topics()]


def _may_ask_feedback(exchange: Exchange, topic: Topic) -> bool:
    return topic.name not in _GOES_ON and not was_asked(exchange, topic.name)


def _say(exchange: Exchange, topic: Topic, profile: Profile | None, *, with_buttons: bool, asks_feedback: bool) -> None:
    """An answer. The question whether it helped is its last line, or comes after its picture: a picture's text stands
    for it, and asks nothing."""
    ends: dict[str, Any] = {FEEDBACK_ABOUT: topic.name} if asks_feedback and not topic.has_picture else {}
    exchange.say(topic.response, profile=profile, guide=GUIDES[profile], with_buttons=with_buttons, **ends)
    if topic.has_picture:
        exchange.say(topic.picture)
        if asks_feedback:
            exchange.say("utter_ask_feedback", topic=topic.name)
    if asks_feedback:
        note_asked(exchange, topic.name)
