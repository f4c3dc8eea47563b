"""One way to log for every process: text for a terminal, or (`LOG_FORMAT=json`) one JSON object a line.

    configure("portal", configuration.log_format)

A line bears `timestamp` (UTC), `level`, `process`, `logger` and `event`; what belongs to a conversation, also
`conversation`, and to one of its messages, `message`: digests of their ids (`hashed`), the same in the lines of Rasa,
of the action server and of the desk, so that a turn can be followed through them.

Nothing that somebody said or is called is written down:

* an exception is its type and where it was raised, file by file. Not its text, which may quote a message or the
  parameters of a query (an import that fails names code, and is told), and no variables;
* of a library that speaks while a conversation is being answered, the place alone: what it says may quote the landlord.
  Outside, when it starts or loses a connection, its words are kept.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any, Final, TextIO

import structlog

CONVERSATION: Final = "conversation"
MESSAGE: Final = "message"

OURS: Final = ("actions", "bot", "cli", "offre_bailleurs", "portal")
"""Whose loggers say what they mean to: nobody's words are among it."""
SPOKEN_TO_OPERATORS: Final = (*OURS, "uvicorn", "rasa")
"""Who is heard at INFO; other libraries from WARNING on: some tell, at INFO, the letters of the names they write."""
_FRAMES: Final = 12
"""The newest of an exception's frames that are written."""
_DEVELOPERS: Final = ("DeprecationWarning", "FutureWarning", "pkg_resources is deprecated")
"""Warnings of libraries to those who develop with them."""

Event = MutableMapping[str, Any]
_JSON: Final = json.JSONEncoder(ensure_ascii=False, default=repr)


def hashed(identifier: str) -> str:
    """Names a conversation or a message without giving its id away. Both are random, so that nobody tries them all."""
    return hashlib.sha256(identifier.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def configure(process: str, log_format: str, *, stream: TextIO | None = None) -> None:
    """Have everything that this process logs, its libraries included, written by one handler in one format.

    May be called again, after a library has set logging up in its own way. The list of structlog's processors is
    changed in place: loggers that were used before share it.

    Args:
        process: what the lines call it.
        log_format: "text" or "json".
        stream: where the lines go; standard error by default.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_formatter(process, log_format))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in SPOKEN_TO_OPERATORS:
        logging.getLogger(name).setLevel(logging.INFO)
    logging.captureWarnings(capture=True)
    logging.getLogger("py.warnings").addFilter(_is_for_operators)  # a filter is added once, however often
    adopt()
    _configure_structlog()


def adopt() -> None:
    """Have the loggers that libraries keep to themselves (Sanic's, uvicorn's) speak through the one handler."""
    for logger in list(logging.root.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger) and (logger.handlers or not logger.propagate):
            logger.handlers.clear()
            logger.propagate = True


def enter(**context: str) -> None:
    """Have all that is logged from here on, in this task and what it starts, bear these fields and no earlier ones."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(**context)


def add(**context: str) -> None:
    """Add fields to those of `enter`."""
    structlog.contextvars.bind_contextvars(**context)


def _configure_structlog() -> None:
    chain = [
        structlog.stdlib.filter_by_level,
        *_shared(),
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ]
    processors = structlog.get_config()["processors"]
    processors[:] = chain
    structlog.configure(
        processors=processors,
        context_class=dict,
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )


def _shared() -> list[Any]:
    """What is done to every line, whether structlog's or the standard library's."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.UnicodeDecoder(),
        bare_exception,
        withhold,
    ]


def _formatter(process: str, log_format: str) -> logging.Formatter:
    def in_order(_: Any, __: str, event: Event) -> Event:
        first = {key: event.pop(key, "") for key in ("timestamp", "level")}
        return {
            **first,
            "process": process,
            "logger": event.pop("logger", ""),
            "event": event.pop("event", ""),
            **event,
        }

    ending = [structlog.processors.JSONRenderer(serializer=_as_json)] if log_format == "json" else [_as_text]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_shared(),
        processors=[
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            in_order,
            *ending,
        ],
    )


def bare_exception(_: Any, method: str, event: Event) -> Event:
    """Replace an exception by its type, its causes' and where each was raised."""
    given = event.pop("exc_info", None)
    if given is None and method == "exception":
        given = True
    error: BaseException | None
    match given:
        case BaseException():
            error = given
        case (_, BaseException() as error, _):
            pass
        case _:
            error = sys.exc_info()[1] if given else None
    event.pop("stack_info", None)
    if error is not None:
        event["exception"] = _causes(error)
    return event


def withhold(logger: Any, _: str, event: Event) -> Event:
    """Of a library that speaks while a conversation is being answered, keep the place alone: see the module."""
    name = str(event.get("logger") or getattr(logger, "name", "") or "")
    if name.split(".", 1)[0] in OURS:
        return event
    kept = ("logger", "level", "exception", CONVERSATION, MESSAGE, "_record", "_from_structlog")
    if CONVERSATION not in event:
        if not event.get("_record"):  # structlog's: the words of a library's event, without its values
            return {key: event[key] for key in (*kept, "event", "event_info") if key in event}
        return event
    record = event.get("_record")
    place = f"{record.module}:{record.lineno}" if record is not None else str(event.get("event"))
    return {**{key: event[key] for key in kept if key in event}, "event": "withheld", "place": place}


def _causes(error: BaseException) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    cause: BaseException | None = error
    while cause is not None and len(told) < 4:
        frames = traceback.extract_tb(cause.__traceback__)[-_FRAMES:]
        said = {"text": str(cause)} if isinstance(cause, ImportError) else {}  # of code alone, and needed to mend it
        told.append(
            {
                "type": type(cause).__qualname__,
                "frames": [f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in frames],
                **said,
            }
        )
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return told


def _as_json(event: Any, **_: Any) -> str:
    return _JSON.encode(event)


def _as_text(_: Any, __: str, event: Mapping[str, Any]) -> str:
    """A line for a terminal: when, how grave, who, what, then what belongs to it."""
    fields = dict(event)
    causes = fields.pop("exception", ())
    start = [str(fields.pop(key, "")) for key in ("timestamp", "level", "logger", "event")]
    start[0], start[1] = start[0][:19].replace("T", " "), start[1].upper()
    fields.pop("process", None)
    line = " ".join([*start, *(f"{key}={value}" for key, value in fields.items())])
    return "\n".join([line, *(f"  {cause['type']}\n    " + "\n    ".join(cause["frames"]) for cause in causes)])


def _is_for_operators(record: logging.LogRecord) -> bool:
    message = record.getMessage()
    return not any(words in message for words in _DEVELOPERS)
