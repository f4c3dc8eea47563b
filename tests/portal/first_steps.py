"""What somebody does at their first connection, page by page."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.portal.browser import Browser
from tests.portal.world import TEMPORARY_PASSWORD

DETAILS = "/premiere-connexion/informations"
PASSWORD = "/premiere-connexion/mot-de-passe"
USAGE_RULES = "/premiere-connexion/regles-d-usage"
TERMS_OF_USE = "/premiere-connexion/conditions-d-utilisation"
DONE = "/premiere-connexion/terminee"
STEPS = (DETAILS, PASSWORD, USAGE_RULES, TERMS_OF_USE)

OWN_PASSWORD = "Verger-bleu-7-tonneaux"
OWN_DETAILS = {
    "prenom": "Nadia",
    "nom": "Nouvelle",
    "courriel": "Nadia@Exemple.fr",
    "courriel_encore": "nadia@exemple.fr",
    "telephone": "06 12 34 56 78",
    "telephone_encore": "0612345678",
}

_VERSION = re.compile(r'name="version" value="([^"]*)"')


def begin(browser: Browser, login: str = "nouvelle", password: str = TEMPORARY_PASSWORD) -> Browser:
    """Sign in."""
    return browser.sign_in(login, password)


def give_details(browser: Browser, **fields: str) -> Any:
    """Step 2."""
    return browser.submit(DETAILS, **{**OWN_DETAILS, **fields})


def choose_password(browser: Browser, password: str = OWN_PASSWORD, again: str | None = None) -> Any:
    """Step 3."""
    return browser.submit(PASSWORD, nouveau=password, nouveau_encore=password if again is None else again)


def accept(browser: Browser, path: str, **fields: str) -> Any:
    """Steps 4 and 5."""
    shown = _VERSION.search(browser.get(path).text)
    assert shown, f"no text on {path}"
    return browser.submit(path, **{"version": shown[1], "accepte": "oui", **fields})


ONE_BY_ONE: tuple[Callable[[Browser], Any], ...] = (
    give_details,
    choose_password,
    lambda browser: accept(browser, USAGE_RULES),
    lambda browser: accept(browser, TERMS_OF_USE),
)


def advance(browser: Browser, count: int) -> Browser:
    """Sign in for the first time, then do so many of the steps that follow."""
    begin(browser)
    for step in ONE_BY_ONE[:count]:
        response = step(browser)
        assert response.status_code == 303, response.text
    return browser
