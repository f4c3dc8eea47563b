"""The conversation token: who holds it speaks in that conversation. It is the only source of Rasa's sender id."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import jwt

from offre_bailleurs.database import now
from offre_bailleurs.identity import ALGORITHM, WHAT_IS_VERIFIED, InvalidToken

CONVERSATION_AUDIENCE: Final = "offre-bailleurs-conversation"
"""Differs from the audiences of the identity and turn tokens: none of the three passes for another."""


def sign_conversation(conversation_id: str, expires_at: datetime, *, secret: str) -> str:
    """The token of a conversation."""
    claims = {"sub": conversation_id, "aud": CONVERSATION_AUDIENCE, "iat": now(), "exp": expires_at}
    return jwt.encode(claims, secret, algorithm=ALGORITHM)


def verify_conversation(token: str, *, secret: str) -> str:
    """The conversation id that a token names.

    Raises:
        InvalidToken: the token does not hold.
    """
    try:
        claims = jwt.decode(
            token,
            secret,
            algorithms=[ALGORITHM],
            audience=CONVERSATION_AUDIENCE,
            options=WHAT_IS_VERIFIED,
        )
    except jwt.InvalidTokenError as error:
        raise InvalidToken(str(error)) from None
    return str(claims["sub"])
