"""A gate between a client and an HTTP server, where a test can hold an answer that was given but not yet received.

That is how a test reaches the moments in which a crash hurts most, with the real processes on both sides: what the
server did is done, and whoever asked does not know it yet.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Any, NamedTuple

from tests.support.ports import free_ports

Concerns = Callable[[dict[str, Any]], bool]
"""Whether to hold the answer to a request, by the request's JSON document ({} when it has none)."""

PATIENCE = 60.0
"""Seconds for a server to answer, and for an answer to arrive at the gate."""

_NOT_FORWARDED = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"})


class Answer(NamedTuple):
    """An HTTP response."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class Hold:
    """Answers that are held at a gate."""

    def __init__(self, concerns: Concerns) -> None:
        self.concerns = concerns
        self._changed = Condition()
        self._arrived = 0
        self._let_pass: bool | None = None

    def wait_for(self, count: int) -> None:
        """Wait until so many answers have arrived."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._arrived >= count, PATIENCE):
                raise AssertionError(f"{self._arrived} answers of {count} arrived in {PATIENCE:g} s")

    def let_go(self) -> None:
        """Hand over the answers that are held, and those to come."""
        self._decide(True)

    def cut(self) -> None:
        """Close the connections of those who wait, and of those to come, without an answer."""
        self._decide(False)

    def passes(self) -> bool:
        """Called for each answer: wait until the test decides; False when it is lost."""
        with self._changed:
            self._arrived += 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._let_pass is not None)
            return bool(self._let_pass)

    def _decide(self, let_pass: bool) -> None:
        with self._changed:
            if self._let_pass is None:
                self._let_pass = let_pass
            self._changed.notify_all()


class Gate:
    """Listens on a port of its own and forwards each request to a server of this machine."""

    def __init__(self) -> None:
        (self.port,) = free_ports(1)
        self._server_port = 0
        self._holds: list[Hold] = []
        self._listener: _Listener | None = None
        self.open()  # takes the port before another does

    def forward_to(self, port: int) -> None:
        """Say where the server listens: until then there is none."""
        self._server_port = port

    def open(self) -> None:
        """Let through."""
        if self._listener is None:
            self._listener = _Listener(self)
            Thread(target=self._listener.serve_forever, args=(0.01,), daemon=True).start()

    def shut(self) -> None:
        """Refuse connections, as the port of a server that does not run does."""
        if self._listener is not None:
            self._listener.shutdown()
            self._listener.server_close()
            self._listener = None

    @contextmanager
    def holding(self, concerns: Concerns = lambda _: True) -> Iterator[Hold]:
        """Hold the answers to certain requests; what is still held at the end is lost."""
        hold = Hold(concerns)
        self._holds.append(hold)
        try:
            yield hold
        finally:
            self._holds.remove(hold)
            hold.cut()

    def ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer | None:
        """What the server answers; None when nobody is to hear it."""
        connection = HTTPConnection("127.0.0.1", self._server_port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            answer = Answer(response.status, response.getheaders(), response.read())
        except (OSError, HTTPException):
            return None
        finally:
            connection.close()
        document = json.loads(body) if body else {}
        hold = next((each for each in self._holds if each.concerns(document)), None)
        return answer if hold is None or hold.passes() else None


class _Listener(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, gate: Gate) -> None:
        super().__init__(("127.0.0.1", gate.port), _handler(gate))


def _handler(gate: Gate) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer = gate.ask(self.command, self.path, body, dict(self.headers))
            self.close_connection = True
            if answer is None:
                return
            self.send_response(answer.status)
            for name, value in answer.headers:
                if name.lower() not in _NOT_FORWARDED:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            try:
                self.end_headers()
                self.wfile.write(answer.body)
            except ConnectionError:
                self.log_error("whoever asked is gone")

        do_POST = do_DELETE = do_GET  # noqa: N815 - http.server's own names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's own name
            """Nothing: the servers have logs of their own."""

    return Handler
