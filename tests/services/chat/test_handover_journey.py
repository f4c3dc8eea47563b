"""A hand-over in the middle of the journey declare_rent, with the real bot and the desk's real business."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import Engine, select

from bot.handover import BUTTONS_WAIT
from bot.reduction import conversation_digest
from bot.tokens import verify_conversation
from offre_bailleurs import access
from offre_bailleurs.access import Adviser
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.desk import accounts, advising, sweep
from offre_bailleurs.figures.tables import FiguresConversation
from offre_bailleurs.models import Outcome, PortalUser
from tests.services.faults.holds import until
from tests.services.faults.house import DECLARED, TURNS, Declared, House, Story, is_last_call, open_house
from tests.support.chat import Message, text_of
from tests.support.databases import NoDatabase

QUESTION = "Est-ce toujours exact"
HANDED_BACK = "vous rend à l'assistant"
CLOSED = "a terminé votre échange"
LOST = "La liaison avec le conseiller s'est interrompue"
BEFORE_VALIDATION = TURNS[-2]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    """The real servers, on each database, with a desk that never closes."""
    try:
        with open_house(request.param, DESK_HOURS="24/7") as running:
            yield running
    except NoDatabase as error:
        pytest.skip(str(error))


@pytest.fixture
def story(house: House) -> Story:
    """A landlord who declares a rent."""
    return house.story()


class Desk:
    """An adviser, and the request of one landlord."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        login = f"conseil-{uuid.uuid4().hex[:8]}"
        with transaction(on=self._engine) as session:
            accounts.create_adviser(session, "Léa", "Martin", f"{login}@caf.example", login)
            user_id = session.scalars(select(PortalUser.id).where(PortalUser.login == login)).one()
            adviser = access.adviser(session, user_id)
        assert adviser is not None
        self._who: Adviser = adviser
        self._request_id = 0

    def take(self) -> None:
        """Take the request that waits: this file's landlords ask one after the other."""
        with transaction(on=self._engine) as session:
            [request] = advising.waiting(session, self._who)
            self._request_id = request.id
            advising.take(session, self._who, request.id)

    def say(self, text: str) -> None:
        """Say something to the landlord."""
        with transaction(on=self._engine) as session:
            advising.say(session, self._who, self._request_id, text, key=uuid.uuid4().hex)

    def hand_back(self) -> None:
        """Give the floor back to the bot."""
        with transaction(on=self._engine) as session:
            advising.hand_back(session, self._who, self._request_id)

    def vanish(self) -> None:
        """Leave without a word: another adviser is to take the request."""
        with transaction(on=self._engine) as session:
            assert sweep.release(session, [self._request_id]) == 1

    def close(self) -> None:
        """The matter is settled."""
        with transaction(on=self._engine) as session:
            advising.close(session, self._who, self._request_id, Outcome.RESOLVED)


@pytest.fixture
def desk(house: House) -> Desk:
    """Somebody at the desk."""
    return Desk(house.engine)


def ask_for_an_adviser(story: Story, desk: Desk) -> None:
    """The landlord asks, the adviser joins."""
    answer = story.chat.say("je veux parler à un conseiller")
    assert "un conseiller va vous répondre ici même" in text_of(answer)
    desk.take()


def news(story: Story) -> list[Message]:
    """What the chat shows below the adviser's part and the landlord's last words, as a window that reads it."""
    talk = story.chat.history(wait=0)
    last = max(number for number, message in enumerate(talk) if message.sender != "bot")
    return talk[last + 1 :]


def reference_of(story: Story) -> str:
    """The declaration's, once it is transmitted."""
    declaration = story.declaration()
    assert declaration is not None
    assert declaration.reference is not None
    return declaration.reference


def declarations_counted(house: House, story: Story) -> int:
    """How many the figures count in this conversation."""
    secret = house.bot.servers.settings.secret_key
    conversation_id = verify_conversation(str(story.chat.token), secret=secret)
    mine = FiguresConversation.conversation == conversation_digest(conversation_id, secret=secret)
    with reading(on=house.engine) as session:
        return session.scalar(select(FiguresConversation.declarations).where(mine)) or 0


def titles(messages: Sequence[Message]) -> list[str]:
    """The buttons that are shown."""
    return [button.title for message in messages for button in message.buttons]


def test_the_journey_goes_on_where_it_was_when_the_adviser_hands_back(story: Story, desk: Desk) -> None:
    story.go_to("tenant")
    ask_for_an_adviser(story, desk)
    before = story.messages_in_rasa()
    assert story.chat.say("650") == []
    assert story.chat.say("oui") == []
    desk.say("Déclarez ce qui était dû en juillet.")
    assert story.chat.say("merci") == []
    assert story.messages_in_rasa() == before
    assert story.declared() == Declared()
    desk.hand_back()
    back = text_of(news(story))
    assert HANDED_BACK in back
    assert QUESTION in back
    spoken = [(each.sender, each.text) for each in story.chat.history() if each.sender != "bot"]
    assert spoken[-4:] == [
        ("user", "650"),
        ("user", "oui"),
        ("adviser", "Déclarez ce qui était dû en juillet."),
        ("user", "merci"),
    ]
    story.finish()
    assert story.declared() == DECLARED["validation"]
    desk.close()


def test_valider_pressed_while_an_adviser_answers_transmits_nothing(story: Story, desk: Desk) -> None:
    story.go_to(BEFORE_VALIDATION)
    ask_for_an_adviser(story, desk)
    assert [message.text for message in story.chat.press("Valider")] == [BUTTONS_WAIT]
    assert [message.text for message in story.chat.again()] == [BUTTONS_WAIT]
    assert story.chat.say("valider") == []
    assert story.declared() == DECLARED[BEFORE_VALIDATION]
    desk.hand_back()
    assert "Valider" in titles(news(story))
    assert story.declared() == DECLARED[BEFORE_VALIDATION]
    story.finish()
    assert story.declared() == DECLARED["validation"]
    desk.close()


@pytest.mark.parametrize("typed", ["oui", "valider", "c'est bon, envoyez"])
def test_words_typed_as_the_floor_returns_transmit_nothing(story: Story, desk: Desk, typed: str) -> None:
    story.go_to(BEFORE_VALIDATION)
    ask_for_an_adviser(story, desk)
    desk.say("Voulez-vous que je vous rende à l'assistant ?")
    desk.hand_back()
    answer = story.chat.say(typed)
    assert HANDED_BACK in text_of(answer)
    assert "Valider" in titles(answer)
    assert story.chat.again() == answer
    assert story.declared() == DECLARED[BEFORE_VALIDATION]
    story.finish()
    assert story.declared() == DECLARED["validation"]
    desk.close()


def test_valider_pressed_as_the_floor_returns_transmits_nothing_before_it_is_pressed_again(
    story: Story, desk: Desk
) -> None:
    story.go_to(BEFORE_VALIDATION)
    ask_for_an_adviser(story, desk)
    desk.close()
    answer = story.chat.press("Valider")
    assert CLOSED in text_of(answer)
    assert "Valider" in titles(answer)
    assert story.declared() == DECLARED[BEFORE_VALIDATION]
    story.finish()
    assert story.declared() == DECLARED["validation"]


def test_a_question_to_the_bot_while_an_adviser_is_awaited_is_answered_in_mid_journey(story: Story, desk: Desk) -> None:
    story.go_to("tenant")
    answer = story.chat.say("je veux parler à un conseiller")
    assert QUESTION in text_of(answer)
    story.go_to("situation")
    desk.take()
    assert story.chat.say("650") == []
    desk.hand_back()
    story.chat.history()
    story.finish()
    assert story.declared() == DECLARED["validation"]
    desk.close()


def test_valider_that_is_answered_as_an_adviser_comes_has_its_reference_and_is_counted_once(
    house: House, story: Story, desk: Desk
) -> None:
    story.go_to(BEFORE_VALIDATION)
    story.chat.say("je veux parler à un conseiller")
    with house.actions_gate.holding(is_last_call) as answers, house.sending([story]) as [answer]:
        answers.wait_for(1)
        desk.take()
        answers.let_go()
        answered = answer.result()
    desk.say("Je vois votre déclaration.")
    assert story.chat.again() == answered
    assert reference_of(story) in text_of(answered)
    assert story.declared() == DECLARED["validation"]
    talk = story.chat.history()
    joined, valider, *replies, adviser = talk[-len(answered) - 3 :]
    assert (joined.text, valider.text, replies, adviser.text) == (
        advising.JOINED,
        "Valider",
        answered,
        "Je vois votre déclaration.",
    )
    assert story.chat.say("merci") == []
    until(lambda: declarations_counted(house, story) == 1, "the figures count the declaration")
    desk.close()
    back = text_of(news(story))
    assert CLOSED in back
    assert "déjà transmise" not in back  # all of it was said
    story.chat.press("Valider")
    assert story.declared() == DECLARED["validation"]
    assert declarations_counted(house, story) == 1


def test_valider_that_is_answered_while_an_adviser_comes_and_goes_has_its_reference_first(
    house: House, story: Story, desk: Desk
) -> None:
    story.go_to(BEFORE_VALIDATION)
    story.chat.say("je veux parler à un conseiller")
    with house.actions_gate.holding(is_last_call) as answers, house.sending([story]) as [answer]:
        answers.wait_for(1)
        desk.take()
        desk.close()
        assert story.chat.raw("GET", "/messages").headers["Chat-Floor"] == "returning"  # what is said first comes first
        answers.let_go()
        answered = answer.result()
    assert reference_of(story) in text_of(answered)
    below = news(story)
    assert below[: len(answered)] == answered
    assert CLOSED in text_of(below[len(answered) :])
    assert story.declared() == DECLARED["validation"]


def test_an_adviser_who_vanishes_is_replaced_and_the_bot_goes_on_with_the_journey_meanwhile(
    house: House, story: Story, desk: Desk
) -> None:
    story.go_to("tenant")
    ask_for_an_adviser(story, desk)
    story.chat.say("vous êtes là ?")
    desk.vanish()
    back = text_of(news(story))
    assert LOST in back
    assert QUESTION in back
    assert story.chat.raw("GET", "/messages").headers["Chat-Floor"] == "waiting"
    story.go_to("situation")
    another = Desk(house.engine)
    another.take()
    assert story.chat.say("650") == []
    assert story.chat.raw("GET", "/messages").headers["Chat-Floor"] == "adviser"
    another.close()
    assert CLOSED in text_of(news(story))
    story.finish()
    assert story.declared() == DECLARED["validation"]


def test_rasa_killed_in_the_middle_of_a_handover_finds_everything_again(house: House, story: Story, desk: Desk) -> None:
    story.go_to(BEFORE_VALIDATION)
    ask_for_an_adviser(story, desk)
    assert story.chat.say("une seconde") == []
    house.kill("rasa")
    desk.say("Je regarde.")
    house.restart("rasa")
    assert story.chat.again() == []
    assert story.chat.say("oui") == []
    assert story.declared() == DECLARED[BEFORE_VALIDATION]
    desk.hand_back()
    house.kill("rasa")
    house.restart("rasa")
    back = news(story)
    assert HANDED_BACK in text_of(back)
    assert "Valider" in titles(back)
    spoken = [(each.sender, each.text) for each in story.chat.history() if each.sender != "bot"]
    assert spoken[-3:] == [("user", "une seconde"), ("adviser", "Je regarde."), ("user", "oui")]
    story.finish()
    assert story.declared() == DECLARED["validation"]
    desk.close()
