"""`make bench`: our bot beside `rasa init`'s default bot, in one run; writes the table of bench/README.md.

Both are trained on the same data, run the same actions on the same kind of database, and hold the same conversation.
They are measured in turns (ours, the default's, ours, …), so that what else the machine does weighs on both.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.bots import HERE
from bench.measure import AT_ONCE, Comparison, Measures, measure

README = HERE / "README.md"
_TABLE = re.compile(r"(<!-- table -->\n).*(<!-- end -->)", re.DOTALL)

_LESS_IS_BETTER: tuple[tuple[str, Callable[[Measures], float], str], ...] = (
    ("a turn, p50", lambda of: of.p50 * 1000, "{:.0f} ms"),
    ("a turn, p95", lambda of: of.p95 * 1000, "{:.0f} ms"),
    ("a turn, CPU of the Rasa process", lambda of: of.cpu_per_turn * 1000, "{:.0f} ms"),
    ("resident memory of the Rasa process", lambda of: of.resident, "{:.0f} MB"),
    ("ready after start", lambda of: median(of.starts), "{:.1f} s"),
    ("training, wall clock", lambda of: of.training.wall, "{:.0f} s"),
    ("training, CPU", lambda of: of.training.cpu, "{:.0f} s"),
)


def table(of: Comparison) -> str:
    """The Markdown table: ratios first."""
    when = f"on {datetime.now(UTC).date().isoformat()} with Python {platform.python_version()}"
    return "\n".join(
        [
            "| | better by | ours | default |",
            "|---|---|---|---|",
            *_rows(of.ours, of.default),
            "",
            f"Measured {when}, {os.cpu_count()} cores, load average {of.load:.1f} after the training; "
            f"{len(of.ours.turns)} turns of each one at a time.",
            "",
        ]
    )


def _rows(ours: Measures, default: Measures) -> Iterator[str]:
    mine, theirs = median(ours.per_second), median(default.per_second)
    pace = f"turns a second, {AT_ONCE} conversations at once"
    yield f"| {pace} | **{mine / theirs:.1f} ×** | {mine:.0f} | {theirs:.0f} |"
    for what, of, form in _LESS_IS_BETTER:
        mine, theirs = of(ours), of(default)
        yield f"| {what} | **{theirs / mine:.1f} ×** | {form.format(mine)} | {form.format(theirs)} |"


def main() -> None:
    """Measure, print the table, and write it into the README."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="conversations of each bot, one at a time")
    parser.add_argument("--conversations", type=int, default=16, help="of each bot in each of three rounds at once")
    parser.add_argument("--models", type=Path, help="a folder to keep the trained models in, to measure again later")
    arguments = parser.parse_args()
    with TemporaryDirectory(prefix="bench-models-") as name:
        comparison = measure(arguments.models or Path(name), arguments.rounds, arguments.conversations)
    written = table(comparison)
    print(written)
    README.write_text(_TABLE.sub(lambda match: match[1] + written + match[2], README.read_text()))


if __name__ == "__main__":
    main()
