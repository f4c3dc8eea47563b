"""`copy.deepcopy` in three modules, `MessageProcessor._log_slots`: Rasa copies messages, events and states, and writes
down every slot, for lines of the log below its level.

In these modules of 3.6.21 nothing else is copied (a test looks): the lines get what they would get a copy of.

Gain (`python -m bench.levers`): within noise on a busy machine; what it saves grows with the message.
"""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Final, TypeVar

from rasa.core import processor
from rasa.core.actions import forms
from rasa.core.policies import rule_policy
from rasa.core.processor import MessageProcessor
from rasa.shared.core.trackers import DialogueStateTracker

from bot.rasa_patches import Replacement

T = TypeVar("T")

MODULES: Final = (processor, forms, rule_policy)
_stock: Final = MessageProcessor._log_slots
_logger: Final = logging.getLogger(processor.__name__)


def _itself(value: T) -> T:
    return value


def _log_slots(tracker: DialogueStateTracker) -> None:
    if _logger.isEnabledFor(logging.DEBUG):
        _stock(tracker)


REPLACEMENTS: Final = (
    *(Replacement(module, "copy", SimpleNamespace(deepcopy=_itself)) for module in MODULES),
    Replacement(MessageProcessor, "_log_slots", staticmethod(_log_slots)),
)
