"""The tenants' list: filtered, in French alphabetical order, cut into pages.

The rows are sorted and searched here rather than by the database: no two databases agree on where « Émile » stands
or on whether « evreux » is « Évreux », and a whole list is small (1,200 tenancies are the largest known).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from math import ceil
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from offre_bailleurs.access import Viewer, visible_tenancies
from offre_bailleurs.campaigns import CampaignStatus, current_campaign
from offre_bailleurs.declarations import declarable
from offre_bailleurs.french.text import fold
from offre_bailleurs.models import Campaign, Declaration, DeclarationState, Tenancy
from offre_bailleurs.tenant_search import Candidate, find

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
    rows = _rows(session, viewer, status.campaign)
    matching = _containing(rows, criteria.query)
    approximate = not matching and bool(rows)
    if approximate:
        matching = _resembling(rows, criteria.query)
    counts = Counter(row.state for row in matching if row.state)
    chosen = [row for row in matching if criteria.state in (None, row.state)]
    chosen.sort(key=_alphabetical)
    page_count = max(1, ceil(len(chosen) / PAGE_SIZE))
    page = min(criteria.page, page_count)
    return TenantPage(
        status=status,
        criteria=Criteria(criteria.query, criteria.state, page),
        rows=tuple(chosen[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]),
        total=len(rows),
        found=len(chosen),
        counts={state: counts[state] for state in State},
        page_count=page_count,
        approximate=approximate,
    )


def _rows(session: Session, viewer: Viewer, campaign: Campaign | None) -> list[Row]:
    if campaign is None:
        return [Row(tenancy, None, None) for tenancy in session.scalars(visible_tenancies(viewer))]
    return [
        Row(tenancy, declaration, _STATES[declaration.state if declaration else None])
        for tenancy, declaration in declarable(session, viewer, campaign)
    ]


def _containing(rows: list[Row], query: str) -> list[Row]:
    """The rows whose name and address hold every word of a search; all of them when there is none."""
    words = fold(query).split()
    if not words:
        return rows
    texts = ((row, _folded(f"{row.tenancy.tenant_name} {row.tenancy.dwelling.address}")) for row in rows)
    return [row for row, text in texts if all(word in text for word in words)]


def _resembling(rows: list[Row], query: str) -> list[Row]:
    """The rows that a mistyped search may mean, as the assistant would understand it."""
    candidates = [Candidate(row.tenancy.id, row.tenancy.tenant_name, row.tenancy.dwelling.address) for row in rows]
    matches = find(query, candidates)
    close = {candidate.tenancy_id for candidate in matches.found or matches.nearest}
    return [row for row in rows if row.tenancy.id in close]


def _alphabetical(row: Row) -> tuple[str, str, int]:
    return _folded(row.tenancy.tenant_last_name), _folded(row.tenancy.tenant_first_name), row.tenancy.id


@lru_cache(maxsize=32_768)
def _folded(text: str) -> str:
    """`fold`, remembered: a reader who turns the pages has the same names sorted each time."""
    return fold(text)
