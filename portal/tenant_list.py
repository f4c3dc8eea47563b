"""The tenants' list: filtered, in French alphabetical order, cut into pages.

The database sorts and searches folded words (`offre_bailleurs/tenant_index.py`): no two databases agree on where
« Émile » stands or on whether « evreux » is « Évreux ». Only the page that is shown is read, however long the list is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import ceil
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, and_, func, true
from sqlalchemy.orm import Session

from offre_bailleurs.access import Viewer, own_tenancies, visible_tenancies
from offre_bailleurs.campaigns import CampaignStatus, current_campaign
from offre_bailleurs.declarations import is_concerned, is_waiting
from offre_bailleurs.french.text import fold
from offre_bailleurs.models import Campaign, Declaration, DeclarationState, Tenancy
from offre_bailleurs.tenant_lookup import Register

PAGE_SIZE = 25
MAX_QUERY_LENGTH = 100
"""Characters of a search; what is beyond is not looked at."""


class State(StrEnum):
    """Where a tenancy stands in the campaign; the value is what the page's address says."""

    TO_DECLARE = "a-declarer"
    IN_PROGRESS = "en-cours"
    TRANSMITTED = "transmise"


_STATES = {
    None: State.TO_DECLARE,
    DeclarationState.IN_PROGRESS: State.IN_PROGRESS,
    DeclarationState.TRANSMITTED: State.TRANSMITTED,
}


@dataclass(frozen=True)
class Criteria:
    """What the reader asked to see."""

    query: str = ""
    state: State | None = None
    page: int = 1

    @classmethod
    def read(cls, parameters: Mapping[str, str]) -> Criteria:
        """From the address's parameters; what makes no sense counts as not asked."""
        page, state = parameters.get("page", ""), parameters.get("etat", "")
        return cls(
            query=" ".join(parameters.get("q", "")[:MAX_QUERY_LENGTH].split()),
            state=State(state) if state in set(State) else None,
            page=max(1, int(page)) if page.isascii() and page.isdigit() and len(page) <= 6 else 1,
        )

    def address(self, *, page: int = 1) -> str:
        """The address of one page of this selection."""
        parameters = {"q": self.query, "etat": self.state or "", "page": str(page) if page > 1 else ""}
        filled = {name: value for name, value in parameters.items() if value}
        return f"/locataires?{urlencode(filled)}" if filled else "/locataires"


@dataclass(frozen=True)
class Row:
    """One tenant of the list; `state` is None when no campaign asks for anything."""

    tenancy: Tenancy
    declaration: Declaration | None
    state: State | None


@dataclass(frozen=True)
class TenantPage:
    """One page of the list, and the figures around it."""

    status: CampaignStatus
    criteria: Criteria
    rows: tuple[Row, ...]
    total: int
    """Tenancies that the reader may see, before any search."""
    found: int
    """Those that match the search and the state."""
    counts: Mapping[State, int]
    """Of the tenancies that match the search, by state."""
    page_count: int
    approximate: bool
    """Nothing holds the words of the search: the rows are those that come close."""

    @property
    def campaign(self) -> Campaign | None:
        """The campaign whose states are shown."""
        return self.status.campaign


def tenant_page(session: Session, viewer: Viewer, criteria: Criteria, today: date) -> TenantPage:
    """The page of the list that a viewer asked for; the last one when the list is shorter than that."""
    status = current_campaign(session, today)
    asked = [] if status.campaign is None else [is_concerned(status.campaign)]
    searched = [Tenancy.searched_text.contains(word, autoescape=True) for word in fold(criteria.query).split()]
    total = _counts(session, viewer, status.campaign, asked)
    matching = _counts(session, viewer, status.campaign, [*asked, *searched]) if searched else total
    approximate = not matching.total() and bool(total)
    if approximate:
        searched = [Tenancy.id.in_(_resembling(session, viewer, asked, criteria.query))]
        matching = _counts(session, viewer, status.campaign, [*asked, *searched])
    found = matching[criteria.state] if criteria.state else matching.total()
    page_count = max(1, ceil(found / PAGE_SIZE))
    page = min(criteria.page, page_count)
    rows = _rows(session, viewer, status.campaign, [*asked, *searched], criteria.state, (page - 1) * PAGE_SIZE)
    return TenantPage(
        status=status,
        criteria=Criteria(criteria.query, criteria.state, page),
        rows=tuple(rows),
        total=total.total(),
        found=found,
        counts={state: matching[state] for state in State},
        page_count=page_count,
        approximate=approximate,
    )


def _state(campaign: Campaign) -> dict[State, ColumnElement[bool]]:
    """Which tenancies are in which state."""
    waiting, begun = is_waiting(campaign), func.coalesce(Tenancy.declared_year, 0) == campaign.year
    return {State.TO_DECLARE: waiting & ~begun, State.IN_PROGRESS: waiting & begun, State.TRANSMITTED: ~waiting}


def _counts(
    session: Session, viewer: Viewer, campaign: Campaign | None, conditions: Sequence[ColumnElement[bool]]
) -> Counter[State | None]:
    """How many tenancies are in each state; under None, without a campaign, in none."""
    if campaign is None:
        figures = own_tenancies(viewer, func.count(Tenancy.id)).where(*conditions)
        return Counter({None: session.scalar(figures) or 0})
    states = _state(campaign)
    each = (func.count(Tenancy.id).filter(condition) for condition in states.values())
    row = session.execute(own_tenancies(viewer, *each).where(*conditions)).one()
    return Counter(dict(zip(states, row, strict=True)))


def _rows(
    session: Session,
    viewer: Viewer,
    campaign: Campaign | None,
    conditions: Sequence[ColumnElement[bool]],
    state: State | None,
    start: int,
) -> list[Row]:
    """A page of the list, from the row `start` on."""
    query = visible_tenancies(viewer).where(*conditions).offset(start).limit(PAGE_SIZE)
    if campaign is None:
        return [] if state else [Row(tenancy, None, None) for tenancy in session.scalars(query)]
    same = (Declaration.tenancy_id == Tenancy.id) & (Declaration.campaign_id == campaign.id)
    with_declarations = query.outerjoin(Declaration, same).add_columns(Declaration)
    if state is not None:
        with_declarations = with_declarations.where(_state(campaign)[state])
    return [
        Row(tenancy, declaration, _STATES[declaration.state if declaration else None])
        for tenancy, declaration in session.execute(with_declarations)
    ]


def _resembling(session: Session, viewer: Viewer, asked: Sequence[ColumnElement[bool]], query: str) -> Collection[int]:
    """The tenancies that a mistyped search may mean, as the assistant would understand it."""
    matches = Register(session, viewer, and_(true(), *asked)).find(query)
    return matches.found or matches.nearest
