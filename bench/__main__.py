"""`make bench`: our bot beside `rasa init`'s default bot, in one run; writes the speed table of bench/README.md.

Three bots are trained on the same data, run the same actions on the same kind of database, and hold the same
conversation: ours; our pipeline on Rasa as it comes; the default. They are measured in turns (ours, the others', ours,
…), so that what else the machine does weighs on all. Then come the lines that other modules measure (bench/rows.py).
"""

from __future__ import annotations

import argparse
import os
import platform
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.bots import HERE
from bench.measure import AT_ONCE, Comparison, Extent, measure
from bench.rows import HEAD, OTHERS, Row, fewer, others
from bench.training import EPOCHS

README = HERE / "README.md"
_TABLE = re.compile(r"(<!-- table -->\n).*(<!-- end -->)", re.DOTALL)
_ROOM = 1024
"""Megabytes that the serving environment may take."""


def bots(of: Comparison) -> Iterator[Row]:
    """The lines of the comparison, in the issue's order."""
    ours, own, default = of.ours, of.own_pipeline, of.default
    yield fewer("a turn of the rent journey, p50", 8, *_milliseconds(ours.p50, own.p50, default.p50))
    yield fewer("a turn of the rent journey, p95", 8, *_milliseconds(ours.p95, own.p95, default.p95))
    pace, theirs = median(ours.per_second), median(default.per_second)
    cells = (f"{median(each.per_second):.0f}" for each in (ours, own, default))
    yield Row(
        f"turns a second, {AT_ONCE} conversations at once",
        "≥ 8 ×",
        f"{pace / theirs:.1f} ×",
        pace >= 8 * theirs,
        *cells,
    )
    yield _training(of)
    yield fewer(
        "ready after start", 10, *_formatted("{:.1f} s", [median(each.starts) for each in (ours, own, default)])
    )
    resident = [each.resident for each in (ours, own, default)]
    yield fewer("resident memory after the load", 3, *_formatted("{:.0f} MB", resident))
    growth = (f"{each.growth:.2f} ×" for each in (ours, own, default))
    yield Row(
        "the 300th turn of a conversation against the 5th",
        "≤ 1.2 ×",
        f"{ours.growth:.2f} ×",
        ours.growth <= 1.2,
        *growth,
    )
    sizes = (f"{each.installed:,.0f} MB" for each in (ours, own, default))
    yield Row("installed size", "≤ 1 GB", f"{ours.installed / 1024:.2f} GB", ours.installed <= _ROOM, *sizes)
    turn = [each.cpu_per_turn * 1000 for each in (ours, own, default)]
    yield replace(fewer("a turn, CPU of the Rasa process", 1, *_formatted("{:.1f} ms", turn)), goal="–", is_met=None)


def _training(of: Comparison) -> Row:
    """The goal is about the default trained whole. Where it was not, both are told: what ran, and what is computed."""
    ours, own, default = (each.training for each in (of.ours, of.own_pipeline, of.default))
    row = fewer("training, CPU", 10, *_formatted("{:,.0f} s", [ours.cpu, own.cpu, default.whole_cpu]))
    if default.epochs is None:
        return row
    part = f"{row.reached} computed, 1/{default.cpu / ours.cpu:.1f} ran"
    ran = f"{default.cpu:,.0f} s in {default.epochs} of DIET's {EPOCHS} epochs; computed {row.default}"
    return replace(row, reached=part, default=ran)


def _milliseconds(*seconds: float) -> tuple[float, str, float, float]:
    return _formatted("{:.1f} ms", [value * 1000 for value in seconds])


def _formatted(form: str, values: Sequence[float]) -> tuple[float, str, float, float]:
    ours, own_pipeline, default = values
    return ours, form, own_pipeline, default


def table(rows: Sequence[Row]) -> str:
    """In Markdown."""
    return "\n".join([*HEAD, *map(str, rows)])


def remarks(of: Comparison) -> str:
    """What the figures stand on."""
    when = f"on {datetime.now(UTC).date().isoformat()} with Python {platform.python_version()}"
    said = [
        f"Measured {when}, {os.cpu_count()} cores, load average {of.load:.1f} after the training; "
        f"{len(of.ours.turns)} turns of each one at a time."
    ]
    training = of.default.training
    if training.epochs is not None:
        part = training.whole_cpu / of.ours.training.cpu
        said.append(
            f"The default's DIET learned for {training.epochs} epochs, which changes neither the size nor the speed of "
            f"its answers: what its training took is a lower bound. Computed, not measured, for all {EPOCHS}: "
            f"{training.whole_cpu:,.0f} s of CPU ({training.epoch:.0f} s an epoch), {part:.0f} times ours."
        )
    return "\n".join(said)


def main() -> None:
    """Measure, print the table, and write it into the README."""
    usual = Extent()
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=usual.rounds, help="conversations of each bot, one at a time")
    parser.add_argument(
        "--conversations", type=int, default=usual.conversations, help="of each bot in each of three rounds at once"
    )
    parser.add_argument("--long", type=int, default=usual.long, help="conversations of 300 turns, of ours")
    parser.add_argument("--epochs", type=int, default=usual.epochs, help="of the default's DIET")
    parser.add_argument("--models", type=Path, help="a folder to keep the trained models in, to measure again later")
    parser.add_argument("--quick", action="store_true", help="rough figures, printed only")
    parser.add_argument("--without", nargs="*", default=[], choices=[name.rpartition(".")[2] for name in OTHERS])
    given = parser.parse_args()
    extent = Extent(given.rounds, given.conversations, long=given.long, epochs=given.epochs)
    with TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        comparison = measure(given.models or folder / "models", Extent.quick() if given.quick else extent)
        rows = list(bots(comparison))
        print(table(rows), flush=True)  # whatever becomes of the others
        rows += others(folder, quick=given.quick, but=frozenset(given.without))
    written = f"{table(rows)}\n\n{remarks(comparison)}\n"
    print(written)
    if not given.quick:
        README.write_text(_TABLE.sub(lambda match: match[1] + written + match[2], README.read_text()))


if __name__ == "__main__":
    main()
