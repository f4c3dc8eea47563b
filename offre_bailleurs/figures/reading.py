"""Reads an event as it was delivered: into a line of the log, if the figures need it.

What is delivered is trusted for nothing: the queue may hold what another program, or an older one, has written.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from offre_bailleurs.figures.names import DONE, HANDED_OVER, JOURNEYS, NO_ANSWER
from offre_bailleurs.figures.tables import Kind
from offre_bailleurs.models import Profile
from offre_bailleurs.topics import topics

NOT_STEPS: Final = frozenset({"leave_confirmation", "leave_for_rent"})
"""What asks whether to leave a form is no step of it: the step is the question that was left."""
_FORM: Final = "_form"
_OUTCOME: Final = "_outcome"
_MAX_TEXT: Final = 500
_EVENT_ID: Final = re.compile(r"([0-9a-f]{64})/([0-9]{1,18})/([0-9]{1,9})")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")
_EARLIEST: Final = datetime(2020, 1, 1, tzinfo=UTC).timestamp()
_LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC).timestamp()


class Malformed(ValueError):
    """Not an event of ours. The message says what is wrong with it, without its content."""


class Line(NamedTuple):
    """A line of the log, the columns of `FiguresEvent` in their order."""

    event_id: str
    conversation: str
    turn: int
    position: int
    at: datetime
    kind: Kind
    name: str | None = None
    value: str | None = None


class Read(NamedTuple):
    """What an event is to the figures."""

    line: Line | None
    """None: nothing that is counted."""
    sentence: str | None = None
    """What nothing could be answered to, masked."""


class _Told(NamedTuple):
    kind: Kind
    name: str | None = None
    value: str | None = None


def read(body: object) -> Read:
    """Read an event's body.

    Raises:
        Malformed: it cannot be one.
    """
    if not isinstance(body, Mapping):
        raise Malformed("no object")
    found = _EVENT_ID.fullmatch(event_id) if isinstance(event_id := body.get("event_id"), str) else None
    if found is None or found[1] != body.get("sender_id"):
        raise Malformed("event_id")
    at = _moment(body.get("timestamp"))
    told = _told(body)
    if told is None:
        return Read(None)
    line = Line(found[0], found[1], int(found[2]), int(found[3]), at, *told)
    return Read(line, _sentence(body.get("text")) if body.get("event") == "user" else None)


def _sentence(text: object) -> str | None:
    """A text that any database takes; None when nothing is left of it."""
    if not isinstance(text, str):
        return None
    return "".join(filter(str.isprintable, " ".join(text.split())))[:_MAX_TEXT].strip() or None


def _moment(timestamp: object) -> datetime:
    if not isinstance(timestamp, int | float) or not math.isfinite(timestamp):
        raise Malformed("timestamp")
    if not _EARLIEST <= timestamp < _LATEST:
        raise Malformed("timestamp")
    return datetime.fromtimestamp(timestamp, UTC)


def _told(body: Mapping[str, Any]) -> _Told | None:
    match body.get("event"):
        case "user":
            return _said(_object(body.get("parse_data")))
        case "bot":
            return _uttered(_name(_object(body.get("metadata")).get("utter_action")))
        case "slot":
            return _set(_name(body.get("name")), body.get("value"))
        case "active_loop":
            form = body.get("name")
            return _Told(Kind.LEFT) if form is None else _entered(_name(form))
        case "action" if body.get("name") == NO_ANSWER:
            return _Told(Kind.NOT_UNDERSTOOD, value="sentence")
        case str():
            return None
        case _:
            raise Malformed("event")


def _said(parsed: Mapping[str, Any]) -> _Told:
    intent = _name(_object(parsed.get("intent")).get("name"))
    entities = parsed.get("entities") or ()
    if not isinstance(entities, list | tuple):
        raise Malformed("entities")
    given = {str(each.get("entity")): each.get("value") for each in entities if isinstance(each, Mapping)}
    topic, helped = given.get("topic"), given.get("helped")
    if intent == "give_feedback" and isinstance(topic, str) and topic in topics() and helped in ("yes", "no"):
        return _Told(Kind.VOTED, topic, str(helped))
    return _Told(Kind.SAID, intent)


def _uttered(response: str) -> _Told | None:
    if response in DONE:
        return _Told(Kind.DONE, DONE[response])
    if response in HANDED_OVER:
        return _Told(Kind.HANDED_OVER, HANDED_OVER[response])
    topic = response.removeprefix("utter_")
    return _Told(Kind.ANSWERED, topic) if topic in topics() else None


def _entered(form: str) -> _Told | None:
    journey = form.removesuffix(_FORM)
    return _Told(Kind.ENTERED, journey) if journey in JOURNEYS else None


def _set(slot: str, value: object) -> _Told | None:
    journey = slot.removesuffix(_OUTCOME)
    match slot:
        case "profile":
            return _Told(Kind.PROFILE, value=str(value) if value in tuple(Profile) else None)
        case "requested_slot" if isinstance(value, str) and value not in NOT_STEPS:
            return _Told(Kind.STEP, _name(value))
        case "misunderstandings" if isinstance(value, int) and value > 0:
            return _Told(Kind.NOT_UNDERSTOOD, value="reply")
        case "interrupted_journey":
            return _Told(Kind.INTERRUPTED, value if isinstance(value, str) and value in JOURNEYS else None)
        case _ if journey != slot and journey in JOURNEYS and isinstance(value, str):
            return _Told(Kind.OUTCOME, journey, _name(value))
        case _:
            return None


def _object(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Malformed("no object where one is expected")
    return value


def _name(value: object) -> str:
    if not isinstance(value, str) or _NAME.fullmatch(value) is None:
        raise Malformed("name")
    return value
