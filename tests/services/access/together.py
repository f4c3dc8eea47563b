"""Several people who do something at the very same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def together(acts: Sequence[Callable[[], Result]]) -> list[Result | Exception]:
    """Start all acts at once, each in a thread; what each returned or raised, in their order."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], Result]) -> Result:
        barrier.wait(timeout=30)
        return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        futures = [threads.submit(run, act) for act in acts]
        outcomes: list[Result | Exception] = []
        for future in futures:
            error = future.exception(timeout=120)
            if error is None:
                outcomes.append(future.result())
            elif isinstance(error, Exception):
                outcomes.append(error)
            else:
                raise error
    return outcomes
