"""The Rasa component that recognises the intent of a message: `LinearIntentModel` in Rasa's graph."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers import LABEL_RANKING_LENGTH
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import (
    ENTITIES,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.linear_model import Hyperparameters, LinearIntentModel
from bot.nlu.questions import find_questions

QUESTION = "question"
"""The entity that says what one question of several asks."""
_QUESTION_THRESHOLD = "question_threshold"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntentClassifier(GraphComponent, IntentClassifier):
    """Writes `intent` and `intent_ranking` on each message, as Rasa's own classifiers do.

    Reads the raw text: needs no tokenizer and no featurizer before it. Normalising and correcting happen inside, since
    they apply to more texts than the message: to the spoilt copies of the examples, and to the parts of a message.

    When a message holds several questions, each becomes an entity `question` whose value is its intent. The message's
    own intent stays what the whole says.
    """

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: LinearIntentModel | None = None,
    ) -> None:
        settings = dict(config)
        self._question_threshold: float | None = settings.pop(_QUESTION_THRESHOLD, None)
        self._hyperparameters = Hyperparameters(**settings)
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LinearIntentClassifier:
        """An untrained component (Rasa calls this to train)."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LinearIntentClassifier:
        """A trained component.

        Raises:
            ValueError: nothing was stored under this resource.
        """
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, LinearIntentModel.load(folder))

    @staticmethod
    def required_packages() -> list[str]:
        """What Rasa looks for before it uses the component."""
        return ["numpy", "rapidfuzz", "scipy", "sklearn"]

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Makes Rasa train again when a module beside this one changes: by itself it looks at this class only."""
        digest = hashlib.sha256()
        for module in sorted(Path(__file__).parent.glob("*.py")):
            digest.update(module.read_bytes())
        return digest.hexdigest()

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples that have a text and an intent, and store the model."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        self._model = LinearIntentModel.fit(
            [example.get(TEXT) for example in examples],
            [example.get(INTENT) for example in examples],
            self._hyperparameters,
        )
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Recognise the intent of each message, and the questions of those with several."""
        if self._model is None:
            raise RuntimeError("the classifier was neither trained nor loaded")
        for message in messages:
            text = message.get(TEXT) or ""
            probabilities = self._model.probabilities(text)
            ranking = [
                {
                    INTENT_NAME_KEY: self._model.intents[position],
                    PREDICTED_CONFIDENCE_KEY: float(probabilities[position]),
                }
                for position in probabilities.argsort()[::-1][:LABEL_RANKING_LENGTH]
            ]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
            if self._question_threshold is not None:
                questions = self._questions(self._model, text, self._question_threshold)
                message.set(ENTITIES, [*message.get(ENTITIES, []), *questions], add_to_output=True)
        return messages

    def _questions(self, model: LinearIntentModel, text: str, threshold: float) -> list[dict[str, Any]]:
        return [
            {
                "entity": QUESTION,
                "value": question.intent,
                "confidence": question.confidence,
                "start": question.start,
                "end": question.end,
                "extractor": type(self).__name__,
            }
            for question in find_questions(text, model.best, threshold)
        ]
