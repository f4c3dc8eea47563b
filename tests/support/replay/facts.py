"""What the database must hold after a turn.

| written | means |
|---|---|
| `declaration: none` | nothing is declared of any tenant of the landlord this year |
| `declaration: {tenant: …, state: draft, …}` | this year's declaration of that tenant; a sole one needs no `tenant` |
| `declarations: 2` | how many there are this year, drafts included |
| `tenancy: {tenant: …, ended_on: …}` | what is known of the tenancy |
| `audited: 1` | how many transmissions the audit trail holds |
| `adviser_requests: 1` | how many times an adviser was asked for |
| `adviser_reason: replace_administrator` | why the adviser was asked for last |
| `request: {kind: live, state: waiting, …}` | the last request for an adviser |
| `floor: waiting` | who answers next in the conversation that was opened last |
| `users: 3` | how many can sign in, or will, or could once |
| `user: {name: …, email: …, groups: […], state: …}` | a user of the accounts |
| `mails: 2` | how many emails wait in the outbox for these users |
| `conversations_kept: 1` | of how many of the conversations held there is anything left |
| `recovery_requests: 1` | how many times « Identifiant perdu » or « Mot de passe oublié » was asked for |

Only the rows of the accounts given in the conversation count; of requests that name nobody, those made in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import false, func, or_, select

from offre_bailleurs.chat_tables import conversation, events
from offre_bailleurs.models import (
    AuditEvent,
    Declaration,
    DeclarationState,
    MessageKind,
    OutboxMessage,
    OutboxState,
    PortalUser,
    RecoveryRequest,
    Situation,
    UserState,
    WorkingMode,
)
from tests.support.replay.desk_facts import OF_THE_DESK, count_requests
from tests.support.replay.reading import ScenarioError, take, text
from tests.support.replay.rows import NONE, Fact, Getter, Reader, Rows, differences, or_none

GIVEN = "given"
_STATES = {"draft": DeclarationState.IN_PROGRESS, "transmitted": DeclarationState.TRANSMITTED}


@dataclass(frozen=True)
class DeclarationIs(Fact):
    """This year's declaration of a tenant has these values; `values` None: there is none at all."""

    tenant: str | None
    values: Mapping[str, Any] | None

    def mismatches(self, rows: Rows) -> list[str]:
        found = [each for each in rows.declarations() if self.tenant in (None, each.tenancy.tenant_name)]
        whose = f"of {self.tenant}" if self.tenant else "of any tenant"
        if self.values is None:
            return [f"there is a declaration {whose}: {_state(found[0])}"] if found else []
        if not found:
            return [f"there is no declaration {whose}"]
        if len(found) > 1:
            return [f"there are {len(found)} declarations: say whose is meant with « tenant: »"]
        return differences(f"declaration {whose}", found[0], self.values, _DECLARATION)


@dataclass(frozen=True)
class TenancyIs(Fact):
    """A tenancy has these values."""

    tenant: str
    values: Mapping[str, Any]

    def mismatches(self, rows: Rows) -> list[str]:
        tenancy = rows.tenancy(self.tenant)
        if tenancy is None:
            return [f"there is no tenancy of {self.tenant}"]
        return differences(f"tenancy of {self.tenant}", tenancy, self.values, _TENANCY)


@dataclass(frozen=True)
class UserIs(Fact):
    """A user has these values."""

    name: str
    values: Mapping[str, Any]

    def mismatches(self, rows: Rows) -> list[str]:
        users = rows.session.scalars(select(PortalUser).where(PortalUser.id.in_(rows.users())))
        found = [user for user in users if user.full_name == self.name]
        if len(found) != 1:
            return [f"there are {len(found)} users called {self.name}, not one"]
        return differences(f"user {self.name}", found[0], self.values, _USER)


@dataclass(frozen=True)
class Count(Fact):
    """How many rows of a kind there are."""

    kind: str
    count: int

    def mismatches(self, rows: Rows) -> list[str]:
        found = _COUNTS[self.kind](rows)
        return [] if found == self.count else [f"{self.kind}: {found}, not {self.count}"]


def read_facts(written: Any) -> tuple[Fact, ...]:
    """The facts that stand under `database:`.

    Raises:
        ScenarioError: one is not known.
    """
    known: Mapping[str, Callable[[Any], Fact]] = {
        "declaration": _declaration,
        "tenancy": _tenancy,
        "user": _user,
        **OF_THE_DESK,
        **{kind: partial(_count, kind) for kind in _COUNTS},
    }
    return tuple(take(written, "database", known).values())


def _count(kind: str, written: Any) -> Fact:
    return Count(kind, int(written))


def _declaration(written: Any) -> Fact:
    if written == NONE:
        return DeclarationIs(None, None)
    taken = take(
        written, "declaration", {"tenant": text, **{name: reader for name, (reader, _) in _DECLARATION.items()}}
    )
    tenant = taken.pop("tenant", None)
    if taken.get("state") == NONE:
        return DeclarationIs(tenant, None)
    return DeclarationIs(tenant, taken)


def _tenancy(written: Any) -> Fact:
    taken = take(written, "tenancy", {"tenant": text, **{name: reader for name, (reader, _) in _TENANCY.items()}})
    if "tenant" not in taken:
        raise ScenarioError("tenancy: whose? « tenant: » is needed")
    return TenancyIs(taken.pop("tenant"), taken)


def _user(written: Any) -> Fact:
    taken = take(written, "user", {"name": text, **{name: reader for name, (reader, _) in _USER.items()}})
    if "name" not in taken:
        raise ScenarioError("user: who? « name: » is needed")
    return UserIs(taken.pop("name"), taken)


def _date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(text(value))


def _euros(value: Any) -> Decimal:
    return Decimal(str(value))


def _in_euros(cents: int | None) -> Decimal | None:
    return None if cents is None else Decimal(cents) / 100


def _known_state(value: Any) -> str:
    if value not in (*_STATES, NONE):
        raise ValueError(f"draft, transmitted or none is expected, not « {value} »")
    return str(value)


def _state(declaration: Declaration) -> str:
    return next(name for name, state in _STATES.items() if state is declaration.state)


_DECLARATION: Mapping[str, tuple[Reader, Getter]] = {
    "state": (_known_state, _state),
    "situation": (or_none(Situation), lambda row: row.situation),
    "situation_on": (or_none(_date), lambda row: row.situation_on),
    "unpaid": (or_none(_euros), lambda row: _in_euros(row.unpaid_cents)),
    "unpaid_since": (or_none(_date), lambda row: row.unpaid_since),
    "co_tenants": (or_none(int), lambda row: row.co_tenant_count),
    "july_rent": (or_none(_euros), lambda row: _in_euros(row.july_rent_cents)),
    "confirmed": (bool, lambda row: row.unusual_rent_confirmed),
    "by": (or_none(text), lambda row: row.submitted_by.full_name if row.submitted_by else None),
    "reference": (or_none(text), lambda row: GIVEN if row.reference else None),
}
_TENANCY: Mapping[str, tuple[Reader, Getter]] = {
    "ended_on": (or_none(_date), lambda row: row.ended_on),
    "co_tenants": (int, lambda row: row.co_tenant_count),
}

_USER: Mapping[str, tuple[Reader, Getter]] = {
    "login": (text, lambda row: row.login),
    "email": (or_none(text), lambda row: row.email),
    "phone": (or_none(text), lambda row: row.phone),
    "groups": (lambda value: sorted(map(text, value)), lambda row: sorted(group.name for group in row.groups)),
    "state": (UserState, lambda row: row.state),
    "opens_on": (or_none(_date), lambda row: row.opens_on),
    "closes_on": (or_none(_date), lambda row: row.closes_on),
    "working_mode": (or_none(WorkingMode), lambda row: row.working_mode),
    "administrator": (bool, lambda row: row.is_administrator),
    "manager": (bool, lambda row: row.is_authorisation_manager),
}


def _audited(rows: Rows) -> int:
    query = select(func.count(AuditEvent.id)).where(
        AuditEvent.action == "declaration.transmitted", AuditEvent.actor_id.in_(rows.users())
    )
    return rows.session.scalar(query) or 0


def _mails(rows: Rows) -> int:
    query = select(func.count(OutboxMessage.id)).where(
        OutboxMessage.portal_user_id.in_(rows.users()),
        OutboxMessage.kind == MessageKind.EMAIL,
        OutboxMessage.state == OutboxState.WAITING,
    )
    return rows.session.scalar(query) or 0


def _recovery_requests(rows: Rows) -> int:
    of_conversations = [
        RecoveryRequest.request_key.startswith(f"{each}/", autoescape=True) for each in rows.conversation_ids()
    ]
    return rows.session.scalar(select(func.count(RecoveryRequest.id)).where(or_(false(), *of_conversations))) or 0


def _conversations_kept(rows: Rows) -> int:
    ids = rows.conversation_ids()
    told = [*rows.session.scalars(select(conversation.c.id).where(conversation.c.id.in_(ids)))]
    told += rows.session.scalars(select(events.c.sender_id).where(events.c.sender_id.in_(ids)))
    return len(set(told))


_COUNTS: Mapping[str, Callable[[Rows], int]] = {
    "declarations": lambda rows: len(rows.declarations()),
    "audited": _audited,
    "adviser_requests": count_requests,
    "users": lambda rows: len(rows.users()),
    "mails": _mails,
    "recovery_requests": _recovery_requests,
    "conversations_kept": _conversations_kept,
}
