"""Train both bots, start them, talk to them in turns, and keep what it took."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from bench.bots import HERE, DefaultRasa, OurRasa, RasaServer, cpu_seconds, resident_megabytes
from bench.talks import DefaultTalk, OurTalk, Talk, hold
from bench.training import Training, train
from offre_bailleurs.database import make_engine
from offre_bailleurs.settings import PROJECT_ROOT
from tests.support.databases import migrate
from tests.support.ports import free_ports
from tests.support.servers import Servers
from tests.support.world import TenantGiven, World

DATA = PROJECT_ROOT / "data"
STORIES = PROJECT_ROOT / "tests" / "stories"
AT_ONCE = 8
ROUNDS_AT_ONCE = 3
STARTS = 3


@dataclass
class Measures:
    """One bot's. Seconds, megabytes, turns a second."""

    training: Training
    starts: list[float] = field(default_factory=list)
    turns: list[float] = field(default_factory=list)
    """One conversation at a time."""
    cpu: float = 0.0
    """Of the Rasa process alone, for all `turns` together."""
    per_second: list[float] = field(default_factory=list)
    """`AT_ONCE` conversations at a time."""
    resident: float = 0.0

    @property
    def p50(self) -> float:
        """The median turn."""
        return median(self.turns)

    @property
    def p95(self) -> float:
        """The turn that 95 % are quicker than."""
        return quantiles(self.turns, n=20)[-1]

    @property
    def cpu_per_turn(self) -> float:
        """What a turn costs the Rasa process."""
        return self.cpu / len(self.turns)


@dataclass(frozen=True)
class Comparison:
    """What came of a run."""

    ours: Measures
    default: Measures
    load: float
    """The machine's load average once both were trained: what else it did."""


@dataclass(frozen=True)
class _Contestant:
    rasa: RasaServer
    new_talk: Callable[[], Talk]
    measures: Measures


def measure(models: Path, rounds: int, conversations: int) -> Comparison:
    """Compare both bots.

    Args:
        models: where to keep what is trained; what an earlier run trained there is used again.
        rounds: conversations of each bot, one at a time.
        conversations: of each bot in each of the rounds with several at once.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        _say("training ours…")
        ours = Measures(_trained(PROJECT_ROOT / "config.yml", [DATA], models / "ours"))
        _say("training the default (DIET, TED: minutes)…")
        # Its policies learn from stories, which ours do not need.
        default = Measures(_trained(HERE / "default" / "config.yml", [DATA, STORIES], models / "default"))
        load = os.getloadavg()[0]
        url = f"sqlite:///{folder / 'bench.db'}"
        migrate(url)
        world = World(make_engine(url))
        with Servers(folder, url, model=ours.training.model) as servers:
            servers.start("actions")
            settings = servers.settings
            rasa = DefaultRasa(default.training.model, free_ports(1)[0], settings.actions_url, folder)
            both = (
                _Contestant(OurRasa(servers), lambda: OurTalk(settings, _landlord(world)), ours),
                _Contestant(rasa, lambda: DefaultTalk(rasa.url, settings.secret_key, _landlord(world)), default),
            )
            try:
                _compare(both, rounds, conversations)
            finally:
                rasa.stop()
    return Comparison(ours, default, load)


def _trained(config: Path, data: Sequence[Path], folder: Path) -> Training:
    return train(folder, "--config", str(config), "--domain", "domain.yml", "--data", *map(str, data))


def _compare(both: tuple[_Contestant, ...], rounds: int, conversations: int) -> None:
    _say("starting and stopping…")
    for number in range(STARTS):
        for each in both:
            if number:
                each.rasa.stop()
            start = perf_counter()
            each.rasa.start()
            each.measures.starts.append(perf_counter() - start)
    for each in both:
        hold(each.new_talk())  # what is loaded late is loaded now
    _say("one conversation at a time…")
    for _ in range(rounds):
        for each in both:
            talk, used_before = each.new_talk(), cpu_seconds(each.rasa.pid)
            each.measures.turns += hold(talk)
            each.measures.cpu += cpu_seconds(each.rasa.pid) - used_before
    _say(f"{AT_ONCE} conversations at once…")
    for _ in range(ROUNDS_AT_ONCE):
        for each in both:
            each.measures.per_second.append(_turns_per_second(each.new_talk, conversations))
    for each in both:
        each.measures.resident = resident_megabytes(each.rasa.pid)


def _turns_per_second(new_talk: Callable[[], Talk], conversations: int) -> float:
    talks = [new_talk() for _ in range(conversations)]
    start = perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        turns = sum(len(seconds) for seconds in pool.map(hold, talks))
    return turns / (perf_counter() - start)


def _landlord(world: World) -> int:
    tenant = TenantGiven("Camille Durand", last_year_rent=Decimal(640))
    return world.landlord(tenants=[tenant]).people[0].user_id


def _say(what: str) -> None:
    print(f"• {what}", flush=True)
