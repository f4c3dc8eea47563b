"""Tells when the set of libraries drifts from the one that was tried with Rasa 3.6.21 on Python 3.11.

docs/decisions/0001-rasa-on-python-3.11.md says why each bound was lifted or is held.
"""

from __future__ import annotations

import tomllib
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parents[2]


def _name(requirement: Requirement) -> str:
    return requirement.name.lower().replace("_", "-")


LIFTED = {
    "aiohttp",
    "apscheduler",
    "attrs",
    "dnspython",
    "jsonpickle",
    "matplotlib",
    "pydantic",
    "python-dateutil",
    "pytz",
    "regex",
    "sentry-sdk",
    "setuptools",
    "sqlalchemy",
    "ujson",
}
"""What Rasa or rasa-sdk would hold back, and we do not."""

GROUPS = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]

LEFT_OUT = {
    "absl-py",  # TensorFlow's
    "protobuf",  # TensorFlow's
    "pydot",  # draws stories, `rasa visualize`
    "tensorflow",
    "tensorflow-hub",
    "tensorflow-io-gcs-filesystem",
    "tensorflow-text",
} | {_name(Requirement(text)) for text in GROUPS["stock"]} - {"tensorflow-cpu"}
"""Only what we do not use of Rasa imports it (bot/absent.py): installed where a tool for tests brings it, if at all."""

HELD = {
    "dask": "==2022.10.2",
    "numpy": "==1.23.5",
    "packaging": "==20.9",
    "pydantic": ">=1.10.24,<2",
    "rasa": "==3.6.21",
    "rasa-sdk": "==3.6.2",
    "scikit-learn": "==1.2.2",
    "setuptools": ">=80,<81",
    "sqlalchemy": ">=2.1,<2.2",
}
"""What trained, tested and served together. Another version is another experiment: run the bench and the suite."""


HELD_IN_STOCK = {"jax": "<0.4.20", "ml-dtypes": "<0.3", "protobuf": "<5", "tensorflow-cpu": "==2.12.0"}
"""What trained and served the bot that ours is compared with (`make bench`): in uv.lock, not in the environment."""


LOCKED = {package["name"]: package["version"] for package in tomllib.loads((ROOT / "uv.lock").read_text())["package"]}


def _demanded(distribution: str) -> dict[str, Requirement]:
    found = (Requirement(text) for text in requires(distribution) or ())
    return {
        _name(requirement): requirement
        for requirement in found
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""})
    }


def _unmet(distribution: str) -> set[str]:
    unmet = set()
    for name, requirement in _demanded(distribution).items():
        try:
            met = requirement.specifier.contains(version(name), prereleases=True)
        except PackageNotFoundError:
            met = False
        if not met:
            unmet.add(name)
    return unmet


def test_nothing_that_rasa_demands_is_missed_but_what_was_lifted_on_purpose() -> None:
    assert (_unmet("rasa") | _unmet("rasa-sdk")) - LEFT_OUT == LIFTED


@pytest.mark.parametrize(("name", "held"), HELD.items())
def test_the_versions_that_were_tried_together_are_the_installed_ones(name: str, held: str) -> None:
    assert SpecifierSet(held).contains(version(name))


def test_what_is_installed_is_what_the_lock_says() -> None:
    drifted = {name: (version(name), LOCKED[name]) for name in HELD if version(name) != LOCKED[name]}
    assert drifted == {}


@pytest.mark.parametrize(("name", "held"), HELD_IN_STOCK.items())
def test_the_bot_that_ours_is_compared_with_stands_on_what_was_tried(name: str, held: str) -> None:
    assert SpecifierSet(held).contains(LOCKED[name])


def test_every_lifted_bound_is_restated_for_uv() -> None:
    restated = {
        Requirement(text).name.lower()
        for metadata in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["uv"]["dependency-metadata"]
        for text in metadata["requires-dist"]
    }
    assert restated >= LIFTED
