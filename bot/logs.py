"""Keeps what landlords write out of the Rasa server's logs, and writes them as every other process does.

The chat's own lines name a conversation by a hash and an error by its type and place. Rasa's lines are the matter here:
`rasa run` sets logging up twice (coloredlogs, then structlog), in formats of its own, so that a logged exception comes
with the local variables of each frame, slots and tokens among them. `take_over` replaces both.
"""

from __future__ import annotations

from types import TracebackType

from offre_bailleurs.operation import logs
from offre_bailleurs.operation.logs import hashed
from offre_bailleurs.settings import SettingsError, settings

__all__ = ["PROCESS", "describe", "hashed", "leave_variables_out", "take_over"]

PROCESS = "rasa"


def describe(error: BaseException) -> str:
    """An exception's type and where it was raised. Not its text, which may quote a message or an SQL parameter."""
    last: TracebackType | None = None
    trace = error.__traceback__
    while trace is not None:
        last, trace = trace, trace.tb_next
    place = f" at {last.tb_frame.f_code.co_filename}:{last.tb_lineno}" if last is not None else ""
    return f"{type(error).__qualname__}{place}"


def leave_variables_out() -> None:
    """Log as the project does from here on, whatever Rasa has set up: see `offre_bailleurs.operation.logs`."""
    logs.configure(PROCESS, settings().log_format)


def take_over() -> None:
    """Have `rasa run` log as the project does from its first line: its two ways to set logging up are replaced.

    To be called once Rasa is imported, before its `main`.
    """
    import rasa.__main__
    import rasa.utils.io

    def configure_colored_logging(_: str) -> None:
        """Rasa's would write to its own handler, in its own format."""

    def configure_structlog(_: int | None = None) -> None:
        leave_variables_out()

    try:
        leave_variables_out()
    except SettingsError:
        return  # the channel, which needs the settings, says so in one line
    rasa.utils.io.configure_colored_logging = configure_colored_logging
    rasa.__main__.configure_structlog = configure_structlog
