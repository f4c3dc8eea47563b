"""Where the facts of a conversation are looked for, and how rows are compared with what is written."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jwt
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from offre_bailleurs.models import Declaration, PortalUser, SupportRequest, Tenancy
from tests.support.world import campaign_year

NONE = "none"


def conversation_id(token: str) -> str:
    """The conversation of a token, whose signature is the chat's own affair."""
    return str(jwt.decode(token, options={"verify_signature": False})["sub"])


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
        """Of the conversations held."""
        return list(map(conversation_id, self.conversation_tokens))

    def of_adviser(self) -> ColumnElement[bool]:
        """Requests for an adviser: of these people, or made in these conversations."""
        return or_(
            SupportRequest.portal_user_id.in_(self.users()),
            SupportRequest.conversation_id.in_(self.conversation_ids()),
        )

    def users(self) -> list[int]:
        """Everybody of the accounts."""
        return list(self.session.scalars(select(PortalUser.id).where(PortalUser.account_id.in_(self.account_ids))))


class Fact(ABC):
    """Something that holds, or not, of the database."""

    @abstractmethod
    def mismatches(self, rows: Rows) -> list[str]:
        """Why it does not hold, in words for the writer; nothing when it does."""


Reader = Callable[[Any], Any]
Getter = Callable[[Any], Any]


def or_none(reader: Reader) -> Reader:
    return lambda value: None if value == NONE else reader(value)


def differences(
    what: str, row: Any, values: Mapping[str, Any], known: Mapping[str, tuple[Reader, Getter]]
) -> list[str]:
    found = {name: known[name][1](row) for name in values}
    return [
        f"{what}: {name} is {shown(found[name])}, not {shown(value)}"
        for name, value in values.items()
        if found[name] != value
    ]


def shown(value: Any) -> str:
    return NONE if value is None else str(value)
