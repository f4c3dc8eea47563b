"""What every answer bears, errors and files included: the browser is told to trust nothing but these pages."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from offre_bailleurs.settings import Settings

STATIC_PATH = "/static"
EMBEDDABLE_PATH = "/static/chat/"
"""The chat widget may be loaded by a page of another site (one `<script>` tag, anywhere)."""


def origin_of(url: str) -> str:
    """The origin (scheme, host, port) of an absolute URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def content_security_policy(settings: Settings) -> str:
    """The policy of every page: nothing inline, nothing from elsewhere, and one other server to talk to, the chat's."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "font-src 'self'",
            f"connect-src 'self' {origin_of(settings.chat_url)}",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


class SecurityHeaders:
    """Adds the headers around the whole application, so that no error page goes without them."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._headers = {
            "Content-Security-Policy": content_security_policy(settings),
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            "Cross-Origin-Opener-Policy": "same-origin",
        }
        if settings.portal_url.startswith("https://"):
            self._headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; complete the head of its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._complete(MutableHeaders(scope=message), scope["path"])
            await send(message)

        await self._app(scope, receive, send_completed)

    def _complete(self, headers: MutableHeaders, path: str) -> None:
        for name, value in self._headers.items():
            headers[name] = value
        is_static = path.startswith(f"{STATIC_PATH}/")
        # A file is asked for again each time and answered 304: it never lags behind a release. Anything else may be
        # about a person, and stays in no cache, the browser's "back" included.
        headers.setdefault("Cache-Control", "public, no-cache" if is_static else "no-store")
        embeddable = path.startswith(EMBEDDABLE_PATH)
        headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin" if embeddable else "same-origin")
