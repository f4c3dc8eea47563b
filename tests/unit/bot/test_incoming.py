"""What a client may send, and what Rasa reads of it."""

from __future__ import annotations

import json
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.nlu.training_data.message import Message

from bot import user_message
from bot.choices import Choice, Choices, InvalidChoice
from bot.incoming import PLACEHOLDER, for_rasa, read_message
from bot.problems import Problem
from offre_bailleurs.french.text import clean


class DomainWith:
    """What `chosen` asks of a domain."""

    def __init__(self, *intents: str) -> None:
        self.intents = intents


@given(
    st.text(alphabet=st.characters() | st.sampled_from("/\u200b \u202e\u200d／∕"), max_size=30), st.text(max_size=20)
)
def test_rasa_reads_no_command_in_any_text(beginning: str, rest: str) -> None:
    typed = for_rasa(clean(f"{beginning}/greet{rest}"))
    message = Message({"text": user_message.typed(typed).text})
    assert YAMLStoryReader.unpack_regex_message(message) is message
    assert not typed.strip().startswith("/")
    typed.encode()  # no lone surrogate: neither database would take it


@pytest.mark.parametrize("typed", ["/", "//", " / / ", "／", "\u200d/"])
def test_a_text_of_slashes_alone_is_still_a_text(typed: str) -> None:
    assert for_rasa(clean(typed)) == PLACEHOLDER


def test_line_breaks_and_emojis_stay() -> None:
    assert clean("a\r\nb\u2028c\u0085d\te 👩\u200d🔧\ufeff\u00ad") == "a\nb\nc\nd\te 👩\u200d🔧"


def body(**fields: object) -> bytes:
    return json.dumps({"id": str(uuid.uuid4()), **fields}).encode()


def test_the_length_is_counted_without_the_white_space_around() -> None:
    assert read_message(body(text=f"  {'a' * 1_000}\n")).text == "a" * 1_000
    with pytest.raises(Problem) as problem:
        read_message(body(text="a" * 1_001))
    assert problem.value.status == 413


def test_ids_are_the_same_in_either_case() -> None:
    message_id = str(uuid.uuid4())
    assert read_message(body(id=message_id.upper(), text="a")).id == message_id


def test_a_choice_gives_its_intent_and_its_title() -> None:
    message = user_message.chosen(Choice("Rue des Lilas", '/choose{"tenancy": 3}'), DomainWith("choose"))
    assert message.text == message.parse_data["text"] == "Rue des Lilas"
    assert message.parse_data["intent"]["name"] == "choose"
    [entity] = message.parse_data["entities"]
    assert (entity["entity"], entity["value"]) == ("tenancy", 3)


@pytest.mark.parametrize(
    ("choice", "understood"),
    [
        (Choice("Oui", "/affirm"), "Oui"),  # the model no longer knows the intent
        (Choice("650 €", "650 euros"), "650 euros"),
        (Choice("/restart", "/nothing"), "restart"),
    ],
)
def test_a_choice_without_a_known_intent_is_understood_as_text(choice: Choice, understood: str) -> None:
    message = user_message.chosen(choice, DomainWith("restart", "choose"))
    assert (message.text, message.parse_data) == (understood, None)


def test_a_choice_is_the_same_each_time_and_holds_for_one_conversation() -> None:
    choice, secret = Choice("Oui", '/affirm{"a": "é"}'), "s" * 32
    signed = Choices("one", secret=secret).sign(choice)
    assert signed == Choices("one", secret=secret).sign(choice)
    assert Choices("one", secret=secret).verify(signed) == choice
    for other in (Choices("two", secret=secret), Choices("one", secret="t" * 32)):
        with pytest.raises(InvalidChoice):
            other.verify(signed)
