"""Buttons that only the bot can make: each one's payload leaves the server signed for its conversation.

A choice that comes back is therefore one that the bot offered to this very conversation; it is the only thing sent by
a client that can name an intent.
"""

from __future__ import annotations

from dataclasses import dataclass

from itsdangerous import BadData, URLSafeSerializer


class InvalidChoice(ValueError):
    """No button of this conversation."""


@dataclass(frozen=True)
class Choice:
    """A button: what the landlord reads on it, and what it means to Rasa (an `/intent{…}` or plain text)."""

    title: str
    payload: str


class Choices:
    """The buttons of one conversation."""

    def __init__(self, conversation_id: str, *, secret: str) -> None:
        self._serializer = URLSafeSerializer(secret, salt=f"bot.choices/{conversation_id}")

    def sign(self, choice: Choice) -> str:
        """The opaque text that stands for a button; the same each time."""
        signed = self._serializer.dumps([choice.title, choice.payload])
        return signed if isinstance(signed, str) else signed.decode("ascii")

    def verify(self, signed: str) -> Choice:
        """The button that `signed` stands for.

        Raises:
            InvalidChoice: it was not signed for this conversation.
        """
        try:
            title, payload = self._serializer.loads(signed)
        except BadData:
            raise InvalidChoice from None
        return Choice(str(title), str(payload))
