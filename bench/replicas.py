"""Two Rasa replicas beside one, behind nginx, on PostgreSQL, Redis and RabbitMQ: turns a second.

`python -m bench.replicas` (`--model`, `--rounds`, `--seconds`) prints the table; with `--write`, into bench/README.md.

Replicas gain what cores give them, and a machine of two cores that also runs the clients, nginx, two action servers,
PostgreSQL and Redis has none to spare: two replicas without limits would show the machine's end, not theirs. So each
replica gets a share of a core that the kernel enforces (cgroup, `SHARE`), small enough that Rasa is what is short and
the rest has room: what the machine has left is printed beside. The rounds alternate: nginx is told of one replica, then
of both, so whatever else runs weighs on both alike.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from statistics import median
from threading import Event
from time import perf_counter, sleep
from typing import Final

import psutil

import bot  # noqa: F401 - lets Rasa be imported: see bot/absent.py
from bench.rows import Row
from bench.talks import OurTalk, hold
from offre_bailleurs.database import make_engine
from tests.support.topology import RASA, Topology
from tests.support.world import TenantGiven, World

SHARE: Final = 0.12
"""Of a core, for each replica."""
PERIOD: Final = 0.02
"""Seconds in which the kernel gives that share: short beside a turn, so that no turn waits for long at once."""
AT_ONCE: Final = 12
"""Landlords who declare at the same time: enough that both replicas always have something to do."""
WARM_UP: Final = 4.0
"""Seconds of each round before it counts."""
_COLD: Final = 4
"""Conversations before the first round."""
GOAL: Final = 1.8
TENANT: Final = TenantGiven("Camille Durand", "3 rue des Lilas, 35000 Rennes", last_year_rent=Decimal(640))
README: Final = Path(__file__).parent / "README.md"
MARKS: Final = ("<!-- replicas -->", "<!-- end of replicas -->")

_V1 = Path("/sys/fs/cgroup/cpu")
_V2 = Path("/sys/fs/cgroup")


class NoQuota(Exception):
    """This machine lets nobody limit a process's share of a core; the message says why."""


@dataclass(frozen=True)
class Round:
    """What was done in one round."""

    per_second: float
    """Turns of landlords."""
    idle: float
    """Of the whole machine, from 0 to 1."""
    used: float
    """Of their shares together, by the replicas that were asked: near 1 when Rasa is what is short."""


@dataclass(frozen=True)
class Comparison:
    """One replica beside two."""

    one: Sequence[Round]
    two: Sequence[Round]

    @property
    def ratio(self) -> float:
        """Of the medians.

        Raises:
            RuntimeError: one replica alone did nothing, which is compared with nothing.
        """
        alone = median(each.per_second for each in self.one)
        if not alone:
            raise RuntimeError("one replica answered no turn: the machine is too busy to measure anything")
        return median(each.per_second for each in self.two) / alone


def row(folder: Path, *, quick: bool) -> Row:
    """The speed table's line."""
    goal = f"≥ {GOAL:g} ×"
    what = "two Rasa replicas beside one, PostgreSQL + Redis, turns a second"
    try:
        found = compare(folder, rounds=1 if quick else 4, seconds=8 if quick else 15)
    except NoQuota as reason:
        return Row(what, goal, "–", None, f"not measured: {reason}")
    one, two = (median(each.per_second for each in rounds) for rounds in (found.one, found.two))
    idle = min(each.idle for each in found.two)
    ours = f"{two:.1f} turns/s against {one:.1f}, the machine {idle:.0%} idle"
    return Row(what, goal, f"{found.ratio:.2f} ×", found.ratio >= GOAL, ours)


def compare(folder: Path, *, rounds: int, seconds: float, model: Path | None = None) -> Comparison:
    """Measure, one round with one replica, one with both, in turns.

    Raises:
        NoQuota: see there.
        RuntimeError: a rent was not transmitted.
    """
    with Topology(folder / "service", model=model) as service:
        engine = make_engine(service.database_url)
        world = World(engine)
        replicas = service.each(RASA)
        for _ in range(_COLD):  # what a process does once, it does before its share is limited
            (user,) = world.landlord("Claude Bailleur", [TENANT]).people
            hold(OurTalk(service.settings, user.user_id))
        with quota([replica.pid for replica in replicas]):
            one, two = [], []
            for _ in range(rounds):
                for asked, results in ((replicas[:1], one), (replicas, two)):
                    service.configure_nginx(rasas=asked)
                    service.nginx.reload()
                    pids = [replica.pid for replica in asked]
                    results.append(_round(service, world, pids, seconds))
        engine.dispose()
    return Comparison(one, two)


def _round(service: Topology, world: World, pids: Sequence[int], seconds: float) -> Round:
    """Let landlords declare for `WARM_UP` and `seconds`; what is done in the latter counts."""
    moments: list[float] = []
    over = Event()

    def declare_on_and_on() -> None:
        while not over.is_set():
            (user,) = world.landlord("Claude Bailleur", [TENANT]).people
            talk = _Timed(OurTalk(service.settings, user.user_id), moments.append)
            hold(talk)

    with ThreadPoolExecutor(max_workers=AT_ONCE) as landlords:
        declaring = [landlords.submit(declare_on_and_on) for _ in range(AT_ONCE)]
        sleep(WARM_UP)
        psutil.cpu_percent()
        begin, spent = perf_counter(), _cpu(pids)
        sleep(seconds)
        idle = 1 - psutil.cpu_percent() / 100
        end, spent = perf_counter(), _cpu(pids) - spent
        over.set()
        for each in declaring:
            each.result()
    done = sum(begin <= moment < end for moment in moments)
    return Round(done / (end - begin), idle, spent / (end - begin) / (SHARE * len(pids)))


class _Timed:
    """A conversation that tells when each of its turns was answered."""

    def __init__(self, talk: OurTalk, tell: Callable[[float], None]) -> None:
        self._talk, self._tell = talk, tell

    def open(self) -> str:
        return self._told(self._talk.open())

    def say(self, text: str) -> str:
        return self._told(self._talk.say(text))

    def press(self, title: str) -> str:
        return self._told(self._talk.press(title))

    def close(self) -> None:
        self._talk.close()

    def _told(self, said: str) -> str:
        self._tell(perf_counter())
        return said


def _cpu(pids: Sequence[int]) -> float:
    times = [psutil.Process(pid).cpu_times() for pid in pids]
    return sum(each.user + each.system for each in times)


@contextmanager
def quota(pids: Sequence[int]) -> Iterator[None]:
    """Give each of these processes `SHARE` of a core and no more, until the end.

    Raises:
        NoQuota: the kernel's cgroups cannot be written here.
    """
    unified = (_V2 / "cgroup.controllers").exists()
    root = _V2 if unified else _V1
    groups: list[Path] = []
    try:
        for pid in pids:
            group = root / f"bailleurs-bench-{pid}"
            group.mkdir()
            groups.append(group)
            period, share = round(1e6 * PERIOD), round(1e6 * PERIOD * SHARE)
            if unified:
                (group / "cpu.max").write_text(f"{share} {period}")
            else:
                (group / "cpu.cfs_period_us").write_text(str(period))
                (group / "cpu.cfs_quota_us").write_text(str(share))
            (group / "cgroup.procs").write_text(str(pid))
    except OSError as error:
        _dissolve(root, groups)
        raise NoQuota(f"cgroups cannot be written ({error.strerror})") from None
    try:
        yield
    finally:
        _dissolve(root, groups)


def _dissolve(root: Path, groups: Sequence[Path]) -> None:
    for group in groups:
        for pid in (group / "cgroup.procs").read_text().split():
            (root / "cgroup.procs").write_text(pid)
        group.rmdir()


def table(found: Comparison) -> str:
    """What `--write` puts between the marks."""
    lines = [
        "| | turns a second, median (rounds) | the replicas' shares, used | the machine, idle |",
        "|---|---|---|---|",
    ]
    for what, rounds in (("one replica", found.one), ("two replicas", found.two)):
        each = ", ".join(f"{one.per_second:.1f}" for one in rounds)
        middle, used, idle = (median(getattr(one, name) for one in rounds) for name in ("per_second", "used", "idle"))
        lines.append(f"| {what} | {middle:.1f} ({each}) | {used:.0%} | {idle:.0%} |")
    verdict = "met" if found.ratio >= GOAL else "not met"
    lines.append("")
    lines.append(f"**{found.ratio:.2f} ×** (goal ≥ {GOAL:g} ×: {verdict}). Each replica has {SHARE:.0%} of a core.")
    return "\n".join(lines)


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(prog="python -m bench.replicas", description=__doc__)
    parser.add_argument("--model", type=Path, help="Rasa's model (default: that of the files as they are)")
    parser.add_argument("--rounds", type=int, default=4, help="with one replica, and as many with two (default: 4)")
    parser.add_argument("--seconds", type=float, default=15, help="each round's (default: 15)")
    parser.add_argument("--write", action="store_true", help="write the table into bench/README.md")
    chosen = parser.parse_args()
    load = psutil.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="bailleurs-replicas-") as folder:
        found = compare(Path(folder), rounds=chosen.rounds, seconds=chosen.seconds, model=chosen.model)
    text = f"{table(found)} Load average at the start: {load:.1f}."
    print(text)
    if chosen.write:
        before, _, rest = README.read_text(encoding="utf-8").partition(MARKS[0])
        after = rest.partition(MARKS[1])[2]
        README.write_text(f"{before}{MARKS[0]}\n{text}\n{MARKS[1]}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
