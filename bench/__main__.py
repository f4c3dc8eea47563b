"""`make bench`: our bot beside `rasa init`'s default bot, in one run; writes the table of bench/README.md.

Both are trained on the same data, run the same actions on the same kind of database, and hold the same conversation.
They are measured in turns (ours, the default's, ours, …), so that what else the machine does weighs on both.
"""

from __future__ import annotations

import argparse
import os
import re
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from bench.bots import HERE, DefaultBot, resident_megabytes, train
from bench.talks import DefaultTalk, OurTalk, Talk, hold
from offre_bailleurs.database import make_engine
from offre_bailleurs.settings import PROJECT_ROOT
from tests.support.databases import migrate
from tests.support.ports import free_ports
from tests.support.servers import Servers
from tests.support.world import TenantGiven, World

DATA = PROJECT_ROOT / "data"
STORIES = PROJECT_ROOT / "tests" / "stories"
AT_ONCE = 8
README = HERE / "README.md"
_TABLE = re.compile(r"(<!-- table -->\n).*(<!-- end -->)", re.DOTALL)


@dataclass
class Measures:
    """One bot's. Seconds, megabytes, turns a second."""

    training_wall: float = 0.0
    training_cpu: float = 0.0
    ready: float = 0.0
    resident: float = 0.0
    turns: list[float] = field(default_factory=list)
    per_second: list[float] = field(default_factory=list)

    @property
    def p50(self) -> float:
        """The median turn."""
        return median(self.turns)

    @property
    def p95(self) -> float:
        """The turn that 95 % are quicker than."""
        return quantiles(self.turns, n=20)[-1]


def measure(rounds: int, conversations: int) -> tuple[Measures, Measures]:
    """Train, start and talk to both; ours first."""
    ours, default = Measures(), Measures()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        _say("training ours…")
        our_training = train(PROJECT_ROOT / "config.yml", [DATA], folder / "ours")
        _say("training the default (DIET, TED: minutes)…")
        # Its policies learn from stories, which ours do not need.
        default_training = train(HERE / "default" / "config.yml", [DATA, STORIES], folder / "default")
        for measures, training in ((ours, our_training), (default, default_training)):
            measures.training_wall, measures.training_cpu = training.wall, training.cpu
        url = f"sqlite:///{folder / 'bench.db'}"
        migrate(url)
        world = World(make_engine(url))
        with Servers(folder, url, model=our_training.model) as servers:
            servers.start("actions")
            start = perf_counter()
            servers.start("rasa")
            ours.ready = perf_counter() - start
            bot = DefaultBot(default_training.model, free_ports(1)[0], servers.settings.actions_url, folder)
            try:
                default.ready = bot.ready_after
                secret = servers.settings.secret_key

                def our_talk() -> Talk:
                    return OurTalk(servers.settings, _landlord(world))

                def default_talk() -> Talk:
                    return DefaultTalk(bot.url, secret, _landlord(world))

                both: Sequence[tuple[Measures, Callable[[], Talk]]] = ((ours, our_talk), (default, default_talk))
                for _, new_talk in both:
                    hold(new_talk())  # a first conversation warms up what is loaded late
                _say("one conversation at a time…")
                for _ in range(rounds):
                    for measures, new_talk in both:
                        measures.turns += hold(new_talk())
                _say(f"{AT_ONCE} conversations at once…")
                for _ in range(3):
                    for measures, new_talk in both:
                        measures.per_second.append(_turns_per_second(new_talk, conversations))
                ours.resident, default.resident = (
                    resident_megabytes(servers.pid("rasa")),
                    resident_megabytes(bot.process.pid),
                )
            finally:
                bot.close()
    return ours, default


def _turns_per_second(new_talk: Callable[[], Talk], conversations: int) -> float:
    talks = [new_talk() for _ in range(conversations)]
    start = perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        turns = sum(len(seconds) for seconds in pool.map(hold, talks))
    return turns / (perf_counter() - start)


def _landlord(world: World) -> int:
    tenant = TenantGiven("Camille Durand", last_year_rent=Decimal(640))
    return world.landlord(tenants=[tenant]).people[0].user_id


def table(ours: Measures, default: Measures, load: float) -> str:
    """The Markdown table: ratios first."""
    rows = [
        ("a turn, p50", default.p50 / ours.p50, f"{ours.p50 * 1000:.0f} ms", f"{default.p50 * 1000:.0f} ms"),
        ("a turn, p95", default.p95 / ours.p95, f"{ours.p95 * 1000:.0f} ms", f"{default.p95 * 1000:.0f} ms"),
        (
            f"turns a second, {AT_ONCE} conversations at once",
            median(ours.per_second) / median(default.per_second),
            f"{median(ours.per_second):.0f}",
            f"{median(default.per_second):.0f}",
        ),
        ("resident memory", default.resident / ours.resident, f"{ours.resident:.0f} MB", f"{default.resident:.0f} MB"),
        ("ready after start", default.ready / ours.ready, f"{ours.ready:.1f} s", f"{default.ready:.1f} s"),
        (
            "training, CPU",
            default.training_cpu / ours.training_cpu,
            f"{ours.training_cpu:.0f} s",
            f"{default.training_cpu:.0f} s",
        ),
        (
            "training, wall clock",
            default.training_wall / ours.training_wall,
            f"{ours.training_wall:.0f} s",
            f"{default.training_wall:.0f} s",
        ),
    ]
    lines = ["| | better by | ours | default |", "|---|---|---|---|"]
    lines += [f"| {what} | **{ratio:.1f} ×** | {mine} | {theirs} |" for what, ratio, mine, theirs in rows]
    when = datetime.now(UTC).date().isoformat()
    lines.append(
        f"\nMeasured on {when}, {os.cpu_count()} cores, load average {load:.1f} at the start, "
        f"{len(ours.turns)} turns of each one at a time."
    )
    return "\n".join(lines) + "\n"


def _say(what: str) -> None:
    print(f"• {what}", flush=True)


def main() -> None:
    """Measure, print the table, and write it into the README."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="conversations of each bot, one at a time")
    parser.add_argument("--conversations", type=int, default=16, help="of each bot in each of three rounds at once")
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    written = table(*measure(arguments.rounds, arguments.conversations), load)
    print(written)
    README.write_text(_TABLE.sub(lambda match: match[1] + written + match[2], README.read_text()))


if __name__ == "__main__":
    main()
