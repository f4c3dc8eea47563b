"""Deletes the declarations of campaigns that are kept no longer, drafts that were never transmitted with them.

The recap is drawn from the row and goes with it. The audit trail stays: that somebody transmitted a declaration, when,
under which reference; no name, no address, no amount.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from offre_bailleurs.batches import delete_some
from offre_bailleurs.models import Campaign, Declaration


def purge_declarations(session: Session, before: int, *, only_count: bool = False) -> int:
    """Delete some of the declarations for the July of a year before this one; as `delete_some`."""
    campaigns = select(Campaign.id).where(Campaign.year < before)
    return delete_some(session, Declaration.id, Declaration.campaign_id.in_(campaigns), only_count=only_count)
