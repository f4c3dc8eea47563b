"""What the chat keeps while an adviser has the floor, and how the floor returns to the bot."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot import handover, user_message
from bot.conversations import Body, Conversation
from bot.output import Replies
from bot.turns import CurrentTurn
from offre_bailleurs.chat_tables import Floor

FOUND = Conversation("conversation", 7, 12, 3, Floor.ADVISER)
SAID = {"text": "Valider"}


@pytest.mark.parametrize(
    ("floor", "heard", "seconds"),
    [(Floor.BOT, True, 5), (Floor.WAITING, True, 1), (Floor.ADVISER, False, 1), (Floor.RETURNING, False, 1)],
)
def test_who_hears_what_is_said_and_how_soon_a_reader_looks_again(floor: Floor, heard: bool, seconds: float) -> None:
    assert handover.is_heard_by_the_bot(floor) is heard
    assert handover.recheck_after(floor) == seconds


def test_what_is_said_to_an_adviser_is_kept_without_an_event_or_an_answer_and_overtakes_no_turn() -> None:
    done = handover.kept(FOUND, "id", SAID, [], button=False, in_doubt=False)
    assert (done.conversation_id, done.message_id, done.user_id, done.version) == ("conversation", "id", 7, None)
    assert (done.said, done.replies, done.events, done.floor) == (SAID, [], [], None)


@pytest.mark.parametrize(
    ("floor", "in_doubt", "told"),
    [
        (Floor.ADVISER, False, [handover.BUTTONS_WAIT]),
        (Floor.ADVISER, True, [handover.BUTTON_IN_DOUBT]),
        (Floor.RETURNING, False, []),  # the bot is about to speak
        (Floor.BOT, True, []),
    ],
)
def test_a_button_is_said_to_wait_while_an_adviser_answers(floor: Floor, in_doubt: bool, told: list[str]) -> None:
    notice = {"text": "masqué"}
    done = handover.kept(replace(FOUND, floor=floor), "id", SAID, [notice], button=True, in_doubt=in_doubt)
    assert done.replies == [notice, *({"text": text} for text in told)]
    assert done.version == (None if floor is Floor.ADVISER else FOUND.version)


def test_the_floor_returns_in_a_turn_that_nobody_said_and_that_every_replica_names_alike() -> None:
    turn = handover.returned(replace(FOUND, version=10**9), answers="id")
    assert turn == handover.returned(replace(FOUND, version=10**9), answers="id")
    assert (turn.message_id, turn.said, turn.floor, turn.answers) == ("returned-1000000000", None, Floor.BOT, "id")
    assert len(turn.message_id) <= 36
    assert handover.unable(FOUND, "id").floor is None  # the floor returns still
    assert user_message.returned().parse_data["intent"]["name"] == "floor_returned"


@pytest.mark.parametrize("returning", [True, False])
def test_an_action_says_who_answers_next_when_the_floor_returns_and_only_then(returning: bool) -> None:
    replies: list[Body] = []
    turn = handover.returned(FOUND) if returning else CurrentTurn("conversation", "id", 7, 3, None, SAID)
    output = Replies(replies, turn.pass_floor)
    asyncio.run(output.send_response("conversation", {"custom": {"floor": "waiting"}}))
    assert turn.floor is (Floor.WAITING if returning else None)
    assert replies == []
