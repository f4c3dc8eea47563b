"""Every form of the portal, whoever posts it: without its token nothing is changed, and nothing that is typed into one
is ever answered by a fault."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, MetaData, select
from starlette.routing import Route

from portal.app import ROUTES
from portal.endpoints.sign_in import AFTER_SIGN_IN
from portal.rendering import TEMPLATES
from portal.steps import DESK_PATH
from tests.portal.browser import Browser
from tests.portal.desk import Desk, desk
from tests.portal.office import Office, office

__all__ = ["desk", "office"]

NewBrowser = Callable[[], Browser]

POSTED: Final = sorted(route.path for route in ROUTES if isinstance(route, Route) and "POST" in (route.methods or ()))
FULL: Final = os.environ.get("FUZZ") == "full"
WHOM: Final = {"nobody": None, "camille": AFTER_SIGN_IN, "oliviers": AFTER_SIGN_IN, "alice": DESK_PATH}
"""Logins, and a page with a form of theirs: nobody, a landlord, an organisation's administrator, an adviser."""
FIELDS: Final = sorted(
    {name for page in TEMPLATES.rglob("*.html") for name in re.findall(r'name="([a-z_]+)"', page.read_text())}
)
"""The names of the fields of all forms."""


@pytest.fixture
def browsers(new_browser: NewBrowser, office: Office, desk: Desk) -> dict[str, Browser]:
    """One browser for each of `WHOM`, signed in."""
    desk.ask(topic="deadline")  # a request, and its conversation
    return {login: new_browser().sign_in(login) if page else new_browser() for login, page in WHOM.items()}


def everything(engine: Engine) -> dict[str, list[Any]]:
    """Every row that there is."""
    metadata = MetaData()
    metadata.reflect(engine)
    with engine.connect() as connection:
        return {name: sorted(map(repr, connection.execute(select(table)))) for name, table in metadata.tables.items()}


def addresses(template: str) -> Iterator[str]:
    """An address that exists, and strange ones."""
    for number in ("1", "2", "999999", "0", "-1", "x"):
        yield re.sub(r"\{[a-z_]+\}", number, template)
        if "{" not in template:
            return


def test_the_forms_are_found() -> None:
    assert len(POSTED) > 20
    assert {"identifiant", "mot_de_passe", "nom", "texte"} & set(FIELDS)


@pytest.mark.parametrize("path", POSTED)
def test_a_form_without_its_token_changes_nothing_whoever_posts_it(
    browsers: dict[str, Browser], engine: Engine, path: str
) -> None:
    before = everything(engine)
    for browser in browsers.values():
        for address in addresses(path):
            for fields in (
                {"x": "1"},
                {"jeton": ""},
                {"jeton": "0" * 64},
                {name: "oui" for name in FIELDS if name != "jeton"},
            ):
                response = browser.client.post(address, data=fields)
                assert response.status_code in (303, 401, 403), (address, response.status_code)
                if response.status_code == 303:
                    assert response.headers["location"].startswith("/connexion?")
    assert everything(engine) == before


@pytest.mark.parametrize("path", POSTED)
def test_a_form_posted_by_another_site_changes_nothing_even_with_its_token(
    browsers: dict[str, Browser], engine: Engine, path: str
) -> None:
    tokens = {login: browsers[login].csrf_token(page or "/connexion") for login, page in WHOM.items()}
    before = everything(engine)
    for login, browser in browsers.items():
        for headers in ({"origin": "https://mechant.test"}, {"sec-fetch-site": "cross-site"}):
            for address in addresses(path):
                response = browser.client.post(address, data={"jeton": tokens[login]}, headers=headers)
                assert response.status_code == 403, (address, response.status_code)
    assert everything(engine) == before


_TYPED: Final = st.one_of(
    st.text(st.characters(), max_size=30),
    st.sampled_from(
        [
            "", "oui", "1", "-1", "9" * 30, "1e400", "NaN", "2026-13-45", "31/02/2026", "0000-00-00", "９",
            "\x00", "\ud800", "' OR 1=1 --", "{{7*7}}", "{0}", "%s", "<script>", "a\r\nBcc: x@example.org",
            "../../etc/passwd", "é" * 2_000, "x@example.org", "x@" + "a" * 300 + ".fr",
            "+33 6 12 34 56 78", "=1+1", "\u202e\u200b", "٣",
        ]
    ),
)  # fmt: skip


@pytest.mark.timeout(7200 if FULL else 300)
@pytest.mark.parametrize("path", POSTED)
def test_whatever_is_typed_into_a_form_is_answered_without_a_fault(browsers: dict[str, Browser], path: str) -> None:
    # Signing out and in ends the sessions that the others need: each gets the token of its own page anew.
    @settings(
        max_examples=100 if FULL else 8,
        database=None,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.dictionaries(st.sampled_from(FIELDS), _TYPED, max_size=8), st.sampled_from(sorted(WHOM)))
    def post(fields: dict[str, str], login: str) -> None:
        browser = browsers[login]
        page = browser.get(WHOM[login] or "/connexion")
        found = re.search(r'name="jeton" value="([^"]+)"', page.text)
        token = found[1] if found else ""
        for address in addresses(path):
            body = {**fields, "jeton": token}
            data = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in body.items())
            response = browser.client.post(
                address, content=data, headers={"content-type": "application/x-www-form-urlencoded"}
            )
            assert response.status_code < 500, (address, fields, response.status_code)
            assert response.headers["x-content-type-options"] == "nosniff"

    post()


def _quoted(text: str) -> str:
    """As a browser encodes it; a lone surrogate as the bytes that no browser sends."""
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))
