"""What is written down, in both formats, and what never is."""

from __future__ import annotations

import io
import json
import logging
import warnings
from collections.abc import Iterator

import pytest
import structlog

from bot.logs import leave_variables_out
from offre_bailleurs.operation import logs

FORMATS = ("text", "json")


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """Logging is the process's: the tests after these find theirs."""
    root = logging.getLogger()
    handlers, level, structured = root.handlers[:], root.level, structlog.get_config()
    processors = list(structured["processors"])
    yield
    structured["processors"][:] = processors
    structlog.configure(**structured)
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.contextvars.clear_contextvars()


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def as_json() -> io.StringIO:
    stream = io.StringIO()
    logs.configure("rasa", "json", stream=stream)
    return stream


def test_a_machine_reads_one_object_a_line_whoever_speaks() -> None:
    stream = as_json()
    structlog.get_logger("bot.access").info("request", status=200)
    logging.getLogger("offre_bailleurs.mail.worker").info("message %d sent", 7)
    logging.getLogger("aio_pika").error("connection\nlost")
    told = lines(stream)
    assert [(line["logger"], line["event"]) for line in told] == [
        ("bot.access", "request"),
        ("offre_bailleurs.mail.worker", "message 7 sent"),
        ("aio_pika", "connection\nlost"),
    ]
    for line in told:
        assert list(line)[:5] == ["timestamp", "level", "process", "logger", "event"]
        assert str(line["timestamp"]).endswith("Z")
        assert line["process"] == "rasa"


def test_a_person_reads_the_moment_the_level_who_and_what() -> None:
    stream = io.StringIO()
    logs.configure("portal", "text", stream=stream)
    structlog.get_logger("portal.access").info("request", method="GET", route="/sante", status=200)
    assert stream.getvalue().endswith(" INFO portal.access request method=GET route=/sante status=200\n")


def test_all_lines_of_a_request_name_its_conversation_by_one_digest_and_the_next_request_does_not() -> None:
    stream = as_json()
    logs.enter(conversation=logs.hashed("secret-id"))
    structlog.get_logger("bot.chat").warning("webchat.turn.failed")
    logging.getLogger("actions").error("an action failed")
    logs.enter()
    structlog.get_logger("bot.chat").warning("webchat.agent.missing")
    first, second, third = lines(stream)
    assert first["conversation"] == second["conversation"] == logs.hashed("secret-id")
    assert "conversation" not in third
    assert "secret-id" not in stream.getvalue()


@pytest.mark.parametrize("log_format", FORMATS)
@pytest.mark.parametrize("logger", ["structlog", "standard"])
def test_an_exception_is_its_type_and_its_place_never_its_text_or_its_variables(log_format: str, logger: str) -> None:
    stream = io.StringIO()
    logs.configure("actions", log_format, stream=stream)
    tenant = "Ursule Discrète"
    try:
        try:
            raise KeyError(tenant)
        except KeyError as cause:
            raise ValueError(f"no such tenant: {tenant}") from cause
    except ValueError:
        if logger == "structlog":
            structlog.get_logger("actions").exception("an action failed")
        else:
            logging.getLogger("actions").exception("an action failed")
    written = stream.getvalue()
    assert "ValueError" in written
    assert "KeyError" in written
    assert "test_logs.py" in written
    assert "Discr" not in written


@pytest.mark.parametrize("log_format", FORMATS)
def test_a_library_that_quotes_the_landlord_is_not_quoted(log_format: str) -> None:
    stream = io.StringIO()
    logs.configure("rasa", log_format, stream=stream)
    logs.enter(conversation="0123456789ab")
    logging.getLogger("rasa.core.processor").error("Parsing '%s' failed", "Je suis Ursule")
    structlog.get_logger("rasa.core.actions").warning(
        "action.failed", user_text="Je suis Ursule", slots={"a": "Ursule"}
    )
    warnings.warn("'Je suis Ursule' lead to no intent", stacklevel=1)
    written = stream.getvalue()
    assert "Ursule" not in written
    assert written.count("withheld") == 3
    assert "test_logs:" in written, "where it was said is told"


def test_outside_a_conversation_a_library_keeps_its_words_but_not_its_values() -> None:
    stream = as_json()
    logging.getLogger("rasa.core.processor").info("Loading model %s...", "model.tar.gz")
    structlog.get_logger("rasa.core.x").warning("x.failed", event_info="It failed.", user_text="Je suis Ursule")
    loading, failed = lines(stream)
    assert loading["event"] == "Loading model model.tar.gz..."
    assert failed["event_info"] == "It failed."
    assert "Ursule" not in stream.getvalue()


def test_what_warns_the_developers_of_a_library_is_left_out_and_what_warns_us_is_not() -> None:
    stream = as_json()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn("old", DeprecationWarning, stacklevel=1)
        warnings.warn("the domain names no such slot", UserWarning, stacklevel=1)
    (line,) = lines(stream)
    assert "no such slot" in str(line["event"])


def test_loggers_that_libraries_keep_to_themselves_speak_through_ours() -> None:
    secluded = logging.getLogger("a_library.access")
    secluded.addHandler(logging.StreamHandler(io.StringIO()))
    secluded.propagate = False
    stream = as_json()
    secluded.warning("a door is open")
    assert [line["event"] for line in lines(stream)] == ["a door is open"]


def test_logging_may_be_set_up_again_and_each_thing_is_still_said_once() -> None:
    as_json()
    logger = structlog.get_logger("bot.chat")
    logger.warning("before")
    stream = as_json()
    logger.warning("after")
    assert [line["event"] for line in lines(stream)] == ["after"]


def test_however_rasa_has_set_logging_up_its_lines_are_written_as_ours(capsys: pytest.CaptureFixture[str]) -> None:
    from rasa.utils.io import configure_colored_logging
    from rasa.utils.log_utils import configure_structlog

    logger = structlog.get_logger("rasa.core.nlg.interpolator")
    configure_colored_logging("INFO")
    configure_structlog(logging.DEBUG)
    logger.info("used before")
    capsys.readouterr()
    leave_variables_out()
    tenant = "Madame Dupont"
    try:
        raise KeyError(tenant)
    except KeyError as error:
        logger.exception("interpolator.interpolate.text", error=type(error).__name__)
    written = capsys.readouterr().err
    assert written.count("interpolator.interpolate.text") == 1
    assert "KeyError" in written
    assert "Dupont" not in written
