"""/donnees-personnelles: what is kept of whom, for how long, as the settings have it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from offre_bailleurs.settings import Settings
from portal.app import create_app
from tests.portal.browser import Browser

PAGE = "/donnees-personnelles"
Read = Callable[..., str]


@pytest.fixture
def read(configuration: Settings, engine: Engine) -> Read:
    """The page under other settings, with plain spaces."""

    def page(**settings: object) -> str:
        return Browser(create_app(replace(configuration, **settings), engine)).text(PAGE).replace("\xa0", " ")  # type: ignore[arg-type]

    return page


def test_everybody_reads_it_and_every_page_leads_to_it(browser: Browser) -> None:
    assert "Vos données personnelles" in browser.text(PAGE)
    home = browser.get("/").text
    assert f'<a href="{PAGE}"' in home
    assert f'data-privacy-url="{PAGE}"' in home


def test_it_tells_the_durations_that_the_settings_set(read: Read) -> None:
    usual = read()
    for told in ("Elle dure 24 heures au plus, puis elle est gardée 30 jours, puis effacée", "365 jours", "8 heures"):
        assert told in usual
    assert "gardées tant que la Caf n’en décide pas autrement" in usual
    other = read(
        conversation_lifetime=3600,
        conversation_retention_days=0,
        sentence_retention_days=1,
        declaration_retention_years=5,
    )
    assert "Elle dure 1 heure au plus, puis elle est effacée." in other
    assert "1 jour" in other
    assert "jusqu’à la fin de la 5e année civile qui suit leur campagne, puis effacées" in other


def test_it_names_whom_to_write_to_or_says_that_nobody_is_named(read: Read) -> None:
    assert "c’est à l’exploitant de ce service de la nommer" in read()
    named = read(privacy_contact="le délégué <dpo@caf.example>")
    assert "écrivez à : <strong>le délégué <dpo@caf.example></strong>" in named
    assert "exploitant" not in named
