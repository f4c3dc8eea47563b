"""`DialogueStateTracker.copy`, `Slot.__copy__`: Rasa copies a tracker before each action by applying all its events to
an empty one, and each slot of an empty one by Python's general way, which looks for how to copy it first.

A tracker's state is what its events made of it, so it is copied as it stands. One thing is not: the follow-up action
that Rasa clears, without an event, before running it stands in a copy again, as when the events are applied.

Gain (`python -m bench.levers`): a turn takes 0.92 of the CPU that it took without.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import Final

from rasa.shared.constants import DEFAULT_SENDER_ID
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    FollowupAction,
    Restarted,
    SessionStarted,
    UserUtteranceReverted,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.rasa_patches import Replacement

_stock: Final = DialogueStateTracker.copy
_REWRITE: Final = (Restarted, SessionStarted, ActionReverted, UserUtteranceReverted)


def copied_slot(slot: Slot) -> Slot:
    """A slot with the same value, and the same objects in it."""
    twin: Slot = object.__new__(type(slot))
    vars(twin).update(vars(slot))
    return twin


def _copy(self: DialogueStateTracker) -> DialogueStateTracker:
    if type(self) is not DialogueStateTracker or type(self.slots) is not dict:
        return _stock(self)
    following: str | None = ACTION_LISTEN_NAME
    for event in reversed(self.events):
        if isinstance(event, ActionExecuted):
            following = None
            break
        if isinstance(event, FollowupAction):
            following = event.action_name
            break
        if isinstance(event, _REWRITE):
            return _stock(self)
    twin: DialogueStateTracker = object.__new__(DialogueStateTracker)
    vars(twin).update(vars(self))
    twin.sender_id = self.sender_id or DEFAULT_SENDER_ID
    twin.sender_source = twin.model_id = twin.assistant_id = None
    twin.events = deque(self.events, self._max_event_history)
    twin.slots = {name: copied_slot(slot) for name, slot in self.slots.items()}
    twin.active_loop = replace(self.active_loop) if self.active_loop is not None else None
    twin.followup_action = following
    return twin


REPLACEMENTS: Final = (
    Replacement(DialogueStateTracker, "copy", _copy),
    Replacement(Slot, "__copy__", copied_slot),
)
