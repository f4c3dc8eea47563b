"""The dashboard in a browser: its charts are seen, fit each window, and their numbers are reached without a mouse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from offre_bailleurs.figures.tables import Outcome as JourneyOutcome
from offre_bailleurs.models import Outcome, Profile
from tests.browser.accessibility import DESKTOP, NARROW, assert_accessible
from tests.browser.desk import AdviserAtDesk
from tests.browser.site import Site
from tests.support.figures import FiguresGiven, noon

FIRST = date(2026, 6, 1)
"""Of a June in which nobody else talks."""
JUNE = "/conseil/tableau-de-bord?du=2026-06-01&au=2026-06-30"
CHARTS = 11

_SEEN = """images => images.every(image => image.complete && image.naturalWidth > 0)"""


@pytest.fixture(scope="module")
def site(open_desk: Site) -> Site:
    """With figures of a whole month."""
    given = FiguresGiven(open_desk.engine)
    for offset in range(30):
        day = FIRST + timedelta(days=offset)
        given.conversation(day, Profile.LANDLORD, declarations=offset % 3, unanswered=offset % 2)
        given.conversation(day, handed_over=offset % 4 == 0)
        given.topic(day, "find_user_number", helped=offset % 5 != 0)
        given.topic(day, "furnished_or_shared", helped=False if offset % 2 else None)
        given.journey(day, "declare_rent", JourneyOutcome.SUBMITTED, "decision")
        given.journey(day, "recover_access", JourneyOutcome.UNDER_WAY, "access_missing")
    for offset in (0, 3, 9, 20):
        waited = timedelta(seconds=50 * (offset + 1))
        given.request(noon(FIRST + timedelta(days=offset)), "silence", waited=waited, outcome=Outcome.RESOLVED)
    return open_desk


@pytest.fixture
def adviser(advisers: Callable[[], AdviserAtDesk]) -> AdviserAtDesk:
    return advisers()


def charts_are_seen(adviser: AdviserAtDesk) -> list[str]:
    """Every chart, scrolled to, shows; the addresses of what is shown."""
    charts = adviser.page.locator("img.measure__chart")
    expect(charts).to_have_count(CHARTS)
    for chart in charts.all():
        chart.scroll_into_view_if_needed()
        expect(chart).not_to_have_js_property("naturalWidth", 0)
    assert charts.evaluate_all(_SEEN)
    return list(charts.evaluate_all("images => images.map(image => image.currentSrc)"))


def test_charts_are_drawn_for_the_window_that_they_stand_in(adviser: AdviserAtDesk) -> None:
    for size, drawn_for in ((DESKTOP, "format=large"), (NARROW, "format=etroit")):
        adviser.resize(size)
        adviser.go(JUNE)
        assert all(address.endswith(drawn_for) for address in charts_are_seen(adviser))


def test_the_dashboard_is_accessible_folded_and_unfolded(adviser: AdviserAtDesk) -> None:
    adviser.go(JUNE)
    assert_accessible(adviser.page)
    adviser.page.locator("details").evaluate_all("all => all.forEach(each => { each.open = true; })")
    assert_accessible(adviser.page)


def test_a_period_is_chosen_and_a_table_unfolded_with_the_keyboard_alone(adviser: AdviserAtDesk) -> None:
    adviser.go("/conseil/tableau-de-bord")
    page, keyboard = adviser.page, adviser.keyboard
    page.get_by_label("Du", exact=True).fill("2026-06-01")
    page.get_by_label("Au", exact=True).fill("2026-06-30")
    keyboard.tab_to(page.get_by_label("Profil", exact=True))
    keyboard.type("Bail")
    keyboard.tab_to(page.get_by_role("button", name="Afficher"))
    keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Chiffres principaux")).to_contain_text(
        "du 1er juin 2026 au 30 juin 2026, bailleurs particuliers"
    )
    summary = page.locator("summary", has_text="Les chiffres en tableau : Conversations").first
    keyboard.tab_to(summary)
    keyboard.press("Enter")
    table = page.get_by_role("table", name="Conversations, par jour")
    expect(table.get_by_role("row").last).to_have_text("Toute la période 30")


def test_the_tables_are_saved_as_a_file(adviser: AdviserAtDesk) -> None:
    adviser.go(JUNE)
    with adviser.page.expect_download() as saved:
        adviser.page.get_by_role("link", name="Exporter tous les tableaux (CSV)").click()
    assert saved.value.suggested_filename == "tableau-de-bord-2026-06-01-2026-06-30.csv"
