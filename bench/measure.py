"""Train the bots, start them, talk to them in turns, and keep what it took."""

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

from bench.bots import HERE, OurRasa, RasaServer, StockRasa, cpu_seconds, resident_megabytes, stock_environ
from bench.environments import SERVING, STOCK
from bench.talks import OurTalk, StockTalk, Talk, hold, hold_long
from bench.training import Training, train, with_epochs
from cli.environment import RASA, rasa_environ
from offre_bailleurs.database import make_engine
from offre_bailleurs.settings import PROJECT_ROOT
from tests.support.databases import migrate
from tests.support.ports import free_ports
from tests.support.servers import Servers
from tests.support.world import TenantGiven, World

DATA = PROJECT_ROOT / "data"
STORIES = PROJECT_ROOT / "tests" / "stories"
AT_ONCE = 8
EARLY, LATE = slice(2, 7), slice(297, 302)
"""The 5th turn and the 300th, each with its two neighbours on either side."""


@dataclass(frozen=True)
class Extent:
    """How much is measured."""

    rounds: int = 15
    """Conversations of each bot, one at a time."""
    conversations: int = 16
    """Of each bot, in each round with several at once."""
    rounds_at_once: int = 3
    starts: int = 3
    long: int = 3
    """Conversations of 300 turns of ours; the others hold one."""
    epochs: int = 2
    """Of the default's DIET."""

    @classmethod
    def quick(cls) -> Extent:
        """Rough figures."""
        return cls(rounds=4, conversations=8, rounds_at_once=1, starts=1, long=1, epochs=1)


@dataclass
class Measures:
    """One bot's. Seconds, megabytes, turns a second."""

    training: Training
    installed: float
    starts: list[float] = field(default_factory=list)
    turns: list[float] = field(default_factory=list)
    """One conversation at a time."""
    cpu: float = 0.0
    """Of the Rasa process alone, for all `turns` together."""
    per_second: list[float] = field(default_factory=list)
    """`AT_ONCE` conversations at a time."""
    resident: float = 0.0
    early: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)

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

    @property
    def growth(self) -> float:
        """What the 300th turn of a conversation takes, in those of the 5th."""
        return median(self.late) / median(self.early)


@dataclass(frozen=True)
class Comparison:
    """What came of a run."""

    ours: Measures
    own_pipeline: Measures
    """Our config.yml on Rasa as it comes."""
    default: Measures
    load: float
    """The machine's load average once all were trained: what else it did."""


@dataclass(frozen=True)
class _Contestant:
    rasa: RasaServer
    new_talk: Callable[[], Talk]
    measures: Measures


def measure(models: Path, extent: Extent) -> Comparison:
    """Compare the bots.

    Args:
        models: where to keep what is trained (`ours/`, `stock/`, `default/`); what stands there is used again.
        extent: how much to measure.
    """
    _say("installing Rasa as it comes, and what serving ours needs…")
    for environment in (SERVING, STOCK):
        environment.make()
    serving, stock = SERVING.megabytes(), STOCK.megabytes()
    _say("training ours…")
    ours = Measures(_trained(models / "ours", RASA, rasa_environ(), "--skip-validation"), serving)
    _say("training ours on stock Rasa…")
    rasa = (str(STOCK.python), "-m", "rasa")
    own_pipeline = Measures(_trained(models / "stock", rasa, stock_environ()), stock)
    _say("training the default (DIET, TED: a quarter of an hour)…")
    config = with_epochs(HERE / "default" / "config.yml", extent.epochs, models / "default")
    # Its policies learn from stories, which ours do not need.
    trained = _trained(
        models / "default", rasa, stock_environ(), config=config, data=(DATA, STORIES), epochs=extent.epochs
    )
    default = Measures(trained, stock)
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        _hold_beside_each_other(Path(name), ours, own_pipeline, default, extent)
    return Comparison(ours, own_pipeline, default, load)


def _hold_beside_each_other(
    folder: Path, ours: Measures, own_pipeline: Measures, default: Measures, extent: Extent
) -> None:
    url = f"sqlite:///{folder / 'bench.db'}"
    migrate(url)
    world = World(make_engine(url))
    with Servers(folder, url, model=ours.training.model) as servers:
        servers.start("actions")
        settings = servers.settings

        def stock(name: str, measures: Measures) -> _Contestant:
            rasa = StockRasa(name, measures.training.model, free_ports(1)[0], settings.actions_url, folder)
            return _Contestant(rasa, lambda: StockTalk(rasa.url, settings.secret_key, _landlord(world)), measures)

        all_of_them = (
            _Contestant(OurRasa(servers), lambda: OurTalk(settings, _landlord(world)), ours),
            stock("own-pipeline", own_pipeline),
            stock("default", default),
        )
        try:
            _compare(all_of_them, extent)
        finally:
            for each in all_of_them[1:]:
                each.rasa.stop()


def _trained(
    folder: Path,
    rasa: Sequence[str],
    environ: dict[str, str],
    *options: str,
    config: Path = PROJECT_ROOT / "config.yml",
    data: Sequence[Path] = (DATA,),
    epochs: int | None = None,
) -> Training:
    arguments = ("--config", str(config), "--domain", "domain.yml", "--data", *map(str, data))
    return train(folder, rasa, environ, *arguments, *options, epochs=epochs)


def _compare(all_of_them: Sequence[_Contestant], extent: Extent) -> None:
    _say("starting and stopping…")
    for number in range(extent.starts):
        for each in all_of_them:
            if number:
                each.rasa.stop()
            start = perf_counter()
            each.rasa.start()
            each.measures.starts.append(perf_counter() - start)
    for each in all_of_them:
        hold(each.new_talk())  # what is loaded late is loaded now
    _say("one conversation at a time…")
    for _ in range(extent.rounds):
        for each in all_of_them:
            talk, used_before = each.new_talk(), cpu_seconds(each.rasa.pid)
            each.measures.turns += hold(talk)
            each.measures.cpu += cpu_seconds(each.rasa.pid) - used_before
    _say(f"{AT_ONCE} conversations at once…")
    for _ in range(extent.rounds_at_once):
        for each in all_of_them:
            each.measures.per_second.append(_turns_per_second(each.new_talk, extent.conversations))
    _say("long conversations…")
    for number in range(extent.long):
        for each in all_of_them if number == 0 else all_of_them[:1]:  # the others' take minutes
            seconds = hold_long(each.new_talk(), LATE.stop)
            each.measures.early += seconds[EARLY]
            each.measures.late += seconds[LATE]
    for each in all_of_them:
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
