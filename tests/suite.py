"""`make test`: every kind of check that this machine can run, one after the other, and what was skipped and why.

`python -m tests.suite` runs all, `python -m tests.suite unit lint` some. With REQUIRE_SERVICES=1 whatever is skipped
counts as failed. The last line is `N passed, N failed, N skipped`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from cli import training
from cli.environment import RASA, rasa_environ
from offre_bailleurs.settings import PROJECT_ROOT

REPORTS = PROJECT_ROOT / "results"
PYTHON = (sys.executable, "-m")
NODE_VERSION = (20, 19)
"""What the widget's tools need; package.json says so too."""


@dataclass(frozen=True)
class Outcome:
    """What a check came to. `skipped` holds what was not run, each with its reason."""

    passed: int = 0
    failed: int = 0
    skipped: Sequence[str] = ()


@dataclass(frozen=True)
class Check:
    """One kind of check: its name on the command line, what it does, and how."""

    name: str
    title: str
    run: Callable[[], Outcome]


@dataclass
class Tally:
    """What all checks came to."""

    passed: int = 0
    failed: int = 0
    skipped: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def add(self, check: Check, outcome: Outcome, seconds: float) -> None:
        """Count one check in."""
        self.passed += outcome.passed
        self.failed += outcome.failed
        self.skipped += [f"{check.name} : {reason}" for reason in outcome.skipped]
        verdict = "ÉCHEC" if outcome.failed else "réussi" if outcome.passed else "sauté"
        counts = f"{outcome.passed} réussis, {outcome.failed} échecs, {len(outcome.skipped)} sautés"
        self.lines.append(f"  {check.name:<14} {verdict:<7} {seconds:6.1f} s  {counts}")


def commands(*each: Sequence[str], folder: Path | None = None) -> Callable[[], Outcome]:
    """A check that passes when its commands do; the first that fails ends it. In the project's root by default."""

    def run() -> Outcome:
        passed = all(_call(command, folder) == 0 for command in each)
        return Outcome(passed=1) if passed else Outcome(failed=1)

    return run


def pytest(name: str) -> Callable[[], Outcome]:
    """A check that runs the tests of a folder."""

    def run() -> Outcome:
        report = REPORTS / f"{name}.xml"
        report.unlink(missing_ok=True)
        code = _call((*PYTHON, "pytest", f"tests/{name}", f"--junitxml={report}"))
        if not report.exists():  # the interpreter died, whatever it says
            return Outcome(failed=1)
        outcome = _read_report(report)
        if code != 0 and not outcome.failed:  # no test collected, or pytest itself failed
            return Outcome(outcome.passed, 1, outcome.skipped)
        return outcome

    return run


def model() -> Outcome:
    """Train, when what training reads has changed: the checks that follow talk to the model."""
    if training.model_path().exists():
        return Outcome(passed=1)
    return commands((*PYTHON, "cli", "train"))()


def stories() -> Outcome:
    """Replay the test stories on the model."""
    replay = ("test", "core", "--stories", "tests/stories", "--out", str(REPORTS / "stories"))
    return commands(
        (*PYTHON, *replay, "--model", str(training.model_path()), "--fail-on-prediction-errors", "--no-plot")
    )()


def widget() -> Outcome:
    """Check, test and build the widget; the committed bundle must be what its sources build."""
    if shutil.which("npm") is None:
        return Outcome(skipped=["npm est absent"])
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if tuple(int(part) for part in version.removeprefix("v").split(".")[:2]) < NODE_VERSION:
        return Outcome(skipped=[f"node {version} est trop ancien, il faut {'.'.join(map(str, NODE_VERSION))}"])
    steps = [["npm", "ci", "--no-audit", "--no-fund"]] + [["npm", "run", name] for name in ("check", "test", "size")]
    return commands(*steps, ["node", "scripts/verify.mjs"], folder=PROJECT_ROOT / "widget")()


CHECKS = (
    Check(
        "lint",
        "ruff : erreurs, style, mise en forme",
        commands((*PYTHON, "ruff", "check"), (*PYTHON, "ruff", "format", "--check")),
    ),
    Check("types", "mypy : types", commands((*PYTHON, "mypy"))),
    Check("imports", "import-linter : le sens des imports", commands(("lint-imports",))),
    Check("unit", "tests unitaires", pytest("unit")),
    Check("portal", "tests du portail", pytest("portal")),
    Check("validate", "rasa : cohérence des données", commands((*RASA, "data", "validate"))),
    Check("model", "rasa : modèle à jour", model),
    Check("stories", "rasa : scénarios de test", stories),
    Check("conversations", "conversations avec le vrai assistant", pytest("conversations")),
    Check("services", "les vrais serveurs et services", pytest("services")),
    Check("browser", "dans Chromium", pytest("browser")),
    Check("widget", "le widget : types, tests, construction", widget),
)


def main(names: Sequence[str]) -> int:
    """Run the named checks, or all; 0 when nothing failed."""
    known = {check.name: check for check in CHECKS}
    unknown = [name for name in names if name not in known]
    if unknown:
        sys.stderr.write(f"inconnu : {', '.join(unknown)}. Il y a : {', '.join(known)}.\n")
        return 2
    REPORTS.mkdir(exist_ok=True)
    tally = Tally()
    chosen = [known[name] for name in names] or list(CHECKS)
    for number, check in enumerate(chosen, 1):
        print(f"\n── {number}/{len(chosen)} {check.name} : {check.title}", flush=True)
        started = time.monotonic()
        tally.add(check, check.run(), time.monotonic() - started)
    return _report(tally, strict=os.environ.get("REQUIRE_SERVICES") == "1")


def _report(tally: Tally, *, strict: bool) -> int:
    print("\n── Résultat", *tally.lines, sep="\n")
    if tally.skipped:
        print("\nSauté, et pourquoi :", *(f"  {reason}" for reason in tally.skipped), sep="\n")
    failed, skipped = tally.failed, len(tally.skipped)
    if strict and skipped:
        print("\nREQUIRE_SERVICES=1 : ce qui est sauté compte comme un échec.")
        failed, skipped = failed + skipped, 0
    print(f"\n{tally.passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if failed else 0


def _call(command: Sequence[str], folder: Path | None = None) -> int:
    return subprocess.run(
        command, cwd=folder or PROJECT_ROOT, env=_environ(), stdin=subprocess.DEVNULL, check=False
    ).returncode


def _environ() -> Mapping[str, str]:
    """As `bailleurs serve` starts Rasa; colours stay when somebody watches."""
    colours = {"FORCE_COLOR": "1", "PY_COLORS": "1"} if sys.stdout.isatty() else {}
    return {**rasa_environ(), **colours}


def _read_report(report: Path) -> Outcome:
    """Count pytest's own JUnit report."""
    passed = failed = 0
    skipped = []
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - pytest wrote it a moment ago
        results = {child.tag: child for child in case}
        if "failure" in results or "error" in results:
            failed += 1
        elif "skipped" in results:
            skipped.append(f"{case.get('classname')}.{case.get('name')} ({results['skipped'].get('message')})")
        else:
            passed += 1
    return Outcome(passed, failed, skipped)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
