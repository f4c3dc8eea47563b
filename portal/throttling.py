"""Slows down whoever guesses passwords from one address, whatever the logins.

What guesses the password of one login, from whatever address, is slowed down by `offre_bailleurs.attempts`.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
import time

from limits import RateLimitItemPerMinute
from limits.errors import ConfigurationError
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import Request

from offre_bailleurs.settings import Settings, SettingsError


class SignInThrottle:
    """Allows a number of failed sign-ins a minute from one address.

    Only failures count: a whole organisation signs in from one address on a Monday morning.
    """

    def __init__(self, settings: Settings) -> None:
        # The chat channel reads the same setting with the asynchronous half of the library.
        url = settings.limits_storage_url.removeprefix("async+")
        try:
            self._limiter = MovingWindowRateLimiter(storage_from_string(url))
        except (ConfigurationError, NotImplementedError, ValueError) as error:
            raise SettingsError(f"LIMITS_STORAGE_URL: « {url} » ne convient pas pour limiter les essais.") from error
        self._limit = RateLimitItemPerMinute(settings.sign_in_attempts_per_minute)

    def seconds_to_wait(self, address: str) -> int:
        """How long before another try is allowed; 0: now."""
        key = _key(address)
        if self._limiter.test(self._limit, key):
            return 0
        return max(1, math.ceil(self._limiter.get_window_stats(self._limit, key).reset_time - time.time()))

    def count_failure(self, address: str) -> None:
        """Remember a failed sign-in."""
        self._limiter.hit(self._limit, _key(address))


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
