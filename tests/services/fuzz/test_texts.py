"""Thousands of hostile messages at every moment of a conversation: each is answered in French, nothing comes back that
is not the landlord's, and nothing moves.

Each example is a conversation: `MESSAGES` messages at one moment. Hypothesis makes them from `SEED`, so that a run can
be run again (FUZZ_SEED), and cuts a failure down to the messages that it takes.
"""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from offre_bailleurs.french.text import clean
from offre_bailleurs.models import DeclarationState
from offre_bailleurs.settings import PROJECT_ROOT
from tests.services.fuzz.checks import Rows, business, check_answer, inner_names
from tests.services.fuzz.states import SECRETS, STATES, Cast, Scene, State
from tests.services.fuzz.texts import hostile, secrets
from tests.support.chat import TIMEOUT
from tests.support.hostile import conversation_of, everything_stored
from tests.support.interface import named
from tests.support.live import LiveBot, live_bot
from tests.support.servers import CLOSED_DESK

FULL: Final = os.environ.get("FUZZ") == "full"
SEED: Final = int(os.environ.get("FUZZ_SEED", "20260722"))
MESSAGES: Final = 20
"""Of one conversation."""
CONVERSATIONS: Final = 31 if FULL else 2
"""At each moment. The first is Hypothesis's simplest one: 17 moments × 30 others × 20 are 10,200 messages."""
AT_ONCE: Final = 4
_NEEDLE: Final = 12
"""Characters of a typed text that are looked for in the logs: a shorter one may stand there by itself."""


@dataclass
class Fuzzed:
    """What a run came to."""

    bot: LiveBot
    cast: Cast
    before: dict[str, Rows]
    outcomes: dict[str, Future[None]] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    own_tenancies: set[int] = field(default_factory=set)


@pytest.fixture(scope="module")
def fuzzed(pytestconfig: pytest.Config) -> Iterator[Fuzzed]:
    """All moments, several at once, each with conversations of its own; how each ended."""
    chosen: dict[str, Any] = {
        "database_kind": pytestconfig.getoption("--database"),
        "model": pytestconfig.getoption("--model"),
    }
    with live_bot(**{**chosen, **CLOSED_DESK}) as bot:
        cast = Cast(bot, sum(state.who == "landlord" for state in STATES) * (CONVERSATIONS + 2))
        run = Fuzzed(bot, cast, business(bot.engine))
        names = inner_names(yaml.safe_load((PROJECT_ROOT / "domain.yml").read_text(encoding="utf-8")))
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for state in STATES:
                run.outcomes[state.name] = pool.submit(_fuzz, run, state, names)
        yield run


def _fuzz(run: Fuzzed, state: State, names: Sequence[str]) -> None:
    @seed(SEED)
    @settings(
        max_examples=CONVERSATIONS,
        database=None,
        deadline=None,
        derandomize=False,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(st.lists(hostile(), min_size=MESSAGES, max_size=MESSAGES), st.lists(secrets(), min_size=1, max_size=1))
    def converse(messages: list[str], told: list[tuple[str, str]]) -> None:
        scene = run.cast.scene(state)
        if scene.household is not None:
            run.own_tenancies |= set(scene.household.tenancies.values())
        run.typed += [text for text in messages if len(clean(text)) >= _NEEDLE]
        typed: list[str] = []
        for text in messages:
            typed.append(text)
            _say(scene, state, text, typed, names)
        for text, secret in told:
            run.secrets.append(secret)
            typed.append(text)
            answer = json.dumps(_say(scene, state, text, typed, names), ensure_ascii=False)
            assert secret not in answer, f"{secret!r} was said back"
            assert "masqué" in answer, f"{text!r} was not masked: {answer}"
        _still_theirs(run, scene)

    started = time.monotonic()
    converse()
    print(f"{state.name}: {CONVERSATIONS * MESSAGES} messages in {time.monotonic() - started:.0f} s", flush=True)


def _say(scene: Scene, state: State, text: str, typed: Sequence[str], names: Sequence[str]) -> Any:
    """Say it, and check the answer: what its length and content deserve, in French, with nothing in it."""
    expected = 413 if len(text.strip()) > 1_000 else 200 if clean(text) else 400
    response = scene.chat.raw(
        "POST",
        "/messages",
        content=json.dumps({"id": str(uuid.uuid4()), "text": text}),
        headers={**scene.chat.authorization, "Content-Type": "application/json"},
        timeout=TIMEOUT,
    )
    assert response.status_code == expected, f"{response.status_code} for {text!r}: {response.text}"
    document = response.json()
    if expected != 200:
        named("Problem").validate(document)
        return document
    check_answer(document, typed, names)
    if not state.silent:
        assert document["messages"], f"silence after {text!r}"
    elif document["messages"]:
        assert "j'ai masqué" in document["messages"][0]["text"], f"the bot spoke over the adviser: {document}"
    return document


def _still_theirs(run: Fuzzed, scene: Scene) -> None:
    """The conversation goes on, with the same person, and neither transmits nor sends."""
    own = conversation_of(scene.chat)
    with run.bot.engine.connect() as connection:
        row = connection.exec_driver_sql(f"SELECT user_id FROM chat_conversation WHERE id = '{own}'").one()  # noqa: S608
    expected = scene.household.people[0].user_id if scene.household else None
    assert row[0] == expected, "somebody else speaks now"
    for tenancy in scene.household.tenancies.values() if scene.household else ():
        declaration = run.bot.world.declaration(tenancy)
        assert declaration is None or declaration.state is DeclarationState.IN_PROGRESS, "a declaration was transmitted"


@pytest.mark.timeout(7200 if FULL else 300)
@pytest.mark.parametrize("state", [state.name for state in STATES])
def test_whatever_is_typed_is_answered_in_french_and_nothing_leaks(fuzzed: Fuzzed, state: str) -> None:
    fuzzed.outcomes[state].result()


def test_nothing_that_was_typed_changed_the_business(fuzzed: Fuzzed) -> None:
    after = business(fuzzed.bot.engine)
    assert after.keys() == fuzzed.before.keys()
    changed: dict[str, Rows] = {}
    for table, rows in after.items():
        before = fuzzed.before[table]
        assert before.keys() <= rows.keys(), f"{table}: rows were deleted"
        if different := {key: row for key, row in rows.items() if before.get(key) != row}:
            changed[table] = different
    for row in changed.pop("declaration", {}).values():
        assert row["state"] in ("in_progress", DeclarationState.IN_PROGRESS), f"a declaration is no draft: {row}"
        assert row["tenancy_id"] in fuzzed.own_tenancies, f"a draft of somebody else: {row}"
    for key, row in changed.pop("tenancy", {}).items():  # that it has a draft is noted with it
        assert row["id"] in fuzzed.own_tenancies, f"a tenancy of somebody else: {row}"
        assert {**row, "declared_year": None} == {**fuzzed.before["tenancy"][key], "declared_year": None}
    asked = changed.pop("support_request", {})
    assert asked.keys() <= {(each,) for each in fuzzed.cast.requests}, f"somebody was asked for: {asked}"
    trail = changed.pop("audit_event", {})
    assert {row["action"] for row in trail.values()} <= {"desk.taken"}, f"something was done: {trail}"
    assert len(trail) <= len(asked)
    assert changed == {}


def test_the_logs_hold_nothing_of_what_was_said_and_no_fault(fuzzed: Fuzzed) -> None:
    assert fuzzed.typed
    for server in ("rasa", "actions"):
        log = fuzzed.bot.servers.log(server)
        for word in ("Traceback", "Claude Bailleur", "Camille Durand", "Le Goff", "Olive Ramure", *SECRETS):
            assert word not in log, f"{word!r} in the log of {server}:\n{log[-4000:]}"
        for text in fuzzed.typed:
            assert clean(text) not in log, f"{text!r} in the log of {server}"
            assert clean(text)[:40] not in log, f"{text!r} in the log of {server}"


def test_no_secret_that_was_typed_is_kept_or_logged(fuzzed: Fuzzed) -> None:
    assert fuzzed.secrets
    everything = everything_stored(fuzzed.bot) + fuzzed.bot.servers.log("rasa") + fuzzed.bot.servers.log("actions")
    for secret in fuzzed.secrets:
        assert secret not in everything
        assert secret.replace(" ", "") not in everything
