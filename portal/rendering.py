"""Turns templates into pages: Jinja2 with autoescape, an undefined name is an error, and the filters of French."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from offre_bailleurs.french.format import grouped, long_date, long_moment
from offre_bailleurs.settings import Settings
from portal.forms import CSRF_FIELD
from portal.visitors import Visitor, Visitors

_UNBREAKABLE = re.compile(r" (?=[;:!?»])|(?<=[«]) |(?<=N°) ")

TEMPLATES = Path(__file__).parent / "templates"


class Pages:
    """Every template sees `visitor`, `csrf_token`, `chat_url` and `is_demonstration`."""

    def __init__(self, settings: Settings, visitors: Visitors) -> None:
        self._visitors = visitors
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {"day": long_date, "moment": long_moment, "count": grouped, "typeset": typeset}
        self._templates.globals |= {
            "chat_url": settings.chat_url,
            "csrf_field": CSRF_FIELD,
            "is_demonstration": not settings.is_production,
        }

    def render(
        self,
        request: Request,
        template: str,
        visitor: Visitor | None,
        *,
        status_code: int = 200,
        headers: dict[str, str] | None = None,
        **context: Any,
    ) -> HTMLResponse:
        """A page for a visitor; None when the page must not depend on who is asking (an error page)."""
        html = self._templates.get_template(template).render(
            visitor=visitor,
            csrf_token=self._visitors.csrf_token(visitor) if visitor else "",
            path=request.url.path,
            **context,
        )
        return HTMLResponse(html, status_code=status_code, headers=headers)


def typeset(text: str) -> str:
    """A sentence written with a typewriter's signs, as French prints it: « l’», and no line that begins with « : »."""
    return _UNBREAKABLE.sub("\N{NO-BREAK SPACE}", text).replace("'", "’")
