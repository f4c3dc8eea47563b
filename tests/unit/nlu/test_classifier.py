"""The Rasa component around the intent model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import classifier
from bot.nlu.classifier import LinearIntentClassifier
from bot.nlu.questions import Question
from tests.unit.nlu.test_linear_model import EXAMPLES

CONTEXT = ExecutionContext(GraphSchema({}), node_name="classifier")
RESOURCE = Resource("classifier")


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> LocalModelStorage:
    """Where a component, trained on a few examples, has stored itself."""
    storage = LocalModelStorage.create(tmp_path_factory.mktemp("model"))
    component = LinearIntentClassifier.create({}, storage, RESOURCE, CONTEXT)
    component.train(TrainingData([Message.build(text=text, intent=intent) for text, intent in EXAMPLES]))
    return storage


def parse(component: LinearIntentClassifier, text: str) -> dict[str, Any]:
    [message] = component.process([Message(data={"text": text})])
    output: dict[str, Any] = message.as_dict(only_output_properties=True)
    return output


def test_a_message_gets_its_intent_and_the_ranking(storage: LocalModelStorage) -> None:
    output = parse(LinearIntentClassifier.load({}, storage, RESOURCE, CONTEXT), "salut à tous")
    ranking = output["intent_ranking"]
    assert output["intent"] == ranking[0]
    assert ranking[0]["name"] == "greet"
    confidences = [entry["confidence"] for entry in ranking]
    assert confidences == sorted(confidences, reverse=True)
    assert all(type(confidence) is float for confidence in confidences)  # goes into JSON events


def test_what_was_loaded_understands_as_what_was_trained(storage: LocalModelStorage, tmp_path: Path) -> None:
    trained = LinearIntentClassifier.create({}, LocalModelStorage.create(tmp_path), RESOURCE, CONTEXT)
    trained.train(TrainingData([Message.build(text=text, intent=intent) for text, intent in EXAMPLES]))
    loaded = LinearIntentClassifier.load({}, storage, RESOURCE, CONTEXT)
    for text in ("Kervella", "mon identifiant", "700 euros", ""):
        assert parse(trained, text) == parse(loaded, text)


def test_a_component_without_a_model_says_so(storage: LocalModelStorage) -> None:
    with pytest.raises(ValueError, match="nowhere"):
        LinearIntentClassifier.load({}, storage, Resource("nowhere"), CONTEXT)
    untrained = LinearIntentClassifier.create({}, storage, RESOURCE, CONTEXT)
    with pytest.raises(RuntimeError, match="neither trained nor loaded"):
        untrained.process([Message(data={"text": "bonjour"})])


def test_rasa_trains_again_when_the_normaliser_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "classifier.py").write_text("")
    (tmp_path / "normaliser.py").write_text("before")
    monkeypatch.setattr(classifier, "__file__", str(tmp_path / "classifier.py"))
    before = LinearIntentClassifier.fingerprint_addon({})
    assert LinearIntentClassifier.fingerprint_addon({}) == before
    (tmp_path / "normaliser.py").write_text("after")
    assert LinearIntentClassifier.fingerprint_addon({}) != before


def test_a_message_with_two_questions_has_them_as_entities(storage: LocalModelStorage) -> None:
    component = LinearIntentClassifier.load({"question_threshold": 0.1}, storage, RESOURCE, CONTEXT)
    text = "où est mon identifiant perdu, bonjour à vous tous salut"
    output = parse(component, text)
    assert output["entities"] == []  # a greeting is no question
    assert parse(LinearIntentClassifier.load({}, storage, RESOURCE, CONTEXT), text).get("entities") is None


def test_each_question_says_what_it_asks_and_where(storage: LocalModelStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [Question("lost_login", 0.9, 0, 6), Question("deadline", 0.8, 7, 20)]
    monkeypatch.setattr(classifier, "find_questions", lambda *_: found)
    component = LinearIntentClassifier.load({"question_threshold": 0.5}, storage, RESOURCE, CONTEXT)
    first = parse(component, "perdu, date limite ?")["entities"][0]
    assert first == {
        "entity": "question",
        "value": "lost_login",
        "confidence": 0.9,
        "start": 0,
        "end": 6,
        "extractor": "LinearIntentClassifier",
    }
