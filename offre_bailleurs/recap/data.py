"""What a recap says: plain values, read once from a transmitted declaration."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Any

from offre_bailleurs.models import Declaration, DeclarationState, Profile, Situation

JSON_FORMAT = "offre-bailleurs/declaration"
JSON_VERSION = 1
"""Raised when a field of the embedded JSON is renamed, removed or changes its meaning."""


_REFERENCE = re.compile(r"[A-Za-z0-9-]{1,20}")


@dataclass(frozen=True, kw_only=True)
class RecapData:
    """Everything that a recap shows. Amounts are integer cents; `submitted_at` is aware, and kept in UTC.

    `situation_on` is the departure (`LEFT`) or the last day of management (`MANAGEMENT_ENDED`);
    `co_tenant_count` counts every person on the lease, the tenant included. `july_rent_cents` is None when the tenant
    left, or the management ended, before 1 July: the situation and its date are the reason.

    Raises:
        ValueError: the reference cannot name a file, the moment has no time zone, the situation lacks its details, or
            July's rent is missing without a reason.
    """

    reference: str
    submitted_at: datetime
    campaign_year: int
    declarant_name: str
    account_name: str
    profile: Profile
    user_number: str
    tenant_name: str
    dwelling_street: str
    dwelling_postcode: str
    dwelling_city: str
    situation: Situation
    situation_on: date | None = None
    unpaid_cents: int | None = None
    unpaid_since: date | None = None
    co_tenant_count: int | None = None
    july_rent_cents: int | None

    def __post_init__(self) -> None:
        if not _REFERENCE.fullmatch(self.reference):
            raise ValueError(f"{self.reference!r} is not a reference")
        if self.submitted_at.tzinfo is None:
            raise ValueError("the moment of a transmission needs its time zone")
        object.__setattr__(self, "submitted_at", self.submitted_at.astimezone(UTC))
        needed = {
            Situation.LEFT: (self.situation_on,),
            Situation.MANAGEMENT_ENDED: (self.situation_on,),
            Situation.UNPAID_RENT: (self.unpaid_cents, self.unpaid_since),
            Situation.CO_TENANTS: (self.co_tenant_count,),
        }
        if None in needed.get(self.situation, ()):
            raise ValueError(f"the situation {self.situation} lacks its details")
        if self.july_rent_cents is None and not self._ended_before_july:
            raise ValueError("July's rent is missing although it is due")

    @property
    def _ended_before_july(self) -> bool:
        return (
            self.situation in (Situation.LEFT, Situation.MANAGEMENT_ENDED)
            and self.situation_on is not None
            and self.situation_on < date(self.campaign_year, 7, 1)
        )

    @property
    def pdf_name(self) -> str:
        """The file name of the recap."""
        return f"recapitulatif-{self.reference}.pdf"

    @property
    def json_name(self) -> str:
        """The file name of the declaration that the recap embeds."""
        return f"declaration-{self.reference}.json"


def recap_of(declaration: Declaration) -> RecapData:
    """Read the recap of a transmitted declaration, through its tenancy, its campaign and who transmitted it.

    Raises:
        ValueError: the declaration is not transmitted, or not complete.
    """
    sender = declaration.submitted_by
    if (
        declaration.state is not DeclarationState.TRANSMITTED
        or declaration.reference is None
        or declaration.submitted_at is None
        or sender is None
        or declaration.submitted_by_name is None
    ):
        raise ValueError("only a transmitted declaration has a recap")
    if declaration.situation is None:
        raise ValueError("the declaration says nothing of the tenant's situation")
    dwelling = declaration.tenancy.dwelling
    return RecapData(
        reference=declaration.reference,
        submitted_at=declaration.submitted_at,
        campaign_year=declaration.campaign.year,
        declarant_name=declaration.submitted_by_name,
        account_name=sender.partner_account.name,
        profile=sender.partner_account.profile,
        user_number=sender.partner_account.user_number,
        tenant_name=declaration.tenancy.tenant_name,
        dwelling_street=dwelling.street,
        dwelling_postcode=dwelling.postcode,
        dwelling_city=dwelling.city,
        situation=declaration.situation,
        situation_on=declaration.situation_on,
        unpaid_cents=declaration.unpaid_cents,
        unpaid_since=declaration.unpaid_since,
        co_tenant_count=declaration.co_tenant_count,
        july_rent_cents=declaration.july_rent_cents,
    )


def to_json(data: RecapData) -> bytes:
    """The declaration as the recap embeds it: UTF-8 JSON, one key for each field of `RecapData`.

    Dates are ISO 8601, amounts integer cents, absent values null; `format` and `version` say what the file is.
    """
    values: dict[str, Any] = {"format": JSON_FORMAT, "version": JSON_VERSION}
    values |= {field.name: getattr(data, field.name) for field in fields(data)}
    return json.dumps(values, ensure_ascii=False, indent=2, default=_iso).encode() + b"\n"


def _iso(value: object) -> str:
    if isinstance(value, date):  # a datetime is a date too
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a recap")
