"""What all of the chat's addresses share: origins, methods, bodies, problem documents, headers."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Collection, Mapping
from http import HTTPStatus
from typing import Any, Final

import structlog
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from bot import observation, problems
from bot.incoming import MAX_BODY
from bot.logs import describe
from bot.problems import Problem

Handler = Callable[[Request], Awaitable[HTTPResponse]]

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_ALWAYS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",  # JSON, and nothing to be framed
    "X-Content-Type-Options": "nosniff",
    "Vary": "Origin",
}
_EXPOSED: Final = "Retry-After, Chat-Floor"
_PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "GET, POST, DELETE",
    "Access-Control-Allow-Headers": "authorization, content-type",
    "Access-Control-Max-Age": "600",
}

NO_ROUTE: Final = "(no route)"
"""What log and metrics call an address that does not exist: never as it was typed."""

logger = structlog.get_logger(__name__)
access = structlog.get_logger("bot.access")


class Origins:
    """Which sites' pages may use the chat. A request without Origin comes from no page (curl, the terminal chat)."""

    def __init__(self, allowed: tuple[str, ...]) -> None:
        self._allowed = frozenset(allowed)

    def check(self, request: Request) -> dict[str, str]:
        """The headers that let the page read the answer.

        Raises:
            Problem: the page's site is not allowed (403).
        """
        origin = request.headers.get("origin")
        if origin is None:
            return {}
        if origin not in self._allowed:
            raise problems.foreign_origin()
        return {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": _EXPOSED}

    def preflight(self, request: Request) -> HTTPResponse:
        """The answer to a browser that asks whether the page may ask."""
        try:
            return _response(HTTPStatus.NO_CONTENT, None, {**self.check(request), **_PREFLIGHT})
        except Problem as problem:
            return _problem(problem, {})


def dispatcher(
    origins: Origins, addresses: Mapping[str, Mapping[str, Handler]], *, silent: Collection[str] = ()
) -> Callable[..., Awaitable[HTTPResponse]]:
    """One Sanic handler for all addresses under a prefix, which answers any failure with a problem document.

    Sanic's own router would answer an unknown address or method before the chat is asked, in English and in HTML.

    Args:
        origins: who may ask.
        addresses: for each address under the prefix, what each method does.
        silent: those that the log leaves out: probes ask every few seconds.
    """

    async def serve(request: Request, address: str = "") -> HTTPResponse:
        if request.method == "OPTIONS":
            return origins.preflight(request)
        seen = observation.begin(request.method, f"/{address}" if address in addresses else NO_ROUTE)
        status = observation.GONE
        try:
            response = await answer(request, address)
            status = response.status
        finally:
            line = observation.end(seen, status)
            if address not in silent:
                access.info("request", **line)
        return response

    async def answer(request: Request, address: str) -> HTTPResponse:
        cors: dict[str, str] = {}
        try:
            cors = origins.check(request)
            methods = addresses.get(address)
            if methods is None:
                raise problems.not_found()
            handler = methods.get("GET" if request.method == "HEAD" else request.method)
            if handler is None:
                raise problems.wrong_method(", ".join(methods))
            response = await handler(request)
        except Problem as problem:
            return _problem(problem, cors)
        except SanicException:
            return _problem(problems.malformed("La requête HTTP est incorrecte."), cors)
        except Exception as error:  # noqa: BLE001 - the last resort: a fault of ours is told, and logged without its text
            logger.error("webchat.fault", reason=describe(error))
            return _problem(problems.broken(), cors)
        response.headers.update(cors)
        return response

    return serve


def json_response(
    status: HTTPStatus, document: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> HTTPResponse:
    """A JSON answer."""
    return _response(status, document, headers or {})


def no_content() -> HTTPResponse:
    """An answer that says only that it was done."""
    return _response(HTTPStatus.NO_CONTENT, None, {})


async def read_body(request: Request) -> bytes:
    """The body of a request.

    It is read here, not by Sanic before the handler, so that a large one is refused without being held in memory.

    Raises:
        Problem: it is too large (413) or is not said to be JSON (400).
    """
    body = bytearray()
    while (chunk := await request.stream.read()) is not None:
        body += chunk
        if len(body) > MAX_BODY:
            raise problems.too_large()
    declared = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if body and declared != "application/json":
        raise problems.malformed("Le corps de la requête doit être du JSON (Content-Type: application/json).")
    return bytes(body)


def bearer(request: Request) -> str | None:
    """The token of the Authorization header, if there is one: no token is anything but ASCII."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() and token.isascii() else None


def _problem(problem: Problem, cors: Mapping[str, str]) -> HTTPResponse:
    headers = {**cors, **problem.headers(), "Content-Language": "fr"}
    return _response(problem.status, problem.document(), headers, "application/problem+json")


def _response(
    status: HTTPStatus,
    document: Mapping[str, Any] | None,
    headers: Mapping[str, str],
    content_type: str = "application/json",
) -> HTTPResponse:
    body = json.dumps(document, ensure_ascii=False).encode() if document is not None else None
    return HTTPResponse(body, int(status), {**_ALWAYS, **headers}, content_type if body is not None else None)
