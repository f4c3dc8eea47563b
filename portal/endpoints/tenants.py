"""The tenants' list, after sign-in."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from offre_bailleurs.campaigns import next_campaign, today
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.tenant_index import mend, needs_mending
from offre_bailleurs.wording import STATE_LABELS
from portal.context import Portal, page, to_sign_in
from portal.pagination import page_links
from portal.tenant_list import Criteria, State, tenant_page
from portal.visitors import Visitor

_FILTER_LABELS = {
    State.TO_DECLARE: "À déclarer",
    State.IN_PROGRESS: "En cours",
    State.TRANSMITTED: "Transmises",
}


@page
def tenants(request: Request, portal: Portal, visitor: Visitor) -> Response:
    """Where each declaration stands, and the recaps of those that are transmitted."""
    if visitor.viewer is None:
        return to_sign_in(request.url.path)
    day = today()
    with reading(on=portal.engine) as session:
        imported = needs_mending(session, visitor.viewer.account_id)
    if imported:
        with transaction(on=portal.engine) as session:
            mend(session, visitor.viewer.account_id)
    with reading(on=portal.engine) as session:
        listing = tenant_page(session, visitor.viewer, Criteria.read(request.query_params), day)
        upcoming = None if listing.status.is_open else next_campaign(session, day)
        criteria = listing.criteria
        return portal.pages.render(
            request,
            "tenants.html",
            visitor,
            listing=listing,
            upcoming=upcoming,
            viewer=visitor.viewer,
            state_labels=STATE_LABELS,
            filters=[
                (label, listing.counts[state], Criteria(criteria.query, state).address(), state is criteria.state)
                for state, label in _FILTER_LABELS.items()
            ],
            everything=(sum(listing.counts.values()), Criteria(criteria.query).address(), criteria.state is None),
            without_search=Criteria(state=criteria.state).address(),
            links=page_links(criteria.page, listing.page_count),
        )
