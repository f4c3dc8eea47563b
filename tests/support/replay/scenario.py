"""A conversation as its writer wrote it: who there is, who says what, what must come of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from offre_bailleurs.models import DwellingType, UserState
from tests.support.replay.desk import AdviserAct, read_act
from tests.support.replay.expectations import Expectation, read_expectations
from tests.support.replay.facts import read_facts
from tests.support.replay.reading import Readers, ScenarioError, fill, one_or_many, read_documents, take, text
from tests.support.replay.rows import Fact
from tests.support.world import GroupGiven, TenantGiven, campaign_year, invented_tenants

VISITOR = "visitor"
"""Who speaks without having signed in."""

ACTIONS = ("user", "press", "again", "reopen", "news", "meanwhile")


USUAL_TENANTS = (
    TenantGiven("Camille Durand", "3 rue des Lilas, 35000 Rennes", date(2021, 9, 1), last_year_rent=Decimal(640)),
    TenantGiven("Yann Le Goff", "12 rue Hoche, 35000 Rennes", date(2019, 3, 15), Decimal("480.50"), co_tenants=2),
    TenantGiven("Inès Moreau", "7 quai Saint-Cyr, 35400 Saint-Malo", date(campaign_year(), 2, 1)),
)
"""Whose rents there are to declare when a conversation does not say: Inès came this year."""


@dataclass(frozen=True)
class LandlordGiven:
    """A private landlord and their tenants."""

    name: str = "Claude Bailleur"
    tenants: tuple[TenantGiven, ...] = USUAL_TENANTS
    state: UserState = UserState.ACTIVE
    departement: str = "35"


@dataclass(frozen=True)
class OrganisationGiven:
    """An organisation, its users by the groups they are in, and its tenants."""

    name: str
    groups: Mapping[str, GroupGiven]
    users: Mapping[str, tuple[str, ...]]
    tenants: tuple[TenantGiven, ...] = ()
    managers: tuple[str, ...] = ()
    """The responsables d'habilitation among the users; the first user is the administrator."""


@dataclass(frozen=True)
class Meanwhile:
    """Something that happens between two turns, without the chat."""

    close_user: str | None = None
    leave_groups: str | None = None
    withdraw_role: str | None = None
    campaign: str | None = None
    adviser: AdviserAct | None = None
    desk: str | None = None


@dataclass(frozen=True)
class Turn:
    """One step: at most one of `user`, `press`, `again`, `reopen`, `news`, `meanwhile`; none looks at what was said
    last."""

    number: int
    user: str | None = None
    press: str | None = None
    again: bool = False
    reopen: bool = False
    news: bool = False
    """The page asks what was said meanwhile."""
    meanwhile: Meanwhile | None = None
    speaker: str | None = None
    """Who acts; None: the first person given, or the visitor when nobody is signed in."""
    tab: str = ""
    """Which of the speaker's conversations; each name opens one of its own."""
    bot: tuple[Expectation, ...] = ()
    database: tuple[Fact, ...] = ()
    problem: int | None = None
    """The HTTP status of the error that the chat must answer."""


@dataclass(frozen=True)
class Scenario:
    """A conversation to replay."""

    name: str
    path: Path
    accounts: tuple[LandlordGiven | OrganisationGiven, ...]
    campaign: str
    signed_in: bool
    desk: str
    """Whether its advisers answer live."""
    queue: int
    """How many wait for one already."""
    turns: tuple[Turn, ...] = field(repr=False)


CAMPAIGNS = ("open", "closed", "not open")
DESKS = ("open", "closed")


def read_scenarios(path: Path) -> Iterator[Scenario]:
    """The conversations of a file: one a document, or one an example of it.

    Raises:
        ScenarioError: the file is no conversation.
    """
    try:
        for document in read_documents(path):
            examples = document.get("examples") if isinstance(document, dict) else None
            for example in _examples(examples):
                body = {key: value for key, value in document.items() if key != "examples"} if examples else document
                yield _scenario(fill(body, example), path)
    except ScenarioError as error:
        raise ScenarioError(f"{path}: {error}") from None


def _examples(written: Any) -> list[dict[str, Any]]:
    if written is None:
        return [{}]
    columns = written[0].keys() if isinstance(written, list) and written and isinstance(written[0], dict) else None
    if columns is None or any(not isinstance(row, dict) or row.keys() != columns for row in written):
        raise ScenarioError("examples: a list of rows with the same columns is expected")
    return [{key: fill(value, {}) for key, value in row.items()} for row in written]


def _scenario(document: Any, path: Path) -> Scenario:
    known: Readers = {"conversation": text, "given": _given, "turns": list}
    taken = take(document, "the conversation", known)
    if not taken.get("conversation") or not taken.get("turns"):
        raise ScenarioError("a conversation needs « conversation: » (a sentence that names it) and « turns: »")
    turns = tuple(_turn(turn, number) for number, turn in enumerate(taken["turns"], start=1))
    return Scenario(taken["conversation"], path, turns=turns, **taken.get("given", _given({})))


def _given(written: Any) -> dict[str, Any]:
    known: Readers = {
        "landlord": _landlord,
        "organisation": _organisation,
        "also": lambda value: [_also(each) for each in one_or_many(value)],
        "campaign": lambda value: _one_of(value, CAMPAIGNS),
        "signed_in": bool,
        "desk": lambda value: _one_of(value, DESKS),
        "queue": int,
    }
    taken = take(written, "given", known)
    mains = [taken[key] for key in ("landlord", "organisation") if key in taken]
    if len(mains) > 1:
        raise ScenarioError("given: either a landlord or an organisation; others stand under « also: »")
    return {
        "accounts": (*(mains or [LandlordGiven()]), *taken.get("also", ())),
        "campaign": taken.get("campaign", "open"),
        "signed_in": taken.get("signed_in", True),
        "desk": taken.get("desk", "open"),
        "queue": taken.get("queue", 0),
    }


def _also(written: Any) -> LandlordGiven | OrganisationGiven:
    taken = take(written, "given, also", {"landlord": _landlord, "organisation": _organisation})
    if len(taken) != 1:
        raise ScenarioError("given, also: one landlord or one organisation a line")
    account: LandlordGiven | OrganisationGiven = next(iter(taken.values()))
    return account


def _landlord(written: Any) -> LandlordGiven:
    known: Readers = {
        "name": text,
        "tenants": _tenants,
        "fill_up_to": int,
        "state": UserState,
        "departement": text,
    }
    taken = take(written, "landlord", known)
    if "fill_up_to" in taken:
        given = taken.get("tenants", USUAL_TENANTS)
        taken["tenants"] = (*given, *invented_tenants(taken.pop("fill_up_to") - len(given)))
    return LandlordGiven(**taken)


def _organisation(written: Any) -> OrganisationGiven:
    known: Readers = {
        "name": text,
        "groups": lambda value: {name: _group(name, group) for name, group in value.items()},
        "users": lambda value: {name: tuple(map(text, groups)) for name, groups in value.items()},
        "managers": lambda value: tuple(map(text, one_or_many(value))),
        "tenants": _tenants,
    }
    return OrganisationGiven(**take(written, "organisation", known))


def _group(name: str, written: Any) -> GroupGiven:
    taken = take(written, f"group {name}", {"type": DwellingType, "departements": lambda value: list(map(text, value))})
    return GroupGiven(taken["type"], taken["departements"])


def _tenants(written: Any) -> tuple[TenantGiven, ...]:
    known: Readers = {
        "name": text,
        "address": text,
        "since": _date,
        "last_year_rent": _euros,
        "this_year_rent": _euros,
        "co_tenants": int,
        "group": text,
    }
    return tuple(TenantGiven(**take(tenant, "tenant", known)) for tenant in one_or_many(written))


def _turn(written: Any, number: int) -> Turn:
    known: Readers = {
        "user": text,
        "press": text,
        "again": bool,
        "reopen": bool,
        "news": bool,
        "meanwhile": _meanwhile,
        "as": text,
        "in": text,
        "bot": read_expectations,
        "database": read_facts,
        "problem": int,
    }
    taken = take(written, f"turn {number}", known)
    done = [key for key in ACTIONS if key in taken]
    if len(done) > 1:
        raise ScenarioError(f"turn {number}: « {done[0]} » and « {done[1]} » are two turns")
    if not taken or taken.keys() <= {"as", "in"}:
        raise ScenarioError(f"turn {number}: nothing is done and nothing is expected")
    if not done and "problem" in taken:
        raise ScenarioError(f"turn {number}: a problem answers something that is said")
    return Turn(number=number, speaker=taken.pop("as", None), tab=taken.pop("in", ""), **taken)


def _meanwhile(written: Any) -> Meanwhile:
    known: Readers = {
        "close_user": text,
        "leave_groups": text,
        "withdraw_role": text,
        "campaign": lambda value: _one_of(value, CAMPAIGNS),
        "adviser": read_act,
        "desk": lambda value: _one_of(value, ("closes",)),
    }
    return Meanwhile(**take(written, "meanwhile", known))


def _one_of(value: Any, values: Sequence[str]) -> str:
    if value not in values:
        raise ValueError(f"one of {', '.join(values)} is expected, not « {value} »")
    return str(value)


def _date(value: Any) -> date:
    if isinstance(value, date):
        return value
    return date.fromisoformat(text(value))


def _euros(value: Any) -> Decimal:
    return Decimal(str(value))
