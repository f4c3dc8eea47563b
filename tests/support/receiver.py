"""A ticket system: a real HTTP server that answers as a test says, and the calls that it received."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import sleep


@dataclass(frozen=True)
class Call:
    """One request, as it came."""

    path: str
    headers: dict[str, str]
    """By their names in lower case."""
    body: bytes


@dataclass
class Receiver:
    """What an HTTP server does with the calls that it gets."""

    answers: list[int] = field(default_factory=list)
    """Its next answers; 204 once there is none left."""
    answer_headers: dict[str, str] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)
    """A call has come whole."""
    answering: threading.Event = field(default_factory=threading.Event)
    """Cleared: it holds its answers."""
    trickles: bool = False
    """Its answers' headers never end."""

    def __post_init__(self) -> None:
        self.answering.set()

    def ids(self) -> list[str]:
        """The calls' `webhook-id`, in the order in which they came."""
        return [call.headers["webhook-id"] for call in self.calls]


@contextmanager
def open_receiver(
    receiver: Receiver, *, port: int = 0, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> Iterator[int]:
    """Serve on a port of this machine, by default any; the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.calls.append(Call(self.path, headers, body))
            receiver.arrived.set()
            receiver.answering.wait(60)
            with suppress(OSError):  # the client may be gone
                self._answer()

        def do_GET(self) -> None:
            receiver.calls.append(Call(self.path, {}, b""))
            self.send_response(204)
            self.end_headers()

        def _answer(self) -> None:
            if receiver.trickles:
                self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                while True:
                    self.wfile.write(b"X-More: 1\r\n")
                    sleep(0.1)
            self.send_response(receiver.answers.pop(0) if receiver.answers else 204)
            for name, value in receiver.answer_headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing: the test's output is the test's."""

    server = ThreadingHTTPServer((host, port), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        receiver.answering.set()
        server.shutdown()
        server.server_close()
        thread.join(10)
