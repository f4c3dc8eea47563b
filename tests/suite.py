"""`make test`: every kind of check that this machine can run, one after the other, and what was skipped and why.

`python -m tests.suite` runs all, `python -m tests.suite unit lint` some. With REQUIRE_SERVICES=1 whatever is skipped
counts as failed, but for tests whose reason begins with "optional:": they want what no package of Debian, PyPI or npm
brings. The last line is `N passed, N failed, N skipped`.
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
class Skip:
    """What was not run, and why."""

    name: str
    reason: str

    @property
    def is_optional(self) -> bool:
        """True when even REQUIRE_SERVICES=1 accepts it."""
        return self.reason.startswith("optional:")


@dataclass(frozen=True)
class Outcome:
    """What a check came to."""

    passed: int = 0
    failed: int = 0
    skipped: Sequence[Skip] = ()


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
    skipped: list[Skip] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def add(self, check: Check, outcome: Outcome, seconds: float) -> None:
        """Count one check in."""
        self.passed += outcome.passed
        self.failed += outcome.failed
        self.skipped += outcome.skipped
        verdict = "ÉCHEC" if outcome.failed else "réussi" if outcome.passed else "sauté"
        counts = f"{outcome.passed} réussis, {outcome.failed} échecs, {len(outcome.skipped)} sautés"
        self.lines.append(f"  {check.name:<14} {verdict:<7} {seconds:6.1f} s  {counts}")


def commands(*each: Sequence[str], folder: Path | None = None, quiet: bool = False) -> Callable[[], Outcome]:
    """A check that passes when its commands do; the first that fails ends it.

    They run in `folder`, by default the project's root. Of `quiet` ones, only a failure is shown.
    """

    def run() -> Outcome:
        passed = all(_call(command, folder, quiet=quiet) == 0 for command in each)
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
    replay = (*RASA, "test", "core", "--model", str(training.model_path()), "--stories", "tests/stories")
    strictly = ("--fail-on-prediction-errors", "--no-plot", "--out", str(REPORTS / "stories"))
    return commands((*replay, *strictly), quiet=True)()


def widget() -> Outcome:
    """Check, test and build the widget; the committed bundle must be what its sources build."""
    if shutil.which("npm") is None:
        return Outcome(skipped=[Skip("widget", "npm est absent")])
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if tuple(int(part) for part in version.removeprefix("v").split(".")[:2]) < NODE_VERSION:
        wanted = ".".join(map(str, NODE_VERSION))
        return Outcome(skipped=[Skip("widget", f"node {version} est trop ancien, il faut {wanted}")])
    steps = [["npm", "ci", "--no-audit", "--no-fund"]] + [["npm", "run", name] for name in ("check", "test", "size")]
    return commands(*steps, ["node", "scripts/verify.mjs"], folder=PROJECT_ROOT / "widget")()


CHECKS = (
    Check(
        "lint",
        "ruff : erreurs, style, mise en forme ; ce que l'assistant sait",
        commands((*PYTHON, "ruff", "check"), (*PYTHON, "ruff", "format", "--check"), (*PYTHON, "cli", "lint")),
    ),
    Check("types", "mypy : types", commands((*PYTHON, "mypy"))),
    Check("imports", "import-linter : le sens des imports", commands(("lint-imports",))),
    Check("model", "rasa : modèle à jour", model),
    Check("unit", "tests unitaires", pytest("unit")),
    Check("portal", "tests du portail", pytest("portal")),
    Check("validate", "rasa : cohérence des données", commands((*RASA, "data", "validate"), quiet=True)),
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
        print("\nSauté, et pourquoi :", *(f"  {each.name} : {each.reason}" for each in tally.skipped), sep="\n")
    missing = [each.name for each in tally.skipped if strict and not each.is_optional]
    if missing:
        print(f"\nREQUIRE_SERVICES=1 : {len(missing)} de ces tests sautés comptent comme des échecs.")
    failed, skipped = tally.failed + len(missing), len(tally.skipped) - len(missing)
    print(f"\n{tally.passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if failed else 0


def _call(command: Sequence[str], folder: Path | None = None, *, quiet: bool = False) -> int:
    done = subprocess.run(
        command,
        cwd=folder or PROJECT_ROOT,
        env=_environ(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        check=False,
    )
    if done.returncode != 0 and done.stdout:
        sys.stdout.buffer.write(done.stdout)
    return done.returncode


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
            name = f"{case.get('classname')}.{case.get('name')}"
            skipped.append(Skip(name, results["skipped"].get("message", "")))
        else:
            passed += 1
    return Outcome(passed, failed, skipped)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
