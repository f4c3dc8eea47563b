"""Reads YAML so that a mistake of the writer is told in the writer's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from offre_bailleurs.campaigns import today
from offre_bailleurs.french.format import long_date
from tests.support.world import campaign_year


class ScenarioError(Exception):
    """A conversation's file cannot be read; the message tells the writer what to change."""


class _Loader(yaml.SafeLoader):
    """Refuses a key that stands twice in one place, of which YAML would silently keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise ScenarioError(f"line {key_node.start_mark.line + 1}: « {key} » stands twice")
            seen.add(key)
        return super().construct_mapping(node, deep)


def read_documents(path: Path) -> list[Any]:
    """The documents of a YAML file, which `---` separates.

    Raises:
        ScenarioError: it is no YAML.
    """
    try:
        with path.open(encoding="utf-8") as file:
            return [document for document in yaml.load_all(file, _Loader) if document is not None]
    except yaml.YAMLError as error:
        raise ScenarioError(f"not YAML: {error}") from None


Readers = Mapping[str, Callable[[Any], Any]]
"""What makes a value of what is written, by key. A reader raises ValueError or TypeError."""


def take(mapping: Any, where: str, known: Readers) -> dict[str, Any]:
    """The values of a mapping, each as its reader makes it; a key that is not known is refused."""
    if not isinstance(mapping, Mapping):
        raise ScenarioError(f"{where}: key: value lines are expected, not « {mapping} »")
    unknown = [str(key) for key in mapping if key not in known]
    if unknown:
        raise ScenarioError(f"{where}: « {unknown[0]} » is not known here; known: {', '.join(known)}")
    taken = {}
    for key, value in mapping.items():
        try:
            taken[key] = known[key](value)
        except (ValueError, TypeError, ArithmeticError) as error:
            raise ScenarioError(f"{where}, {key}: {error}") from None
    return taken


def text(value: Any) -> str:
    """A text, which YAML must not have taken for a number, a date or a yes."""
    if not isinstance(value, str):
        raise TypeError(f"write {value} between quotes")
    return value


def one_or_many(value: Any) -> list[Any]:
    """A list, or one thing alone."""
    return list(value) if isinstance(value, list) else [value]


_PLACEHOLDER = re.compile(r"<([a-z][a-z0-9_ ]*|\d+ days ago)(?::(iso|short))?>")


OF_THE_ACCOUNT = ("user number", "email")
"""What `<user number>` and `<email>` stand for is not known before the conversation's people are made: they stay as
they are until somebody types them."""


def fill(value: Any, example: Mapping[str, Any]) -> Any:
    """Replace `<column>` of an example, `<year>`, `<last year>` and the days of `_day`, in every text of a document.

    A text that is a column and nothing else becomes the column's value as it is, a number for instance.
    """
    if isinstance(value, str):
        alone = _PLACEHOLDER.fullmatch(value)
        if alone and alone[1] in example:
            return example[alone[1]]
        return _PLACEHOLDER.sub(lambda match: _filled(match, example), value)
    if isinstance(value, Mapping):
        return {key: fill(each, example) for key, each in value.items()}
    if isinstance(value, list):
        return [fill(each, example) for each in value]
    return value


def _filled(match: re.Match[str], example: Mapping[str, Any]) -> str:
    name, form = match.groups()
    if name in example:
        return str(example[name])
    if name in OF_THE_ACCOUNT and form is None:
        return match[0]
    if name in ("year", "last year"):
        return str(campaign_year() - (name == "last year"))
    day = today() + timedelta(days=_days_from_now(name))
    if form == "iso":
        return day.isoformat()
    return day.strftime("%d/%m/%Y") if form == "short" else long_date(day)


def _days_from_now(name: str) -> int:
    fixed = {"today": 0, "yesterday": -1}
    if name in fixed:
        return fixed[name]
    if counted := re.fullmatch(r"(\d+) days ago|in (\d+) days", name):
        return -int(counted[1]) if counted[1] else int(counted[2])
    raise ScenarioError(
        f"<{name}> is neither a column of the examples nor one of <year>, <last year>, <today>, <yesterday>, "
        "<10 days ago>, <in 10 days>, <user number>, <email>"
    )
