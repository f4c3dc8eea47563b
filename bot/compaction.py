"""Keeps a tracker short, so that the 300th turn of a conversation costs what the fifth does.

Rasa goes through all of a tracker's events several times in each turn. What lies further back than any rule looks is
therefore taken out of the tracker, in memory alone: the database keeps every event. In its place stands what it had
led to: the slots' values, the form under way. Nothing that the bot does depends on more:

* a rule compares the last few moments of the conversation (`KEPT_MOMENTS` is several times as many as the longest
  rule's; a test compares it with the model's);
* a form compares what came since its last execution;
* actions are sent the slots, the latest message, and of the events what was said before (`rasa_patches.calls`): the
  recent messages, and the pressed buttons of `REMEMBERED`, however long ago that was.

The last turns stay as they are. Of those before them stays what Rasa itself makes of them when it looks back, which
leaves out all executions of a form that went well but the first (`DialogueStateTracker.applied_events`), and of that
the last few moments. These begin where the bot listens; in the middle of a form after an execution of that form, which
is put before them, so that its next execution is not taken for the first one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Final

from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

MOST_EVENTS: Final = 100
"""A tracker with more is shortened."""
KEPT_EVENTS: Final = 30
"""How many of the newest at least stay as they are."""
KEPT_MOMENTS: Final = 10
"""How many moments, at least, a rule may look back at."""
REMEMBERED: Final = frozenset({"give_feedback"})
"""The intents of buttons that actions ask about for as long as the conversation lasts (`Exchange.pressed_before`)."""


def shorten(tracker: DialogueStateTracker) -> None:
    """Take out of a tracker, between two turns, the events that nothing depends on any more; its state stays."""
    if len(tracker.events) <= MOST_EVENTS:
        return
    events = list(tracker.events)
    cut = next((at for at in range(len(events) - KEPT_EVENTS, 0, -1) if _is_listening(events[at])), None)
    if cut is None:
        return
    pressed: list[Event] = [event for event in events[:cut] if isinstance(event, UserUttered) and _is_remembered(event)]
    lasting, newest = _without_words(_applied(tracker, events[:cut])), events[cut:]
    shortened = [*pressed, *lasting, *newest]
    starts = [len(lasting), *(at for at in range(len(lasting) - 1, 0, -1) if _is_listening(lasting[at]))]
    for start in starts:
        before = _replayed(tracker, lasting[:start])
        if not _may_be_cut(before):
            continue
        rest = [*_standing_for(before, events[cut].timestamp), *lasting[start:], *newest]
        if sum(isinstance(event, ActionExecuted) for event in _applied(tracker, rest)) > KEPT_MOMENTS:
            shortened = [*pressed, *rest]
            break
    if len(shortened) < len(events):
        tracker.events = deque(shortened, tracker._max_event_history)


def _is_listening(event: Event) -> bool:
    return isinstance(event, ActionExecuted) and event.action_name == ACTION_LISTEN_NAME


def _replayed(tracker: DialogueStateTracker, events: Sequence[Event]) -> DialogueStateTracker:
    replayed = tracker.init_copy()
    for event in events:
        replayed.update(event)
    return replayed


def _may_be_cut(before: DialogueStateTracker) -> bool:
    loop = before.active_loop
    if loop is None:
        return True
    return before.latest_action_name == loop.name and not loop.rejected and not loop.is_interrupted


def _standing_for(before: DialogueStateTracker, moment: float) -> list[Event]:
    """The events that lead to the same slots and the same form."""
    slots = [
        SlotSet(slot.name, slot.value, timestamp=moment)
        for slot in before.slots.values()
        if slot.value != slot.initial_value
    ]
    loop = before.active_loop_name
    form = [ActionExecuted(loop, timestamp=moment), ActiveLoop(loop, timestamp=moment)] if loop is not None else []
    return [*slots, *form]


def _is_remembered(event: UserUttered) -> bool:
    return event.intent_name in REMEMBERED


def _applied(tracker: DialogueStateTracker, events: Sequence[Event]) -> list[Event]:
    """What Rasa makes of events when it looks back."""
    only = tracker.init_copy()
    only.events.extend(events)
    applied: list[Event] = only.applied_events()
    return applied


def _without_words(applied: Sequence[Event]) -> list[Event]:
    """Without what no moment shows: the bot's words, and values that were set again before the next action."""
    lasting: list[Event] = []
    values: dict[str, Event] = {}
    for event in applied:
        match event:
            case BotUttered():
                continue
            case SlotSet():
                values[event.key] = event
                continue
            case ActionExecuted():
                lasting += values.values()
                values.clear()
        lasting.append(event)
    return [*lasting, *values.values()]
