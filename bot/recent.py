"""Remembers the trackers of recent conversations, so that a turn need not read what the turn before it wrote.

A tracker is remembered with the conversation's version (`chat_conversation.version`), which every turn reads first and
every commit of events raises. One that another process, or a turn without Rasa, went beyond is not used: it is read
from the database again. Whoever takes a tracker has it for itself: a turn that fails leaves nothing behind.
"""

from __future__ import annotations

from collections import OrderedDict
from time import monotonic
from typing import Final, NamedTuple

from rasa.shared.core.trackers import DialogueStateTracker

MOST: Final = 1000
"""Conversations; `bot.compaction` bounds how much each of them holds (about 50 KB: docs/decisions/0014)."""
LONGEST: Final = 900.0
"""Seconds without a turn after which a conversation is no longer recent: nobody's words stay in memory for hours."""


class _Remembered(NamedTuple):
    version: int
    tracker: DialogueStateTracker
    at: float


class RecentTrackers:
    """The trackers of one tracker store. For one thread: the server's event loop."""

    def __init__(self, most: int = MOST, longest: float = LONGEST) -> None:
        self._most = most
        self._longest = longest
        self._trackers: OrderedDict[str, _Remembered] = OrderedDict()
        """The one whose turn is longest ago first."""

    def __len__(self) -> int:
        return len(self._trackers)

    def take(self, conversation_id: str, version: int) -> DialogueStateTracker | None:
        """The tracker as the commit left it that took this version, out of the memory; None when it is not known."""
        self._forget_old()
        remembered = self._trackers.pop(conversation_id, None)
        return remembered.tracker if remembered is not None and remembered.version == version else None

    def put(self, version: int, tracker: DialogueStateTracker) -> None:
        """Remember a tracker whose events were committed with this version."""
        self._trackers.pop(tracker.sender_id, None)
        self._trackers[tracker.sender_id] = _Remembered(version, tracker, monotonic())
        self._forget_old()
        while len(self._trackers) > self._most:
            self._trackers.popitem(last=False)

    def forget(self, conversation_id: str) -> None:
        """Forget a conversation."""
        self._trackers.pop(conversation_id, None)

    def _forget_old(self) -> None:
        oldest = monotonic() - self._longest
        while self._trackers and next(iter(self._trackers.values())).at < oldest:
            self._trackers.popitem(last=False)


RECENT: Final = RecentTrackers()
"""Those of this process."""
