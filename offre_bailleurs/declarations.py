"""A declaration from its first answer to «Valider».

The draft in the database is the only truth: what is still to be asked, what the summary shows and what is
transmitted are all read from it, never from what a conversation remembers.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from offre_bailleurs.access import Viewer, own_tenancies, visible_tenancies, visible_tenancy
from offre_bailleurs.audit import record
from offre_bailleurs.campaigns import current_campaign
from offre_bailleurs.database import now
from offre_bailleurs.models import Campaign, Declaration, DeclarationState, Situation, Tenancy

HIGHEST_RENT_CENTS = 2_000_000
"""A July rent above 20,000 € is refused as a typing error."""
HIGHEST_UNPAID_CENTS = 100_000_000
"""An unpaid amount above 1,000,000 € is refused as a typing error."""
UNUSUAL_CHANGE_PERCENT = 30
"""A July rent further than this from last year's is asked to be confirmed."""
HIGHEST_CO_TENANT_COUNT = 20

_Before = aliased(Declaration)
_DATED = (Situation.LEFT, Situation.MANAGEMENT_ENDED)


class Question(StrEnum):
    """What a declaration still needs, in the order in which it is asked."""

    SITUATION = "situation"
    SITUATION_ON = "situation_on"
    UNPAID_AMOUNT = "unpaid_amount"
    UNPAID_SINCE = "unpaid_since"
    CO_TENANT_COUNT = "co_tenant_count"
    JULY_RENT = "july_rent"
    UNUSUAL_RENT = "unusual_rent"


class Refusal(StrEnum):
    """Why a value cannot be declared."""

    IN_FUTURE = "in_future"
    BEFORE_TENANCY = "before_tenancy"
    NEGATIVE = "negative"
    ZERO = "zero"
    TOO_LARGE = "too_large"


class Refused(ValueError):
    """A value was refused; the draft is as it was."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason.value)
        self.reason = reason


class DeclarationClosed(ValueError):
    """The declaration is transmitted: nothing of it changes any more."""


# --- Reading -----------------------------------------------------------------------------------------------------


def find_declaration(session: Session, tenancy_id: int, campaign: Campaign) -> Declaration | None:
    """The declaration of a tenancy in a campaign, draft or transmitted; None: « à déclarer »."""
    return session.scalar(
        select(Declaration).where(Declaration.tenancy_id == tenancy_id, Declaration.campaign_id == campaign.id)
    )


@dataclass(frozen=True)
class Asked:
    """A tenancy as a campaign asks for it."""

    tenancy: Tenancy
    declaration: Declaration | None
    last_year_cents: int | None
    """The July rent transmitted for the year before, in cents; None when there was none."""


def asked_of(session: Session, viewer: Viewer, tenancy_id: int, campaign: Campaign) -> Asked | None:
    """One tenancy with its declaration and last year's rent; None when it is not the viewer's to see."""
    same = (Declaration.tenancy_id == Tenancy.id) & (Declaration.campaign_id == campaign.id)
    last_year = _last_year_rent(campaign).where(_Before.tenancy_id == Tenancy.id).correlate(Tenancy).scalar_subquery()
    query = visible_tenancies(viewer).outerjoin(Declaration, same).add_columns(Declaration, last_year)
    row = session.execute(query.where(Tenancy.id == tenancy_id)).one_or_none()
    return None if row is None else Asked(*row)


def last_year_rent(session: Session, tenancy_id: int, campaign: Campaign) -> int | None:
    """The July rent transmitted for the year before a campaign, in cents; None when there was none."""
    return session.scalar(_last_year_rent(campaign).where(_Before.tenancy_id == tenancy_id))


def _last_year_rent(campaign: Campaign) -> Select[int | None]:
    return (
        select(_Before.july_rent_cents)
        .join(_Before.campaign)
        .where(Campaign.year == campaign.year - 1, _Before.state == DeclarationState.TRANSMITTED)
    )


def declarable(
    session: Session, viewer: Viewer, campaign: Campaign, *, most: int | None = None
) -> list[tuple[Tenancy, Declaration | None]]:
    """The tenancies that a campaign concerns, as the viewer may see them, each with its declaration if any.

    In the alphabet's order; at most `most`. A tenancy that began after July, or that the Caf knew to have ended before
    July, is not asked for.
    """
    return _listed(session, _with_declaration(viewer, campaign).limit(most))


def remaining(
    session: Session, viewer: Viewer, campaign: Campaign, *, most: int
) -> list[tuple[Tenancy, Declaration | None]]:
    """Of the `declarable`, the first that still wait for their «Valider»."""
    return _listed(session, _with_declaration(viewer, campaign).where(is_waiting(campaign)).limit(most))


def transmitted(
    session: Session, viewer: Viewer, campaign: Campaign, *, most: int
) -> list[tuple[Tenancy, Declaration | None]]:
    """Of the `declarable`, the first that were transmitted."""
    return _listed(session, _with_declaration(viewer, campaign).where(~is_waiting(campaign)).limit(most))


def has_declarable(session: Session, viewer: Viewer, campaign: Campaign) -> bool:
    """Whether a campaign concerns any tenancy of the viewer's."""
    query = visible_tenancies(viewer).where(is_concerned(campaign)).with_only_columns(Tenancy.id).order_by(None)
    return session.scalar(query.limit(1)) is not None


@dataclass(frozen=True)
class Progress:
    """How many of a viewer's tenancies a campaign concerns, and how many of those still wait for their «Valider»."""

    concerned: int
    waiting: int


def progress(session: Session, viewer: Viewer, campaign: Campaign) -> Progress:
    """Count a viewer's tenancies in a campaign: one walk through one index, however many declarations there are."""
    query = own_tenancies(viewer, func.count(Tenancy.id), func.count(Tenancy.id).filter(is_waiting(campaign)))
    concerned, waiting = session.execute(query.where(is_concerned(campaign))).one()
    return Progress(concerned, waiting)


def remaining_count(session: Session, viewer: Viewer, campaign: Campaign) -> int:
    """How many of the viewer's tenancies still wait for their «Valider»."""
    return progress(session, viewer, campaign).waiting


def drafts_of(session: Session, viewer: Viewer, campaign: Campaign, *, most: int | None = None) -> list[Declaration]:
    """The drafts that this person left, the latest first; at most `most`."""
    visible = visible_tenancies(viewer).where(Tenancy.id == Declaration.tenancy_id).order_by(None)
    return list(
        session.scalars(
            select(Declaration)
            .where(
                Declaration.campaign_id == campaign.id,
                Declaration.state == DeclarationState.IN_PROGRESS,
                Declaration.updated_by_id == viewer.user_id,
                visible.with_only_columns(Tenancy.id).correlate(Declaration).exists(),
            )
            .options(joinedload(Declaration.tenancy))
            .order_by(Declaration.updated_at.desc(), Declaration.id.desc())
            .limit(most)
        )
    )


def is_transmitted(declaration: Declaration | None) -> bool:
    """«Valider» was carried out."""
    return declaration is not None and declaration.state is DeclarationState.TRANSMITTED


def rent_is_due(declaration: Declaration) -> bool:
    """False when the tenant left, or the management ended, before 1 July: then no July rent is asked."""
    return not (
        declaration.situation in _DATED
        and declaration.situation_on is not None
        and declaration.situation_on < declaration.campaign.first_of_july
    )


def is_unusual(july_rent_cents: int, last_year_cents: int | None) -> bool:
    """A rent of zero, or further than `UNUSUAL_CHANGE_PERCENT` from last year's."""
    if july_rent_cents == 0:
        return True
    if not last_year_cents:
        return False
    return abs(july_rent_cents - last_year_cents) * 100 > UNUSUAL_CHANGE_PERCENT * last_year_cents


def next_question(declaration: Declaration | None, last_year_cents: int | None) -> Question | None:
    """What to ask next; None when the declaration is complete."""
    if declaration is None or declaration.situation is None:
        return Question.SITUATION
    if declaration.situation in _DATED and declaration.situation_on is None:
        return Question.SITUATION_ON
    if declaration.situation is Situation.UNPAID_RENT:
        if declaration.unpaid_cents is None:
            return Question.UNPAID_AMOUNT
        if declaration.unpaid_since is None:
            return Question.UNPAID_SINCE
    if declaration.situation is Situation.CO_TENANTS and declaration.co_tenant_count is None:
        return Question.CO_TENANT_COUNT
    if not rent_is_due(declaration):
        return None
    if declaration.july_rent_cents is None:
        return Question.JULY_RENT
    if is_unusual(declaration.july_rent_cents, last_year_cents) and not declaration.unusual_rent_confirmed:
        return Question.UNUSUAL_RENT
    return None


def fingerprint(declaration: Declaration) -> str:
    """Names the content of a summary: «Valider» transmits what was shown, or nothing."""
    content = (
        declaration.tenancy_id,
        declaration.campaign_id,
        declaration.situation,
        declaration.situation_on,
        declaration.unpaid_cents,
        declaration.unpaid_since,
        declaration.co_tenant_count,
        declaration.july_rent_cents,
    )
    return hashlib.sha256(repr([None if part is None else str(part) for part in content]).encode()).hexdigest()[:16]


# --- Drafting ----------------------------------------------------------------------------------------------------


def open_draft(session: Session, viewer: Viewer, tenancy: Tenancy, campaign: Campaign) -> Declaration:
    """The draft to write in: the one that stands, or a new one.

    Raises:
        DeclarationClosed: it is already transmitted.
    """
    declaration = _locked(session, tenancy.id, campaign)
    if declaration is None:
        declaration = Declaration(tenancy=tenancy, campaign=campaign, state=DeclarationState.IN_PROGRESS)
        declaration.updated_by_id, declaration.updated_at = viewer.user_id, now()
        session.add(declaration)
        return declaration
    if is_transmitted(declaration):
        raise DeclarationClosed
    declaration.updated_by_id = viewer.user_id
    declaration.updated_at = now()
    return declaration


def discard_draft(session: Session, viewer: Viewer, tenancy_id: int, campaign: Campaign) -> None:
    """Forget a draft that the viewer may see; a transmitted declaration stays as it is."""
    if visible_tenancy(session, viewer, tenancy_id) is None:
        return
    declaration = _locked(session, tenancy_id, campaign)
    if declaration is not None and not is_transmitted(declaration):
        session.delete(declaration)


def set_situation(declaration: Declaration, situation: Situation) -> None:
    """Say how the tenant's situation is; details of another situation are forgotten."""
    if declaration.situation is situation:
        return
    declaration.situation = situation
    declaration.situation_on = None
    declaration.unpaid_cents = None
    declaration.unpaid_since = None
    declaration.co_tenant_count = None


def clear_situation(declaration: Declaration) -> None:
    """Ask for the situation anew."""
    declaration.situation = None
    declaration.situation_on = declaration.unpaid_since = None
    declaration.unpaid_cents = declaration.co_tenant_count = None


def set_situation_on(declaration: Declaration, day: date, *, today: date) -> None:
    """Date the departure, or the end of management.

    Raises:
        Refused: the day is in the future or before the tenancy.
    """
    declaration.situation_on = _happened(declaration, day, today)
    if not rent_is_due(declaration):
        clear_rent(declaration)


def set_unpaid_amount(declaration: Declaration, cents: int) -> None:
    """Give the amount owed.

    Raises:
        Refused: it is not positive, or beyond belief.
    """
    if cents == 0:
        raise Refused(Refusal.ZERO)
    declaration.unpaid_cents = _amount(cents, HIGHEST_UNPAID_CENTS)


def set_unpaid_since(declaration: Declaration, day: date, *, today: date) -> None:
    """Say since when rent is unpaid.

    Raises:
        Refused: the day is in the future or before the tenancy.
    """
    declaration.unpaid_since = _happened(declaration, day, today)


def set_co_tenant_count(declaration: Declaration, count: int) -> None:
    """Say how many persons hold the lease, the tenant included.

    Raises:
        Refused: fewer than one, or beyond belief.
    """
    if count < 1:
        raise Refused(Refusal.ZERO)
    if count > HIGHEST_CO_TENANT_COUNT:
        raise Refused(Refusal.TOO_LARGE)
    declaration.co_tenant_count = count


def set_july_rent(declaration: Declaration, cents: int) -> None:
    """Give July's rent; an unusual one still waits for its confirmation.

    Raises:
        Refused: negative, or above 20,000 €.
    """
    declaration.july_rent_cents = _amount(cents, HIGHEST_RENT_CENTS)
    declaration.unusual_rent_confirmed = False


def confirm_unusual_rent(declaration: Declaration) -> None:
    """The landlord confirms a rent of zero or far from last year's."""
    declaration.unusual_rent_confirmed = True


def clear_rent(declaration: Declaration) -> None:
    """Ask for July's rent anew."""
    declaration.july_rent_cents = None
    declaration.unusual_rent_confirmed = False


# --- Transmitting ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Transmitted:
    """It is done; `first_time` is False when the same «Valider» was already carried out."""

    declaration: Declaration
    first_time: bool


@dataclass(frozen=True)
class AlreadyTransmitted:
    """Another «Valider» (a second tab, a colleague) came first."""

    declaration: Declaration


@dataclass(frozen=True)
class NotTransmitted:
    """Nothing was transmitted."""

    reason: NotTransmittedReason


class NotTransmittedReason(StrEnum):
    """Why «Valider» transmitted nothing."""

    NOT_ALLOWED = "not_allowed"
    CAMPAIGN_CLOSED = "campaign_closed"
    INCOMPLETE = "incomplete"
    CHANGED = "changed"


def transmit(
    session: Session, viewer: Viewer | None, tenancy_id: int, *, seen: str | None, submission_key: str, today: date
) -> Transmitted | AlreadyTransmitted | NotTransmitted:
    """«Valider»: transmit the draft, once, if everything still holds in the database.

    Args:
        session: a session in a transaction: the whole of it is the transmission.
        viewer: who validates, read in this same transaction; None: they may see nothing any more.
        tenancy_id: whose declaration.
        seen: the `fingerprint` of the summary that was validated.
        submission_key: names this «Valider»; the same one again is told the same.
        today: the date in France.
    """
    tenancy = visible_tenancy(session, viewer, tenancy_id) if viewer is not None else None
    if viewer is None or tenancy is None:
        return NotTransmitted(NotTransmittedReason.NOT_ALLOWED)
    status = current_campaign(session, today)
    if status.campaign is None:
        return NotTransmitted(NotTransmittedReason.CAMPAIGN_CLOSED)
    declaration = _locked(session, tenancy_id, status.campaign)
    if declaration is not None and is_transmitted(declaration):
        if declaration.submission_key == submission_key:
            return Transmitted(declaration, first_time=False)
        return AlreadyTransmitted(declaration)
    if not status.is_open:
        return NotTransmitted(NotTransmittedReason.CAMPAIGN_CLOSED)
    if declaration is None or next_question(declaration, last_year_rent(session, tenancy_id, status.campaign)):
        return NotTransmitted(NotTransmittedReason.INCOMPLETE)
    if fingerprint(declaration) != seen:
        return NotTransmitted(NotTransmittedReason.CHANGED)
    declaration.state = DeclarationState.TRANSMITTED
    declaration.reference = f"OB-{status.campaign.year}-{declaration.id:06d}"
    declaration.submitted_at = now()
    declaration.submitted_by_id = viewer.user_id
    declaration.submitted_by_name = viewer.full_name
    declaration.submission_key = submission_key
    declaration.updated_by_id = viewer.user_id
    _update_what_is_known(tenancy, declaration)
    record(session, viewer.user_id, "declaration.transmitted", declaration, reference=declaration.reference)
    session.flush()
    return Transmitted(declaration, first_time=True)


def _update_what_is_known(tenancy: Tenancy, declaration: Declaration) -> None:
    """The step also updates what the Caf knows (guides, E6)."""
    if declaration.situation is Situation.LEFT:
        tenancy.ended_on = declaration.situation_on
    elif declaration.situation is Situation.CO_TENANTS and declaration.co_tenant_count is not None:
        tenancy.co_tenant_count = declaration.co_tenant_count


def _locked(session: Session, tenancy_id: int, campaign: Campaign) -> Declaration | None:
    """The row, read anew and locked until the transaction ends (on SQLite the transaction itself is the lock)."""
    return session.scalar(
        select(Declaration)
        .where(Declaration.tenancy_id == tenancy_id, Declaration.campaign_id == campaign.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def is_concerned(campaign: Campaign) -> ColumnElement[bool]:
    """A campaign asks for the tenancy, or something was declared of it in this campaign."""
    first, last = campaign.first_of_july, date(campaign.year, 7, 31)
    still_there = or_(Tenancy.ended_on.is_(None), Tenancy.ended_on >= first, Tenancy.declared_year == campaign.year)
    return still_there & (Tenancy.started_on <= last)


def is_waiting(campaign: Campaign) -> ColumnElement[bool]:
    """Nothing was transmitted of the tenancy in the campaign, which is the latest."""
    return func.coalesce(Tenancy.transmitted_year, 0) < campaign.year


def _with_declaration(viewer: Viewer, campaign: Campaign) -> Select[Tenancy, Declaration]:
    """The viewer's tenancies that a campaign concerns, joined to their declarations in it."""
    same = (Declaration.tenancy_id == Tenancy.id) & (Declaration.campaign_id == campaign.id)
    concerned = visible_tenancies(viewer).outerjoin(Declaration, same).where(is_concerned(campaign))
    return concerned.add_columns(Declaration)


def _listed(session: Session, query: Select[Tenancy, Declaration]) -> list[tuple[Tenancy, Declaration | None]]:
    return [(tenancy, declaration) for tenancy, declaration in session.execute(query)]


def _happened(declaration: Declaration, day: date, today: date) -> date:
    if day > today:
        raise Refused(Refusal.IN_FUTURE)
    if day < declaration.tenancy.started_on:
        raise Refused(Refusal.BEFORE_TENANCY)
    return day


def _amount(cents: int, highest: int) -> int:
    if cents < 0:
        raise Refused(Refusal.NEGATIVE)
    if cents > highest:
        raise Refused(Refusal.TOO_LARGE)
    return cents
