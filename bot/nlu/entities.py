"""What a message mentions besides its intent, read by the readers of `offre_bailleurs.french`, as Rasa entities."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.mentioned import Mentioned, amounts, days, persons, profiles, user_numbers
from offre_bailleurs.french.dates import warm_up
from offre_bailleurs.french.format import PARIS


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class FrenchEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Adds the entities user_number, amount (cents), date (ISO), person and profile to each message.

    They are what was read in a message on its own. In a form the action server reads the answers itself, knowing what
    it asked.
    """

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FrenchEntityExtractor:
        """There is nothing to learn and nothing to set."""
        warm_up()
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Add to each message's entities."""
        for message in messages:
            found = [self._entity(each) for each in _read(message.get(TEXT) or "")]
            message.set(ENTITIES, [*message.get(ENTITIES, []), *found], add_to_output=True)
        return messages

    def _entity(self, mentioned: Mentioned) -> dict[str, Any]:
        return {
            "entity": mentioned.kind,
            "value": mentioned.value,
            "start": mentioned.start,
            "end": mentioned.end,
            "extractor": self.name,
        }


def _read(text: str) -> Iterator[Mentioned]:
    numbers = list(user_numbers(text))
    yield from numbers
    rest = text
    for number in numbers:  # its figures are neither a sum nor a day
        rest = rest[: number.start] + "_" * (number.end - number.start) + rest[number.end :]
    yield from amounts(rest)
    yield from days(rest, datetime.now(PARIS).date())
    yield from persons(rest)
    yield from profiles(rest)
