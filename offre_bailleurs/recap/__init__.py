"""The recap that a landlord keeps: what was transmitted, on one page."""

from datetime import UTC, datetime

from offre_bailleurs.models import Profile, Situation
from offre_bailleurs.recap.data import RecapData, recap_of
from offre_bailleurs.recap.pdf import render_recap

__all__ = ["RecapData", "recap_of", "render_recap", "warm_up"]


def warm_up() -> None:
    """Render a recap of nobody: the fonts are read and cut before the first landlord waits (`paper.embedding`)."""
    render_recap(
        RecapData(
            reference="OB-2000-000000",
            submitted_at=datetime(2000, 7, 1, tzinfo=UTC),
            campaign_year=2000,
            declarant_name="-",
            account_name="-",
            profile=Profile.LANDLORD,
            user_number="0" * 14,
            tenant_name="-",
            dwelling_street="-",
            dwelling_postcode="00000",
            dwelling_city="-",
            situation=Situation.STILL_TENANT,
            july_rent_cents=0,
        )
    )
