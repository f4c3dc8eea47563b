"""The ready answers: what the assistant itself would say of a topic, for an adviser to take up and edit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from offre_bailleurs.french.text import fold
from offre_bailleurs.models import Profile
from offre_bailleurs.topics import titles, topics, wording

SHOWN = 8
"""Answers in a list: whoever looks for another one types one more word."""

_VERSIONS = {Profile.LANDLORD: "pour un bailleur particulier", Profile.ORGANISATION: "pour un organisme"}


@dataclass(frozen=True)
class ReadyAnswer:
    """A topic's answer for one profile."""

    name: str
    """The topic, and the profile when it is not the request's own: what an address calls it."""
    title: str
    version: str
    """For whom, when the landlord's profile is not known and the answer depends on it; else ""."""
    text: str
    """What is put into the reply: without the line that names the guide, which is the assistant's way to prove it."""


def ready_answers(query: str, profile: Profile | None, topic: str | None) -> Sequence[ReadyAnswer]:
    """The answers whose title or text has every word of a query; without a query, the request's own topic first."""
    words = fold(query).split()
    found = (each for each in _of(profile) if all(word in _searched(each) for word in words))
    # Python's sort is stable: within each rank the topics stay in the order of their titles.
    ranked = sorted(found, key=lambda each: _rank(each, words, topic))
    return ranked[:SHOWN]


def ready_answer(name: str, profile: Profile | None) -> ReadyAnswer | None:
    """One answer by its name."""
    return next((each for each in _of(profile) if each.name == name), None)


@cache
def _of(profile: Profile | None) -> tuple[ReadyAnswer, ...]:
    return tuple(sorted(_each(profile), key=lambda answer: fold(answer.title)))


def _each(profile: Profile | None) -> Iterator[ReadyAnswer]:
    for name, topic in topics().items():
        title = titles()[name]
        text = wording(topic, profile)
        if text is not None:
            yield ReadyAnswer(name, title, "", _without_source(text))
        elif profile is None:
            for each, version in _VERSIONS.items():
                text = wording(topic, each)
                if text is not None:
                    yield ReadyAnswer(f"{name}.{each.value}", title, version, _without_source(text))


def _without_source(text: str) -> str:
    before, _, last = text.rstrip().rpartition("\n")
    return before.rstrip() if last.startswith("Source :") else text


@cache
def _searched(answer: ReadyAnswer) -> str:
    return fold(f"{answer.title} {answer.text}")


def _rank(answer: ReadyAnswer, words: Sequence[str], topic: str | None) -> int:
    if not words:
        return 0 if topic is not None and answer.name.partition(".")[0] == topic else 1
    title = fold(answer.title)
    return 0 if all(word in title for word in words) else 1
