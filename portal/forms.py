"""Reads what a form posts, and refuses what no form of this site posted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import parse_qsl, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request

from offre_bailleurs.french.text import plain
from offre_bailleurs.settings import Settings
from portal.security import origin_of

CSRF_FIELD = "jeton"
MAX_FORM_BYTES = 16 * 1024
MAX_FORM_FIELDS = 300
"""Room for the authorisation groups of a large organisation, each with its box."""

Form = Mapping[str, str]


@dataclass(frozen=True)
class FieldError:
    """What is wrong with a form, and the field to go to."""

    field: str
    message: str


def read_day(text: str) -> date | None:
    """A day as browsers send it, or as people type it where the browser has no calendar; None: nothing was typed.

    Raises:
        ValueError: it is no day.
    """
    written = plain(text)
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        return datetime.strptime(written, "%d/%m/%Y").date()  # noqa: DTZ007 - a day has no time zone


async def read_form(request: Request) -> Form:
    """The fields of an URL-encoded form; of a field given twice, the last.

    Raises:
        HTTPException: 400 not a form, 413 over 16 KiB, 415 another encoding.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/x-www-form-urlencoded":
        raise HTTPException(415)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            raise HTTPException(413)
    try:
        return dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MAX_FORM_FIELDS))
    except ValueError:
        raise HTTPException(400) from None


def refuse_other_sites(request: Request, settings: Settings) -> None:
    """Stop a post that a browser says comes from another site; the CSRF token is still checked after this.

    A client that sends neither header is no browser of today: it has no cookie of someone else's to abuse.

    Raises:
        HTTPException: 403.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        raise HTTPException(403)
    origin = request.headers.get("origin")
    if origin is None:
        return
    is_ours = origin == origin_of(settings.portal_url) or urlsplit(origin).netloc == request.headers.get("host")
    if not is_ours:
        raise HTTPException(403)
