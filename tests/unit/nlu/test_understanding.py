"""How well French is understood, on messages that were never trained on (held_out.yml).

The floors are what was measured, less a margin of about two points: below, something was broken.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pytest

from bot.nlu.linear_model import LinearIntentModel
from tests.unit.nlu.content import Example, held_out, intents, thresholds, training_examples

NEVER_TYPED = {"open_conversation", "pick_tenancy", "pick_situation"}
"""Given by the channel or by a button alone."""


@dataclass(frozen=True)
class Understood:
    """What became of a message: the best intent, and whether it is sure enough to act on."""

    example: Example
    intent: str
    is_sure: bool

    @property
    def is_right(self) -> bool:
        return self.intent == self.example.intent

    @property
    def is_refused(self) -> bool:
        return not self.is_sure or self.intent == "off_topic"


@pytest.fixture(scope="module")
def model() -> LinearIntentModel:
    return LinearIntentModel.fit(
        [example.text for example in training_examples()], [example.intent for example in training_examples()]
    )


@pytest.fixture(scope="module")
def outcome(model: LinearIntentModel) -> list[Understood]:
    return [understand(model, example) for example in held_out()]


def understand(model: LinearIntentModel, example: Example) -> Understood:
    probabilities = model.probabilities(example.text)
    second, first = sorted(probabilities)[-2:]
    threshold, ambiguity = thresholds()
    return Understood(
        example, model.intents[int(probabilities.argmax())], first >= threshold and first - second >= ambiguity
    )


def rate(flags: list[bool]) -> float:
    return sum(flags) / len(flags)


def test_messages_are_understood(outcome: list[Understood]) -> None:
    wrong = [f"{one.example.text} ({one.example.intent}): {one.intent}" for one in outcome if not one.is_right]
    assert rate([one.is_right for one in outcome]) >= 0.965, wrong


def test_no_intent_is_left_behind(outcome: list[Understood]) -> None:
    right, asked = Counter[str](), Counter[str]()
    for one in outcome:
        asked[one.example.intent] += 1
        right[one.example.intent] += one.is_right
    weak = {intent: right[intent] / count for intent, count in asked.items() if right[intent] / count < 0.8}
    assert not weak


def test_what_is_in_scope_is_not_refused(outcome: list[Understood]) -> None:
    refused = [one for one in outcome if one.example.intent != "off_topic" and one.is_refused]
    in_scope = [one for one in outcome if one.example.intent != "off_topic"]
    assert len(refused) / len(in_scope) <= 0.03, [one.example.text for one in refused]


def test_what_is_off_topic_is_refused(outcome: list[Understood]) -> None:
    off_topic = [one for one in outcome if one.example.intent == "off_topic"]
    assert rate([one.is_refused for one in off_topic]) >= 0.9, [one for one in off_topic if not one.is_refused]


@pytest.mark.parametrize(
    "name",
    ["Kerouanton", "madame Abgrall", "M. Cissé", "Mme Nguyen Van", "Élodie Tanguy", "19 rue des Hirondelles"],
)
def test_a_name_or_an_address_that_was_never_seen_is_an_answer(model: LinearIntentModel, name: str) -> None:
    assert understand(model, Example(name, "inform")).is_right


def test_every_intent_is_learnt_and_measured() -> None:
    typed = intents() - NEVER_TYPED
    learnt = Counter(example.intent for example in training_examples())
    measured = Counter(example.intent for example in held_out())
    assert set(learnt) == set(measured) == typed
    assert {intent: count for intent, count in learnt.items() if count < 40} == {}
    assert {intent: count for intent, count in measured.items() if count < 8} == {}


def test_held_out_messages_are_in_no_training_file() -> None:
    trained = {example.text.casefold() for example in training_examples()}
    assert [example.text for example in held_out() if example.text.casefold() in trained] == []


def test_no_message_is_written_twice() -> None:
    for written in (training_examples(), held_out()):
        counts = Counter(example.text.casefold() for example in written)
        assert [text for text, count in counts.items() if count > 1] == []


def test_no_example_contains_rasas_own_marks() -> None:
    """Square brackets would be read as an entity, a leading slash as a command."""
    marked = [
        example.text for example in training_examples() if set("[]{}") & set(example.text) or example.text[0] == "/"
    ]
    assert marked == []
