"""Ports for the servers of a test session."""

from __future__ import annotations

import random
import socket

RANGE = range(18000, 20000)
"""Below the ports that the kernel lends to outgoing connections, which would otherwise be taken between two starts."""


def free_ports(count: int) -> list[int]:
    """Different ports of 127.0.0.1 on which nobody listens."""
    free: list[int] = []
    for port in random.sample(RANGE, len(RANGE)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                continue
            free.append(port)
            if len(free) == count:
                return free
    raise RuntimeError(f"no {count} free ports in {RANGE}")
