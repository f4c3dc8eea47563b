"""What is changed in Rasa 3.6.21 for speed: nothing of what it does, only how long it takes.

Each module replaces attributes of Rasa's by ones that give the same results, says which, and what it gains in the rent
journey (CPU of the Rasa process for each turn; all of them and how they were measured: bench/README.md). The tracker
store applies them when Rasa makes it, at the start of `rasa run`; training goes without them.

`RASA_AS_IT_IS=1` in the environment leaves them out, and with them the tracker store's memory of recent conversations
and the connections that are kept to the action server; names of modules, with commas, leave out these. It is for
`bench`, and for the tests that compare replies, events and rows with and without (tests/services/speed). No setting:
nobody should serve landlords so.
"""

from __future__ import annotations

import os
from typing import Any, Final, NamedTuple

AS_IT_IS: Final = "RASA_AS_IT_IS"
_ABSENT: Final = object()


class Replacement(NamedTuple):
    """An attribute of Rasa's and what stands in its place."""

    owner: Any
    name: str
    by: Any


_replaced: list[tuple[Any, str, Any]] = []
"""What stood where, the oldest replacement first."""


def is_wanted(name: str) -> bool:
    """Whether this process is to run with a patch, with the memory ("recent"), with the connections ("session")."""
    left_out = os.environ.get(AS_IT_IS, "").split(",")
    return name not in left_out and "1" not in left_out


def apply() -> None:
    """Apply those that are wanted, once."""
    if _replaced:
        return
    from bot.rasa_patches import answers, calls, copies, domain, events, extraction, graph, logged, rules

    for module in (answers, calls, copies, domain, events, extraction, graph, logged, rules):
        if not is_wanted(module.__name__.rpartition(".")[2]):
            continue
        for owner, name, by in module.REPLACEMENTS:
            _replaced.append((owner, name, vars(owner).get(name, _ABSENT)))
            setattr(owner, name, by)


def remove() -> None:
    """Put back what stood there before `apply`."""
    while _replaced:
        owner, name, before = _replaced.pop()
        if before is _ABSENT:
            delattr(owner, name)
        else:
            setattr(owner, name, before)
