"""Seals what must wait in the database but be readable by nobody there: temporary passwords on their way, addresses.

Fernet (AES-CBC and HMAC), under a key derived from `SECRET_KEY`: a copy of the database alone opens nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken


class Unreadable(ValueError):
    """Sealed with another `SECRET_KEY`, or damaged."""


def seal(text: str, *, secret: str) -> str:
    """The text, sealed; ASCII."""
    return _fernet(secret).encrypt(text.encode()).decode()


def unseal(sealed: str, *, secret: str) -> str:
    """What `seal` was given.

    Raises:
        Unreadable: it cannot be opened with this secret.
    """
    try:
        return _fernet(secret).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Unreadable from None


def keyed_digest(kind: str, value: str, *, secret: str) -> str:
    """64 hexadecimal characters that stand for a value and tell nothing of it to whoever lacks the secret."""
    message = f"{kind}\0{value}".encode("utf-8", "surrogatepass")
    return hmac.digest(secret.encode(), b"digest\0" + message, hashlib.sha256).hex()


def figures_digest(conversation_id: str, *, secret: str) -> str:
    """What stands for a conversation among the figures and the sentences: as `keyed_digest`."""
    return keyed_digest("figures", conversation_id, secret=secret)


def _fernet(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hmac.digest(secret.encode(), b"sealing", hashlib.sha256)))
