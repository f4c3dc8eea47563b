"""`make topology`: the whole service from nothing, as processes, and the conversation tests through its nginx.

`python -m tests.topology` runs the tests; `--stay` keeps the service up, with the demo in its database, until Ctrl-C,
and prints where everything listens. What follows goes to pytest: `python -m tests.topology
tests/conversations/declare_rent`.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import bot  # noqa: F401 - lets Rasa be imported: see bot/absent.py
from cli.console import say_logins
from cli.environment import rasa_environ
from offre_bailleurs import demo
from offre_bailleurs.campaigns import today
from offre_bailleurs.database import make_engine, transaction
from offre_bailleurs.settings import PROJECT_ROOT
from tests.support.topology import WORKERS, Topology

CONVERSATIONS = "tests/conversations"


def main(arguments: Sequence[str]) -> int:
    """See the module; pytest's exit code, or 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.topology", description=__doc__)
    parser.add_argument("--stay", action="store_true", help="keep the service up instead of testing it")
    parser.add_argument("--rasa", type=int, default=2, help="how many Rasa replicas stay up (default: 2)")
    parser.add_argument("--model", type=Path, help="Rasa's model (default: that of the files as they are)")
    chosen, rest = parser.parse_known_args(arguments)
    return _stay(chosen.rasa, chosen.model) if chosen.stay else _test(chosen.model, rest)


def _test(model: Path | None, rest: Sequence[str]) -> int:
    wanted = rest if any(not each.startswith("-") for each in rest) else [CONVERSATIONS, *rest]
    given = [f"--model={model}"] if model is not None else []
    command = [sys.executable, "-m", "pytest", "--topology", *given, *wanted]
    return subprocess.run(command, cwd=PROJECT_ROOT, env=rasa_environ(), check=False).returncode


def _stay(rasa: int, model: Path | None) -> int:
    with (
        tempfile.TemporaryDirectory(prefix="bailleurs-topology-") as name,
        Topology(Path(name), rasa=rasa, model=model) as topology,
    ):
        engine = make_engine(topology.database_url)
        with transaction(on=engine) as session:
            demo.seed(session, today())
        engine.dispose()
        print(f"Le portail et le chat : {topology.portal_url}")
        for replica in topology.replicas:
            where = "" if replica.kind in WORKERS else replica.url
            print(f"  {replica!s:<12} pid {replica.pid:<8} {where}")
        print(f"  {'PostgreSQL':<12} {topology.database_url}")
        print(f"  {'Redis':<12} {topology.redis.url}")
        print(f"  {'RabbitMQ':<12} {topology.rabbitmq.url}")
        print(f"  {'journaux':<12} {name}")
        say_logins(demo.DEMO_LOGINS)
        print("Ctrl-C arrête tout.", flush=True)
        awaited = {signal.SIGINT, signal.SIGTERM}
        signal.pthread_sigmask(signal.SIG_BLOCK, awaited)  # only now: what was started would have inherited it
        signal.sigwait(awaited)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, awaited)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
