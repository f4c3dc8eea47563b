"""The model is trained again when what training reads has changed, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli import training


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, content in {
        "config.yml": "language: fr",
        "domain.yml": "intents: []",
        "uv.lock": "version = 1",
        "data/conversation/greetings.yml": "nlu: []",
        "bot/nlu/normaliser.py": "STEP = 1",
        "bot/channel.py": "",
        "README.md": "",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    return tmp_path


@pytest.mark.parametrize(
    "name", ["config.yml", "domain.yml", "uv.lock", "data/conversation/greetings.yml", "bot/nlu/normaliser.py"]
)
def test_a_change_in_what_training_reads_asks_for_another_model(root: Path, name: str) -> None:
    before = training.model_path(root)
    (root / name).write_text("something else")
    assert training.model_path(root) != before


def test_a_file_that_comes_goes_or_moves_asks_for_another_model(root: Path) -> None:
    seen = {training.fingerprint(root)}
    added = root / "data" / "journeys" / "declare_rent.yml"
    added.parent.mkdir()
    added.write_text("rules: []")
    seen.add(training.fingerprint(root))
    added.rename(added.with_name("recover_access.yml"))
    seen.add(training.fingerprint(root))
    assert len(seen) == 3


def test_nothing_else_asks_for_another_model(root: Path) -> None:
    before = training.fingerprint(root)
    (root / "README.md").write_text("new words")
    (root / "bot" / "channel.py").write_text("PREFIX = 1")
    compiled = root / "bot" / "nlu" / "__pycache__" / "normaliser.cpython-311.pyc"
    compiled.parent.mkdir()
    compiled.write_bytes(b"\0")
    assert training.fingerprint(root) == before


def test_what_is_moved_from_one_file_to_the_next_is_a_change(root: Path) -> None:
    first, second = root / "data" / "a.yml", root / "data" / "b.yml"
    first.write_text("one two")
    second.write_text("three")
    before = training.fingerprint(root)
    first.write_text("one ")
    second.write_text("twothree")
    assert training.fingerprint(root) != before
