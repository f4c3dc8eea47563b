"""The servers start together and end together, whatever ends them."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import psutil
import pytest

from cli.supervisor import json_line
from tests.support.ports import free_ports

HERE = Path(__file__).parent
DEADLINE = 15.0


class Running:
    """A supervisor in a process of its own, and the processes that it has told of."""

    def __init__(self, *command: str) -> None:
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        )
        self.output = ""

    def read_until(self, pattern: str) -> re.Match[str]:
        """Read its output until a pattern is in it."""
        assert self.process.stdout is not None
        while not (found := re.search(pattern, self.output)):
            line = self.process.stdout.readline()
            assert line, f"ended without {pattern!r}:\n{self.output}"
            self.output += line
        return found

    def pids(self) -> list[int]:
        """The processes that stand-ins have told of."""
        return [int(pid) for pid in re.findall(r"pid (\d+)", self.output)]

    def wait(self) -> int:
        """Wait for the end; the exit code."""
        rest, _ = self.process.communicate(timeout=DEADLINE)
        self.output += rest
        return self.process.returncode


def _program(name: str, command: str) -> str:
    """A program that answers nowhere."""
    return f"{name}={free_ports(1)[0]}={command}"


def _quiet(name: str, command: str) -> str:
    """A program that listens nowhere, and has no address to ask."""
    return f"{name}=={command}"


def _stand_in(name: str, *options: str) -> str:
    (port,) = free_ports(1)
    return f"{name}={port}=exec {sys.executable} {HERE / 'stand_in.py'} {port} {' '.join(options)}"


def _supervise(*programs: str, patience: float = 10) -> tuple[str, ...]:
    return (sys.executable, str(HERE / "supervise.py"), str(patience), *programs)


def _assert_gone(pids: list[int]) -> None:
    """No process of these is left, but for zombies that somebody else has yet to reap."""
    assert pids
    deadline = monotonic() + DEADLINE
    left = pids
    while left and monotonic() < deadline:
        left = [pid for pid in left if _is_alive(pid)]
    assert not left


def _is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def start() -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def start(*command: str) -> Running:
        running = Running(*command)
        started.append(running)
        return running

    yield start
    for running in started:
        if running.process.poll() is None:
            running.process.kill()
            running.process.wait()
        if running.process.stdout is not None:
            running.process.stdout.close()


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
    ids=lambda value: str(value),
)
def test_a_signal_ends_all_and_leaves_no_orphan(
    start: Callable[..., Running], number: signal.Signals, code: int
) -> None:
    running = start(*_supervise(_stand_in("one"), _stand_in("two", "--with-child")))
    running.read_until("READY")
    running.process.send_signal(number)
    assert running.wait() == code
    assert len(running.pids()) == 3
    _assert_gone(running.pids())


def test_a_signal_before_all_are_ready_ends_all(start: Callable[..., Running]) -> None:
    running = start(*_supervise(_stand_in("one"), _program("slow", "echo pid $$; exec sleep 600")))
    running.read_until(r"pid \d+[\s\S]*pid \d+")
    running.process.send_signal(signal.SIGINT)
    assert running.wait() == 130
    _assert_gone(running.pids())


def test_nothing_outlives_a_supervisor_that_is_killed(start: Callable[..., Running]) -> None:
    running = start(*_supervise(_stand_in("one"), _stand_in("two", "--stubborn")))
    running.read_until("READY")
    running.process.kill()
    assert running.wait() == -signal.SIGKILL
    assert len(running.pids()) == 2
    _assert_gone(running.pids())


def test_a_program_that_ignores_the_request_to_end_is_ended(start: Callable[..., Running]) -> None:
    running = start(*_supervise(_stand_in("one"), _stand_in("deaf", "--stubborn")))
    running.read_until("READY")
    running.process.terminate()
    assert running.wait() == 143
    _assert_gone(running.pids())


def test_a_program_that_dies_ends_all_and_is_named(start: Callable[..., Running]) -> None:
    running = start(*_supervise(_stand_in("one"), _stand_in("two")))
    running.read_until("READY")
    victim = int(running.read_until(r"two +\| pid (\d+)")[1])
    os.kill(victim, signal.SIGKILL)
    assert running.wait() == 1
    assert "« two » s'est arrêté (signal SIGKILL)" in running.output
    _assert_gone(running.pids())


def test_a_program_that_ends_at_once_is_named_with_its_last_words(start: Callable[..., Running]) -> None:
    running = start(*_supervise(_stand_in("one"), _program("broken", "echo cannot read my settings; exit 3")))
    assert running.wait() == 1
    assert "« broken » s'est arrêté (code 3)" in running.output
    assert running.output.index("cannot read my settings") < running.output.index("« broken »")


def test_a_program_that_ends_without_an_error_is_a_failure_all_the_same(start: Callable[..., Running]) -> None:
    running = start(*_supervise(_stand_in("one"), _program("brief", "true")))
    assert running.wait() == 1
    assert "« brief » s'est arrêté (code 0)" in running.output


def test_a_program_that_never_answers_is_named(start: Callable[..., Running]) -> None:
    running = start(*_supervise(_stand_in("one"), _program("mute", "exec sleep 600"), patience=2))
    assert running.wait() == 1
    assert "« mute » : pas de réponse après 2 s" in running.output
    assert "READY" not in running.output
    _assert_gone(running.pids())


def test_a_program_that_listens_nowhere_is_ready_as_soon_as_it_runs(start: Callable[..., Running]) -> None:
    running = start(*_supervise(_stand_in("one"), _quiet("outbox", "echo pid $$; exec sleep 600")))
    running.read_until("READY")
    running.read_until(r"pid \d+[\s\S]*pid \d+")
    running.process.terminate()
    assert running.wait() == 143
    _assert_gone(running.pids())


def test_a_program_that_listens_nowhere_ends_all_when_it_dies(start: Callable[..., Running]) -> None:
    running = start(*_supervise(_stand_in("one"), _quiet("outbox", "sleep 1; exit 2")))
    running.read_until("READY")
    assert running.wait() == 1
    assert "« outbox » s'est arrêté (code 2)" in running.output
    _assert_gone(running.pids())


def test_nohup_keeps_the_servers_when_the_terminal_goes(start: Callable[..., Running]) -> None:
    running = start("nohup", *_supervise(_stand_in("one")))
    running.read_until("READY")
    running.process.send_signal(signal.SIGHUP)
    running.process.send_signal(signal.SIGTERM)
    assert running.wait() == 143


def test_what_make_starts_ends_when_make_is_killed(start: Callable[..., Running], tmp_path: Path) -> None:
    command = " ".join(shlex.quote(part) for part in _supervise(_stand_in("one")))
    makefile = tmp_path / "Makefile"
    makefile.write_text(f"run:\n\t@exec {sys.executable} cli/tether.py $$PPID SIGTERM {command}\n")
    running = start("make", "-f", str(makefile), "run")
    running.read_until("READY")
    running.process.kill()
    _assert_gone(running.pids())


def test_in_json_every_line_is_an_object_and_what_is_one_already_goes_through_as_it_is() -> None:
    said = '{"event": "request", "process": "rasa"}'
    assert json_line(f"{said}\n".encode(), "rasa") == said
    for line in (b"Traceback (most recent call last):\n", b'{"half an object\n', b"[1]\n", b"\xff\n"):
        wrapped = json.loads(json_line(line, "rasa"))
        assert (wrapped["process"], wrapped["logger"], wrapped["level"]) == ("rasa", "supervisor", "warning")
    assert json.loads(json_line("Arrêt demandé".encode()))["event"] == "Arrêt demandé"
