"""The command line, as an operator types it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from cli.main import app
from offre_bailleurs import database
from offre_bailleurs.settings import settings

Bailleurs = Callable[..., Result]


@pytest.fixture
def bailleurs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bailleurs]:
    """The command, on a data folder of its own that holds nothing yet."""

    def run(*arguments: str, **variables: str) -> Result:
        for name, value in {"DATA_DIR": str(tmp_path), "ENVIRONMENT": "development", **variables}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("DATABASE_URL", raising=False)
        settings.cache_clear()
        return CliRunner().invoke(app, arguments)

    database.engine.cache_clear()
    yield run
    if database.engine.cache_info().currsize:
        database.engine().dispose()
    database.engine.cache_clear()
    settings.cache_clear()
