"""What we run is what was published and looked at: every library by its hash, the one vendored script byte for byte."""

from __future__ import annotations

import hashlib
import json
import tomllib
from typing import Any

from offre_bailleurs.settings import PROJECT_ROOT

HTMX = "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717"
"""SHA-256 of dist/htmx.min.js in the package htmx.org 2.0.11 of npm."""
PYPI = "https://pypi.org/simple"
OURS = "offre-bailleurs-assistant"


def packages() -> list[dict[str, Any]]:
    """What uv.lock holds, our own package left out."""
    lock = tomllib.loads((PROJECT_ROOT / "uv.lock").read_text(encoding="utf-8"))
    return [package for package in lock["package"] if package["name"] != OURS]


def test_every_python_library_comes_from_pypi() -> None:
    assert {
        package["name"]: package["source"] for package in packages() if package["source"] != {"registry": PYPI}
    } == {}


def test_every_file_of_a_python_library_is_known_by_its_hash() -> None:
    files = [
        (package["name"], file)
        for package in packages()
        for file in [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
    ]
    assert len(files) > len(packages())
    assert [name for name, file in files if not file.get("hash", "").startswith("sha256:")] == []


def test_every_library_of_the_widget_is_known_by_its_hash() -> None:
    lock = json.loads((PROJECT_ROOT / "widget" / "package-lock.json").read_text(encoding="utf-8"))
    for path, package in lock["packages"].items():
        if path:  # no address is kept: npm ci takes it from the registry, and the hash decides
            assert package["integrity"].startswith("sha512-"), path
            assert package.get("resolved", "https://registry.npmjs.org/").startswith("https://registry.npmjs.org/"), (
                path
            )


def test_the_vendored_script_is_the_published_one() -> None:
    script = PROJECT_ROOT / "portal" / "static" / "desk" / "htmx.min.js"
    assert hashlib.sha256(script.read_bytes()).hexdigest() == HTMX


def test_what_is_installed_is_synced_from_the_lock_without_resolving_anew() -> None:
    assert "sync --frozen" in (PROJECT_ROOT / "Makefile").read_text(encoding="utf-8")
