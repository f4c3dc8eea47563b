"""`make load`: 500 landlords declare at once against two replicas of everything; then again while one is killed.

Writes the figures into bench/README.md; ends with 1 when a promise was broken. `python -m tests.load --landlords 40
--rasa 1 --dry` tries it out.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from time import sleep

import bot  # noqa: F401 - lets Rasa be imported: see bot/absent.py
from offre_bailleurs.campaigns import today
from offre_bailleurs.database import make_engine
from offre_bailleurs.settings import PROJECT_ROOT
from tests.load.run import Meanwhile, load, wait_for
from tests.load.verdict import Verdict
from tests.support.topology import Topology

README = PROJECT_ROOT / "bench" / "README.md"
DOWN_FOR = 5.0
"""Seconds between the kill and the start again."""
_SECTION = re.compile(r"(?<=<!-- load -->\n).*?(?=<!-- end of load -->)", re.DOTALL)


def main(arguments: Sequence[str]) -> int:
    """Run both loads; 0 when every promise was kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--landlords", type=int, default=500)
    parser.add_argument("--rasa", type=int, default=2, help="replicas of Rasa (2)")
    parser.add_argument("--model", type=Path, help="Rasa's model: by default that of the files as they are")
    parser.add_argument("--dry", action="store_true", help="leave bench/README.md as it is")
    chosen = parser.parse_args(arguments)
    verdicts: dict[str, Verdict] = {}
    busy = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="bailleurs-load-") as name:
        for kind, kills in (("undisturbed", False), ("one replica killed -9 and started again", True)):
            folder = Path(name) / ("killed" if kills else "undisturbed")
            folder.mkdir()
            print(f"{chosen.landlords} landlords, {chosen.rasa} Rasa: {kind}…", flush=True)
            with Topology(folder, rasa=chosen.rasa, model=chosen.model) as service:
                engine = make_engine(service.database_url)
                with ExitStack() as closing:
                    closing.callback(engine.dispose)
                    meanwhile = killing_one(service, chosen.landlords // 4) if kills else None
                    secret = service.settings.secret_key
                    verdicts[kind] = load(
                        engine,
                        service.chat_url,
                        secret,
                        count=chosen.landlords,
                        folder=folder,
                        meanwhile=meanwhile,
                    )
            for fault in verdicts[kind].faults[:20]:
                print(f"  ✗ {fault}")
    written = f"{table(verdicts)}\n\n{_machine(chosen.rasa, busy)}\n"
    print(f"\n{written}")
    if not chosen.dry:
        README.write_text(_SECTION.sub(lambda _: written, README.read_text(encoding="utf-8")), encoding="utf-8")
    return 1 if any(verdict.faults for verdict in verdicts.values()) else 0


def killing_one(service: Topology, once: int) -> Meanwhile:
    """Kill a replica of Rasa once so many declarations have been transmitted, and start it again."""

    def meanwhile(transmitted: Callable[[], int]) -> None:
        wait_for(lambda: transmitted() >= once, f"{once} declarations")
        victim = service.each("rasa")[-1]
        victim.kill()
        sleep(DOWN_FOR)
        victim.start()

    return meanwhile


def table(verdicts: dict[str, Verdict]) -> str:
    """As Markdown."""
    rows = {
        "landlords at once": lambda each: f"{each.landlords:,}",
        "declarations lost": lambda each: f"**{len(each.lost)}**",
        "done twice": lambda each: f"**{len(each.doubled)}**",
        "seen by another": lambda each: f"**{len(each.seen_by_another)}**",
        "errors other than 409, 429, 503, or a promise broken": lambda each: f"**{len(each.unexpected)}**",
        "turns, all of them answered": lambda each: f"{each.turns:,} in {each.seconds:.0f} s",
        "turns a second": lambda each: f"{each.turns_a_second:.0f}",
        "a request that was answered, p50 / p95 / p99": lambda each: _seconds(each.answered),
        "a message from its first try on, p50 / p95 / p99": lambda each: _seconds(each.in_all),
        "tries again": lambda each: f"{each.tries_again:,}",
        "… by what they were told": lambda each: (
            ", ".join(f"{count:,} × {kind}" for kind, count in each.problems.most_common()) or "–"
        ),
        "the longest that one waited to be told to come back": lambda each: f"{each.slowest_refusal:.1f} s",
    }
    lines = ["| | " + " | ".join(verdicts) + " |", "|---" * (1 + len(verdicts)) + "|"]
    lines += [
        f"| {name} | " + " | ".join(show(each) for each in verdicts.values()) + " |" for name, show in rows.items()
    ]
    return "\n".join(lines)


def _seconds(percentiles: tuple[float, float, float]) -> str:
    return " / ".join(f"{each:.1f}" for each in percentiles) + " s"


def _machine(replicas: int, busy: float) -> str:
    return (
        f"Measured on {today()} with Python {platform.python_version()}, {os.cpu_count()} cores for everything, Locust "
        f"included: {replicas} Rasa, 2 action servers, 2 portals, nginx, PostgreSQL, Redis, RabbitMQ; load average "
        f"{busy:.1f} at the start."
    )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
