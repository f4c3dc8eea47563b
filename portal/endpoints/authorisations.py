"""The rest of «Gestion des habilitations»: replacing the administrator, and what was done in the organisation."""

from __future__ import annotations

from math import ceil

from sqlalchemy import func, select
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from offre_bailleurs.access import readable_events
from offre_bailleurs.campaigns import in_paris, today
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.desk.reasons import REPLACE_ADMINISTRATOR
from offre_bailleurs.desk.requests import latest_request, request_by_portal
from offre_bailleurs.journal import describe_event, names_in
from offre_bailleurs.models import RequestState
from portal.context import Portal, page, signed_in_form, to_sign_in
from portal.endpoints.users import manager_of
from portal.forms import Form
from portal.pagination import page_links
from portal.user_list import read_page
from portal.visitors import Visitor

ADMINISTRATOR_PATH = "/habilitations/administrateur"
EVENTS_A_PAGE = 25


@page
def administrator_page(request: Request, portal: Portal, visitor: Visitor) -> Response:
    """Who replaces an administrator (F8), and the way to ask for it."""
    if visitor.viewer is None:
        return to_sign_in(request.url.path)
    manager = manager_of(visitor)
    with reading(on=portal.engine) as session:
        asked = latest_request(session, manager, reason=REPLACE_ADMINISTRATOR)
        is_open = asked is not None and asked.state is not RequestState.CLOSED
        may_ask = asked is None or (not is_open and in_paris(asked.created_at).date() != today())
        return portal.pages.render(
            request,
            "users/administrator.html",
            visitor,
            viewer=manager,
            asked=asked,
            is_open=is_open,
            may_ask=may_ask,
        )


@signed_in_form
def replacement_request(request: Request, portal: Portal, visitor: Visitor, form: Form) -> Response:
    """Ask for an adviser: once while the request is open, and once a day, however often the button is pressed."""
    manager = manager_of(visitor)
    key = f"page/{REPLACE_ADMINISTRATOR}/{manager.user_id}/{today().isoformat()}"
    with transaction(on=portal.engine) as session:
        request_by_portal(session, manager, reason=REPLACE_ADMINISTRATOR, request_key=key)
    return RedirectResponse(ADMINISTRATOR_PATH, status_code=303)


@page
def journal(request: Request, portal: Portal, visitor: Visitor) -> Response:
    """What was done in the organisation, for its administrator alone."""
    if visitor.viewer is None:
        return to_sign_in(request.url.path)
    manager = manager_of(visitor)
    if not manager.delegates:
        raise HTTPException(404)
    with reading(on=portal.engine) as session:
        events = readable_events(manager)
        total = session.scalar(select(func.count()).select_from(events.order_by(None).subquery())) or 0
        page_count = max(1, ceil(total / EVENTS_A_PAGE))
        number = min(read_page(request.query_params), page_count)
        shown = session.scalars(events.offset((number - 1) * EVENTS_A_PAGE).limit(EVENTS_A_PAGE)).all()
        names = names_in(session, shown)
        return portal.pages.render(
            request,
            "users/journal.html",
            visitor,
            viewer=manager,
            rows=[(event.at, describe_event(event, names)) for event in shown],
            page_number=number,
            page_count=page_count,
            links=page_links(number, page_count),
        )
