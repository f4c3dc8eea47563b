"""Invented homes: who lives where, since when, for what rent. The same at each call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from random import Random

from offre_bailleurs.demo.names import FIRST_NAMES, LAST_NAMES, STREETS, TOWNS

NEW_TENANT_SHARE = 0.1
"""How many of the random tenancies began after last year's July: they have nothing to compare with."""


@dataclass(frozen=True)
class Home:
    """A tenant in a dwelling."""

    first_name: str
    last_name: str
    street: str
    postcode: str
    city: str
    started_on: date
    last_rent_cents: int | None
    """July's rent of the year before; None when nothing was declared then."""
    co_tenant_count: int = 1

    @property
    def departement(self) -> str:
        """The département of the address."""
        return self.postcode[:2]


def landlord_homes_35(year: int) -> list[Home]:
    """The private landlord's three tenants: one settled, one couple, one who came this year."""
    town, other_town, _ = TOWNS["35"]
    return [
        Home("Chloé", "Églantine", "12 rue des Trois-Ponts", *town, date(year - 4, 9, 1), 65000),
        Home("Jean-Baptiste", "L'Herbier", "3 bis impasse du Puits", *other_town, date(year - 2, 2, 15), 48050, 2),
        Home("Inès", "De La Fougère", "7 allée des Brouillons", *town, date(year, 3, 1), None),
    ]


def landlord_homes_44(year: int) -> list[Home]:
    """The same person's two tenants in the other département."""
    town, other_town = TOWNS["44"]
    return [
        Home("Loïc", "Œillet", "21 quai de la Rivière", *town, date(year - 3, 7, 1), 71200),
        Home("Zoé", "Belle-de-Nuit", "5 place de la Fiction", *other_town, date(year - 1, 1, 10), 53999),
    ]


def namesake_homes(year: int) -> list[Home]:
    """Tenants whom a last name alone does not tell apart, and two of them not even the full name."""
    town, other_town, third_town = TOWNS["35"]
    return [
        Home("Marie", "Noisetier", "2 rue du Modèle", *town, date(year - 5, 10, 1), 42000),
        Home("Marie", "Noisetier", "148 avenue de l'Exemple", *other_town, date(year - 2, 4, 1), 51500),
        Home("Gustave", "Noisetier", "9 chemin des Écoliers", *third_town, date(year - 3, 1, 1), 38075, 3),
    ]


def random_homes(seed: int, departements: Sequence[str], count: int, year: int) -> list[Home]:
    """Homes whose full names all differ, and whose streets and numbers all differ.

    Raises:
        ValueError: more are asked for than the lists of names can tell apart.
    """
    random = Random(seed)  # noqa: S311 - made to be predictable
    names = list(product(FIRST_NAMES, LAST_NAMES))
    streets = [f"{number} {street}" for number, street in product(range(1, 100), STREETS)]
    towns = [town for departement in departements for town in TOWNS[departement]]
    return [
        _random_home(random, name, street, random.choice(towns), year)
        for name, street in zip(random.sample(names, count), random.sample(streets, count), strict=True)
    ]


def _random_home(random: Random, name: tuple[str, str], street: str, town: tuple[str, str], year: int) -> Home:
    is_new = random.random() < NEW_TENANT_SHARE
    began_in = year if is_new else year - random.randint(2, 15)
    return Home(
        *name,
        street,
        *town,
        started_on=date(began_in, random.randint(1, 6), 1),
        last_rent_cents=None if is_new else random.randrange(28000, 120000, 5),
        co_tenant_count=random.choices((1, 2, 3), weights=(70, 25, 5))[0],
    )
