"""docs/security.md and docs/asvs.md speak of what exists, and leave no requirement of the checklist out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import pytest

from offre_bailleurs.settings import PROJECT_ROOT

DOCS: Final = PROJECT_ROOT / "docs"
STATES: Final = {"met", "partly", "not met", "n/a"}

LEVEL_2: Final = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2,
    "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2,
    "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
    "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2,
    "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1,
    "9.1": 3, "9.2": 4,
    "10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3,
    "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4,
    "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5,
    "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7,
    "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
    "17.1": 1, "17.2": 4, "17.3": 2,
}  # fmt: skip
"""Of each section of ASVS 5.0.0, how many requirements are of level 1 or 2: they stand before those of level 3."""

_NAMED: Final = re.compile(r"`([\w./-]+/[\w.-]*)(?:::(test_\w+))?`")
_ROW: Final = re.compile(r"^\| (\d+\.\d+\.\d+) \| (.+?) \| (.+?) \| (.+) \|$", re.MULTILINE)


def rows() -> list[tuple[str, str, str, str]]:
    """The checklist: id, what is asked, state, where."""
    return [match.groups() for match in _ROW.finditer((DOCS / "asvs.md").read_text(encoding="utf-8"))]  # type: ignore[misc]


def named() -> Iterator[tuple[str, str, str | None]]:
    """What the two documents name: document, path, and the test in it, if one is named."""
    for document in ("security.md", "asvs.md"):
        for path, test in _NAMED.findall((DOCS / document).read_text(encoding="utf-8")):
            if path != "n/a":
                yield document, path, test or None


def test_every_requirement_of_level_two_has_its_row_once() -> None:
    expected = [f"{section}.{number}" for section, count in LEVEL_2.items() for number in range(1, count + 1)]
    assert len(expected) == 253
    assert [row[0] for row in rows()] == expected


def test_every_row_has_a_state_and_says_where_or_why() -> None:
    for number, asked, state, where in rows():
        assert state in STATES, number
        assert asked.strip(), number
        assert where.strip(), number


def test_a_row_that_is_met_only_by_a_test_here_names_it() -> None:
    states = [state for _, _, state, _ in rows()]
    assert states.count("met") > 100
    shown = [where for _, _, state, where in rows() if state == "met" and "`tests/" in where]
    assert len(shown) > 70


@pytest.mark.parametrize(("document", "path", "test"), sorted(set(named()), key=str))
def test_what_is_named_exists(document: str, path: str, test: str | None) -> None:
    target = PROJECT_ROOT / path if (PROJECT_ROOT / path).exists() else DOCS / path
    assert target.exists(), f"{document} names {path}"
    if test is not None:
        assert f"def {test}(" in target.read_text(encoding="utf-8"), f"{document} names {test} in {path}"


def test_the_documents_name_many_tests() -> None:
    assert len({(path, test) for _, path, test in named() if test}) > 100
