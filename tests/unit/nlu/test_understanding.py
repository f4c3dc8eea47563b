"""How well French is understood, on messages that were never trained on nor tuned on (unseen/).

The floors are what was measured, less a margin of about two points: below, something was broken. `make nlu` measures
the same and more, beside other pipelines.
"""

from __future__ import annotations

import tarfile
from collections import Counter
from functools import cache

import pytest
import yaml

from bench.nlu import scores
from bench.nlu.corruptions import CORRUPTIONS
from bench.nlu.messages import OFF_TOPIC, Labelled, trained, two_questions, unseen
from bench.nlu.scores import Understood
from bot.nlu.linear_model import LinearIntentModel
from bot.nlu.questions import find_questions
from cli import training
from offre_bailleurs.settings import PROJECT_ROOT
from tests.unit.nlu.content import intents, thresholds, training_examples

NEVER_TYPED = {
    "begin_create_user",
    "floor_returned",
    "give_feedback",
    "open_conversation",
    "pick_access",
    "pick_erasure",
    "pick_message",
    "pick_new_user",
    "pick_situation",
    "pick_tenancy",
}
"""Given by the channel or by a button alone."""

# Floors.
CLEAN = 0.95
CORRUPTED = 0.92
OFF_TOPIC_REFUSED = 0.91
IN_SCOPE_REFUSED = 0.03
SPLIT = 0.05


@cache
def settings() -> dict[str, float | bool | int]:
    pipeline = yaml.safe_load((PROJECT_ROOT / "config.yml").read_text())["pipeline"]
    found: dict[str, float | bool | int] = next(step for step in pipeline if step["name"].endswith("IntentClassifier"))
    return {name: value for name, value in found.items() if name != "name"}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> LinearIntentModel:
    """The one that is served: training another would take minutes."""
    trained_model = training.model_path()
    if not trained_model.exists():
        training.train()
    folder = tmp_path_factory.mktemp("model")
    with tarfile.open(trained_model) as archive:
        archive.extractall(folder, filter="data")
    return LinearIntentModel.load(next(folder.rglob("intents.json")).parent)


@pytest.fixture(scope="module")
def outcome(model: LinearIntentModel) -> list[Understood]:
    return [understand(model, message) for message in unseen()]


def understand(model: LinearIntentModel, message: Labelled) -> Understood:
    probabilities = model.probabilities(message.text)
    second, first = sorted(map(float, probabilities))[-2:]
    threshold, ambiguity = thresholds()
    intent = model.intents[int(probabilities.argmax())]
    is_refused = intent == OFF_TOPIC or first < threshold or first - second < ambiguity
    return Understood(message.intent, intent, first, float(probabilities[model.intents.index(OFF_TOPIC)]), is_refused)


def test_messages_are_understood(outcome: list[Understood]) -> None:
    assert scores.accuracy(outcome) >= CLEAN, Counter((one.meant, one.intent) for one in outcome if not one.is_right)


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_spoilt_messages_are_understood(model: LinearIntentModel, name: str) -> None:
    spoil = CORRUPTIONS[name]
    right = [model.best(spoil(message.text))[0] == message.intent for message in unseen()]
    assert sum(right) / len(right) >= CORRUPTED


def test_no_intent_is_left_behind(outcome: list[Understood]) -> None:
    right, asked = Counter[str](), Counter[str]()
    for one in outcome:
        asked[one.meant] += 1
        right[one.meant] += one.is_right
    weak = {intent: right[intent] / count for intent, count in asked.items() if right[intent] / count < 0.7}
    assert not weak


def test_what_is_in_scope_is_not_refused(outcome: list[Understood]) -> None:
    assert scores.refused(outcome, off_topic=False) <= IN_SCOPE_REFUSED


def test_what_is_off_topic_is_refused(outcome: list[Understood]) -> None:
    assert scores.refused(outcome, off_topic=True) >= OFF_TOPIC_REFUSED


def test_one_question_is_not_taken_for_several(model: LinearIntentModel) -> None:
    threshold = float(settings()["question_threshold"])
    split = [message.text for message in unseen() if find_questions(message.text, model.best, threshold)]
    assert len(split) / len(unseen()) <= SPLIT, split


def test_two_questions_are_seen(model: LinearIntentModel) -> None:
    threshold = float(settings()["question_threshold"])
    found = [
        len({question.intent for question in find_questions(each.text, model.best, threshold)} & set(each.topics))
        for each in two_questions()
    ]
    assert found.count(2) / len(found) >= 0.4


@pytest.mark.parametrize(
    "name",
    ["Kerouanton", "madame Abgrall", "M. Cissé", "Mme Nguyen Van", "Élodie Tanguy", "19 rue des Hirondelles"],
)
def test_a_name_or_an_address_that_was_never_seen_is_an_answer(model: LinearIntentModel, name: str) -> None:
    assert understand(model, Labelled(name, "inform")).is_right


@pytest.mark.parametrize("name", ["M. Charpentier", "madame Camille Renard", "Mme Marie", "monsieur Loyer"])
def test_a_name_one_slip_from_a_word_of_the_domain_is_still_an_answer(model: LinearIntentModel, name: str) -> None:
    assert understand(model, Labelled(name, "inform")).is_right


def test_every_intent_is_learnt_and_measured() -> None:
    typed = intents() - NEVER_TYPED
    learnt = Counter(message.intent for message in trained())
    measured = Counter(message.intent for message in unseen())
    assert set(learnt) == set(measured) == typed
    assert {intent: count for intent, count in learnt.items() if count < 80} == {}
    assert {intent: count for intent, count in measured.items() if count < 8} == {}


def test_unseen_messages_are_in_no_training_file() -> None:
    known = {message.text.casefold() for message in trained()}
    assert [message.text for message in unseen() if message.text.casefold() in known] == []
    assert [each.text for each in two_questions() if each.text.casefold() in known] == []


def test_no_message_is_written_twice() -> None:
    for written in (trained(), unseen()):
        counts = Counter(message.text.casefold() for message in written)
        assert [text for text, count in counts.items() if count > 1] == []


def test_no_example_contains_rasas_own_marks() -> None:
    """Square brackets would be read as an entity, a leading slash as a command."""
    marked = [
        example.text for example in training_examples() if set("[]{}") & set(example.text) or example.text[0] == "/"
    ]
    assert marked == []
