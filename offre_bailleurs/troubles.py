"""For a process that outlives what fails: a database that is down, a fault of ours."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError


class Troubles:
    """What fails at present. Each failure is told in the log once, until it works again or fails otherwise."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._present: dict[str, str] = {}

    def __bool__(self) -> bool:
        """Whether anything fails."""
        return bool(self._present)

    def attempt(self, what: str, task: Callable[[], bool]) -> bool:
        """Do a task; what it returns, or False when it failed.

        Args:
            what: names the task in the log.
            task: what to do. Its error's text is not logged: values name people.
        """
        try:
            done = task()
        except Exception as error:  # noqa: BLE001 - whatever it is, the process goes on
            trouble = type(error).__name__
            if self._present.get(what) != trouble:
                self._present[what] = trouble
                where = "" if isinstance(error, SQLAlchemyError) else f"\n{code_lines(error)}"
                self._log.error("%s: %s, to be tried again%s", what, trouble, where)
            return False
        if self._present.pop(what, None):
            self._log.warning("%s: works again", what)
        return done


def code_lines(error: Exception) -> str:
    """Where an error was raised, line by line of the code, without its text: values name people."""
    return "".join(traceback.format_tb(error.__traceback__)).rstrip()
