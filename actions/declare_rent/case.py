"""What a turn of the journey stands on, read from the database: who speaks, the campaign, the tenancy, the draft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy.orm import Session

from actions.exchange import Exchange
from offre_bailleurs.access import Viewer, viewer
from offre_bailleurs.campaigns import current_campaign, next_campaign, today
from offre_bailleurs.declarations import (
    Asked,
    DeclarationClosed,
    asked_of,
    fingerprint,
    is_concerned,
    is_transmitted,
    open_draft,
)
from offre_bailleurs.french.format import long_date
from offre_bailleurs.models import Campaign, Declaration, Tenancy
from offre_bailleurs.tenant_lookup import Register

TENANCY_SLOT = "tenancy_id"
ANSWER_SLOTS = ("situation", "situation_on", "unpaid_amount", "unpaid_since", "co_tenant_count", "july_rent")
TENANCY_SLOTS = (
    TENANCY_SLOT,
    "tenant",
    *ANSWER_SLOTS,
    "summary",
    "last_given",
    "draft_is_new",
    "situation_changes",
    "tenant_query",
)
"""What a conversation remembers of the tenancy under way."""
JOURNEY_SLOTS = (*TENANCY_SLOTS, "declare_rent_outcome", "misunderstandings")
"""Every slot of the journey but `declare_rent_ready`: reset by name at its start and end. None bears the identity."""


@dataclass
class Case:
    """One turn's view of the journey, inside one transaction."""

    session: Session
    viewer: Viewer
    campaign: Campaign
    today: date
    tenancy: Tenancy | None = None
    declaration: Declaration | None = None
    last_year_cents: int | None = None

    def choose(self, exchange: Exchange, tenancy: Tenancy) -> None:
        """Work on this tenancy from now on."""
        asked = asked_of(self.session, self.viewer, tenancy.id, self.campaign)
        if asked is None:
            raise LookupError("a tenancy is chosen among those that may be seen")
        self.take(asked)
        exchange.set(**dict.fromkeys(TENANCY_SLOTS))
        exchange.set(
            **{TENANCY_SLOT: str(tenancy.id), "tenant": tenancy.tenant_name, "draft_is_new": self.declaration is None}
        )

    def take(self, asked: Asked) -> None:
        """Have this tenancy under way."""
        self.tenancy, self.declaration = asked.tenancy, asked.declaration
        self.last_year_cents = asked.last_year_cents

    def leave_tenancy(self, exchange: Exchange) -> None:
        """Work on no tenancy: the next question is whose rent it is."""
        self.tenancy = self.declaration = self.last_year_cents = None
        exchange.set(**dict.fromkeys(TENANCY_SLOTS))

    def draft(self) -> Declaration:
        """The declaration to write in.

        Raises:
            LookupError: no tenancy is chosen.
            DeclarationClosed: it is transmitted.
        """
        if self.tenancy is None:
            raise LookupError("no tenancy is chosen")
        if is_transmitted(self.declaration):
            raise DeclarationClosed
        if self.declaration is None:
            self.declaration = open_draft(self.session, self.viewer, self.tenancy, self.campaign)
        return self.declaration

    def was_transmitted(self) -> Declaration | None:
        """The declaration, when another conversation or a colleague has transmitted it meanwhile; until the end of the
        transaction nobody else does."""
        if self.declaration is not None:
            self.session.refresh(self.declaration, with_for_update=True)
        return self.declaration if is_transmitted(self.declaration) else None

    @cached_property
    def register(self) -> Register:
        """Where to search the tenancies that the campaign concerns and this person may see."""
        return Register(self.session, self.viewer, is_concerned(self.campaign))

    def mirror(self, exchange: Exchange) -> None:
        """Show the draft in the conversation's slots. They are a picture: nothing is ever read back from them."""
        draft = self.declaration
        self.session.flush()  # a new draft gets the ids that its summary is named after
        exchange.set(
            situation=draft.situation.value if draft and draft.situation else None,
            situation_on=draft.situation_on.isoformat() if draft and draft.situation_on else None,
            unpaid_amount=draft.unpaid_cents if draft else None,
            unpaid_since=draft.unpaid_since.isoformat() if draft and draft.unpaid_since else None,
            co_tenant_count=draft.co_tenant_count if draft else None,
            july_rent=draft.july_rent_cents if draft else None,
            summary=fingerprint(draft) if draft else None,
        )


def open_case(session: Session, exchange: Exchange) -> Case | None:
    """The case of this turn; None, once the reason is said, when this person cannot declare now."""
    if exchange.turn.user_id is None:
        exchange.say("utter_declare_rent_sign_in")
        return None
    who = viewer(session, exchange.turn.user_id)
    if who is None:
        exchange.say("utter_declare_rent_no_right")
        return None
    day = today()
    status = current_campaign(session, day)
    if status.campaign is None or not status.is_open:
        _say_when_it_opens(session, exchange, status.campaign, day)
        return None
    case = Case(session, who, status.campaign, day)
    chosen = exchange.slot(TENANCY_SLOT)
    if chosen is not None:
        asked = asked_of(session, who, int(chosen), status.campaign)
        if asked is None:
            exchange.say("utter_declare_rent_no_right")
            return None
        case.take(asked)
    return case


def _say_when_it_opens(session: Session, exchange: Exchange, latest: Campaign | None, day: date) -> None:
    coming = next_campaign(session, day)
    if coming is not None:
        exchange.say("utter_declare_rent_not_open", year=coming.year, opens_on=long_date(coming.opens_on))
    elif latest is not None and latest.closes_on is not None:
        exchange.say("utter_declare_rent_closed", year=latest.year, closed_on=long_date(latest.closes_on))
    else:
        exchange.say("utter_declare_rent_no_campaign")
