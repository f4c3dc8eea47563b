"""A line of the speed table, and who else measures one.

`measure` modules beside the bots' comparison give theirs by a function of their own, named in `OTHERS`:

    def row(folder: Path, *, quick: bool) -> Row: ...

`folder` is empty and theirs; `quick` asks for a rough figure in seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final

OTHERS: Final = ("bench.tenants", "bench.declarations", "bench.replicas")
"""Modules with a function `row`."""


@dataclass(frozen=True)
class Row:
    """One line: what was measured, the goal, what came of it."""

    what: str
    goal: str
    """As the issue puts it: « ≤ 1/8 »."""
    reached: str
    """In the goal's own terms: « 1/9.4 »."""
    is_met: bool | None
    """None: no goal."""
    ours: str
    own_pipeline: str = "–"
    """Our config.yml on Rasa as it comes."""
    default: str = "–"
    """`rasa init`'s bot."""

    def __str__(self) -> str:
        met = {True: "met", False: "**not met**", None: "–"}[self.is_met]
        cells = (self.what, self.goal, f"**{self.reached}**", met, self.ours, self.own_pipeline, self.default)
        return f"| {' | '.join(cells)} |"


HEAD: Final = (
    "| | goal | reached | | ours | our pipeline, stock Rasa | `rasa init`'s default |",
    "|---|---|---|---|---|---|---|",
)


def others(folder: Path, *, quick: bool, but: frozenset[str] = frozenset()) -> Iterator[Row]:
    """The lines that other modules measure, one after the other."""
    for name in OTHERS:
        if name.rpartition(".")[2] not in but:
            own = folder / name
            own.mkdir()
            row: Row = import_module(name).row(own, quick=quick)
            yield row


def fewer(what: str, goal: float, ours: float, form: str, own_pipeline: float, default: float) -> Row:
    """A line of which less is better: the goal is a part of the default's, « ≤ 1/goal »."""
    part = default / ours
    cells = (form.format(value) for value in (ours, own_pipeline, default))
    return Row(what, f"≤ 1/{goal:g}", f"1/{part:.1f}", part >= goal, *cells)
