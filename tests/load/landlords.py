"""Landlords made up for a load: each has tenants whose names nobody else has, so that any answer tells whose it is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path

from tests.support.world import TenantGiven, World

_BEGINNINGS = (
    "Bal",
    "Cor",
    "Dor",
    "Fal",
    "Gar",
    "Jol",
    "Kar",
    "Lam",
    "Mar",
    "Nor",
    "Pal",
    "Quel",
    "Ros",
    "Sol",
    "Tar",
    "Vil",
)
_MIDDLES = ("a", "e", "i", "o", "u", "an", "en", "in", "on", "ar", "er", "ir", "or", "al", "el", "ou")
_ENDS = (
    "bec",
    "cot",
    "dac",
    "fin",
    "gue",
    "jac",
    "let",
    "mon",
    "nac",
    "pin",
    "quet",
    "rac",
    "sac",
    "tel",
    "vic",
    "zac",
)
_FIRST_NAMES = ("Camille", "Dominique", "Claude", "Maxime", "Sacha", "Noa", "Alix", "Charlie")
_NAMES = len(_BEGINNINGS) * len(_MIDDLES) * len(_ENDS)
_STRIDE = 1093
_FIRST_RENT = 400


@dataclass(frozen=True)
class Landlord:
    """Who declares what."""

    index: int
    user_id: int
    tenant: str
    tenancy_id: int
    neighbour: str
    """Their other tenant, of whom nothing is declared."""
    rent: int
    """In euros."""


def surname(number: int) -> str:
    """One of 4,096 names; neighbouring numbers give names that are not alike, the same number the same name."""
    beginning, rest = divmod(number * _STRIDE % _NAMES, len(_MIDDLES) * len(_ENDS))
    middle, end = divmod(rest, len(_ENDS))
    return _BEGINNINGS[beginning] + _MIDDLES[middle] + _ENDS[end]


def make_landlords(world: World, count: int) -> list[Landlord]:
    """Put landlords into the database, each with two tenants, of whom something was declared last year."""
    made = []
    for index in range(count):
        numbers = (2 * index, 2 * index + 1)
        tenant, neighbour = (f"{_FIRST_NAMES[each % len(_FIRST_NAMES)]} {surname(each)}" for each in numbers)
        rent = _FIRST_RENT + index
        household = world.landlord(
            f"Bailleur Numéro{index}",
            (
                TenantGiven(tenant, f"{index + 1} rue des Lilas, 35000 Rennes", last_year_rent=Decimal(rent - 5)),
                TenantGiven(neighbour, f"{index + 1} rue Hoche, 35000 Rennes", last_year_rent=Decimal(rent + 5)),
            ),
        )
        made.append(Landlord(index, household.people[0].user_id, tenant, household.tenancies[tenant], neighbour, rent))
    return made


def write(landlords: Iterable[Landlord], path: Path) -> None:
    """Write them down for another process."""
    path.write_text("".join(f"{json.dumps(asdict(each))}\n" for each in landlords), encoding="utf-8")


def read(path: Path) -> Sequence[Landlord]:
    """What `write` wrote."""
    return [Landlord(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
