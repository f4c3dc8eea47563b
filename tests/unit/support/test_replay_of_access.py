"""What a conversation about a lost access can name: the account's own number and address, and the requests made."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from bot.tokens import sign_conversation
from offre_bailleurs.database import Base, make_engine, now, reading, transaction
from offre_bailleurs.models import PortalUser, RecoveryKind, RecoveryRequest
from tests.support.replay.facts import read_facts
from tests.support.replay.replay import Replay
from tests.support.replay.rows import Rows
from tests.support.replay.scenario import read_scenarios
from tests.unit.support.stand_in import StandIn


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{tmp_path / 'replay.db'}")
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def test_the_number_and_the_address_of_the_first_person_can_be_typed(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "conversation.yml"
    path.write_text('{conversation: a test, turns: [{user: "<user number>, <email>"}]}', encoding="utf-8")
    (scenario,) = read_scenarios(path)
    run = Replay(scenario, StandIn(engine, lambda said: [{"text": "Bonjour"}]))
    run.run()
    with reading(on=engine) as session:
        user = session.scalars(select(PortalUser)).one()
        assert f"> {user.partner_account.user_number}, {user.email}" in str(run.transcript)


@pytest.mark.parametrize(("expected", "holds"), [(2, True), (3, False), (0, False)])
def test_only_the_requests_of_this_conversation_count(engine: Engine, expected: int, holds: bool) -> None:
    keys = ("mine/1", "mine/2", "mine-not/3", "somebody's/4")
    with transaction(on=engine) as session:
        session.add_all([RecoveryRequest(kind=RecoveryKind.LOGIN, request_key=key) for key in keys])
    token = sign_conversation("mine", now() + timedelta(hours=1), secret="of the chat alone" * 3)
    (fact,) = read_facts({"recovery_requests": expected})
    with reading(on=engine) as session:
        assert (not fact.mismatches(Rows(session, [], [token]))) is holds


def test_without_a_conversation_there_is_no_request(engine: Engine) -> None:
    with transaction(on=engine) as session:
        session.add(RecoveryRequest(kind=RecoveryKind.LOGIN, request_key="somebody's/4"))
    (fact,) = read_facts({"recovery_requests": 0})
    with reading(on=engine) as session:
        assert fact.mismatches(Rows(session, [])) == []
