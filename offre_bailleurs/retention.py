"""How long each thing that concerns a person is kept: the one place that decides it.

`bailleurs purge` deletes by it, the notice tells it (`notice`), docs/privacy.md lists it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from offre_bailleurs.campaigns import today
from offre_bailleurs.database import now
from offre_bailleurs.settings import Settings

MAIL_KEPT: Final = timedelta(days=30)
"""How long the outbox remembers what it sent, and how long an answered request for a lost access is remembered."""
REQUESTS_KEPT: Final = timedelta(days=30)
"""How long who asked for an adviser, and what they wrote, is remembered once the request is closed."""


@dataclass(frozen=True)
class Limits:
    """What happened before these moments is kept no longer."""

    conversations: datetime
    """Ended before."""
    requests: datetime
    """Closed before."""
    mail: datetime
    """Posted, or answered, before."""
    sentences: date
    """Said before."""
    campaigns: int | None
    """Declared for the July of a year before this one; None: all are kept."""


def limits(settings: Settings) -> Limits:
    """Today's, under these settings.

    A declaration is kept to the end of the last calendar year of its time, never before the next campaign, which shows
    last year's rent.
    """
    moment, day, years = now(), today(), settings.declaration_retention_years
    return Limits(
        conversations=moment - timedelta(days=settings.conversation_retention_days),
        requests=moment - REQUESTS_KEPT,
        mail=moment - MAIL_KEPT,
        sentences=day - timedelta(days=settings.sentence_retention_days),
        campaigns=day.year - years if years else None,
    )
