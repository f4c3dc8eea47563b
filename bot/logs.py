"""Keeps what landlords write out of the logs.

The chat's own lines name a conversation by a hash and an error by its type and place. Rasa's lines are the matter here:
`rasa run` sets structlog up so that a logged exception comes with the local variables of each frame, slots and tokens
among them.
"""

from __future__ import annotations

import hashlib
from types import TracebackType

import structlog
from structlog.tracebacks import ExceptionDictTransformer


def hashed(conversation_id: str) -> str:
    """Names a conversation without giving its id away."""
    return hashlib.sha256(conversation_id.encode()).hexdigest()[:12]


def describe(error: BaseException) -> str:
    """An exception's type and where it was raised. Not its text, which may quote a message or an SQL parameter."""
    last: TracebackType | None = None
    trace = error.__traceback__
    while trace is not None:
        last, trace = trace, trace.tb_next
    place = f" at {last.tb_frame.f_code.co_filename}:{last.tb_lineno}" if last is not None else ""
    return f"{type(error).__qualname__}{place}"


def leave_variables_out() -> None:
    """Have structlog render exceptions without local variables.

    The list of processors is changed in place: loggers that were used before share it.
    """
    processors = structlog.get_config()["processors"]
    bare = structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False))
    for position, processor in enumerate(processors):
        if processor is structlog.processors.dict_tracebacks:
            processors[position] = bare
        elif isinstance(processor, structlog.dev.ConsoleRenderer):
            processors[position] = type(processor)(exception_formatter=structlog.dev.plain_traceback)
