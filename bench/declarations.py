"""The line of the speed table on a database full of others' declarations."""

from __future__ import annotations

from pathlib import Path

from bench import scale
from bench.rows import Row


def row(folder: Path, *, quick: bool) -> Row:
    """A whole turn of the rent journey, in a database of `MUCH` declarations and in one of `LITTLE`."""
    much = scale.MUCH // 20 if quick else scale.MUCH
    return scale.row(
        f"a turn with {much:,} declarations against {scale.LITTLE:,}",
        scale.declarations(folder, much=much, rounds=2 if quick else 10),
    )
