from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reduction import MAX_SENTENCE, conversation_digest, reduce_events
from offre_bailleurs.figures.reading import Malformed, read
from offre_bailleurs.figures.tables import Kind

SECRET = "a secret for the tests, long enough to be one"
DIGEST = conversation_digest("a conversation", secret=SECRET)

PERSONAL = ["Inès De La Fougère", "ines.fougere@example.org", "06 12 34 56 78", "12 rue des Lilas, Rennes", "Zoé", "é"]
texts = st.one_of(st.sampled_from(PERSONAL), st.text(min_size=3).map(lambda text: f"Zoé {text}"))


def a_user(text: object, intent: str = "keep_recap", **more: Any) -> dict[str, Any]:
    parsed = {"text": text, "intent": {"name": intent, "confidence": 0.91234}, "entities": [], "intent_ranking": []}
    return {"event": "user", "timestamp": 1_790_000_000.5, "text": text, "parse_data": {**parsed, **more}}


def reduced(*events: dict[str, Any]) -> list[dict[str, Any]]:
    return reduce_events(events, DIGEST, 3)


@st.composite
def hostile_events(draw: st.DrawFn) -> dict[str, Any]:
    """Events as Rasa makes them, with what somebody said or is called in every field that could hold it."""
    text, name = draw(texts), draw(texts)
    metadata = {"turn": text, "tenant": name, "template": "utter_transmitted", "given": text}
    events: list[dict[str, Any]] = [
        a_user(text, intent_ranking=[{"name": text, "confidence": 1.0}], entities=[
            {"entity": "person", "value": name, "extractor": "FrenchEntityExtractor"},
            {"entity": "topic", "value": name, "extractor": "choice"},
            {"entity": "helped", "value": text, "extractor": "choice"},
            {"entity": name, "value": name, "extractor": "choice"},
        ]) | {"metadata": metadata, "message_id": text},
        a_user(text, intent=text),
        {"event": "bot", "text": text, "data": {"buttons": [{"title": name}]}, "metadata": metadata},
        {"event": "bot", "text": text, "metadata": metadata | {"utter_action": "utter_transmitted"}},
        {"event": "bot", "text": text, "metadata": metadata | {"utter_action": name}},
        *(
            {"event": "slot", "name": slot, "value": value}
            for slot in ("tenant", "profile", "requested_slot", "declare_rent_outcome", "topics", "left_email", name)
            for value in (name, [text], {"name": name})
        ),
        {"event": "active_loop", "name": name},
        {"event": "action", "name": name, "action_text": text},
        {"event": "session_started", "metadata": metadata},
        {"event": name, "name": name},
    ]  # fmt: skip
    return draw(st.sampled_from(events)) | {"timestamp": 1_790_000_000.0}


@settings(deadline=None)
@given(st.lists(hostile_events(), max_size=6))
def test_nothing_that_was_said_or_names_anybody_leaves_the_tracker(events: list[dict[str, Any]]) -> None:
    kept = json.dumps(reduced(*events), ensure_ascii=False)
    assert "Zoé" not in kept
    assert all(personal not in kept for personal in PERSONAL)


@settings(deadline=None)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | texts, lambda each: st.lists(each)))
def test_an_event_of_any_shape_costs_no_turn(anything: object) -> None:
    for kind in ("user", "bot", "slot", "active_loop", "action", anything):
        event = {"event": kind, "name": anything, "value": anything, "parse_data": anything, "metadata": anything}
        for body in reduced(event):
            assert set(body) <= {
                "sender_id",
                "event_id",
                "event",
                "timestamp",
                "name",
                "value",
                "metadata",
                "parse_data",
            }


def test_a_conversation_is_named_by_a_digest_and_an_event_by_where_it_stands() -> None:
    first, second = reduced({"event": "action", "name": "action_listen"}, a_user("bonjour"), a_user("au revoir"))
    assert first["sender_id"] == DIGEST
    assert first["event_id"] == f"{DIGEST}/3/1"
    assert second["event_id"] == f"{DIGEST}/3/2"
    assert conversation_digest("a conversation", secret=SECRET[::-1]) != DIGEST


def test_an_intent_keeps_its_name_and_how_sure_it_is() -> None:
    (body,) = reduced(a_user("où est mon récapitulatif ?"))
    assert body["parse_data"]["intent"] == {"name": "keep_recap", "confidence": 0.912}
    assert "text" not in body


def test_a_vote_keeps_its_topic() -> None:
    pressed = [
        {"entity": "topic", "value": "deadline", "extractor": "choice"},
        {"entity": "helped", "value": "no", "extractor": "choice"},
    ]
    (body,) = reduced(a_user("👎", intent="give_feedback", entities=pressed))
    line = read(body).line
    assert line is not None
    assert (line.kind, line.name, line.value) == (Kind.VOTED, "deadline", "no")


def test_a_typed_word_is_no_vote() -> None:
    typed = [{"entity": "topic", "value": "deadline", "extractor": "FrenchEntityExtractor"}]
    (body,) = reduced(a_user("deadline", intent="give_feedback", entities=typed))
    assert body["parse_data"]["entities"] == []


def test_a_sentence_without_an_answer_leaves_masked() -> None:
    unanswered = a_user("mon voisin Paul Martin a un chien, ecrivez à paul@example.org", intent="nlu_fallback")
    body = reduced(unanswered, {"event": "action", "name": "action_not_understood"})[0]
    assert "chien" in body["text"]
    assert "Martin" not in body["text"]
    assert "example.org" not in body["text"]


def test_the_reply_that_a_form_did_not_take_does_not_leave() -> None:
    (body,) = reduced(
        a_user("euh Dupont je crois", intent="nlu_fallback"), {"event": "action", "name": "action_listen"}
    )
    assert "text" not in body


def test_a_very_long_sentence_is_cut() -> None:
    unanswered = a_user("chien " * 1000, intent="nlu_fallback")
    body = reduced(unanswered, {"event": "action", "name": "action_not_understood"})[0]
    assert len(body["text"]) <= MAX_SENTENCE


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"sender_id": "0" * 64, "event_id": f"{DIGEST}/3/1", "event": "user", "timestamp": 1_790_000_000.0},
        {"sender_id": DIGEST, "event_id": f"{DIGEST}/3", "event": "user", "timestamp": 1_790_000_000.0},
        {"sender_id": DIGEST, "event_id": f"{DIGEST}/3/1", "event": "user", "timestamp": float("nan")},
        {"sender_id": DIGEST, "event_id": f"{DIGEST}/3/1", "event": "user", "timestamp": 1_790_000_000.0},
        {"sender_id": DIGEST, "event_id": f"{DIGEST}/3/1", "event": None, "timestamp": 1_790_000_000.0},
        {"sender_id": DIGEST, "event_id": f"{DIGEST}/3/1", "event": "bot", "metadata": [], "timestamp": 1.7e9},
    ],
)
def test_what_is_no_event_is_refused_without_a_word_of_it(body: object) -> None:
    with pytest.raises(Malformed) as refused:
        read(body)
    assert DIGEST not in str(refused.value)
