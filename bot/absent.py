"""Stands in for libraries that Rasa imports and nothing of ours uses: TensorFlow above all.

Rasa imports every component, every channel, every tracker store and every broker that it knows, and with them
TensorFlow, the SDKs of Telegram and Slack, of DynamoDB, MongoDB and Kafka: most of the size of an installation, of the
memory of a server and of the time that it takes to start. config.yml, endpoints.yml and credentials.yml name none of
those. So they are not dependencies of the project (pyproject.toml, docs/decisions/0013), and this module lets Rasa be
imported without them: names can be imported and classes derived from, which is all that an import does. Whatever would
compute with one fails, and says why.

Where such a library is installed (`uv sync --group stock`, to compare with `rasa init`'s own bot) it is used.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any, Final

_TENSORFLOW = "DIET, TED, UnexpecTED, ResponseSelector: neural networks"
_TERMINAL = "`rasa shell`, `rasa interactive`, `rasa init`: questions in a terminal"

ABSENT: Final[Mapping[str, str]] = {
    "aiogram": "the channel telegram",
    "boto3": "trackers in DynamoDB, models in S3",
    "botocore": "trackers in DynamoDB, models in S3",
    "confluent_kafka": "events through Kafka",
    "engineio": "the channel socketio",
    "fbmessenger": "the channel facebook",
    "keras": _TENSORFLOW,
    "mattermostwrapper": "the channel mattermost",
    "prompt_toolkit": _TERMINAL,
    "pymongo": "trackers in MongoDB",
    "questionary": _TERMINAL,
    "rocketchat_API": "the channel rocketchat",
    "skops": "Rasa's own scikit-learn classifiers: how they are saved",
    "sklearn_crfsuite": "CRFEntityExtractor",
    "slack_sdk": "the channel slack",
    "socketio": "the channel socketio",
    "tensorflow": _TENSORFLOW,
    "twilio": "the channels twilio and twilio_voice",
    "webexteamssdk": "the channel webexteams",
}
"""What may be missing, by its top-level name, and what of Rasa's it is for."""

IDLE: Final[Mapping[str, str]] = {
    "matplotlib": "the pictures of `rasa test`; the portal draws with it, in its own process",
    "scipy": "training, and components with sparse features",
    "sklearn": "training",
}
"""What is installed, and which a server that only answers has no use for: 60 MB of its memory."""


class NotInstalled(ImportError):
    """Something tried to use a library that this environment, or this process, leaves out."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is left out here: bot/absent.py says why and how it comes back", name=name)


class _AbsentClass(type):
    """The class of the classes that stand in: they can be named, derived from, and used as decorators."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _stand_in(f"{cls.__module__}.{cls.__qualname__}", name)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and callable(args[0]) and not kwargs:
            return args[0]  # used as a decorator
        raise NotInstalled(f"{cls.__module__}.{cls.__qualname__}")


class _AbsentModule(ModuleType):
    """A module of which every name exists."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__ = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        submodule = sys.modules.get(f"{self.__name__}.{name}")
        return submodule if submodule is not None else _stand_in(self.__name__, name)


class _Finder(MetaPathFinder, Loader):
    """Finds what is left out, by its top-level name."""

    def __init__(self, names: Collection[str]) -> None:
        self.names = frozenset(names)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return ModuleSpec(fullname, self, is_package=True) if fullname.partition(".")[0] in self.names else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _AbsentModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""


def stand_in() -> None:
    """Let Rasa be imported without what is not installed; does nothing where it is, or when it was done."""
    missing = [name for name in ABSENT if PathFinder.find_spec(name) is None]
    if missing and not any(isinstance(finder, _Finder) and finder.names >= set(missing) for finder in sys.meta_path):
        sys.meta_path.append(_Finder(missing))


def leave_idle() -> None:
    """Let Rasa be imported without what a server that only answers has no use for (`IDLE`), though it is installed.

    For the process `rasa run`, before it imports Rasa.

    Raises:
        RuntimeError: one of them is imported already.
    """
    imported = sorted(name for name in IDLE if name in sys.modules)
    if imported:
        raise RuntimeError(f"too late to leave out {', '.join(imported)}")
    sys.meta_path.insert(0, _Finder(IDLE))


def _stand_in(module: str, name: str) -> _AbsentClass:
    return _AbsentClass(name, (), {"__module__": module})
