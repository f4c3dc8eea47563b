"""The dashboard's charts and its spreadsheet: what is in them, and that they harm nobody."""

from __future__ import annotations

from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from sqlalchemy import Engine

from offre_bailleurs.figures.report_period import Scope
from offre_bailleurs.figures.tables import Outcome as JourneyOutcome
from offre_bailleurs.models import Outcome
from portal.charts import Chart, Series, Shape, Size, Unit, draw
from portal.dashboard import definitions
from portal.dashboard.measure import Measure, Row
from portal.dashboard.spreadsheet import harmless, to_csv
from tests.portal.browser import Browser
from tests.portal.dashboard import PATH, SLUGS, cells, charts, labels, plain
from tests.portal.desk import Desk, desk
from tests.support.figures import FiguresGiven, noon

__all__ = ["desk"]

FIRST, SECOND = date(2026, 6, 1), date(2026, 6, 2)
PERIOD = "du=2026-06-01&au=2026-06-02"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def adviser(browser: Browser, desk: Desk) -> Browser:
    """Alice, of the desk."""
    return browser.sign_in("alice")


@pytest.fixture
def given(engine: Engine) -> FiguresGiven:
    """Something of every measure."""
    given = FiguresGiven(engine)
    for declarations in (0, 3):
        given.conversation(FIRST, declarations=declarations, unanswered=1, handed_over=declarations == 0)
    given.topic(FIRST, "deadline", asked=2, helped=True)
    given.topic(SECOND, "deadline", helped=True)
    given.topic(SECOND, "keep_recap", helped=False)
    given.journey(FIRST, "declare_rent", JourneyOutcome.SUBMITTED, "decision")
    given.journey(FIRST, "declare_rent", JourneyOutcome.UNDER_WAY, "july_rent")
    given.request(noon(FIRST), "silence", waited=timedelta(seconds=200.5), outcome=Outcome.RESOLVED)
    return given


@pytest.mark.usefixtures("given")
def test_every_chart_of_the_page_is_an_image_that_holds_its_labels(adviser: Browser) -> None:
    addresses = charts(adviser.get(f"{PATH}?{PERIOD}").text)
    assert len(addresses) == 2 * len(SLUGS)
    for address in addresses:
        response = adviser.get(address)
        assert response.status_code == 200, address
        assert response.headers["content-type"] == "image/svg+xml"
        assert labels(response.content), address
    assert {"1 juin", "2 juin", "0", "2"} <= set(labels(adviser.get(f"{PATH}/conversations.svg?{PERIOD}").content))
    assert {"0 %", "50 %", "100 %"} <= set(labels(adviser.get(f"{PATH}/aide.svg?{PERIOD}").content))
    assert "2 min" in labels(adviser.get(f"{PATH}/attente.svg?{PERIOD}").content)
    assert labels(adviser.get(f"{PATH}/etapes.svg?{PERIOD}").content) == ["Loyer de juillet (Déclarer un loyer)", "1"]
    assert {"Menés à terme", "Abandonnés"} <= set(labels(adviser.get(f"{PATH}/parcours.svg?{PERIOD}").content))


@pytest.mark.usefixtures("given")
def test_a_chart_bears_nothing_that_the_policy_forbids(adviser: Browser) -> None:
    for slug in SLUGS:
        response = adviser.get(f"{PATH}/{slug}.svg?{PERIOD}")
        root = ElementTree.fromstring(response.content)  # noqa: S314 - the portal's own
        assert "default-src 'none'" in response.headers["content-security-policy"]
        for element in root.iter():
            assert element.tag not in (f"{SVG}style", f"{SVG}script", f"{SVG}foreignObject"), slug
            names = {name.rpartition("}")[2] for name in element.attrib}
            assert not {name for name in names if name == "style" or name.startswith("on")}, slug
            assert all(value.startswith("#") for name, value in element.attrib.items() if name.endswith("href")), slug


def test_the_same_figures_are_the_same_file() -> None:
    from portal.charts.drawing import render

    chart = Chart("Essai", Shape.COLUMNS, Unit.COUNT, ("a", "b"), (Series("x", (1, 2)), Series("y", (2, None))))
    first = draw(chart, Size.WIDE)
    render.cache_clear()
    assert draw(chart, Size.WIDE) == first


@pytest.mark.parametrize("size", Size)
@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize("values", [(), (None,), (0.0,), (None, 1.0), (0.5,) * 160])
def test_whatever_the_figures_a_chart_is_drawn(size: Size, shape: Shape, values: tuple[float | None, ...]) -> None:
    for unit in Unit:
        names = tuple(f"{number} $x_{{$" for number in range(len(values)))
        document = draw(Chart("Essai <&> « titre »", shape, unit, names, (Series("série", values),)), size)
        root = ElementTree.fromstring(document)  # noqa: S314 - drawn above
        assert root.get("width") == str(size.width)
        assert root.findtext(f"{SVG}title") == "Essai <&> « titre »"


def test_a_name_that_looks_like_a_formula_or_a_tag_is_text() -> None:
    name = "<script>alert(1)</script> $\\frac{1}{2}$ & « fin »"
    document = draw(Chart("Essai", Shape.BARS, Unit.COUNT, (name,), (Series("x", (3,)),)), Size.WIDE)
    assert labels(document) == [name, "3"]
    assert b"<script" not in document


@pytest.mark.parametrize("size", Size)
def test_words_of_a_chart_are_readable_in_its_window(size: Size) -> None:
    chart = Chart("Essai", Shape.COLUMNS, Unit.COUNT, tuple(map(str, range(92))), (Series("x", (1,) * 92),))
    root = ElementTree.fromstring(draw(chart, size))  # noqa: S314 - drawn above
    texts = list(root.iter(f"{SVG}text"))
    assert all(float(text.get("font-size", "0")) >= 12 for text in texts)
    assert len(texts) <= 8 + 7
    assert size is Size.WIDE or float(root.get("width", "0")) <= 320


def test_a_measure_that_does_not_exist_is_not_found(adviser: Browser, desk: Desk) -> None:
    for address in (f"{PATH}/rien.svg", f"{PATH}.csv?mesure=rien", f"{PATH}/..%2f..%2fetc.svg"):
        assert adviser.get(address).status_code == 404, address


@pytest.mark.usefixtures("given")
def test_the_spreadsheet_opens_in_a_french_excel(adviser: Browser) -> None:
    response = adviser.get(f"{PATH}.csv?{PERIOD}")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"] == (
        'attachment; filename="tableau-de-bord-2026-06-01-2026-06-02.csv"'
    )
    assert response.content.startswith(b"\xef\xbb\xbf")
    rows = cells(response.content)
    assert plain(rows[0][0]) == "Tableau de bord de l’assistant, du 1er juin 2026 au 2 juin 2026, tous les profils"
    assert ["Premier jour", "Dernier jour", "Conversations"] in rows
    assert ["01/06/2026", "01/06/2026", "2"] in rows
    assert ["02/06/2026", "02/06/2026", "", "0", "0"] in rows, "a share of nothing is an empty cell"
    assert ["Toute la période", "", "66,67", "2", "1", "3"] in rows
    assert ["Toute la période", "", "200,5", "1", "1"] in rows
    assert ["Loyer de juillet (Déclarer un loyer)", "1", "1", "0"] in rows
    titles = [rows[place + 1][0] for place, row in enumerate(rows) if not row]
    assert len(titles) == len(SLUGS)


@pytest.mark.usefixtures("given")
def test_one_table_can_be_exported_alone(adviser: Browser) -> None:
    rows = cells(adviser.get(f"{PATH}.csv?{PERIOD}&mesure=declarations").content)
    assert rows[1:] == [
        [],
        ["Déclarations faites dans la discussion, par jour"],
        ["Premier jour", "Dernier jour", "Déclarations"],
        ["01/06/2026", "01/06/2026", "3"],
        ["02/06/2026", "02/06/2026", "0"],
        ["Toute la période", "", "3"],
    ]


@pytest.mark.parametrize("text", ["=1+1", "+33", "-2", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")'])
def test_no_cell_is_run_as_a_formula(text: str) -> None:
    assert harmless(text) == f"'{text}"
    scope = Scope(FIRST, SECOND)
    measure = Measure(definitions.TOPICS, scope, (Row(text, (1, 1, 0, 0)),), (1, 1, 0, 0))
    assert [row for row in cells(to_csv([measure], "")) if row and row[0].startswith("'")] == [
        [f"'{text}", "1", "1", "0", "0"]
    ]


def test_a_topic_of_an_older_version_has_its_own_name(adviser: Browser, engine: Engine, desk: Desk) -> None:
    FiguresGiven(engine).topic(FIRST, "=cmd|x")
    assert ["'=cmd|x", "1", "1", "0", "0"] in cells(adviser.get(f"{PATH}.csv?{PERIOD}&mesure=sujets").content)
