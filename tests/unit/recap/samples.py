"""Recaps to test with, one for each thing that a landlord can declare."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from offre_bailleurs.models import Profile, Situation
from offre_bailleurs.recap import RecapData

_ORDINARY: dict[str, Any] = {
    "reference": "OB-2025-000123",
    "submitted_at": datetime(2025, 7, 11, 12, 5, 30, tzinfo=UTC),
    "campaign_year": 2025,
    "declarant_name": "Camille Le Goff",
    "account_name": "Camille Le Goff",
    "profile": Profile.LANDLORD,
    "user_number": "35900007090001",
    "tenant_name": "Éloïse N’Guyen-Lefèvre",
    "dwelling_street": "12 bis rue de l'Abbé-Grégoire",
    "dwelling_postcode": "35000",
    "dwelling_city": "Rennes",
    "situation": Situation.STILL_TENANT,
    "july_rent_cents": 65000,
}


def sample(**changes: Any) -> RecapData:
    """A private landlord whose tenant is still there and pays 650 €, with what the test changes."""
    return RecapData(**(_ORDINARY | changes))


SITUATIONS = {
    "still_tenant": sample(),
    "left": sample(situation=Situation.LEFT, situation_on=date(2025, 6, 15), july_rent_cents=None),
    "left_in_july": sample(situation=Situation.LEFT, situation_on=date(2025, 7, 10), july_rent_cents=20967),
    "unpaid": sample(
        situation=Situation.UNPAID_RENT, unpaid_cents=130050, unpaid_since=date(2025, 5, 1), july_rent_cents=123456
    ),
    "management_ended": sample(
        situation=Situation.MANAGEMENT_ENDED, situation_on=date(2025, 6, 30), july_rent_cents=None
    ),
    "co_tenants": sample(situation=Situation.CO_TENANTS, co_tenant_count=3),
    "zero_rent": sample(july_rent_cents=0),
    "organisation": sample(
        profile=Profile.ORGANISATION,
        account_name="LES OLIVIERS",
        declarant_name="Nadia Benali",
        july_rent_cents=1999999,
    ),
}

WIDEST = sample(
    reference="W" * 20,
    declarant_name="W" * 201,
    account_name="W" * 200,
    tenant_name="W" * 201,
    dwelling_street="W" * 200,
    dwelling_city="W" * 100,
    situation=Situation.UNPAID_RENT,
    unpaid_cents=100_000_000,
    unpaid_since=date(2025, 5, 1),
    july_rent_cents=1_997_797,
)
"""Every text as long as the database holds it, in the widest letter."""
