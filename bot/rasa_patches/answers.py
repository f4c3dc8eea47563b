"""`RemoteAction._validate_action_result`: Rasa compiles its JSON schema anew for each answer of the action server.

What an answer of ours holds (slots, a follow-up, responses) is recognised without the schema; whatever else an answer
holds is compared with the schema, compiled once.

Gain (`python -m bench.levers`): a turn takes 0.46 of the CPU that it took without.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from jsonschema.validators import validator_for  # type: ignore[import-untyped]
from rasa.core.actions.action import RemoteAction
from rasa.shared.utils.schemas.events import EVENT_SCHEMA

from bot.rasa_patches import Replacement

_stock: Final = RemoteAction._validate_action_result
_ANSWER: Final = validator_for(RemoteAction.action_response_format_spec())(RemoteAction.action_response_format_spec())
_EVENT: Final = validator_for(EVENT_SCHEMA)(EVENT_SCHEMA)

_RECOGNISED: Final[Mapping[str, Callable[[Mapping[str, Any]], bool]]] = {
    "slot": lambda event: isinstance(event.get("name"), str) and "value" in event,
    "followup": lambda _: True,
    "active_loop": lambda _: True,
    "action_execution_rejected": lambda _: True,
}
"""By kind of event: what the schema asks of it, beside the fields that all of them have."""


def is_valid(answer: Any) -> bool:
    """Whether an answer of the action server is as Rasa describes one."""
    if not isinstance(answer, dict):
        return bool(_ANSWER.is_valid(answer))
    events, responses = answer.get("events", []), answer.get("responses", [])
    if not isinstance(events, list) or not isinstance(responses, list):
        return False
    return all(isinstance(each, dict) for each in responses) and all(map(_is_event, events))


def _is_event(event: Any) -> bool:
    if isinstance(event, dict) and event.get("timestamp") is None and event.get("metadata") is None:
        kind = event.get("event")
        recognised = _RECOGNISED.get(kind) if isinstance(kind, str) else None
        if recognised is not None and recognised(event):
            return True
    return bool(_EVENT.is_valid(event))


def _validate_action_result(self: RemoteAction, result: dict[str, Any]) -> bool:
    return True if is_valid(result) else bool(_stock(self, result))  # which says what is wrong


REPLACEMENTS: Final = (Replacement(RemoteAction, "_validate_action_result", _validate_action_result),)
