"""Every fact of the two guides, and the answer that bears it: none is missing, none gets lost (facts/*.yml)."""

from __future__ import annotations

import pytest

from cli.content.code import read_code
from cli.content.guides import FACTS, GUIDE, SILENCES
from cli.content.reading import PROFILES, Fact
from cli.content.topics import own_action
from offre_bailleurs.settings import PROJECT_ROOT
from tests.unit.nlu.content import content

ANYBODY = "anybody"
"""The profile is not known."""
TOLD_INSTEAD = {
    "landlord": {"A3": "A2", "A6": "A5", "A8": "A7", "F4": "F3", "F5": "F3"},
    "organisation": {"A2": "A3", "A5": "A6", "A7": "A8"},
}
"""What a profile may be told in the place of a fact that stands in the other one's guide alone."""


def told(topic: str, profile: str) -> str | None:
    """All that somebody of this profile may read when asking about a topic."""
    known = None if profile == ANYBODY else profile
    action = own_action(content(), topic)
    if action is None:
        text = content().answer(topic, known)
        return text.replace("{guide}", GUIDE[known]) if text else None
    said = {f"utter_{topic}", *read_code(PROJECT_ROOT).said_by(action)}
    return "\n".join(
        wording.text for wording in content().wordings if wording.response in said and wording.profile in (known, None)
    )


@pytest.mark.parametrize("fact", content().facts, ids=lambda fact: f"{fact.file.rpartition('/')[2]}-{fact.name}")
def test_a_fact_is_told(fact: Fact) -> None:
    assert fact.profiles
    assert fact.contains
    assert set(fact.profiles) <= {*PROFILES, ANYBODY}
    for profile in fact.profiles:
        text = told(fact.topic, profile)
        assert text, f"{profile} gets no answer: the profile is asked first"
        assert [words for words in fact.contains if words not in text] == [], f"{profile} reads:\n{text}"


@pytest.mark.parametrize("profile", PROFILES)
def test_no_fact_is_forgotten(profile: str) -> None:
    borne = {number for fact in content().facts if profile in fact.profiles for number in fact.numbers}
    instead = {number for number, other in TOLD_INSTEAD[profile].items() if other in borne}
    assert sorted(set(FACTS) - borne - instead) == []
    assert sorted(borne - set(FACTS)) == [], "the specification has no such fact"


def test_every_silence_is_told() -> None:
    told_silences = {fact.topic for fact in content().facts if fact.silence}
    assert sorted(set(SILENCES) - told_silences) == []
    assert sorted(set(SILENCES) - content().topics.keys()) == []


def test_a_question_is_asked_once() -> None:
    asked = [fact.asked.casefold() for fact in content().facts]
    assert sorted({question for question in asked if asked.count(question) > 1}) == []
