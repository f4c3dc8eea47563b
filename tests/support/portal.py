"""A browser of the portal, without JavaScript: pages, forms, cookies, over HTTP."""

from __future__ import annotations

import html
import re
from types import TracebackType
from typing import Self

import httpx

from tests.support.world import PASSWORD

_CSRF = re.compile(r'name="jeton" value="([^"]+)"')


class PortalClient:
    """Keeps its cookies; follows no redirect by itself."""

    def __init__(self, portal_url: str) -> None:
        self.http = httpx.Client(base_url=portal_url, timeout=30, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    def sign_in(self, login: str, password: str = PASSWORD) -> Self:
        """Fill in the sign-in form, which must work."""
        page = self.http.get("/connexion").text
        found = _CSRF.search(page)
        if found is None:
            raise AssertionError("the sign-in page has no form")
        form = {"jeton": html.unescape(found[1]), "identifiant": login, "mot_de_passe": password}
        response = self.http.post("/connexion", data=form)
        if response.status_code != httpx.codes.SEE_OTHER:
            raise AssertionError(f"{login} could not sign in: {response.status_code}")
        return self

    def get(self, address: str) -> httpx.Response:
        """Open an address, relative or absolute."""
        return self.http.get(address)
