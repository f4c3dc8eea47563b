"""The topics that can be answered, as the files under `data/` describe them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from offre_bailleurs.settings import PROJECT_ROOT

_DATA = PROJECT_ROOT / "data"
_UTTER, _TITLE, _PICTURE = "utter_", "_title", "_picture"


@dataclass(frozen=True)
class Topic:
    """Something that a landlord may ask: one file in `data/answers/`."""

    name: str
    """The intent, and the file's name."""
    depends_on_profile: bool
    """It has words for each profile and none for everybody."""
    is_same_for_all: bool
    has_picture: bool
    """`utter_<topic>_picture` follows the answer."""

    @property
    def response(self) -> str:
        """The name of the answer in the domain."""
        return _UTTER + self.name

    @property
    def picture(self) -> str:
        """The name of the response that shows the picture."""
        return self.response + _PICTURE


@cache
def topics() -> Mapping[str, Topic]:
    """Every topic by its name."""
    responses = dict(_responses("answers/*.yml"))
    names = [name.removeprefix(_UTTER).removesuffix(_TITLE) for name in responses if name.endswith(_TITLE)]
    return {name: _topic(name, responses) for name in names if _UTTER + name in responses}


@cache
def titles() -> Mapping[str, str]:
    """How a landlord would name each topic and each journey, by intent: what a button says."""
    return {
        name.removeprefix(_UTTER).removesuffix(_TITLE): str(variations[0]["text"])
        for name, variations in _responses("**/*.yml")
        if name.endswith(_TITLE)
    }


def _topic(name: str, responses: Mapping[str, list[dict[str, Any]]]) -> Topic:
    has_condition = ["condition" in variation for variation in responses[_UTTER + name]]
    return Topic(
        name,
        depends_on_profile=all(has_condition),
        is_same_for_all=not any(has_condition),
        has_picture=_UTTER + name + _PICTURE in responses,
    )


def _responses(pattern: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for path in sorted(_DATA.glob(pattern)):
        yield from (yaml.safe_load(path.read_text(encoding="utf-8")).get("responses") or {}).items()
