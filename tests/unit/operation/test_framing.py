"""Where a request ends is told once, and in a way that can be true."""

from __future__ import annotations

import pytest

from offre_bailleurs.operation.framing import BadFraming, check_framing

FIRST = "POST /webhooks/webchat/messages HTTP/1.1"


def head(*lines: str) -> bytes:
    return "\r\n".join([FIRST, "Host: x", *lines]).encode("latin-1")


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["Content-Length: 0"],
        ["content-length:17"],
        ["Transfer-Encoding: chunked"],
        ["Content-Length: 17", "Cookie: a=b", "X-Empty:"],
        ["X-Latin: é"],
    ],
)
def test_an_ordinary_head_passes(lines: list[str]) -> None:
    check_framing(head(*lines))


@pytest.mark.parametrize(
    "lines",
    [
        ["Content-Length: -1"],
        ["Content-Length: +5"],
        ["Content-Length: 1_0"],
        ["Content-Length: 0x10"],
        ["Content-Length:"],
        ["Content-Length: 5, 5"],
        ["Content-Length: 5", "Content-Length: 5"],
        ["Content-Length: " + "9" * 19],
        ["Content-Length: ٣"],
        ["Content-Length : 5"],
        ["Content-Length: 5", "Transfer-Encoding: chunked"],
        ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"],
        ["Transfer-Encoding: xchunked"],
        ["Transfer-Encoding: gzip, chunked"],
        [" Content-Length: 5"],
        ["X: a\nContent-Length: 5"],
        ["X: a\rContent-Length: 5"],
        ["no colon"],
        [": nothing"],
    ],
)
def test_a_head_that_two_servers_could_read_in_two_ways_is_refused(lines: list[str]) -> None:
    with pytest.raises(BadFraming):
        check_framing("\r\n".join([FIRST, "Host: x", *lines]).encode())
