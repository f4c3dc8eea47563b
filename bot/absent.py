"""Stands in for TensorFlow where it is not installed: Rasa imports it, nothing of ours uses it.

Rasa imports every component that it knows, DIET and TED among them, and with them TensorFlow: most of the size of an
installation, of the memory of a server and of the time that it takes to start. config.yml names none of those
components. So TensorFlow is not a dependency of the project (pyproject.toml, docs/decisions/0013), and this module
lets Rasa be imported without it: names can be imported and classes derived from, which is all that an import does.
Whatever would compute with it fails, and says why.

Where TensorFlow is installed (`uv sync --group stock`, to compare with `rasa init`'s own bot) it is used.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any, Final

ABSENT: Final = ("keras", "tensorflow")
"""What may be missing, by its top-level name."""


class NotInstalled(ImportError):
    """Something tried to use a library that this environment leaves out."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not installed here: it is in the dependency group `stock` alone", name=name)


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
    """Finds what is absent."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return ModuleSpec(fullname, self, is_package=True) if fullname.partition(".")[0] in ABSENT else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _AbsentModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""


def stand_in() -> None:
    """Let Rasa be imported without what is not installed; does nothing where it is, or when it was done."""
    missing = [name for name in ABSENT if PathFinder.find_spec(name) is None]
    if missing and not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.append(_Finder())


def _stand_in(module: str, name: str) -> _AbsentClass:
    return _AbsentClass(name, (), {"__module__": module})
