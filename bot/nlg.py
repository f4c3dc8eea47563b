"""Chooses and fills the responses' wordings: `nlg` in endpoints.yml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

_BEGINNINGS: Final[Mapping[str, str | None]] = {
    "declare_rent": None,
    "resume_draft": None,
    "cannot_connect": None,
    "begin_create_user": None,
    "pick_access": "recover_access_form",
}
"""The intents of buttons that begin a journey, and the form in which the same button is a reply."""

_FEEDBACK: Final = "utter_ask_feedback"


class Wordings(TemplatedNaturalLanguageGenerator):
    """Rasa's own, but what an action gives with a response counts over the slots in its conditions too.

    So that one question can be answered for another profile than the conversation's. And an answer in the middle of a
    journey offers no button to begin one: the journey's own question follows. Outside of journeys an answer may end
    with the question whether it helped: `feedback_about` names its topic.
    """

    def __init__(self, endpoint_config: EndpointConfig, domain: Domain) -> None:
        super().__init__(domain.responses)

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any] | None:
        """The wording of a response, or None when it has none for these slots."""
        values = {**tracker.current_slot_values(), **kwargs}
        wording: dict[str, Any] | None = self.generate_from_slots(utter_action, values, output_channel, **kwargs)
        if wording is not None and not kwargs.get("with_buttons", True):
            wording.pop("buttons", None)
        form = tracker.active_loop_name
        if wording is not None and wording.get("buttons") and form is not None:
            wording["buttons"] = [each for each in wording["buttons"] if not begins_a_journey(each["payload"], form)]
        topic = kwargs.get("feedback_about")
        if wording is not None and topic is not None and form is None:
            question = self.generate_from_slots(_FEEDBACK, values, output_channel, topic=topic)
            _end_with(wording, question or {})
        return wording


def _end_with(wording: dict[str, Any], question: Mapping[str, Any]) -> None:
    """A second wording under the first, in one message; its buttons come last."""
    wording["text"] = "\n\n".join(text for text in (wording.get("text"), question.get("text")) if text)
    wording["buttons"] = [*(wording.get("buttons") or ()), *(question.get("buttons") or ())]


def begins_a_journey(payload: str, form: str) -> bool:
    """Whether a button, shown while a form is under way, would begin a journey instead of answering."""
    intent = payload.removeprefix("/").partition("{")[0]
    return intent in _BEGINNINGS and _BEGINNINGS[intent] != form
