"""How often one may ask: per conversation, and per network address."""

from __future__ import annotations

import time
from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from typing import Final
from urllib.parse import urlsplit

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import ConfigurationError, StorageError
from limits.storage import storage_from_string

from bot import problems
from offre_bailleurs.sealing import keyed_digest
from offre_bailleurs.settings import Settings, SettingsError
from offre_bailleurs.shared_redis import TIMEOUT, Rest

_PEOPLE_BEHIND_ONE_ADDRESS: Final = 10
"""An organisation's office shares one address: it may send this many times what one conversation may."""
_READS_PER_MESSAGE: Final = 4
"""Each message makes the windows that are open read again: the sender's, a second one's, an adviser's answer."""
_READS_WITHOUT_MESSAGES: Final = 60
"""What reads however little is sent: reloads, and a window that waits for an adviser, who may write often. Each message
that arrives ends a wait, and each wait ends after `MAX_WAIT` seconds."""


class Limits:
    """Counts requests in the storage of LIMITS_STORAGE_URL: Redis, for all replicas together, or this process's memory.

    Each method raises `Problem` (429) when the limit is reached. While the storage fails this process counts for
    itself: the limits guard the service, they must not be what takes it down.
    """

    def __init__(self, settings: Settings) -> None:
        url = settings.limits_storage_url
        timeouts = {"connect_timeout": TIMEOUT, "stream_timeout": TIMEOUT} if "redis" in urlsplit(url).scheme else {}
        try:
            storage = storage_from_string(url, wrap_exceptions=True, **timeouts)
        except ConfigurationError as error:
            raise SettingsError(f"LIMITS_STORAGE_URL: {error}.") from None
        if not isinstance(storage, Storage):
            raise SettingsError(
                "LIMITS_STORAGE_URL: une adresse « async+… » est attendue, par exemple async+memory://."
            )
        self._limiter = SlidingWindowCounterRateLimiter(storage)
        self._own = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._rest = Rest("limits")
        self._secret = settings.secret_key
        messages = settings.messages_per_minute
        self._openings = RateLimitItemPerMinute(settings.conversations_per_minute, namespace="openings")
        self._messages = RateLimitItemPerMinute(messages, namespace="messages")
        self._messages_from_address = RateLimitItemPerMinute(messages * _PEOPLE_BEHIND_ONE_ADDRESS, namespace="address")
        self._reads = RateLimitItemPerMinute(messages * _READS_PER_MESSAGE + _READS_WITHOUT_MESSAGES, namespace="reads")

    async def opening(self, address: str) -> None:
        """Count a conversation opened from `address`."""
        await self._count(self._openings, address)

    async def message(self, conversation: str, address: str) -> None:
        """Count a message of `conversation` sent from `address`."""
        await self._count(self._messages_from_address, address)
        await self._count(self._messages, conversation)

    async def read(self, conversation: str) -> None:
        """Count a reading of `conversation`."""
        await self._count(self._reads, conversation)

    async def _count(self, limit: RateLimitItem, who: str) -> None:
        # The storage is shared with others than the database is: neither an address nor a conversation's id is there.
        name = keyed_digest("limit", who, secret=self._secret)
        if not self._rest.is_on:
            try:
                await _hit(self._limiter, limit, name)
            except StorageError as error:
                self._rest.failed(error.storage_error)
            else:
                self._rest.worked()
                return
        await _hit(self._own, limit, name)


async def _hit(limiter: SlidingWindowCounterRateLimiter, limit: RateLimitItem, name: str) -> None:
    if not await limiter.hit(limit, name):
        reset = (await limiter.get_window_stats(limit, name)).reset_time
        raise problems.too_many(max(1, ceil(reset - time.time())))


def client_address(peer: str, forwarded_for: Sequence[str], trusted_proxies: int) -> str:
    """The network address to count a request under.

    Args:
        peer: the address of the connection.
        forwarded_for: the values of the request's X-Forwarded-For headers.
        trusted_proxies: how many proxies of ours stand in front. Each appends whom it heard from, so the client is
            that many entries from the right; what stands further left is only claimed.

    Returns:
        An IPv4 address, or an IPv6 network of 64 bits: one subscriber has a whole one.
    """
    entries = [entry.strip() for value in forwarded_for for entry in value.split(",")]
    claimed = entries[-trusted_proxies] if 0 < trusted_proxies <= len(entries) else peer
    try:
        address = ip_address(claimed)
    except ValueError:
        return peer
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else str(address)
