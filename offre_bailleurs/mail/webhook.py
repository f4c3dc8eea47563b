"""A signed call to the desk's ticket system, as the Standard Webhooks specification has it (standardwebhooks.com).

Delivered at least once: after an answer that is lost the call is made again, with the same `webhook-id` and the same
body, by which its receiver drops the copy. The timestamp is the attempt's, so that an old call cannot be replayed.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import ssl
from collections.abc import Iterator
from http import HTTPStatus
from time import time

import httpx

from offre_bailleurs.mail.undelivered import Delayed, Refused, Undelivered, named
from offre_bailleurs.settings import Settings, SettingsError

CALL_TIMEOUT = 15.0
"""Seconds for a whole call: connection, body and answer, however slowly they trickle."""

_ENCODED = "whsec_"
"""How the specification writes a secret in base64; any other text is the key itself."""
_SHORTEST_KEY = 24
"""Bytes: the specification's minimum."""
_TRY_AGAIN = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}


def signature(key: bytes, webhook_id: str, timestamp: int, body: bytes) -> str:
    """What `webhook-signature` holds: « v1, » and the base64 of the HMAC-SHA256 of « id.timestamp.body »."""
    signed = b".".join((webhook_id.encode(), str(timestamp).encode(), body))
    return f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}"


class Caller:
    """Makes signed calls to one address."""

    def __init__(self, settings: Settings, *, tls: ssl.SSLContext) -> None:
        """Prepare; nothing is opened yet.

        Args:
            settings: where calls go, and the secret that signs them.
            tls: how a server's certificate is checked.

        Raises:
            SettingsError: DESK_WEBHOOK_SECRET cannot be used.
        """
        self._url = settings.desk_webhook_url
        self._key = _key(settings.desk_webhook_secret) if self._url else b""
        self._tls = tls

    def call(self, webhook_id: str, body: bytes, *, time_limit: float) -> None:
        """Return when the receiver has said that it has the call.

        Args:
            webhook_id: names the call, the same at each attempt.
            body: JSON.
            time_limit: seconds after which it is not made any more, if it has not been yet.

        Raises:
            Refused: the receiver does not want it.
            Delayed: it could not be made now, or is not wanted now.
        """
        if not self._url:
            raise Delayed("DESK_WEBHOOK_URL is empty")
        try:
            status = asyncio.run(self._post(webhook_id, body, min(time_limit, CALL_TIMEOUT)))
        except (httpx.HTTPError, OSError, httpx.InvalidURL) as error:
            raise Delayed(_cause(error)) from None
        if not 200 <= status < 300:
            raise _answered(status)

    async def _post(self, webhook_id: str, body: bytes, time_limit: float) -> int:
        """The status of the answer, whose body nobody reads."""
        timestamp = int(time())
        headers = {
            "content-type": "application/json",
            "user-agent": "offre-bailleurs",
            "webhook-id": webhook_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(self._key, webhook_id, timestamp, body),
        }
        # Nothing of the environment (a proxy, a .netrc) and no redirect leads the transcript elsewhere. A timeout for
        # each operation alone would be outlived by an answer that trickles.
        async with (
            asyncio.timeout(time_limit),
            httpx.AsyncClient(verify=self._tls, trust_env=False, follow_redirects=False, timeout=None) as client,  # noqa: S113 - the whole call has one
            client.stream("POST", self._url, content=body, headers=headers) as answer,
        ):
            return answer.status_code


def _key(secret: str) -> bytes:
    if not secret.startswith(_ENCODED):
        return secret.encode()
    try:
        key = base64.b64decode(secret.removeprefix(_ENCODED), validate=True)
    except ValueError:
        raise SettingsError(f"DESK_WEBHOOK_SECRET: du base64 est attendu après « {_ENCODED} ».") from None
    if len(key) < _SHORTEST_KEY:
        raise SettingsError(f"DESK_WEBHOOK_SECRET: {_SHORTEST_KEY} octets au moins sont attendus après « {_ENCODED} ».")
    return key


def _answered(status: int) -> Undelivered:
    """A redirect is for the operator to mend, as a server's fault: the call waits."""
    kind = Refused if 400 <= status < 500 and status not in _TRY_AGAIN else Delayed
    return kind(f"HTTP {status}")


def _cause(error: BaseException) -> str:
    """What is under httpx's name for it (a certificate, a refused connection): texts may quote an address."""
    system = [each for each in _causes(error) if isinstance(each, OSError)]
    return named(system[-1]) if system else type(error).__name__


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
