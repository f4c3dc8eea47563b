"""Two environments, made to compare: Rasa with all that it comes with, and ours with no more than serving needs."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from offre_bailleurs.settings import PROJECT_ROOT

RESULTS: Final = PROJECT_ROOT / "results"
_UV: Final = PROJECT_ROOT / ".uv" / "bin"


@dataclass(frozen=True)
class Environment:
    """A virtual environment made by `uv sync` from our uv.lock."""

    folder: Path
    options: tuple[str, ...]

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    def make(self) -> None:
        """Install what is missing; nothing when all is there.

        Raises:
            subprocess.CalledProcessError: uv could not (no network, no room); it says why.
        """
        command = [
            str(_UV / "uv"),
            "sync",
            "--quiet",
            "--frozen",
            "--no-dev",
            "--compile-bytecode",
            "--python",
            str(_UV / "python"),
        ]
        environ = {**os.environ, "UV_PROJECT_ENVIRONMENT": str(self.folder)}
        subprocess.run([*command, *self.options], cwd=PROJECT_ROOT, env=environ, check=True)

    def megabytes(self) -> float:
        """What it takes on disk, less the bytecode that running it leaves."""
        files = (path.lstat() for path in self.folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
        return sum(file.st_size for file in files) / 2**20


SERVING: Final = Environment(RESULTS / "serving-venv", ())
STOCK: Final = Environment(RESULTS / "stock-venv", ("--group", "stock"))
