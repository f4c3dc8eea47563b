"""The line of the speed table on choosing a tenant among many."""

from __future__ import annotations

from pathlib import Path

from bench import scale
from bench.rows import Row


def row(folder: Path, *, quick: bool) -> Row:
    """A whole turn of the rent journey, by a landlord with `MANY` tenancies and by one with `FEW`."""
    return scale.row(
        f"a turn with {scale.MANY:,} tenancies against {scale.FEW}", scale.tenants(folder, rounds=2 if quick else 10)
    )
