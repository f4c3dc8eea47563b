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
| `users: 3` | how many can sign in, or will, or could once |
| `user: {name: …, email: …, groups: […], state: …}` | a user of the accounts |
| `mails: 2` | how many emails wait in the outbox for these users |
| `recovery_requests: 1` | how many times « Identifiant perdu » or « Mot de passe oublié » was asked for |

Only the rows of the accounts given in the conversation count; of requests that name nobody, those made in it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import jwt
from sqlalchemy import false, func, or_, select
from sqlalchemy.orm import Session

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
    SupportRequest,
    Tenancy,
    UserState,
    WorkingMode,
)
from tests.support.replay.reading import ScenarioError, take, text
from tests.support.world import campaign_year

NONE = "none"
GIVEN = "given"
_STATES = {"draft": DeclarationState.IN_PROGRESS, "transmitted": DeclarationState.TRANSMITTED}


@dataclass(frozen=True)
class Rows:
    """Where to look."""

    session: Session
    account_ids: Sequence[int]
    conversation_tokens: Sequence[str] = ()

    def declarations(self) -> list[Declaration]:
        """This year's, of the accounts given."""
        return list(
            self.session.scalars(
                select(Declaration)
                .join(Declaration.tenancy)
                .join(Declaration.campaign)
                .where(Tenancy.account_id.in_(self.account_ids))
                .where(Declaration.campaign.has(year=campaign_year()))
                .order_by(Declaration.id)
            )
        )

    def tenancy(self, name: str) -> Tenancy | None:
        """The tenancy of a tenant."""
        tenancies = self.session.scalars(select(Tenancy).where(Tenancy.account_id.in_(self.account_ids)))
        return next((tenancy for tenancy in tenancies if tenancy.tenant_name == name), None)

    def conversation_ids(self) -> list[str]:
        """Of the conversations held. A token's signature is the chat's own affair."""
        claims = (jwt.decode(token, options={"verify_signature": False}) for token in self.conversation_tokens)
        return [str(each["sub"]) for each in claims]

    def users(self) -> list[int]:
        """Everybody of the accounts."""
        return list(self.session.scalars(select(PortalUser.id).where(PortalUser.account_id.in_(self.account_ids))))


class Fact(ABC):
    """Something that holds, or not, of the database."""

    @abstractmethod
    def mismatches(self, rows: Rows) -> list[str]:
        """Why it does not hold, in words for the writer; nothing when it does."""


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
        return _differences(f"declaration {whose}", found[0], self.values, _DECLARATION)


@dataclass(frozen=True)
class TenancyIs(Fact):
    """A tenancy has these values."""

    tenant: str
    values: Mapping[str, Any]

    def mismatches(self, rows: Rows) -> list[str]:
        tenancy = rows.tenancy(self.tenant)
        if tenancy is None:
            return [f"there is no tenancy of {self.tenant}"]
        return _differences(f"tenancy of {self.tenant}", tenancy, self.values, _TENANCY)


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
        return _differences(f"user {self.name}", found[0], self.values, _USER)


@dataclass(frozen=True)
class AdviserReasonIs(Fact):
    """The last request for an adviser has this reason."""

    reason: str

    def mismatches(self, rows: Rows) -> list[str]:
        query = select(SupportRequest.reason).where(SupportRequest.portal_user_id.in_(rows.users()))
        found = rows.session.scalar(query.order_by(SupportRequest.id.desc()).limit(1))
        return [] if found == self.reason else [f"adviser_reason: {found}, not {self.reason}"]


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
        "adviser_reason": lambda value: AdviserReasonIs(text(value)),
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


_Reader = Callable[[Any], Any]
_Getter = Callable[[Any], Any]


def _or_none(reader: _Reader) -> _Reader:
    return lambda value: None if value == NONE else reader(value)


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


def _differences(
    what: str, row: Any, values: Mapping[str, Any], known: Mapping[str, tuple[_Reader, _Getter]]
) -> list[str]:
    found = {name: known[name][1](row) for name in values}
    return [
        f"{what}: {name} is {_shown(found[name])}, not {_shown(value)}"
        for name, value in values.items()
        if found[name] != value
    ]


def _shown(value: Any) -> str:
    return NONE if value is None else str(value)


_DECLARATION: Mapping[str, tuple[_Reader, _Getter]] = {
    "state": (_known_state, _state),
    "situation": (_or_none(Situation), lambda row: row.situation),
    "situation_on": (_or_none(_date), lambda row: row.situation_on),
    "unpaid": (_or_none(_euros), lambda row: _in_euros(row.unpaid_cents)),
    "unpaid_since": (_or_none(_date), lambda row: row.unpaid_since),
    "co_tenants": (_or_none(int), lambda row: row.co_tenant_count),
    "july_rent": (_or_none(_euros), lambda row: _in_euros(row.july_rent_cents)),
    "confirmed": (bool, lambda row: row.unusual_rent_confirmed),
    "by": (_or_none(text), lambda row: row.submitted_by.full_name if row.submitted_by else None),
    "reference": (_or_none(text), lambda row: GIVEN if row.reference else None),
}
_TENANCY: Mapping[str, tuple[_Reader, _Getter]] = {
    "ended_on": (_or_none(_date), lambda row: row.ended_on),
    "co_tenants": (int, lambda row: row.co_tenant_count),
}

_USER: Mapping[str, tuple[_Reader, _Getter]] = {
    "login": (text, lambda row: row.login),
    "email": (_or_none(text), lambda row: row.email),
    "phone": (_or_none(text), lambda row: row.phone),
    "groups": (lambda value: sorted(map(text, value)), lambda row: sorted(group.name for group in row.groups)),
    "state": (UserState, lambda row: row.state),
    "opens_on": (_or_none(_date), lambda row: row.opens_on),
    "closes_on": (_or_none(_date), lambda row: row.closes_on),
    "working_mode": (_or_none(WorkingMode), lambda row: row.working_mode),
    "administrator": (bool, lambda row: row.is_administrator),
    "manager": (bool, lambda row: row.is_authorisation_manager),
}


def _audited(rows: Rows) -> int:
    query = select(func.count(AuditEvent.id)).where(
        AuditEvent.action == "declaration.transmitted", AuditEvent.actor_id.in_(rows.users())
    )
    return rows.session.scalar(query) or 0


def _adviser_requests(rows: Rows) -> int:
    query = select(func.count(SupportRequest.id)).where(SupportRequest.portal_user_id.in_(rows.users()))
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


_COUNTS: Mapping[str, Callable[[Rows], int]] = {
    "declarations": lambda rows: len(rows.declarations()),
    "audited": _audited,
    "adviser_requests": _adviser_requests,
    "users": lambda rows: len(rows.users()),
    "mails": _mails,
    "recovery_requests": _recovery_requests,
}
