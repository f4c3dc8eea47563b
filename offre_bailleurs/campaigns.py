"""Which July the Caf asks for at present."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from offre_bailleurs.database import now
from offre_bailleurs.french.format import PARIS
from offre_bailleurs.models import Campaign


def today() -> date:
    """The date in France, where the campaigns open and close."""
    return in_paris(now()).date()


def in_paris(moment: datetime) -> datetime:
    """The same moment as a clock in France shows it."""
    return moment.astimezone(PARIS)


@dataclass(frozen=True)
class CampaignStatus:
    """The latest campaign and whether one can declare in it. No campaign at all: `campaign` is None."""

    campaign: Campaign | None
    is_open: bool

    @property
    def is_closed(self) -> bool:
        """It was open and no longer is, as opposed to not open yet."""
        return self.campaign is not None and not self.is_open


def current_campaign(session: Session, day: date) -> CampaignStatus:
    """The latest campaign whose opening is not after a day; open until its closing day, included, if it has one."""
    campaign = session.scalar(
        select(Campaign).where(Campaign.opens_on <= day).order_by(Campaign.opens_on.desc()).limit(1)
    )
    is_open = campaign is not None and (campaign.closes_on is None or day <= campaign.closes_on)
    return CampaignStatus(campaign, is_open)


def next_campaign(session: Session, day: date) -> Campaign | None:
    """The first campaign that opens after a day, when it is already known."""
    return session.scalar(select(Campaign).where(Campaign.opens_on > day).order_by(Campaign.opens_on).limit(1))
