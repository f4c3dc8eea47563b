"""A stand-in server for the supervisor's tests: prints its pid and answers 200 on a port.

`stand_in.py PORT [--stubborn] [--with-child]`: stubborn ignores SIGTERM; with a child that does so too.
"""

import http.server
import os
import signal
import subprocess
import sys


class Healthy(http.server.BaseHTTPRequestHandler):
    """Answers every GET with 200."""

    def do_GET(self) -> None:
        """Say that all is well."""
        self.send_response(200)
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Say nothing of it."""


if __name__ == "__main__":
    if "--stubborn" in sys.argv:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if "--with-child" in sys.argv:
        child = subprocess.Popen(["sh", "-c", "trap '' TERM; sleep 600"])
        print(f"pid {child.pid}", flush=True)
    print(f"pid {os.getpid()}", flush=True)
    http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Healthy).serve_forever()
