"""Each patch of Rasa gives what Rasa gives."""

from __future__ import annotations

import ast
import copy
import inspect
import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import ValidationError, validate  # type: ignore[import-untyped]
from rasa.core.actions.action import ActionExtractSlots, RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    Event,
    FollowupAction,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.shared.utils.common import all_subclasses
from rasa.utils.endpoints import EndpointConfig

from bot import rasa_patches
from bot.compaction import KEPT_MOMENTS, MOST_EVENTS, shorten
from bot.rasa_patches import answers, logged

DOMAIN = Domain.from_dict(
    {
        "intents": ["tell", "give_feedback"],
        "slots": {
            "colour": {"type": "categorical", "values": ["red", "blue"], "mappings": [{"type": "custom"}]},
            "ready": {"type": "bool", "mappings": [{"type": "custom"}]},
            "anything": {"type": "any", "mappings": [{"type": "custom"}]},
        },
        "forms": {"a_form": {"required_slots": []}},
        "actions": ["action_answer", "validate_a_form"],
    }
)


@pytest.fixture
def patched() -> Iterator[None]:
    rasa_patches.apply()
    try:
        yield
    finally:
        rasa_patches.remove()


def told(intent: str = "tell", **entity: str) -> UserUttered:
    entities = [{"entity": name, "value": value, "extractor": "choice"} for name, value in entity.items()]
    return UserUttered("mots", {"name": intent, "confidence": 1.0}, entities)


def turn(number: int) -> list[Event]:
    return [
        told(),
        DefinePrevUserUtteredFeaturization(False),
        ActionExecuted("action_answer"),
        BotUttered(f"réponse {number}"),
        SlotSet("colour", "red" if number % 2 else "blue"),
        SlotSet("anything", {"number": number}),
        ActionExecuted("action_listen"),
    ]


def form_turn() -> list[Event]:
    return [
        told(),
        DefinePrevUserUtteredFeaturization(False),
        ActionExecuted("a_form"),
        ActionExecuted("action_listen"),
    ]


def tracker_of(events: list[Event]) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("c", events, slots=DOMAIN.slots)


BEGINNING: list[Event] = [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")]
FORM: list[Event] = [told(), ActionExecuted("a_form"), ActiveLoop("a_form"), ActionExecuted("action_listen")]
TALKS: dict[str, list[Event]] = {
    "nothing yet": [],
    "begun": BEGINNING,
    "some turns": [*BEGINNING, *turn(1), *turn(2)],
    "in a form": [*BEGINNING, *turn(1), *FORM, *form_turn()],
    "out of a form": [*BEGINNING, *FORM, *form_turn(), ActionExecuted("a_form"), ActiveLoop(None)],
    "an action follows": [*BEGINNING, *turn(1), told(), FollowupAction("action_answer")],
    "taken back": [*BEGINNING, *turn(1), told(), UserUtteranceReverted()],
    "begun again": [*BEGINNING, *turn(1), Restarted()],
}


@pytest.mark.parametrize("name", TALKS)
@pytest.mark.usefixtures("patched")
def test_a_tracker_s_copy_is_what_its_events_lead_to(name: str) -> None:
    tracker = tracker_of(TALKS[name])
    replayed = tracker.travel_back_in_time(float("inf"))
    copied = tracker.copy()
    verbosity = EventVerbosity.ALL
    assert copied.current_state(verbosity) == replayed.current_state(verbosity)
    assert copied.active_loop == replayed.active_loop
    assert copied.followup_action == replayed.followup_action
    copied.update(SlotSet("colour", "blue"))
    copied.update(ActiveLoop("a_form"))
    copied.update(ActionExecuted("a_form"))
    assert tracker.current_state(verbosity) == replayed.current_state(verbosity), "a copy is changed alone"


@pytest.mark.usefixtures("patched")
def test_a_follow_up_that_was_cleared_without_an_event_stands_in_a_copy_as_rasa_has_it() -> None:
    tracker = tracker_of(TALKS["an action follows"])
    tracker.clear_followup_action()
    assert tracker.copy().followup_action == tracker.travel_back_in_time(float("inf")).followup_action


@pytest.mark.usefixtures("patched")
def test_a_copied_slot_holds_the_same() -> None:
    for slot in DOMAIN.slots:
        twin = copy.copy(slot)
        assert twin is not slot
        assert (type(twin), vars(twin)) == (type(slot), vars(slot))


def test_every_kind_of_event_is_found_as_rasa_finds_it() -> None:
    names = [each.type_name for each in all_subclasses(Event)] + ["topic"]
    stock = [Event.resolve_by_type(name) for name in names]
    rasa_patches.apply()
    try:
        assert [Event.resolve_by_type(name) for name in names] == stock
        assert Event.resolve_by_type("unknown", BotUttered) is BotUttered
        with pytest.raises(ValueError, match="Unknown event name"):
            Event.resolve_by_type("unknown")
    finally:
        rasa_patches.remove()


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"events": [], "responses": []},
        {"events": [{"event": "slot", "name": "a", "value": None, "timestamp": None}]},
        {"events": [{"event": "slot", "name": "a", "value": 1, "timestamp": 2.5, "metadata": {}}]},
        {"events": [{"event": "slot", "name": "a"}]},
        {"events": [{"event": "slot", "name": 1, "value": 1}]},
        {"events": [{"event": "slot", "name": "a", "value": 1, "timestamp": "late"}]},
        {"events": [{"event": "slot", "name": "a", "value": 1, "timestamp": True}]},
        {"events": [{"event": "followup", "name": "a"}, {"event": "active_loop", "name": None}]},
        {"events": [{"event": "user", "text": 3}]},
        {"events": [{"event": "bot", "text": "a"}]},
        {"events": [{"event": "unknown"}]},
        {"events": [{"event": 3}]},
        {"events": [{}]},
        {"events": ["slot"]},
        {"events": None},
        {"events": {}},
        {"responses": [{"text": "a"}]},
        {"responses": ["a"]},
        {"responses": None},
        [],
        "text",
        None,
    ],
    ids=json.dumps,
)
def test_an_action_s_answer_is_taken_or_refused_as_by_rasa(answer: Any) -> None:
    try:
        validate(answer, RemoteAction.action_response_format_spec())
        taken = True
    except ValidationError:
        taken = False
    assert answers.is_valid(answer) is taken


@pytest.mark.usefixtures("patched")
def test_an_answer_of_the_wrong_form_is_refused_with_rasa_s_own_words() -> None:
    with pytest.raises(ValidationError, match="Failed to validate Action server response"):
        RemoteAction("action_answer", None)._validate_action_result({"events": [{}]})


@pytest.mark.parametrize("module", logged.MODULES, ids=lambda module: module.__name__)
def test_what_is_not_copied_any_more_was_copied_for_the_log_alone(module: Any) -> None:
    tree = ast.parse(inspect.getsource(module))
    logged_calls = [
        each
        for each in ast.walk(tree)
        if isinstance(each, ast.Call) and ast.unparse(each.func) in ("structlogger.debug", "structlogger.info")
    ]
    for_the_log = {id(inner) for call in logged_calls for inner in ast.walk(call)}
    uses = [each for each in ast.walk(tree) if isinstance(each, ast.Name) and each.id == "copy"]
    assert uses
    assert all(id(each) in for_the_log for each in uses)


@pytest.mark.usefixtures("patched")
def test_an_action_is_sent_what_was_said_and_no_domain() -> None:
    endpoint = EndpointConfig("http://nowhere", enable_selective_domain=True)
    tracker = tracker_of([*BEGINNING, *turn(1), told("give_feedback", helped="no"), *FORM])
    call = RemoteAction("validate_a_form", endpoint)._action_call_format(tracker, DOMAIN)
    assert "domain" not in call
    whole = tracker.current_state(EventVerbosity.ALL)
    sent = call["tracker"]
    assert sent["slots"] == whole["slots"]
    assert sent["latest_message"] == whole["latest_message"]
    assert sent["active_loop"]["name"] == "a_form"
    said = [event for event in whole["events"] if event["event"] == "user"]
    assert [event["parse_data"]["intent"] for event in sent["events"]] == [
        event["parse_data"]["intent"] for event in said
    ]
    assert sent["events"][1]["parse_data"]["entities"][0]["value"] == "no"


def test_slots_that_messages_fill_are_still_extracted() -> None:
    asks = Domain.from_dict(
        {
            "entities": ["name"],
            "slots": {"name": {"type": "text", "mappings": [{"type": "from_entity", "entity": "name"}]}},
        }
    )
    from bot.rasa_patches.extraction import _is_set_by_actions

    assert _is_set_by_actions(DOMAIN)
    assert not _is_set_by_actions(asks)
    assert inspect.iscoroutinefunction(ActionExtractSlots.run)


def test_patches_are_taken_back() -> None:
    before = vars(DialogueStateTracker)["copy"]
    rasa_patches.apply()
    assert vars(DialogueStateTracker)["copy"] is not before
    rasa_patches.apply()
    rasa_patches.remove()
    assert vars(DialogueStateTracker)["copy"] is before


# A tracker that is kept short


def long_talk(form: bool) -> DialogueStateTracker:
    events = list(BEGINNING)
    events += [told("give_feedback", helped="yes", topic="deadline"), *turn(0)[1:]]
    for number in range(MOST_EVENTS // 3):
        events += turn(number)
    if form:
        events += [*FORM, *(event for _ in range(MOST_EVENTS) for event in form_turn())]
    return tracker_of(events)


@pytest.mark.parametrize("form", [False, True], ids=["outside a form", "in a form"])
def test_a_shortened_tracker_is_in_the_same_state_and_so_is_whatever_is_made_of_its_events(form: bool) -> None:
    tracker, whole = long_talk(form), long_talk(form)
    shorten(tracker)
    assert len(tracker.events) <= MOST_EVENTS < len(whole.events)
    for one in (tracker, tracker.travel_back_in_time(float("inf"))):
        state, expected = one.current_state(), whole.current_state()
        for key in ("slots", "paused", "latest_action", "latest_action_name", "followup_action"):
            assert state[key] == expected[key]
        assert one.active_loop_name == whole.active_loop_name
    said = [event.intent_name for event in tracker.events if isinstance(event, UserUttered)]
    assert said[0] == "give_feedback", "what was said of an answer is remembered"


@pytest.mark.parametrize("form", [False, True], ids=["outside a form", "in a form"])
def test_a_rule_sees_the_same_moments_of_a_shortened_tracker(form: bool) -> None:
    tracker, whole = long_talk(form), long_talk(form)
    shorten(tracker)
    for _ in range(3):
        for one in (tracker, whole):
            one.update(told())
            one.update(ActionExecuted("a_form" if form else "action_answer"))
        last = [DOMAIN.states_for_tracker_history(one)[-KEPT_MOMENTS:] for one in (tracker, whole)]
        assert last[0] == last[1]
        for one in (tracker, whole):
            one.update(ActionExecuted("action_listen"))


def test_a_short_tracker_stays_as_it_is() -> None:
    tracker = tracker_of(TALKS["in a form"])
    before = list(tracker.events)
    shorten(tracker)
    assert list(tracker.events) == before
