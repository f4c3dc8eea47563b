"""Answers topics in the words of a profile, and asks for the profile when the answer depends on it."""

from __future__ import annotations

from collections.abc import Sequence

from actions.exchange import Exchange
from offre_bailleurs.models import Profile
from offre_bailleurs.topics import GUIDES, Topic, topics

PROFILE = "profile"
"""The slot: whose guide applies, from the identity or as the visitor said."""
TOPICS = "topics"
"""The slot: the topics answered last, or those that wait for the profile."""


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

    `with_buttons`: with those of the answer, unless a question with its own follows.
    """
    asked = [topics()[name] for name in names]
    waiting = [topic for topic in asked if profile is None and topic.depends_on_profile]
    for topic in asked:
        if topic not in waiting:
            _say(exchange, topic, profile, with_buttons)
    if waiting:
        exchange.say("utter_ask_profile")
    exchange.set(**{TOPICS: [topic.name for topic in waiting or asked]})


def topics_under_way(exchange: Exchange) -> list[str]:
    """The topics that «et pour un organisme ?» is about, or that wait for the profile."""
    return [name for name in exchange.slot(TOPICS) or () if name in topics()]


def _say(exchange: Exchange, topic: Topic, profile: Profile | None, with_buttons: bool) -> None:
    exchange.say(topic.response, profile=profile, guide=GUIDES[profile], with_buttons=with_buttons)
    if topic.has_picture:
        exchange.say(topic.picture)
