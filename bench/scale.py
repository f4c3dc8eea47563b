"""What size costs: whole turns of the rent journey with 10 tenancies and with 10,000, among 1,000 declarations and a
million.

`python -m bench.scale` (`--database sqlite|postgresql`, `--model`, `--rounds`) prints both comparisons. The
conversations of the two sizes are held in turns, on the same servers when the database is the same, so that what else
the machine does weighs on both.
"""

from __future__ import annotations

import argparse
import os
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from sqlalchemy import Connection, Engine, delete, insert, select, text

from bench.rows import Row
from bench.talks import OurTalk
from offre_bailleurs.database import make_engine
from offre_bailleurs.models import (
    Account,
    Campaign,
    ContactChannel,
    Declaration,
    Dwelling,
    DwellingType,
    PortalUser,
    Profile,
    Tenancy,
    UserState,
)
from offre_bailleurs.settings import Settings
from offre_bailleurs.tenant_index import index
from offre_bailleurs.triggers import TRIGGERS, statements
from tests.support.databases import database
from tests.support.servers import Servers
from tests.support.world import World, campaign_year

FEW, MANY = 10, 10_000
LITTLE, MUCH = 1_000, 1_000_000
GOAL = 1.5
CAMPAIGNS = 20
PER_ACCOUNT = 100
"""Tenancies of each of the other landlords, whose declarations fill the database."""

Turns = dict[str, list[float]]
"""What was said → how long each such turn took, in seconds."""


@dataclass(frozen=True)
class Landlord:
    """Somebody who declares."""

    user_id: int
    account_id: int
    tenants: tuple[tuple[str, str, str], ...]
    """First name, last name and street of each."""


@dataclass(frozen=True)
class Comparison:
    """One size beside another; milliseconds a turn, every kind of turn weighing the same."""

    small: float
    large: float
    kinds: dict[str, tuple[float, float]]

    @property
    def ratio(self) -> float:
        """What the large one costs, in small ones."""
        return self.large / self.small


def compare(small: Turns, large: Turns) -> Comparison:
    """Medians of each kind of turn, and their mean."""
    kinds = {kind: (1000 * median(small[kind]), 1000 * median(large[kind])) for kind in small}
    return Comparison(
        sum(pair[0] for pair in kinds.values()) / len(kinds),
        sum(pair[1] for pair in kinds.values()) / len(kinds),
        kinds,
    )


def row(what: str, came: Comparison) -> Row:
    """A comparison as a line of the speed table."""
    figures = f"{came.large:.1f} ms against {came.small:.1f} ms"
    return Row(what, f"≤ {GOAL} ×", f"{came.ratio:.2f} ×", came.ratio <= GOAL, figures)


def tenants(folder: Path, *, kind: str = "sqlite", model: Path | None = None, rounds: int = 12) -> Comparison:
    """A landlord with `FEW` tenancies beside one with `MANY`, in one database."""
    with _database(kind, folder, declarations=LITTLE) as (engine, url):
        pair = landlord(engine, FEW), landlord(engine, MANY)
        with Servers(folder, url, model=model) as servers:
            servers.start("actions", "rasa")
            turns = hold([(engine, servers.settings, each) for each in pair], rounds)
    return compare(*turns)


def declarations(
    folder: Path, *, kind: str = "sqlite", model: Path | None = None, rounds: int = 12, much: int = MUCH
) -> Comparison:
    """The same landlord in a database of `LITTLE` declarations and in one of `much`."""
    little, large = folder / "little", folder / "large"
    little.mkdir()
    large.mkdir()
    with (
        _database(kind, little, declarations=LITTLE) as (engine, url),
        _database(kind, large, declarations=much) as (other, other_url),
        Servers(little, url, model=model) as servers,
        Servers(large, other_url, model=model) as others,
    ):
        sides = [(engine, servers, landlord(engine, FEW)), (other, others, landlord(other, FEW))]
        for each in (servers, others):
            each.start("actions", "rasa")
        turns = hold([(on, running.settings, who) for on, running, who in sides], rounds)
    return compare(*turns)


def hold(sides: Sequence[tuple[Engine, Settings, Landlord]], rounds: int) -> list[Turns]:
    """Hold the same conversations on each side, in turns; the first ones, which load what is loaded late, are left."""
    turns: list[Turns] = [defaultdict(list) for _ in sides]
    for number in range(rounds + 2):
        for (engine, settings, who), kept in zip(sides, turns, strict=True):
            for kind, seconds in _conversation(settings, who, number):
                if number >= 2:
                    kept[kind].append(seconds)
            with engine.begin() as connection:  # everything is to declare again
                mine = select(Tenancy.id).where(Tenancy.account_id == who.account_id)
                connection.execute(delete(Declaration).where(Declaration.tenancy_id.in_(mine)))
    return turns


def _conversation(settings: Settings, who: Landlord, number: int) -> Iterator[tuple[str, float]]:
    first, last, _ = who.tenants[number % len(who.tenants)]
    other_first, other_last, _ = who.tenants[(number + 3) % len(who.tenants)]
    _, another_last, another_street = who.tenants[(number + 5) % len(who.tenants)]
    turns = (
        ("greeting", OurTalk.open, (), ""),
        ("what is left", OurTalk.say, ("qui me reste-t-il à déclarer ?",), "à déclarer"),
        ("a sentence that names", OurTalk.say, (f"je veux déclarer le loyer de Mme {first} {last}",), last),
        ("another one", OurTalk.say, ("non, je me suis trompé de locataire",), "locataire"),
        ("a misspelt name", OurTalk.say, (f"{other_first} {other_last[:4]}{other_last[5:]}",), other_last),
        ("yet another", OurTalk.say, ("non, je me suis trompé de locataire",), "locataire"),
        ("an address", OurTalk.say, (another_street,), another_last),
        ("another still", OurTalk.say, ("non, je me suis trompé de locataire",), "locataire"),
        ("a bare name", OurTalk.say, (f"{first} {last}",), last),
        ("the situation", OurTalk.say, ("oui",), "loyer"),
        ("the synthesis", OurTalk.say, ("650",), "650"),
        ("«Valider»", OurTalk.press, ("Valider",), "transmise à la Caf"),
    )
    talk = OurTalk(settings, who.user_id)
    try:
        for kind, turn, words, expected in turns:
            start = perf_counter()
            said: str = turn(talk, *words)  # type: ignore[operator] # two signatures in one table
            yield kind, perf_counter() - start
            if expected not in said:
                raise RuntimeError(f"{kind}: {words} was answered with\n{said}")
    finally:
        talk.close()


# --- What is in the database -------------------------------------------------------------------------------------


def landlord(engine: Engine, size: int, *, seed: int = 1) -> Landlord:
    """A private landlord with that many tenancies, whose names repeat as those of a country do."""
    household = World(engine).landlord(f"Bailleur De {size}")
    person = household.people[0]
    homes = list(_homes(size, seed))
    with engine.begin() as connection:
        _let(connection, {household.account_id: homes})
    names = [f"{first} {last}" for first, last, _ in homes]
    streets = [street for _, _, street in homes]
    alone = [
        home for home, name in zip(homes, names, strict=True) if names.count(name) == 1 and streets.count(home[2]) == 1
    ]
    return Landlord(person.user_id, household.account_id, tuple(alone[:FEW]))


def fill(engine: Engine, count: int) -> None:
    """Transmitted declarations of other landlords, over `CAMPAIGNS` years up to the latest campaign."""
    World(engine)  # this year's campaign and the one before
    with engine.begin() as connection:
        known = set(connection.scalars(select(Campaign.year)))
        year = campaign_year()
        for each in set(range(year - CAMPAIGNS + 1, year + 1)) - known:
            connection.execute(insert(Campaign).values(year=each, opens_on=date(each, 7, 1)))
        let = {}
        for number in range(max(1, count // CAMPAIGNS // PER_ACCOUNT)):
            account = {
                "profile": Profile.LANDLORD,
                "name": "Autre Bailleur",
                "departement": "44",
                "user_number": f"44{number:012d}",
                "contact_channel": ContactChannel.EMAIL,
            }
            account_id = connection.execute(insert(Account).values(account)).inserted_primary_key[0]
            user = {
                "account_id": account_id,
                "login": f"autre{number}",
                "password_hash": "-",
                "first_name": "Autre",
                "last_name": "Bailleur",
                "state": UserState.ACTIVE,
                "is_administrator": False,
                "is_authorisation_manager": False,
                "is_adviser": False,
            }
            connection.execute(insert(PortalUser).values(user))
            let[account_id] = list(_homes(min(PER_ACCOUNT, count // CAMPAIGNS), seed=100 + number))
        _let(connection, let)
        _transmit(connection, min(let), campaigns=CAMPAIGNS)


def _let(connection: Connection, homes: dict[int, list[tuple[str, str, str]]]) -> None:
    rows = [(account_id, *home) for account_id, of_account in homes.items() for home in of_account]
    first = 1 + (connection.scalar(text("SELECT max(id) FROM dwelling")) or 0)
    dwellings = [
        {
            "id": first + number,
            "account_id": account_id,
            "street": street,
            "postcode": "35000",
            "city": ("Rennes", "Cesson-Sévigné", "Bruz", "Betton")[number % 4],
            "departement": "35",
            "dwelling_type": DwellingType.PRIVATE,
        }
        for number, (account_id, _, _, street) in enumerate(rows)
    ]
    lets = [
        {
            "account_id": account_id,
            "dwelling_id": first + number,
            "tenant_first_name": first_name,
            "tenant_last_name": last_name,
            "started_on": date(2000, 1, 1),
            "co_tenant_count": 1,
        }
        for number, (account_id, first_name, last_name, _) in enumerate(rows)
    ]
    connection.execute(insert(Dwelling), dwellings)
    connection.execute(insert(Tenancy), lets)
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT setval('dwelling_id_seq', (SELECT max(id) FROM dwelling))"))
    index(connection, connection.scalars(select(Tenancy.id).where(Tenancy.account_id.in_(homes))))


def _transmit(connection: Connection, first_account: int, *, campaigns: int) -> None:
    """In one statement, the triggers' work done once at its end."""
    dialect = connection.dialect.name
    on = " ON declaration" if dialect == "postgresql" else ""
    counting = [name for name in TRIGGERS if name.startswith("declaration")]
    for name in counting:
        connection.execute(text(f"DROP TRIGGER {name}{on}"))
    connection.execute(
        text(
            "INSERT INTO declaration (tenancy_id, campaign_id, state, situation, july_rent_cents,"
            " unusual_rent_confirmed, reference, submitted_at, submitted_by_id, submitted_by_name, updated_at,"
            " updated_by_id)"
            " SELECT t.id, c.id, 'transmitted', 'still_tenant', 65000, false, 'AB-' || c.year || '-' || t.id,"
            " c.opens_on, u.id, 'Autre Bailleur', c.opens_on, u.id"
            " FROM tenancy t JOIN portal_user u ON u.account_id = t.account_id CROSS JOIN campaign c"
            " WHERE t.account_id >= :first"
        ),
        {"first": first_account},
    )
    years = "declared_year = :year, transmitted_year = :year"
    connection.execute(
        text(f"UPDATE tenancy SET {years} WHERE account_id >= :first"),  # noqa: S608 - our own words
        {"first": first_account, "year": campaign_year()},
    )
    for statement in statements(dialect):
        if "TRIGGER declaration" in statement:
            connection.exec_driver_sql(statement)


def _homes(count: int, seed: int) -> Iterator[tuple[str, str, str]]:
    dice = random.Random(seed)  # noqa: S311 - the same homes each time, no secret

    def word(syllables: int) -> str:
        return "".join(dice.choice("bcdfglmnprst") + dice.choice("aeiou") for _ in range(syllables)).capitalize()

    firsts, lasts, streets = ([word(length) for _ in range(many)] for length, many in ((3, 400), (4, 6000), (4, 800)))
    for _ in range(count):
        yield dice.choice(firsts), dice.choice(lasts), f"{dice.randint(1, 200)} rue des {dice.choice(streets)}"


@contextmanager
def _database(kind: str, folder: Path, *, declarations: int) -> Iterator[tuple[Engine, str]]:
    with database(kind, folder) as url:
        engine = make_engine(url)
        fill(engine, declarations)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")  # as PostgreSQL's autovacuum does by itself, later
        yield engine, url
        engine.dispose()


def main() -> int:
    """Measure both and print them."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options.add_argument("--model", type=Path, default=None)
    options.add_argument("--rounds", type=int, default=12)
    options.add_argument("--only", choices=("tenants", "declarations"), default=None)
    given = options.parse_args()
    measures: dict[str, Callable[..., Comparison]] = {"tenants": tenants, "declarations": declarations}
    print(f"{given.database}, load average {os.getloadavg()[0]:.1f}")
    for name, measure in measures.items():
        if given.only in (None, name):
            with TemporaryDirectory(prefix="bench-scale-") as folder:
                came = measure(Path(folder), kind=given.database, model=given.model, rounds=given.rounds)
            print(f"{name}: {came.small:.1f} ms → {came.large:.1f} ms a turn, {came.ratio:.2f} ×")
            for kind, (small, large) in came.kinds.items():
                print(f"  {kind:<24} {small:6.1f} ms {large:6.1f} ms  {large / small:.2f} ×")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
