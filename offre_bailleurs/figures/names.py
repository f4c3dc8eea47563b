"""What the names in Rasa's events say: which response tells that something was done. Knows no table.

The figures read them when an event is delivered (`reading`), the metrics when a turn is committed
(`offre_bailleurs.operation.turns`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

JOURNEYS: Final = frozenset({"declare_rent", "recover_access", "create_user", "leave_message"})
DONE: Final[Mapping[str, str]] = {
    "utter_transmitted": "declare_rent",
    "utter_user_created": "create_user",
    "utter_access_login_asked": "recover_access",
    "utter_access_password_asked": "recover_access",
}
"""The response that says that a journey did what it is for: said once, after the transaction that did it. A turn that
is tried again finds it done, says so again, and one of its attempts alone is kept."""
HANDED_OVER: Final[Mapping[str, str]] = {
    "utter_adviser_waiting": "live",
    "utter_message_sent": "message",
    "utter_adviser_requested": "message",
}
"""The response that says that a request reached the desk."""
NO_ANSWER: Final = "action_not_understood"
"""What answers a message that nobody understood and no form awaited."""
