"""A load: landlords put into the database of a running service, Locust beside it, and the verdict."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

from sqlalchemy import Engine, func, select

from cli.environment import rasa_environ
from offre_bailleurs.models import AuditEvent
from offre_bailleurs.settings import PROJECT_ROOT
from tests.load.landlords import make_landlords, write
from tests.load.verdict import Verdict, judge
from tests.support.world import World

PATIENCE = 1800.0
"""Seconds for all of them to be done."""
POLL_INTERVAL = 0.1

Meanwhile = Callable[[Callable[[], int]], None]
"""What happens while they declare; it may ask how many declarations have been transmitted."""


class LoadFailed(Exception):
    """Locust did not do its work; the message holds the end of what it printed."""


def load(
    engine: Engine, chat_url: str, secret: str, *, count: int, folder: Path, meanwhile: Meanwhile | None = None
) -> Verdict:
    """Have landlords declare, all at once, and judge.

    Args:
        engine: of the service's database.
        chat_url: where their browsers ask.
        secret: what the portal signs identities with.
        count: how many landlords.
        folder: for the files of this load.
        meanwhile: see `Meanwhile`.

    Raises:
        LoadFailed: it was not carried out.
    """
    landlords = make_landlords(World(engine), count)
    files = {name: folder / f"{name}.jsonl" for name in ("landlords", "report")}
    write(landlords, files["landlords"])
    files["report"].write_text("", encoding="utf-8")
    log = folder / "locust.log"
    environ = {
        **rasa_environ(),
        "PYTHONPATH": str(PROJECT_ROOT),
        "LOAD_LANDLORDS": str(files["landlords"]),
        "LOAD_REPORT": str(files["report"]),
        "LOAD_CHAT_URL": chat_url,
        "LOAD_SECRET": secret,
    }
    before = transmitted(engine)
    with log.open("wb") as output:
        process = subprocess.Popen(
            _command(count), env=environ, cwd=PROJECT_ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        try:
            if meanwhile is not None:
                meanwhile(lambda: transmitted(engine) - before)
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise LoadFailed(f"not done in {PATIENCE:g} s\n{_tail(log)}") from None
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    if process.returncode != 0:
        raise LoadFailed(f"locust ended with {process.returncode}\n{_tail(log)}")
    return judge(engine, landlords, files["report"])


def transmitted(engine: Engine) -> int:
    """How many declarations were ever transmitted by a chat."""
    query = select(func.count()).where(AuditEvent.action == "declaration.transmitted")
    with engine.connect() as connection:
        return connection.scalar(query) or 0


def wait_for(reached: Callable[[], bool], what: str) -> None:
    """Wait for a moment of a load.

    Raises:
        LoadFailed: it does not come.
    """
    deadline = monotonic() + PATIENCE
    while not reached():
        if monotonic() > deadline:
            raise LoadFailed(f"not within {PATIENCE:g} s: {what}")
        sleep(POLL_INTERVAL)


def _command(count: int) -> list[str]:
    options = ["--headless", "--only-summary", "--skip-log-setup", "-u", str(count), "-r", str(count)]
    return [sys.executable, "-m", "locust", "-f", str(Path(__file__).parent / "locustfile.py"), *options]


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-40:])
