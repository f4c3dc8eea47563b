"""What makes a turn quick changes nothing else: replies, events, slots and business rows are those of Rasa as it is."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import count, islice
from pathlib import Path
from typing import Any

import pytest
from rasa.core.policies.rule_policy import RULES, RULES_FOR_LOOP_UNHAPPY_PATH
from sqlalchemy import Engine, inspect, select

from bot.compaction import KEPT_MOMENTS, MOST_EVENTS
from cli import training
from offre_bailleurs import chat_tables
from offre_bailleurs.database import Base, reading
from tests.services.speed.conftest import Both
from tests.support.chat import ChatClient, Message
from tests.support.journey import REGISTER
from tests.support.live import LiveBot
from tests.support.replay.replay import Replay
from tests.support.replay.rows import conversation_id
from tests.support.replay.scenario import Scenario, read_scenarios

CONVERSATIONS = Path(__file__).parents[2] / "conversations"
FILES = (
    "declare_rent/corrections",
    "declare_rent/drafts",
    "declare_rent/interruptions",
    "declare_rent/transmission",
    "answers",
    "recover_access/triage.yml",
    "create_user/interruptions.yml",
    "desk/waiting.yml",
)
"""Those in which most happens that a tracker must remember: corrections, questions in mid-form, forms left and resumed,
what was not understood twice, opinions given, an adviser who takes the floor."""
MOST_OF_A_FILE = 4
"""Scenarios: a short form, for each is held twice."""

LONG = 300
"""Turns."""
_OF_THE_MOMENT = frozenset({"timestamp", "message_id", "metadata", "created_at", "updated_at", "turn", "size"})
"""What differs from one run to the next. A recap's size counts the digits of its hour."""


def scenarios() -> Iterator[Scenario]:
    for name in FILES:
        path = CONVERSATIONS / name
        for file in sorted(path.glob("*.yml")) if path.is_dir() else [path]:
            yield from islice((each for each in read_scenarios(file) if each.desk != "closed"), MOST_OF_A_FILE)


@pytest.mark.parametrize("scenario", list(scenarios()), ids=lambda scenario: scenario.name)
def test_a_conversation_is_the_same(both: Both, scenario: Scenario) -> None:
    ours, stock = Replay(scenario, both.ours), Replay(scenario, both.stock)
    for replay in (ours, stock):
        replay.run()
    assert str(ours.transcript) == str(stock.transcript)
    mine, theirs = (_events_of(bot.engine, replay) for bot, replay in ((both.ours, ours), (both.stock, stock)))
    assert any(mine)
    for conversation, same in zip(mine, theirs, strict=True):
        _compare(conversation, same)


@pytest.mark.timeout(900)  # Rasa as it is takes a tenth of a second for the last of them, on a machine at rest
def test_a_conversation_of_300_turns_is_the_same_and_leaves_the_same_rows(both: Both) -> None:
    """Questions, small talk and nonsense, outside a form and for a hundred turns within one."""
    said, kept = [], []
    for bot in both:
        landlord = bot.world.landlord("Claude Bailleur", REGISTER)
        talk = bot.client(landlord.people[0].user_id)
        said.append([_heard(talk.open()), *(_heard(answer) for answer in _talk_for_long(talk))])
        kept.append(_events(bot.engine, conversation_id(talk.token or "")))
    assert len(said[0]) > LONG
    assert said[0] == said[1]
    _compare(*kept)
    assert len(kept[0]) > 10 * MOST_EVENTS, "what is forgotten in memory is kept in the database"


def test_the_business_rows_are_the_same_after_all_this(both: Both) -> None:
    ours, stock = (_rows(bot) for bot in both)
    assert ours == stock
    assert ours["declaration"]


def test_no_rule_looks_back_further_than_a_tracker_that_was_kept_short(pytestconfig: pytest.Config) -> None:
    model = pytestconfig.getoption("--model") or training.model_path()
    with tarfile.open(model) as archive:
        member = next(each for each in archive.getmembers() if each.name.endswith("rule_policy.json"))
        file = archive.extractfile(member)
        assert file is not None
        lookup = json.loads(file.read())["lookup"]
    longest = max(len(json.loads(rule)) for kind in (RULES, RULES_FOR_LOOP_UNHAPPY_PATH) for rule in lookup[kind])
    assert 2 * longest <= KEPT_MOMENTS


def _compare(ours: list[Any], stock: list[Any]) -> None:
    for number, (one, other) in enumerate(zip(ours, stock, strict=False)):
        assert one == other, f"event {number}"
    assert len(ours) == len(stock)


def _talk_for_long(talk: ChatClient) -> Iterator[list[Message]]:
    asides = (
        "quand dois-je déclarer ?",
        "merci",
        "azertyuiop qsdf",
        "bonjour",
        "c'est quoi l'offre bailleurs ?",
        "je suis un particulier",
        "wxcvbn",
        "à quoi sert la déclaration ?",
    )
    numbers = count()

    def aside() -> list[Message]:
        return talk.say(asides[next(numbers) % len(asides)])

    for _ in range(LONG // 3):
        yield aside()
    yield talk.say("je veux déclarer le loyer de juillet")
    yield talk.say("Camille Durand")
    for _ in range(LONG // 3):
        yield aside()
    yield talk.say("oui")
    yield talk.say("620")
    yield talk.say("non, 650")
    yield talk.press("Valider")
    for _ in range(LONG // 3):
        yield aside()
    yield talk.say("non")


def _heard(messages: Sequence[Message]) -> list[Any]:
    return [(each.text, [button.title for button in each.buttons], each.image) for each in messages]


def _events_of(engine: Engine, replay: Replay) -> list[list[Any]]:
    return [_events(engine, conversation_id(token)) for token in replay.tokens]


def _events(engine: Engine, conversation: str) -> list[Any]:
    with engine.connect() as connection:
        mine = select(chat_tables.events).where(chat_tables.events.c.sender_id == conversation)
        rows = connection.execute(mine.order_by(chat_tables.events.c.id)).all()
    return [
        (row.type_name, row.intent_name, row.action_name, _lasting(json.loads(row.data), row.action_name))
        for row in rows
    ]


def _lasting(value: Any, name: str | None = None) -> Any:
    """What is the same whenever and wherever it happens."""
    if isinstance(value, Mapping):
        gone = {"value"} if name in _OF_THE_MOMENT | {"session_started_metadata"} else set[str]()
        return {key: _lasting(each) for key, each in value.items() if key not in _OF_THE_MOMENT | gone}
    return [_lasting(each) for each in value] if isinstance(value, list) else value


def _rows(bot: LiveBot) -> dict[str, list[Any]]:
    """The declarations and what stands around them; of requests, how many."""
    found: dict[str, list[Any]] = {}
    with reading(on=bot.engine) as session:
        for table in ("declaration", "tenancy", "audit_event", "support_request", "portal_user"):
            columns = Base.metadata.tables[table].columns
            lasting = [each for each in columns if each.type.python_type in (int, bool) and not each.foreign_keys]
            rows = session.execute(select(*lasting).order_by(*inspect(Base.metadata.tables[table]).primary_key))
            found[table] = [tuple(row) for row in rows]
    return found
