"""A visitor at a closed desk, who is asked for a message."""

from __future__ import annotations

import pytest

from actions.desk import ask, floor
from offre_bailleurs import chat_tables
from offre_bailleurs.desk import hours
from tests.unit.actions.asking import Said, Talk
from tests.unit.conftest import World

BEGINS = "utter_leave_message_begins"
MESSAGE, AGAIN = "utter_question_left_message", "utter_question_left_message_again"
EMAIL, DECISION = "utter_question_left_email", "utter_question_left_decision"
SENT, NOT_SENT, UNDER_WAY = "utter_message_sent", "utter_message_not_sent", "utter_message_under_way"
WORDS = "Mon locataire a déménagé en mai, que dois-je faire ?"
ADDRESS = "camille@exemple.fr"


@pytest.fixture(autouse=True)
def closed_desk(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody answers live."""
    chat_tables.metadata.create_all(world.engine)
    for module in (ask, floor, hours):
        monkeypatch.setattr(module, "is_open", lambda at=None: False)


@pytest.fixture
def talk(world: World) -> Talk:
    """A visitor who is asked for the message."""
    talk = Talk(world)
    talk.presses('/ask_adviser{"reason": "silence"}', "Parler à un conseiller")
    return talk


def at_the_summary(talk: Talk) -> Said:
    """Message and address are given."""
    talk.says(WORDS, "situation_left")
    return talk.says(ADDRESS)
