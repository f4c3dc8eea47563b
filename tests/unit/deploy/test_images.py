"""The images run what the Procfile says, as nobody, and are made by the commands that a fresh clone runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from cli.environment import read_programs
from offre_bailleurs.settings import PROJECT_ROOT, read_settings

DOCKERFILE = PROJECT_ROOT / "deploy" / "Dockerfile"
IGNORED = PROJECT_ROOT / "deploy" / "Dockerfile.dockerignore"


@pytest.fixture(scope="module")
def dockerfile() -> str:
    return DOCKERFILE.read_text(encoding="utf-8")


def stages(dockerfile: str) -> dict[str, str]:
    """Each stage's lines, by its name."""
    found = re.findall(r"^FROM (\S+) AS (\w+)\n(.*?)(?=^FROM |\Z)", dockerfile, re.M | re.S)
    return {name: f"FROM {base}\n{body}" for base, name, body in found}


def test_a_linter_finds_nothing(dockerfile: str) -> None:
    hadolint = Path(sys.executable).parent / "hadolint"
    done = subprocess.run([hadolint, DOCKERFILE], capture_output=True, text=True, check=False)
    assert done.stdout == ""


def test_what_is_served_holds_neither_tools_nor_root(dockerfile: str) -> None:
    found = stages(dockerfile)
    for name in ("rasa", "actions", "portal", "worker"):
        assert found[name].startswith("FROM runtime\n")
        assert "USER" not in found[name]
    assert re.search(r"^USER 10001:10001$", found["runtime"], re.M)
    assert "/opt/uv" not in found["runtime"]
    assert "apt-get" not in dockerfile  # nothing but what Python's image holds


def test_each_image_runs_its_line_of_the_procfile(dockerfile: str) -> None:
    programs = {program.name for program in read_programs(read_settings({}))}
    named = set(re.findall(r'^CMD \["python", "-m", "cli\.program", "(\w+)"\]', dockerfile, re.M))
    assert named == {"rasa", "actions", "portal", "outbox"}
    assert named | {"desk"} == programs


def test_whoever_listens_is_asked_how_it_is(dockerfile: str) -> None:
    asked = set(re.findall(r'CMD \["python", "-m", "cli\.program", "--healthy", "(\w+)"\]', dockerfile))
    assert asked == {"rasa", "actions", "portal"}


def test_the_libraries_are_those_of_the_lock_by_the_makefiles_uv(dockerfile: str) -> None:
    makefile = (PROJECT_ROOT / "Makefile").read_text(encoding="utf-8")
    version = re.search(r"^UV_VERSION := (\S+)$", makefile, re.M)
    assert version is not None
    assert f"uv=={version[1]}" in dockerfile
    assert re.findall(r"uv sync (.*?)(?: &&|$)", dockerfile, re.M) == [
        "--frozen --no-dev --no-install-project --compile-bytecode",
        "--frozen --no-dev --compile-bytecode",
    ]


def test_the_context_holds_all_that_is_needed_and_nothing_private() -> None:
    lines = IGNORED.read_text(encoding="utf-8").splitlines()
    kept = {line.removeprefix("!") for line in lines if line.startswith("!")}
    assert all((PROJECT_ROOT / name).exists() for name in kept)
    assert {"actions", "bot", "cli", "data", "migrations", "offre_bailleurs", "portal", "Procfile"} <= kept
    assert "*" in lines
    assert "**/.env" in lines


def test_a_program_that_there_is_not_is_named_with_those_that_there_are() -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "cli.program", "nobody"], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
    )
    assert asked.returncode == 2
    assert "rasa" in asked.stderr
