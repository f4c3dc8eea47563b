"""The recap PDF of a transmitted declaration, for whoever may see the tenancy."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from offre_bailleurs.access import Viewer, visible_tenancies
from offre_bailleurs.database import reading
from offre_bailleurs.models import Declaration, DeclarationState, Tenancy
from offre_bailleurs.recap import recap_of, render_recap
from portal.context import portal_of, to_sign_in

_DECLARATION_ID = re.compile(r"[0-9]{1,9}")


def recap_pdf(request: Request) -> Response:
    """The PDF; 404 when there is none for this reader, whether it exists or not."""
    portal = portal_of(request)
    known = portal.visitors.identify(request).viewer
    if known is None:
        return to_sign_in(request.url.path)
    declaration_id = request.path_params["declaration_id"]
    if not _DECLARATION_ID.fullmatch(declaration_id):
        raise HTTPException(404)
    with reading(on=portal.engine) as session:
        declaration = _transmitted(session, known, int(declaration_id))
        if declaration is None:
            raise HTTPException(404)
        recap = recap_of(declaration)
    return Response(
        render_recap(recap),
        media_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{recap.pdf_name}"',
            "Cache-Control": "private, no-store",
        },
    )


def _transmitted(session: Session, viewer: Viewer, declaration_id: int) -> Declaration | None:
    visible = visible_tenancies(viewer).with_only_columns(Tenancy.id).order_by(None)
    return session.scalar(
        select(Declaration).where(
            Declaration.id == declaration_id,
            Declaration.state == DeclarationState.TRANSMITTED,
            Declaration.tenancy_id.in_(visible),
        )
    )
