"""Chooses and fills the responses' wordings: `nlg` in endpoints.yml."""

from __future__ import annotations

from typing import Any

from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

_DECLARE = "/declare_rent"


class Wordings(TemplatedNaturalLanguageGenerator):
    """Rasa's own, but what an action gives with a response counts over the slots in its conditions too.

    So that one question can be answered for another profile than the conversation's. And an answer in the middle of a
    journey offers no button to begin one: the journey's own question follows.
    """

    def __init__(self, endpoint_config: EndpointConfig, domain: Domain) -> None:
        super().__init__(domain.responses)

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any] | None:
        """The wording of a response, or None when it has none for these slots."""
        values = {**tracker.current_slot_values(), **kwargs}
        wording: dict[str, Any] | None = self.generate_from_slots(utter_action, values, output_channel, **kwargs)
        if wording is not None and wording.get("buttons") and tracker.active_loop_name is not None:
            wording["buttons"] = [each for each in wording["buttons"] if each["payload"] != _DECLARE]
        return wording
