"""Reduces Rasa's events to what may be counted, where they are made.

An event stays a Rasa event, of which only the keys listed here are left: names that the code, the domain and the
answers give to things, never a value that somebody gave. What was said leaves the tracker's table in one case alone:
a message that nothing could be answered to, its sentence masked (`privacy`), for the people who improve the answers.

A conversation is named by a digest under `SECRET_KEY`. An event's id says where it stands,
"<digest>/<version of the conversation that the turn started from>/<position among the turn's events>": of two attempts
at a turn one alone is committed, so that the same id is the same event, however often it is delivered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import structlog

from bot.logs import describe
from bot.privacy.sentences import mask_sentence
from offre_bailleurs.sealing import figures_digest

Body = dict[str, Any]

NOT_UNDERSTOOD: Final = "nlu_fallback"
NO_ANSWER: Final = "action_not_understood"
"""What answers a message that nobody understood and no form awaited."""
ACTIONS: Final = frozenset({NO_ANSWER})
JOURNEYS: Final = ("declare_rent", "recover_access", "create_user", "leave_message")
SLOTS: Final = frozenset(
    {"profile", "requested_slot", "interrupted_journey", *(f"{journey}_outcome" for journey in JOURNEYS)}
)
"""Those that hold names of ours."""
TELL_NOTHING_WHEN_EMPTY: Final = frozenset({"requested_slot", *(f"{journey}_outcome" for journey in JOURNEYS)})
COUNTS: Final = frozenset({"misunderstandings"})
"""Those that hold a small number."""
VALUES: Final[Mapping[str, frozenset[str]]] = {
    "profile": frozenset({"landlord", "organisation"}),
    "interrupted_journey": frozenset(JOURNEYS),
    "helped": frozenset({"yes", "no"}),
}
"""Where the names are few, these alone."""
PRESSED: Final = "choice"
"""Who read an entity that a signed button carries: see `user_message`."""
PRESSED_ENTITIES: Final = frozenset({"helped", "topic"})
MAX_SENTENCE: Final = 500
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")

logger = structlog.get_logger(__name__)


def conversation_digest(conversation_id: str, *, secret: str) -> str:
    """What stands for a conversation among the figures: 64 hexadecimal characters."""
    return figures_digest(conversation_id, secret=secret)


def reduce_events(events: Sequence[Mapping[str, Any]], digest: str, version: int, first: int = 0) -> list[Body]:
    """What is left of a turn's events, as Rasa serialises them; those of which nothing is left are left out.

    Args:
        events: all the new ones of the turn, in order.
        digest: the conversation's.
        version: the conversation's, from which the turn started.
        first: the position of the first one.
    """
    answered = [event.get("event") == "action" and event.get("name") == NO_ANSWER for event in events]
    reduced = []
    for position, event in enumerate(events):
        try:
            body = _reduce(event, without_answer=any(answered[position:]))
        except Exception as error:  # noqa: BLE001 - a turn is worth more than the figures' knowing of it
            logger.error("figures.event.lost", reason=describe(error))
            continue
        if body is not None:
            named = {"sender_id": digest, "event_id": f"{digest}/{version}/{first + position}"}
            reduced.append({**named, "event": event["event"], "timestamp": event.get("timestamp"), **body})
    return reduced


def _reduce(event: Mapping[str, Any], *, without_answer: bool) -> Body | None:
    match event.get("event"):
        case "user":
            return _user(event, without_answer=without_answer)
        case "bot":
            return _bot(event)
        case "slot":
            return _slot(event)
        case "active_loop":
            return _active_loop(event)
        case "action":
            return {"name": event["name"]} if event.get("name") in ACTIONS else None
        case _:
            return None


def _user(event: Mapping[str, Any], *, without_answer: bool) -> Body | None:
    parsed = event.get("parse_data") or {}
    intent = parsed.get("intent") or {}
    if not _is_name(intent.get("name")):
        return None
    confidence = intent.get("confidence")
    kept: Body = {
        "parse_data": {
            "intent": {
                "name": intent["name"],
                "confidence": round(confidence, 3) if isinstance(confidence, float) else None,
            },
            "entities": [
                {"entity": entity["entity"], "value": entity["value"]}
                for entity in parsed.get("entities") or ()
                if entity.get("extractor") == PRESSED
                and entity.get("entity") in PRESSED_ENTITIES
                and _is_known(entity["entity"], entity.get("value"))
            ],
        }
    }
    if without_answer and intent["name"] == NOT_UNDERSTOOD and isinstance(text := event.get("text"), str):
        kept["text"] = mask_sentence(text)[:MAX_SENTENCE]
    return kept


def _bot(event: Mapping[str, Any]) -> Body | None:
    response = (event.get("metadata") or {}).get("utter_action")
    return {"metadata": {"utter_action": response}} if _is_name(response) else None


def _slot(event: Mapping[str, Any]) -> Body | None:
    name, value = event.get("name"), event.get("value")
    if name in COUNTS:
        is_count = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 100
        return {"name": name, "value": value} if is_count else None
    if name not in SLOTS or (value is None and name in TELL_NOTHING_WHEN_EMPTY):
        return None
    return {"name": name, "value": value} if value is None or _is_known(str(name), value) else None


def _active_loop(event: Mapping[str, Any]) -> Body | None:
    name = event.get("name")
    return {"name": name} if name is None or _is_name(name) else None


def _is_name(value: object) -> bool:
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def _is_known(name: str, value: object) -> bool:
    return value in VALUES[name] if name in VALUES and isinstance(value, str) else _is_name(value)
