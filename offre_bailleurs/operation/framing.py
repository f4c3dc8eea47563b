"""Where an HTTP/1 request ends: told in one way, and in one that can be true, or the request is refused.

Sanic 21.12 takes whatever `int()` takes for a length. With `Content-Length: -1` it reads the rest of the body for ever
without waiting for anything: one such request, from anybody, stopped a server and all its conversations. A length given
twice, or beside `Transfer-Encoding`, is how one request is smuggled behind another past a proxy that reads the other
one (RFC 9112, 6.3). The two Sanic servers call this for the head of each request, before anything is read of its body.
"""

from __future__ import annotations

import re
from typing import Final

_NAME: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_LENGTH: Final = re.compile(rb"[0-9]{1,18}")


class BadFraming(ValueError):
    """The request does not say where it ends, or says it in more than one way."""


def check_framing(head: bytes) -> None:
    """Check a request's head, without the empty line that ends it.

    Raises:
        BadFraming: see the class.
    """
    lengths: list[bytes] = []
    encodings: list[bytes] = []
    for line in head.split(b"\r\n")[1:]:
        name, colon, value = line.partition(b":")
        if not colon or not _NAME.fullmatch(name) or b"\n" in value or b"\r" in value or b"\0" in value:
            raise BadFraming
        if name.lower() == b"content-length":
            lengths.append(value.strip(b" \t"))
        elif name.lower() == b"transfer-encoding":
            encodings.append(value.strip(b" \t"))
    if len(lengths) + len(encodings) > 1:
        raise BadFraming
    if any(not _LENGTH.fullmatch(length) for length in lengths) or any(each != b"chunked" for each in encodings):
        raise BadFraming


async def refuse_bad_framing(head: bytes) -> None:
    """The same, as a handler of Sanic's signal `http.lifecycle.read_head`: what it raises is answered with 400."""
    check_framing(head)
