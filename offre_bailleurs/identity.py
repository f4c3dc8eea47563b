"""Signed tokens that say who speaks: the only source of identity in the whole project.

Two tokens, never interchangeable (each has its own audience):

* the *identity token*: the portal signs it for a signed-in browser, the chat checks it when a conversation opens;
* the *turn token*: the channel signs it for one turn, the actions check it before they do anything for anyone. It is
  what authenticates a call to the action server, which has no authentication of its own.

HS256 (PyJWT); the accepted algorithm is fixed, so `alg: none` and key confusion are refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import jwt
from jwt.types import Options

from offre_bailleurs.database import now

ALGORITHM = "HS256"
WHAT_IS_VERIFIED: Options = {"require": ["exp", "sub", "aud"], "verify_iat": False}
"""Not `iat`: a machine whose clock is a second behind the signer's would take every token for one of the future."""
IDENTITY_AUDIENCE = "offre-bailleurs-assistant"
TURN_AUDIENCE = "offre-bailleurs-actions"
TURN_LIFETIME = timedelta(minutes=5)


class InvalidToken(ValueError):
    """The token is malformed, forged, expired or meant for someone else."""


class ExpiredToken(InvalidToken):
    """The token was signed here, for this, and holds no longer: it is old, or the clocks of two machines disagree."""


@dataclass(frozen=True)
class Turn:
    """One turn of a conversation, as the channel vouches for it."""

    conversation_id: str
    message_id: str
    user_id: int | None
    """The portal user who is signed in; None for an anonymous conversation."""
    client: str = ""
    """A keyed digest of the network address that speaks, to count requests by; "" when it is not known."""

    @property
    def key(self) -> str:
        """Names this turn for ever: the same when a client retries it."""
        return f"{self.conversation_id}/{self.message_id}"


def sign_identity(user_id: int, *, secret: str, lifetime: timedelta) -> str:
    """A short-lived identity token for a portal user (subject = the user's id)."""
    return _sign({"sub": str(user_id)}, IDENTITY_AUDIENCE, secret, lifetime)


def verify_identity(token: str, *, secret: str) -> int:
    """The portal user whom an identity token names.

    Raises:
        InvalidToken: the token does not hold.
    """
    try:
        return int(str(_claims(token, IDENTITY_AUDIENCE, secret)["sub"]))
    except ValueError:
        raise InvalidToken("the subject is no portal user") from None


def sign_turn(turn: Turn, *, secret: str) -> str:
    """The token with which the channel vouches for one turn to the actions."""
    claims: dict[str, object] = {"sub": turn.conversation_id, "message": turn.message_id}
    if turn.user_id is not None:
        claims["user"] = turn.user_id
    if turn.client:
        claims["client"] = turn.client
    return _sign(claims, TURN_AUDIENCE, secret, TURN_LIFETIME)


def verify_turn(token: str, *, secret: str) -> Turn:
    """The turn that the channel vouched for.

    Raises:
        ExpiredToken: it did hold.
        InvalidToken: the token does not hold.
    """
    claims = _claims(token, TURN_AUDIENCE, secret)
    user = claims.get("user")
    return Turn(
        conversation_id=str(claims["sub"]),
        message_id=str(claims.get("message", "")),
        user_id=int(str(user)) if user is not None else None,
        client=str(claims.get("client", "")),
    )


def _sign(claims: dict[str, object], audience: str, secret: str, lifetime: timedelta) -> str:
    moment = now()
    return jwt.encode({**claims, "aud": audience, "iat": moment, "exp": moment + lifetime}, secret, algorithm=ALGORITHM)


def _claims(token: str, audience: str, secret: str) -> dict[str, object]:
    try:
        claims: dict[str, object] = jwt.decode(
            token, secret, algorithms=[ALGORITHM], audience=audience, options=WHAT_IS_VERIFIED
        )
    except jwt.ExpiredSignatureError as error:
        raise ExpiredToken(str(error)) from None
    except jwt.InvalidTokenError as error:
        raise InvalidToken(str(error)) from None
    return claims
