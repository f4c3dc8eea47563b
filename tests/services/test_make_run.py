"""`make run` in a tree that holds only what is committed, as a newcomer types it, with the real servers."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic

import httpx
import psutil
import pytest

from offre_bailleurs import demo
from offre_bailleurs.settings import PROJECT_ROOT
from tests.support.ports import free_ports

FIRST_START = 1800.0
"""Seconds: everything is fetched and installed, and the model trained."""
NEXT_START = 180.0
"""Seconds: nothing is left to prepare, Rasa's own start takes a few; but the machine may be busy."""
END = 20.0
READY = "Prêt."
PORTS = ("PORTAL_PORT", "RASA_PORT", "ACTIONS_PORT")
OURS = (
    *("DATA_DIR", "DATABASE_URL", "ENVIRONMENT", "HOST", "PORTAL_URL", "CHAT_URL", "ACTIONS_URL"),
    *("VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT", "PYTHONPATH", "MAKEFLAGS", "MAKELEVEL"),
)
"""What the tests' own run may have set and a newcomer's shell has not."""

pytestmark = pytest.mark.timeout(2 * FIRST_START)


class MakeRun:
    """`make run` under way."""

    def __init__(self, tree: Path, environ: Mapping[str, str]) -> None:
        self.output = ""
        self.started = monotonic()
        self.process = subprocess.Popen(
            ["make", "run"],
            cwd=tree,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._lines: SimpleQueue[str] = SimpleQueue()
        Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put("")

    def wait_until_ready(self, patience: float) -> float:
        """Wait for the announcement, logins included; the seconds since the start."""
        deadline = monotonic() + patience
        while READY not in self.output or "Ctrl-C" not in self.output:
            try:
                line = self._lines.get(timeout=max(deadline - monotonic(), 0))
            except Empty:
                raise AssertionError(f"not ready after {patience:g} s:\n{self.output}") from None
            assert line, f"ended before it was ready:\n{self.output}"
            self.output += line
        return monotonic() - self.started

    def processes(self) -> list[psutil.Process]:
        """Everything that it started."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self, number: signal.Signals) -> list[psutil.Process]:
        """Send a signal to the whole group, as a terminal does; what is still alive `END` seconds later."""
        started = self.processes()
        assert len(started) >= 4  # the command itself and the three servers
        os.killpg(self.process.pid, number)
        self.process.wait(END)
        _, alive = psutil.wait_procs(started, timeout=END)
        return alive


@dataclass(frozen=True)
class Tree:
    """A tree in which `make run` was run once."""

    folder: Path
    environ: Mapping[str, str]
    first_output: str
    left_alive: list[psutil.Process]

    @property
    def portal_url(self) -> str:
        """Where its portal answers."""
        return f"http://127.0.0.1:{self.environ['PORTAL_PORT']}"


def _copy_of_the_sources(folder: Path) -> None:
    """What a fresh clone would hold, with what is not committed yet."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT_ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        source, target = PROJECT_ROOT / name, folder / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tree]:
    folder = tmp_path_factory.mktemp("clone")
    _copy_of_the_sources(folder)
    environ = {name: value for name, value in os.environ.items() if name not in OURS} | _free_ports()
    run = MakeRun(folder, environ)
    try:
        run.wait_until_ready(FIRST_START)
        left_alive = run.end(signal.SIGINT)
    finally:
        run.process.kill()
        run.process.wait()
    yield Tree(folder, environ, run.output, left_alive)
    shutil.rmtree(folder)


def _free_ports() -> dict[str, str]:
    return dict(zip(PORTS, map(str, free_ports(3)), strict=True))


@pytest.fixture(scope="module")
def running(tree: Tree) -> Iterator[MakeRun]:
    """`make run` again in the tree that was prepared, ready, for tests that leave it as it is."""
    run = MakeRun(tree.folder, tree.environ)
    try:
        run.wait_until_ready(NEXT_START)
        yield run
    finally:
        run.process.kill()
        run.process.wait()


def test_the_first_run_tells_the_address_and_who_can_sign_in(tree: Tree) -> None:
    assert tree.portal_url in tree.first_output
    for login in demo.DEMO_LOGINS:
        assert login.login in tree.first_output
        assert login.password in tree.first_output


def test_ctrl_c_leaves_no_orphan(tree: Tree) -> None:
    assert tree.left_alive == []


def test_the_next_run_prepares_nothing_again_and_all_three_servers_answer(tree: Tree, running: MakeRun) -> None:
    assert "Entraînement" not in running.output
    assert "Installation" not in running.output
    assert "données de démonstration ajoutées" not in running.output
    for url in (
        f"{tree.portal_url}/sante",
        f"http://127.0.0.1:{tree.environ['RASA_PORT']}/webhooks/webchat/",
        f"http://127.0.0.1:{tree.environ['ACTIONS_PORT']}/health",
    ):
        assert httpx.get(url, trust_env=False).status_code == httpx.codes.OK


def test_the_servers_listen_on_this_machine_only(tree: Tree, running: MakeRun) -> None:
    listening = {
        connection.laddr
        for process in running.processes()
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    }
    assert {address.port for address in listening} == {int(tree.environ[name]) for name in PORTS}
    assert {address.ip for address in listening} == {"127.0.0.1"}


def test_one_can_talk_to_the_assistant_in_the_terminal(tree: Tree, running: MakeRun) -> None:
    assert running.process.poll() is None
    talked = subprocess.run(
        [".venv/bin/bailleurs", "chat", "--as", demo.LANDLORD_35.login],
        cwd=tree.folder,
        env={**tree.environ},
        input="Déclarer un loyer\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert talked.returncode == 0, talked.stderr
    assert "Camille Fictive" in talked.stdout
    assert "Églantine" in talked.stdout


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL], ids=lambda number: number.name)
def test_whatever_ends_make_ends_the_servers(tree: Tree, number: signal.Signals) -> None:
    run = MakeRun(tree.folder, {**tree.environ, **_free_ports()})
    try:
        run.wait_until_ready(NEXT_START)
        assert run.end(number) == []
    finally:
        run.process.kill()
        run.process.wait()


def test_a_busy_port_is_one_line_that_names_the_variable(tree: Tree, running: MakeRun) -> None:
    assert running.process.poll() is None
    second = subprocess.run(
        ["make", "run"], cwd=tree.folder, env={**tree.environ}, capture_output=True, text=True, check=False
    )
    assert second.returncode != 0
    assert second.stdout == ""
    (line,) = [line for line in second.stderr.splitlines() if not line.startswith("make")]
    assert f"PORTAL_PORT : le port {tree.environ['PORTAL_PORT']} est déjà pris" in line
