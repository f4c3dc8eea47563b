"""Slows down whoever guesses passwords from one address, whatever the logins.

What guesses the password of one login, from whatever address, is slowed down by `offre_bailleurs.attempts`.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
import time
from collections.abc import Callable
from typing import TypeVar, cast
from urllib.parse import urlsplit

from limits import RateLimitItemPerMinute
from limits.errors import ConfigurationError, StorageError
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import Request

from offre_bailleurs.settings import Settings, SettingsError
from offre_bailleurs.shared_redis import OPTIONS, Rest

T = TypeVar("T")


class SignInThrottle:
    """Allows a number of failed sign-ins a minute from one address.

    Only failures count: a whole organisation signs in from one address on a Monday morning.
    """

    def __init__(self, settings: Settings) -> None:
        # The chat channel reads the same setting with the asynchronous half of the library.
        url = settings.limits_storage_url.removeprefix("async+")
        options = OPTIONS if "redis" in urlsplit(url).scheme else {}
        try:
            storage = storage_from_string(url, wrap_exceptions=True, **options)
            self._limiter = MovingWindowRateLimiter(cast(Storage, storage))
        except (ConfigurationError, NotImplementedError, ValueError) as error:
            raise SettingsError("LIMITS_STORAGE_URL: cette adresse ne convient pas pour limiter les essais.") from error
        self._own = MovingWindowRateLimiter(MemoryStorage())
        self._rest = Rest("sign-in")
        self._limit = RateLimitItemPerMinute(settings.sign_in_attempts_per_minute)

    def seconds_to_wait(self, address: str) -> int:
        """How long before another try is allowed; 0: now."""
        return self._asked(lambda limiter: self._wait(limiter, _key(address)))

    def count_failure(self, address: str) -> None:
        """Remember a failed sign-in."""
        self._asked(lambda limiter: limiter.hit(self._limit, _key(address)))

    def _asked(self, ask: Callable[[MovingWindowRateLimiter], T]) -> T:
        """The answer of the storage that all portals share; while it fails, of this process's memory."""
        if not self._rest.is_on:
            try:
                answer = ask(self._limiter)
            except StorageError as error:
                self._rest.failed(error.storage_error)
            else:
                self._rest.worked()
                return answer
        return ask(self._own)

    def _wait(self, limiter: MovingWindowRateLimiter, key: str) -> int:
        if limiter.test(self._limit, key):
            return 0
        return max(1, math.ceil(limiter.get_window_stats(self._limit, key).reset_time - time.time()))


def client_address(request: Request, trusted_proxies: int) -> str:
    """Where a request comes from, as the last of our own proxies saw it; an IPv6 address stands for its /64.

    `X-Forwarded-For` is believed only for as many entries, from the right, as there are proxies of ours.
    """
    address = request.client.host if request.client else ""
    if trusted_proxies:
        forwarded = [part.strip() for part in ",".join(request.headers.getlist("x-forwarded-for")).split(",")]
        if len(forwarded) >= trusted_proxies and forwarded[-trusted_proxies]:
            address = forwarded[-trusted_proxies]
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def _key(address: str) -> str:
    # Hashed: the counters may live in a store that others read, and an address leads to a person.
    return f"sign-in-address:{hashlib.sha256(address.encode('utf-8', 'surrogatepass')).hexdigest()}"
