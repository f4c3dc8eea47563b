"""The deflection dashboard, for advisers alone: its page, its charts, its spreadsheet."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from offre_bailleurs.campaigns import today
from offre_bailleurs.database import now, reading
from portal.charts import Size, draw
from portal.context import Portal, page, portal_of, to_sign_in
from portal.dashboard.measures import SLUGS, all_measures, measure
from portal.dashboard.selection import (
    AUDIENCE_NAMES,
    AUDIENCES,
    DASHBOARD_PATH,
    GRAIN_NAMES,
    GRAINS,
    MOST_DAYS,
    Selection,
    read_selection,
)
from portal.dashboard.spreadsheet import to_csv
from portal.visitors import Visitor

_CHART_SIZES = {size.value: size for size in Size}
_OPEN_ROWS = 10
"""A table of more rows is folded until it is asked for."""


@page
def dashboard(request: Request, portal: Portal, visitor: Visitor) -> Response:
    """Every measure of a period, with its definition, its chart and its table."""
    refused = _refusal(visitor)
    if refused is not None:
        return refused
    selection = read_selection(request.query_params, today())
    with reading(on=portal.engine) as session:
        measures = all_measures(session, selection.scope, at=now())
    return portal.pages.render(
        request,
        "desk/dashboard.html",
        visitor,
        status_code=422 if selection.errors else 200,
        selection=selection,
        error_of={error.field: error.message for error in selection.errors},
        measures=measures,
        grains=[(name, GRAIN_NAMES[grain], grain is selection.scope.grain) for name, grain in GRAINS.items()],
        audiences=[
            (name, AUDIENCE_NAMES[audience], audience is selection.scope.audience)
            for name, audience in AUDIENCES.items()
        ],
        dashboard_path=DASHBOARD_PATH,
        most_days=MOST_DAYS,
        open_rows=_OPEN_ROWS,
        wide=Size.WIDE,
        narrow=Size.NARROW,
    )


def chart(request: Request) -> Response:
    """One measure's chart, as an image; `format=etroit` for a narrow window."""
    slug = request.path_params["slug"]
    portal, selection = _asked(request)
    size = _CHART_SIZES.get(request.query_params.get("format", ""), Size.WIDE)
    if isinstance(selection, Response):
        return selection
    if slug not in SLUGS:
        raise HTTPException(404)
    with reading(on=portal.engine) as session:
        figures = measure(session, slug, selection.scope, at=now())
    return Response(draw(figures.chart, size), media_type="image/svg+xml")


def spreadsheet(request: Request) -> Response:
    """The tables, or with `mesure` one of them, as a CSV file."""
    portal, selection = _asked(request)
    if isinstance(selection, Response):
        return selection
    slug = request.query_params.get("mesure")
    if slug is not None and slug not in SLUGS:
        raise HTTPException(404)
    with reading(on=portal.engine) as session:
        slugs = SLUGS if slug is None else (slug,)
        measures = [measure(session, each, selection.scope, at=now()) for each in slugs]
    return Response(
        to_csv(measures, selection.described),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{selection.file_name}"'},
    )


def _asked(request: Request) -> tuple[Portal, Selection | Response]:
    """What a file of the dashboard is asked for.

    Raises:
        HTTPException: 404 to landlords; 400: the page would say what is wrong, a file cannot.
    """
    portal = portal_of(request)
    refused = _refusal(portal.visitors.identify(request))
    if refused is not None:
        return portal, refused
    selection = read_selection(request.query_params, today())
    if selection.errors:
        raise HTTPException(400)
    return portal, selection


def _refusal(visitor: Visitor) -> Response | None:
    """The answer to whoever is no adviser.

    Raises:
        HTTPException: 404, to somebody who is signed in to Offre Bailleurs.
    """
    if visitor.adviser is not None:
        return None
    if visitor.viewer is not None:
        raise HTTPException(404)
    return to_sign_in(DASHBOARD_PATH)
