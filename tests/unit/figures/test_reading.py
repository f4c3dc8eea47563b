"""What is read in events is what the assistant's files name: a response that is renamed must be renamed here too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import reduction
from offre_bailleurs.figures import reading
from offre_bailleurs.settings import PROJECT_ROOT
from tests.support.events import said

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None)
@given(st.data())
def test_whatever_a_queue_holds_is_read_or_refused(data: st.DataObject) -> None:
    body = said("give_feedback", topic="deadline", helped="yes") | {"metadata": {"utter_action": "utter_deadline"}}
    body |= {"sender_id": "0" * 64, "event_id": f"{'0' * 64}/1/1", "timestamp": 1_790_000_000.0, "name": "profile"}
    body["event"] = data.draw(st.sampled_from(["user", "bot", "slot", "active_loop", "action", "reminder"]))
    body["name"] = data.draw(st.sampled_from(sorted(reduction.SLOTS | reduction.COUNTS)))
    for key in data.draw(st.lists(st.sampled_from(sorted({*body, "value", "text"})), max_size=3)):
        body[key] = data.draw(ANYTHING)
    if data.draw(st.booleans()) and isinstance(body["parse_data"], dict):
        body["parse_data"]["entities"] = data.draw(ANYTHING | st.lists(st.just({"entity": [], "value": {}})))
    with suppress(reading.Malformed):
        reading.read(body)


def files() -> Iterator[dict[str, Any]]:
    for path in [PROJECT_ROOT / "domain.yml", *sorted((PROJECT_ROOT / "data").rglob("*.yml"))]:
        yield yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def domain() -> dict[str, set[str]]:
    """Names, by kind."""
    found: dict[str, set[str]] = {
        "responses": set(),
        "slots": set(),
        "forms": set(),
        "actions": set(),
        "entities": set(),
    }
    for file in files():
        for kind, names in found.items():
            names |= set(file.get(kind) or ())
    return found


@pytest.mark.parametrize("response", [*reading.DONE, *reading.HANDED_OVER])
def test_the_response_that_says_that_something_was_done_exists(domain: dict[str, set[str]], response: str) -> None:
    assert response in domain["responses"]


@pytest.mark.parametrize("journey", sorted(reading.JOURNEYS))
def test_a_journey_has_its_form_and_its_outcome(domain: dict[str, set[str]], journey: str) -> None:
    assert f"{journey}_form" in domain["forms"]
    assert f"{journey}_outcome" in domain["slots"]


def test_every_form_is_a_journey_that_is_counted(domain: dict[str, set[str]]) -> None:
    assert domain["forms"] == {f"{journey}_form" for journey in reading.JOURNEYS}


def test_what_leaves_the_tracker_has_its_name_in_the_domain(domain: dict[str, set[str]]) -> None:
    assert domain["slots"] | {"requested_slot"} >= reduction.SLOTS | reduction.COUNTS
    assert domain["actions"] >= reduction.ACTIONS
    assert domain["entities"] >= reduction.PRESSED_ENTITIES
    assert set(reduction.JOURNEYS) == reading.JOURNEYS
