"""`.env.example` is the list of the settings, with their defaults."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest

from offre_bailleurs.settings import PROJECT_ROOT, read_settings


class Recorded(Mapping[str, str]):
    """An empty environment that notes which variables are read."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def _example() -> dict[str, str]:
    text = (PROJECT_ROOT / ".env.example").read_text(encoding="utf-8")
    return dict(re.findall(r"^#([A-Z_]+)=(.*)$", text, flags=re.MULTILINE))


def test_every_setting_is_in_the_example_and_nothing_else() -> None:
    environ = Recorded()
    read_settings(environ)
    assert set(_example()) == environ.names


def test_the_example_shows_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT_ROOT)
    shown = read_settings(_example())
    default = read_settings({})
    assert shown.database_url == "sqlite:///var/bailleurs.db"  # the default is absolute: the same file
    assert default.database_url == f"sqlite:///{PROJECT_ROOT / 'var' / 'bailleurs.db'}"
    for name in vars(default).keys() - {"database_url"}:
        assert getattr(shown, name) == getattr(default, name), name
