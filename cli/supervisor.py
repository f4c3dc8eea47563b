"""Run the Procfile's programs together: all of them or none, and none left behind.

Honcho reads the Procfile and prints the lines, but its own `Manager` is not used: it does not know when a program
is ready, waits for ever for one that ignores SIGTERM, and leaves them all behind when it gets SIGHUP or SIGKILL itself.

Each program runs in a process group of its own, so that Ctrl-C in the terminal reaches the supervisor alone and what
a program started ends with it, and tethered to this process (`cli.tether`), so that it ends even when this process is
killed. Linux only.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from types import FrameType
from typing import IO

import httpx
from honcho.colour import get_colours
from honcho.printer import Message, Printer

from cli.tether import tethered

POLL_INTERVAL = 0.2
"""Seconds between two looks at what the programs are doing."""


@dataclass(frozen=True)
class Program:
    """A line of the Procfile, and the address that answers 200 once the program is ready.

    A program without an address is ready as soon as it runs.
    """

    name: str
    command: str
    health_url: str | None


@dataclass(frozen=True)
class _Printed:
    program: Program
    line: bytes


@dataclass(frozen=True)
class _Ended:
    program: Program
    exit_code: int


@dataclass(frozen=True)
class _Ready:
    pass


@dataclass(frozen=True)
class _Late:
    programs: tuple[Program, ...]


@dataclass(frozen=True)
class _StopAsked:
    signal: signal.Signals


_Event = _Printed | _Ended | _Ready | _Late | _StopAsked


class Supervisor:
    """Starts programs, waits until all are ready, and ends all as soon as one ends or a signal asks for it."""

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        environ: Mapping[str, str],
        folder: Path,
        ready_patience: float,
        termination_patience: float = 10.0,
        output: IO[str] | None = None,
        as_json: bool = False,
    ) -> None:
        """Prepare; nothing starts yet.

        Args:
            programs: what to run.
            environ: the environment of each program, whole.
            folder: where each program starts.
            ready_patience: seconds that the programs have, together, to become ready.
            termination_patience: seconds between asking the programs to end and ending them.
            output: where their lines go; standard output by default.
            as_json: one JSON object a line. The programs' own go through as they are (each names its process), what is
                none (an interpreter's last words) is wrapped in one, and so is what the supervisor says.
        """
        self._programs = programs
        self._environ = environ
        self._folder = folder
        self._ready_patience = ready_patience
        self._termination_patience = termination_patience
        self._as_json = as_json
        self._printer = Printer(output or sys.stdout, width=max(len(program.name) for program in programs))
        self._colours = dict(zip((program.name for program in programs), get_colours(), strict=False))
        self._events: SimpleQueue[_Event] = SimpleQueue()
        self._groups: list[_Group] = []
        self._over = threading.Event()

    def run(self, on_ready: Callable[[], None]) -> int:
        """Run until something ends it; the exit code: 1 when a program failed, 128 + the signal's number otherwise.

        Must be called in the main thread: signals are received there, and the programs are tethered to it.
        """
        with self._signals_as_events():
            try:
                for program in self._programs:
                    self._groups.append(_Group(program, self._environ, self._folder, self._events))
                threading.Thread(target=self._await_all, daemon=True).start()
                return self._watch(on_ready)
            finally:
                self._over.set()
                self._end_all()

    @contextlib.contextmanager
    def _signals_as_events(self) -> Iterator[None]:
        def ask_to_stop(number: int, _frame: FrameType | None) -> None:
            self._events.put(_StopAsked(signal.Signals(number)))

        previous = {number: signal.signal(number, ask_to_stop) for number in (signal.SIGINT, signal.SIGTERM)}
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup: it is meant to survive the terminal
            previous[signal.SIGHUP] = signal.signal(signal.SIGHUP, ask_to_stop)
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _watch(self, on_ready: Callable[[], None]) -> int:
        while True:
            match self._events.get():
                case _Printed(program, line):
                    self._print(program, line)
                case _Ready():
                    on_ready()
                case _Ended(program, exit_code):
                    self._tell(f"« {program.name} » s'est arrêté ({_reason(exit_code)}) : tout s'arrête.")
                    return 1
                case _Late(programs):
                    names = ", ".join(f"« {program.name} »" for program in programs)
                    self._tell(f"{names} : pas de réponse après {self._ready_patience:g} s, tout s'arrête.")
                    return 1
                case _StopAsked(number):
                    self._tell("Arrêt demandé : tout s'arrête.")
                    return 128 + number

    def _await_all(self) -> None:
        """Ask each program whether it is ready until all are, or patience runs out."""
        waiting = [(program, program.health_url) for program in self._programs if program.health_url is not None]
        deadline = monotonic() + self._ready_patience
        with httpx.Client(timeout=2, trust_env=False) as client:
            while not self._over.wait(POLL_INTERVAL):
                waiting = [(program, url) for program, url in waiting if not _answers(client, url)]
                if not waiting:
                    self._events.put(_Ready())
                    return
                if monotonic() > deadline:
                    self._events.put(_Late(tuple(program for program, _ in waiting)))
                    return

    def _end_all(self) -> None:
        """Ask every group to end, then end it; a second signal ends the wait."""
        for group in self._groups:
            group.send(signal.SIGTERM)
        deadline = monotonic() + self._termination_patience
        while any(not group.ended for group in self._groups) and monotonic() < deadline:
            try:
                event = self._events.get(timeout=POLL_INTERVAL)
            except Empty:
                continue
            if isinstance(event, _StopAsked):
                break
            if isinstance(event, _Printed):
                self._print(event.program, event.line)
        for group in self._groups:
            group.send(signal.SIGKILL)
        for group in self._groups:
            group.join()

    def _print(self, program: Program, line: bytes) -> None:
        """Print a program's line. Once the output is gone (a closed pipe, a lost terminal) there is nobody to tell."""
        with contextlib.suppress(OSError):
            if self._as_json:
                print(json_line(line, program.name), file=self._printer.output, flush=True)
                return
            moment = datetime.now().astimezone()
            self._printer.write(Message("line", line, moment, program.name, self._colours[program.name]))

    def _tell(self, text: str) -> None:
        with contextlib.suppress(OSError):
            print(json_line(text.encode()) if self._as_json else text, file=self._printer.output, flush=True)


class _Group:
    """A running program and whatever it started, as one process group."""

    def __init__(self, program: Program, environ: Mapping[str, str], folder: Path, events: SimpleQueue[_Event]) -> None:
        self.program = program
        self.ended = False
        self._events = events
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            tethered(["/bin/sh", "-c", program.command], signal.SIGKILL),
            env=dict(environ),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._waiter = threading.Thread(target=self._wait, daemon=True)
        self._waiter.start()

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the whole group, unless it has ended."""
        with self._lock:
            if not self.ended:
                os.killpg(self._process.pid, number)

    def join(self) -> None:
        """Wait for the end."""
        self._waiter.join()

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None  # noqa: S101 - asked for above
        for line in stream:
            self._events.put(_Printed(self.program, line))

    def _wait(self) -> None:
        # WNOWAIT keeps the leader's number taken until what it started is ended too: it cannot name a stranger's group.
        os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
        with self._lock:
            os.killpg(self._process.pid, signal.SIGKILL)
            exit_code = self._process.wait()
            self.ended = True
        self._reader.join(timeout=1)  # its last words come first
        self._events.put(_Ended(self.program, exit_code))


def json_line(line: bytes, process: str = "supervisor") -> str:
    """A line as a JSON object: as it is when it is one already, else what it says and who said it."""
    text = line.decode("utf-8", "replace").rstrip("\r\n")
    with contextlib.suppress(ValueError):
        if text.startswith("{") and isinstance(json.loads(text), dict):
            return text
    level = "info" if process == "supervisor" else "warning"
    moment = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    said = {"timestamp": moment, "level": level, "process": process, "logger": "supervisor", "event": text}
    return json.dumps(said, ensure_ascii=False)


def _answers(client: httpx.Client, url: str) -> bool:
    try:
        return client.get(url).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def _reason(exit_code: int) -> str:
    if exit_code < 0:
        return f"signal {signal.Signals(-exit_code).name}"
    return f"code {exit_code}"
