"""What a person does with the portal, over HTTP: opens pages, fills in forms."""

from __future__ import annotations

import html
import re
from typing import Any

from starlette.testclient import TestClient
from starlette.types import ASGIApp

from tests.portal.world import PASSWORD

_CSRF = re.compile(r'name="jeton" value="([^"]+)"')
_TOKENS = re.compile(r'name="(jeton|demande)" value="[^"]*"')


def without_tokens(page: str) -> str:
    """A page less what differs each time that it is shown."""
    return _TOKENS.sub(r'name="\1"', page)


class Browser:
    """Keeps cookies, follows no redirect by itself."""

    def __init__(self, app: ASGIApp, base_url: str = "http://testserver") -> None:
        # A defect must show as the page that people would see, so the exception is not raised through the client.
        self.client = TestClient(app, base_url=base_url, follow_redirects=False, raise_server_exceptions=False)

    def get(self, path: str, **headers: str) -> Any:
        """Open an address."""
        return self.client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def text(self, path: str) -> str:
        """The page at an address, its entities decoded."""
        return html.unescape(self.get(path).text)

    def csrf_token(self, path: str = "/connexion") -> str:
        """The token that the forms of a page bear."""
        found = _CSRF.search(self.get(path).text)
        assert found, f"no form on {path}"
        return found[1]

    def submit(self, path: str, *, to: str | None = None, **fields: str) -> Any:
        """Open a page, fill in its form and send it; `to`: where it posts, unless to the page's own address."""
        return self.client.post(to or path.partition("?")[0], data={"jeton": self.csrf_token(path), **fields})

    def submit_sign_in(self, login: str, password: str = PASSWORD, **fields: str) -> Any:
        """Fill in the sign-in form and send it."""
        form = {"jeton": self.csrf_token(), "identifiant": login, "mot_de_passe": password, **fields}
        return self.client.post("/connexion", data=form)

    def sign_in(self, login: str, password: str = PASSWORD) -> Browser:
        """Sign in, which must work."""
        response = self.submit_sign_in(login, password)
        assert response.status_code == 303, html.unescape(response.text)
        return self

    def sign_out(self) -> Any:
        """Press « Se déconnecter » on the tenants' list."""
        return self.client.post("/deconnexion", data={"jeton": self.csrf_token("/locataires")})

    def cookie(self, name: str) -> str | None:
        """A cookie that the browser holds."""
        return self.client.cookies.get(name)

    def put_cookie(self, name: str, value: str | None) -> None:
        """Have the browser hold a cookie, in the place of the one that the portal sent."""
        self.client.cookies.set(name, value or "", domain="testserver.local", path="/")
