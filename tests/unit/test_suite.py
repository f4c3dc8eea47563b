"""`make test` itself: nothing that failed, or was skipped when nothing may be, passes unseen."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import suite
from tests.suite import Check, Outcome, Skip

PASSING = "def test_a() -> None:\n    pass\n"
FAILING = "def test_b() -> None:\n    raise AssertionError\n"
SKIPPED = "import pytest\n\n\ndef test_c() -> None:\n    pytest.skip('no such server')\n"


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, list[str]]]:
    """Run checks in a project of their own; the exit code and the lines printed."""
    monkeypatch.setattr(suite, "PROJECT_ROOT", tmp_path)
    monkeypatch.setattr(suite, "REPORTS", tmp_path / "results")
    monkeypatch.delenv("REQUIRE_SERVICES", raising=False)

    def run(*checks: Check) -> tuple[int, list[str]]:
        monkeypatch.setattr(suite, "CHECKS", checks)
        code = suite.main([])
        return code, capsys.readouterr().out.splitlines()

    return run


def _folder(tmp_path: Path, *sources: str) -> Check:
    folder = tmp_path / "tests" / "some"
    folder.mkdir(parents=True)
    for number, source in enumerate(sources):
        (folder / f"test_{number}.py").write_text(source)
    return Check("some", "some tests", suite.pytest("some"))


def test_each_test_counts_and_the_last_line_says_how_many(
    run: Callable[..., tuple[int, list[str]]], tmp_path: Path
) -> None:
    code, lines = run(_folder(tmp_path, PASSING, FAILING, SKIPPED))
    assert code == 1
    assert lines[-1] == "1 passed, 1 failed, 1 skipped"
    assert any("test_c" in line and "no such server" in line for line in lines)


def test_a_skip_is_no_failure_unless_services_are_required(
    run: Callable[..., tuple[int, list[str]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = _folder(tmp_path, PASSING, SKIPPED)
    assert run(check)[0] == 0
    monkeypatch.setenv("REQUIRE_SERVICES", "1")
    code, lines = run(check)
    assert code == 1
    assert lines[-1] == "1 passed, 1 failed, 0 skipped"


def test_what_no_package_brings_may_be_skipped_even_then(
    run: Callable[..., tuple[int, list[str]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUIRE_SERVICES", "1")
    check = _folder(tmp_path, PASSING, SKIPPED.replace("no such", "optional: no such"))
    code, lines = run(check)
    assert code == 0
    assert lines[-1] == "1 passed, 0 failed, 1 skipped"


def test_a_folder_without_tests_is_a_failure(run: Callable[..., tuple[int, list[str]]], tmp_path: Path) -> None:
    assert run(_folder(tmp_path))[0] == 1


def test_tests_that_end_the_interpreter_are_a_failure(
    run: Callable[..., tuple[int, list[str]]], tmp_path: Path
) -> None:
    code, lines = run(_folder(tmp_path, "import os\n\n\ndef test_d() -> None:\n    os._exit(0)\n"))
    assert code == 1
    assert lines[-1] == "0 passed, 1 failed, 0 skipped"


def test_the_first_command_that_fails_fails_its_check(run: Callable[..., tuple[int, list[str]]]) -> None:
    fine, broken = (sys.executable, "-c", ""), (sys.executable, "-c", "raise SystemExit(3)")
    code, lines = run(
        Check("fine", "fine", suite.commands(fine)), Check("broken", "broken", suite.commands(fine, broken))
    )
    assert code == 1
    assert lines[-1] == "1 passed, 1 failed, 0 skipped"


def test_a_check_that_was_skipped_whole_is_told(run: Callable[..., tuple[int, list[str]]]) -> None:
    _, lines = run(Check("widget", "widget", lambda: Outcome(skipped=[Skip("widget", "npm est absent")])))
    assert "  widget : npm est absent" in lines


def test_an_unknown_check_is_refused() -> None:
    assert suite.main(["nothing-like-it"]) == 2
