"""The output channel: what Rasa says in a turn becomes the turn's replies."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from rasa.core.channels.channel import OutputChannel

from bot.conversations import Body
from offre_bailleurs.chat_tables import Erasure, Floor
from offre_bailleurs.settings import settings

CHANNEL: Final = "webchat"

logger = logging.getLogger(__name__)


class Replies(OutputChannel):
    """Collects one message for each response of Rasa's, with all that the response holds.

    Rasa's own `send_response` would make a message of each of text, image and attachment, and its collecting channel
    would cut the text at each empty line.
    """

    def __init__(
        self,
        collected: list[Body],
        pass_floor: Callable[[Floor], None] | None = None,
        erase: Callable[[Erasure], None] | None = None,
    ) -> None:
        """Replies are added to `collected`.

        Args:
            collected: the turn's replies.
            pass_floor: told who answers next, when an action says so: custom JSON {"floor": …}, which is not shown.
            erase: told what the turn erases, when an action says so: {"erase": …}, which is not shown either.
        """
        self._collected = collected
        self._pass_floor = pass_floor
        self._erase = erase

    @classmethod
    def name(cls) -> str:
        """The channel's name in the responses' `channel:` key."""
        return CHANNEL

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Collect one response; one without anything to show is left out."""
        custom = message.get("custom")
        if custom and self._pass_floor is not None and custom.keys() == {"floor"}:
            self._pass_floor(Floor(custom["floor"]))
            custom = None
        elif custom and self._erase is not None and custom.keys() == {"erase"}:
            self._erase(Erasure(custom["erase"]))
            custom = None
        if message.get("elements") or custom:
            logger.warning("webchat shows neither elements nor custom JSON: a response lost them")
        body: dict[str, Any] = {}
        if text := str(message.get("text") or "").strip():
            body["text"] = text
        if buttons := _buttons([*(message.get("buttons") or ()), *(message.get("quick_replies") or ())]):
            body["buttons"] = buttons
        if image := message.get("image"):
            body["image"] = _absolute(str(image))
        if isinstance(attachment := message.get("attachment"), Mapping):
            body["attachment"] = dict(attachment)
        if body:
            self._collected.append(body)

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """Collect a plain text."""
        await self.send_response(recipient_id, {"text": text})


def _absolute(address: str) -> str:
    """An image's address: the portal's own pictures are named by their path, /static/chat/… in the answers."""
    return f"{settings().portal_url}{address}" if address.startswith("/") else address


def _buttons(buttons: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    return [
        {"title": str(button["title"]), "payload": str(button.get("payload") or button["title"])}
        for button in buttons
        if button.get("title")
    ]
