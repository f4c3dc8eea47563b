"""The topics that can be answered, as the files under `data/` describe them: for the actions and for the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from offre_bailleurs.models import Profile
from offre_bailleurs.settings import PROJECT_ROOT

_DATA = PROJECT_ROOT / "data"
_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's, several times as fast, where PyYAML was built with it."""
_UTTER, _TITLE, _PICTURE = "utter_", "_title", "_picture"

GUIDES: Mapping[Profile | None, str] = {
    Profile.LANDLORD: "guide du bailleur particulier",
    Profile.ORGANISATION: "guide des organismes",
    None: "guides du bailleur particulier et des organismes",
}
"""What an answer that stands in the reader's guide names as its source."""


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
    responses = _responses()
    return {name: _topic(name, responses) for name in titles() if _UTTER + name in responses and _is_answer(name)}


@cache
def titles() -> Mapping[str, str]:
    """How a landlord would name each topic and each journey, by intent: what a button says."""
    return {
        name.removeprefix(_UTTER).removesuffix(_TITLE): str(variations[0]["text"])
        for name, variations in _responses().items()
        if name.endswith(_TITLE)
    }


def wording(topic: Topic, profile: Profile | None) -> str | None:
    """An answer's text for a profile, as the assistant says it; None when it has no words for that profile (or, when
    it is not known, none for everybody)."""
    for variation in _responses()[topic.response]:
        conditions = variation.get("condition") or ()
        if all(each.get("name") == "profile" and each.get("value") == profile for each in conditions):
            return str(variation["text"]).format(guide=GUIDES[profile])
    return None


def _topic(name: str, responses: Mapping[str, list[dict[str, Any]]]) -> Topic:
    has_condition = ["condition" in variation for variation in responses[_UTTER + name]]
    return Topic(
        name,
        depends_on_profile=all(has_condition),
        is_same_for_all=not any(has_condition),
        has_picture=_UTTER + name + _PICTURE in responses,
    )


def _is_answer(name: str) -> bool:
    return (_DATA / "answers" / f"{name}.yml").exists()


@cache
def _responses() -> Mapping[str, list[dict[str, Any]]]:
    """Every response under `data/`. The files hold the examples too: they are read once, at the server's start."""
    files = (yaml.load(path.read_bytes(), Loader=_LOADER) for path in sorted(_DATA.rglob("*.yml")))  # noqa: S506 - safe
    return {name: variations for file in files for name, variations in (file.get("responses") or {}).items()}
