"""The floor of a conversation, on SQLite and on PostgreSQL: what is kept when it changes hands, and what loses."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine

from bot import conversations, handover
from bot.conversations import Conversation, LostRace
from bot.turns import TurnFailed
from offre_bailleurs.chat_tables import Floor
from offre_bailleurs.database import transaction
from offre_bailleurs.desk import floor as desk
from tests.services.access.together import together
from tests.services.chat.test_chat_store import exchange, following, opening, said, take


def give_floor(engine: Engine, conversation_id: str, *floors: Floor) -> None:
    """As the desk does, to one after the other."""
    for floor in floors:
        with transaction(on=engine) as session:
            desk.give_floor(session, conversation_id, floor)


def found(engine: Engine, conversation_id: str) -> Conversation:
    conversation = conversations.find(engine, conversation_id)
    assert conversation is not None
    return conversation


def test_the_floor_returns_once_and_its_words_answer_the_message_that_was_kept(engine: Engine, store: Any) -> None:
    conversation, message_id = conversations.new_id(), str(uuid.uuid4())
    take(opening(conversation), store, exchange(1.0))
    give_floor(engine, conversation, Floor.RETURNING)
    kept = handover.kept(found(engine, conversation), message_id, {"text": "oui"}, [], button=False, in_doubt=False)
    assert conversations.complete_turn(engine, kept) == []
    assert found(engine, conversation).floor is Floor.RETURNING
    returning = [handover.returned(found(engine, conversation), answers=message_id) for _ in range(2)]
    for turn in returning:
        turn.replies.append({"text": "Me revoici."})
    answer = take(returning[0], store, exchange(2.0))
    with pytest.raises(TurnFailed) as failure:
        take(returning[1], store, exchange(3.0))
    assert failure.value.overtaken
    assert found(engine, conversation).floor is Floor.BOT
    assert conversations.find_turn(engine, conversation, message_id)[1] == answer
    assert [(message.seq, message.sender) for message in said(engine, conversation)] == [
        (1, "bot"),
        (2, "user"),
        (3, "bot"),
    ]


@pytest.mark.parametrize("floor", [Floor.BOT, Floor.WAITING])
def test_a_floor_that_has_returned_already_is_left_to_whom_it_was_given(
    engine: Engine, store: Any, floor: Floor
) -> None:
    conversation = conversations.new_id()
    take(opening(conversation), store, exchange(1.0))
    give_floor(engine, conversation, floor)
    take(handover.returned(found(engine, conversation)), store, exchange(2.0))
    assert found(engine, conversation).floor is floor


@pytest.mark.parametrize("floor", Floor)
def test_an_ordinary_turn_leaves_the_floor_to_whom_it_belongs(engine: Engine, store: Any, floor: Floor) -> None:
    conversation = conversations.new_id()
    take(opening(conversation), store, exchange(1.0))
    give_floor(engine, conversation, floor)
    take(following(conversation, 1), store, exchange(2.0))
    assert found(engine, conversation).floor is floor


def test_a_turn_that_is_under_way_is_kept_though_an_adviser_takes_the_floor_and_gives_it_back(
    engine: Engine, store: Any
) -> None:
    conversation = conversations.new_id()
    take(opening(conversation), store, exchange(1.0))
    under_way = following(conversation, 1)
    give_floor(engine, conversation, Floor.ADVISER)
    kept = handover.kept(found(engine, conversation), "to-adviser", {"text": "?"}, [], button=False, in_doubt=False)
    assert conversations.complete_turn(engine, kept) == []
    give_floor(engine, conversation, Floor.RETURNING)
    too_early = handover.returned(found(engine, conversation))
    assert [message.seq for message in take(under_way, store, exchange(2.0))] == [4]
    with pytest.raises(TurnFailed):  # it would speak over what it has not read
        take(too_early, store, exchange(3.0))
    assert found(engine, conversation).floor is Floor.RETURNING
    take(handover.returned(found(engine, conversation)), store, exchange(4.0))
    assert found(engine, conversation).floor is Floor.BOT


@pytest.mark.parametrize("told", [True, False])
def test_each_return_of_the_floor_has_an_id_of_its_own(engine: Engine, store: Any, told: bool) -> None:
    conversation = conversations.new_id()
    take(opening(conversation), store, exchange(1.0))
    ids = []
    for number in range(3):
        give_floor(engine, conversation, Floor.ADVISER, Floor.RETURNING)
        returning = handover.returned(found(engine, conversation))
        ids.append(returning.message_id)
        if told:
            take(returning, store, exchange(2.0 + number))
    assert len(set(ids)) == 3


@pytest.mark.parametrize("then", [[Floor.ADVISER], [Floor.ADVISER, Floor.RETURNING], [Floor.RETURNING]])
def test_a_return_that_no_longer_holds_is_not_told(engine: Engine, store: Any, then: list[Floor]) -> None:
    conversation = conversations.new_id()
    take(opening(conversation), store, exchange(1.0))
    give_floor(engine, conversation, Floor.RETURNING)
    returning = handover.returned(found(engine, conversation))
    give_floor(engine, conversation, *then)
    with pytest.raises(TurnFailed) as failure:
        take(returning, store, exchange(2.0))
    assert failure.value.overtaken
    assert found(engine, conversation).floor is then[-1]


@pytest.mark.parametrize("then", [Floor.RETURNING, Floor.BOT])
def test_what_is_said_to_an_adviser_is_kept_so_only_while_they_have_the_floor(
    engine: Engine, store: Any, then: Floor
) -> None:
    conversation = conversations.new_id()
    take(opening(conversation), store, exchange(1.0))
    give_floor(engine, conversation, Floor.ADVISER)
    kept = handover.kept(found(engine, conversation), "id", {"text": "oui"}, [], button=False, in_doubt=False)
    give_floor(engine, conversation, then)
    with pytest.raises(LostRace):
        conversations.complete_turn(engine, kept)
    assert len(said(engine, conversation)) == 1


def test_what_is_said_to_an_adviser_through_several_processes_at_once_is_kept_once(engine: Engine, store: Any) -> None:
    conversation = conversations.new_id()
    take(opening(conversation), store, exchange(1.0))
    give_floor(engine, conversation, Floor.ADVISER)
    kept = handover.kept(found(engine, conversation), "id", {"text": "oui"}, [], button=False, in_doubt=False)
    outcomes = together([partial(conversations.complete_turn, engine, kept)] * 4)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["LostRace", "LostRace", "LostRace", "list"]
    assert [message.sender for message in said(engine, conversation)] == ["bot", "user"]
