"""What an adviser does meanwhile is done on the bot's database, and what the desk has of it is compared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select

from offre_bailleurs import chat_tables
from offre_bailleurs.access import Adviser
from offre_bailleurs.chat_tables import Floor, conversation, message
from offre_bailleurs.database import Base, make_engine, now, reading, transaction
from offre_bailleurs.desk.requests import Matter, ask_adviser
from offre_bailleurs.identity import Turn
from offre_bailleurs.models import Outcome, RequestState, SupportRequest
from tests.support.chat import Message
from tests.support.replay.desk import AdviserAct, Desk, read_act
from tests.support.replay.expectations import read_expectations
from tests.support.replay.facts import read_facts
from tests.support.replay.reading import ScenarioError
from tests.support.replay.rows import Rows
from tests.support.world import World
from tests.unit.support.stand_in import TOKEN

TALK = "conversation-of-the-stand-in"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{tmp_path / 'desk.db'}")
    Base.metadata.create_all(engine)
    chat_tables.metadata.create_all(engine)
    with engine.begin() as connection:
        moment = now()
        row = {"id": TALK, "created_at": moment, "expires_at": moment.replace(year=moment.year + 1)}
        connection.execute(insert(conversation).values(last_seq=1, version=1, **row))
    yield engine
    engine.dispose()


@pytest.fixture
def desk(engine: Engine) -> Desk:
    with transaction(on=engine) as session:
        ask_adviser(session, Turn(TALK, "asked", None), Matter("silence", topic="deadline"))
    return Desk(engine, World(engine))


def states(engine: Engine) -> tuple[RequestState, Outcome | None, Floor]:
    with reading(on=engine) as session:
        request = session.scalars(select(SupportRequest).where(SupportRequest.conversation_id == TALK)).one()
        return request.state, request.outcome, Floor(session.execute(select(conversation.c.floor)).scalar_one())


def test_an_adviser_takes_says_hands_back_and_takes_again(engine: Engine, desk: Desk) -> None:
    for written in ("takes", {"says": "Bonjour"}, "hands_back"):
        desk.act(read_act(written), TALK)
    assert states(engine) == (RequestState.HANDED_BACK, None, Floor.RETURNING)
    with reading(on=engine) as session:
        assert {"text": "Bonjour"} in session.scalars(select(message.c.body)).all()
    desk.act(read_act("takes_again"), TALK)
    assert states(engine) == (RequestState.TAKEN, None, Floor.ADVISER)
    desk.act(read_act({"closes": "resolved"}), TALK)
    assert states(engine) == (RequestState.CLOSED, Outcome.RESOLVED, Floor.RETURNING)


def test_an_adviser_whose_browser_is_gone_is_swept_away(engine: Engine, desk: Desk) -> None:
    desk.act(read_act("takes"), TALK)
    desk.act(read_act("is_lost"), TALK)
    assert states(engine) == (RequestState.WAITING, None, Floor.RETURNING)


def test_closing_time_misses_who_waits(engine: Engine, desk: Desk) -> None:
    desk.close()
    assert states(engine) == (RequestState.CLOSED, Outcome.MISSED, Floor.RETURNING)


def test_nobody_of_a_conversation_that_is_over_waits(engine: Engine, desk: Desk) -> None:
    desk.queue(2, "others")
    desk.leave_nobody_waiting([TALK, "others-0", "others-1"])
    with reading(on=engine) as session:
        assert set(session.scalars(select(SupportRequest.outcome))) == {Outcome.WITHDRAWN}


def test_an_adviser_who_was_not_asked_for_does_nothing(engine: Engine) -> None:
    with pytest.raises(LookupError, match="no adviser was asked for"):
        Desk(engine, World(engine)).act(AdviserAct("takes"), TALK)


@pytest.mark.parametrize("written", ["sleeps", {"says": "a", "closes": "resolved"}, {"closes": "bored"}])
def test_what_no_adviser_does_is_refused(written: object) -> None:
    with pytest.raises(ScenarioError):
        read_act(written)


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ({"request": {"kind": "live", "state": "waiting", "topic": "deadline", "journey": "none"}}, []),
        ({"request": {"kind": "message"}}, ["request: kind is live, not message"]),
        ({"adviser_reason": "asked"}, ["adviser_reason: silence, not asked"]),
        ({"adviser_requests": 2}, ["adviser_requests: 1, not 2"]),
        ({"floor": "waiting"}, []),
        ({"floor": "bot"}, ["floor: waiting, not bot"]),
    ],
)
@pytest.mark.usefixtures("desk")
def test_what_the_desk_has_of_a_visitor_s_conversation_is_compared(
    engine: Engine, written: dict[str, object], wrong: list[str]
) -> None:
    with reading(on=engine) as session:
        rows = Rows(session, [], [TOKEN])
        assert [line for fact in read_facts(written) for line in fact.mismatches(rows)] == wrong


@pytest.mark.parametrize(("sender", "holds"), [("adviser", True), ("bot", False)])
def test_who_speaks_is_compared(sender: str, holds: bool) -> None:
    (expected,) = read_expectations({"adviser": "bonjour"})
    assert (expected.mismatch([Message(1, sender, "Bonjour !")]) is None) is holds


def test_the_adviser_of_a_world_is_one(engine: Engine) -> None:
    assert isinstance(World(engine).adviser(), Adviser)
