"""An adviser takes a request, answers, hands back, closes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from offre_bailleurs.access import Adviser
from offre_bailleurs.chat_tables import Floor
from offre_bailleurs.database import now, reading
from offre_bailleurs.desk import advising
from offre_bailleurs.desk.advising import (
    JOINED,
    MAX_LENGTH,
    AlreadyAnswered,
    ConversationGone,
    Empty,
    NoAddress,
    NotAdviser,
    NotWaiting,
    NotYours,
    TakenByAnother,
    TooLong,
)
from offre_bailleurs.mail.messages import ADVISER_ANSWER
from offre_bailleurs.mail.outbox import Posted, Quotation, open_sealed
from offre_bailleurs.models import OutboxMessage, Outcome, RequestState
from tests.unit.desk.conftest import WRITTEN_EMAIL, Desk

Act = Callable[[Session, Adviser, int], object]


def say(session: Session, who: Adviser, request_id: int) -> int:
    return advising.say(session, who, request_id, "Je regarde.", key="once")


def answer(session: Session, who: Adviser, request_id: int) -> None:
    advising.answer_by_email(session, who, request_id, "Voici la réponse.", key="once")


def close(session: Session, who: Adviser, request_id: int) -> None:
    advising.close(session, who, request_id, Outcome.RESOLVED)


def posted(desk: Desk) -> list[Posted]:
    with reading(on=desk.engine) as session:
        wanted = select(OutboxMessage).where(OutboxMessage.purpose == ADVISER_ANSWER)
        return [open_sealed(message) for message in session.scalars(wanted)]


# Taking


def test_the_landlord_is_told_that_an_adviser_answers_from_now_on(desk: Desk) -> None:
    request_id = desk.ask()
    with desk.acting() as session:
        assert advising.take(session, desk.ninon, request_id).adviser_id == desk.ninon.user_id
    assert desk.said() == [(2, "bot", JOINED)]
    assert (desk.floor(), desk.version()) == (Floor.ADVISER, 1)  # a turn under way is kept
    request = desk.request(request_id)
    assert request.state is RequestState.TAKEN
    assert request.taken_at is not None
    assert request.adviser_seen_at is not None


def test_who_takes_twice_has_it_once_and_says_nothing_twice(desk: Desk) -> None:
    request_id = desk.taken()
    with desk.acting() as session:
        assert advising.take(session, desk.ninon, request_id).id == request_id
    assert (len(desk.said()), desk.version()) == (1, 1)


def test_what_a_colleague_has_is_not_taken_from_them(desk: Desk) -> None:
    request_id = desk.taken()
    with desk.acting() as session, pytest.raises(TakenByAnother) as taken:
        advising.take(session, desk.octave, request_id)
    assert taken.value.name == "Ninon Guichet"
    assert desk.request(request_id).adviser_id == desk.ninon.user_id


def test_what_is_closed_or_does_not_exist_waits_for_nobody(desk: Desk) -> None:
    request_id = desk.taken()
    with desk.acting() as session:
        close(session, desk.ninon, request_id)
    for who in (desk.ninon, desk.octave):
        for number in (request_id, 999):
            with desk.acting() as session, pytest.raises(NotWaiting):
                advising.take(session, who, number)


@pytest.mark.parametrize("how", ["erased", "expired"])
def test_a_request_whose_conversation_is_gone_is_not_taken(desk: Desk, how: str) -> None:
    request_id = desk.ask()
    desk.erase()
    if how == "expired":
        desk.converse(lives_for=timedelta(seconds=-1))
    with desk.acting() as session, pytest.raises(ConversationGone):  # the transaction goes on, and is committed
        advising.take(session, desk.ninon, request_id)
    assert desk.request(request_id).state is RequestState.WAITING
    assert desk.journal() == []


def test_a_message_is_taken_without_a_word_in_the_chat(desk: Desk) -> None:
    desk.taken_message()
    assert (desk.said(), desk.floor(), desk.version()) == ([], Floor.BOT, 1)


def test_the_time_that_a_landlord_waited_is_that_of_the_first_adviser(desk: Desk) -> None:
    request_id = desk.taken()
    an_hour_ago = now() - timedelta(hours=1)
    desk.change(request_id, state=RequestState.WAITING, adviser_id=None, taken_at=an_hour_ago)
    with desk.acting() as session:
        advising.take(session, desk.octave, request_id)
    assert desk.request(request_id).taken_at == an_hour_ago


# Rights


@pytest.mark.parametrize(
    "act",
    [
        advising.take,
        say,
        answer,
        advising.hand_back,
        advising.take_again,
        close,
        advising.seen,
        advising.find,
        lambda session, who, _: advising.waiting(session, who),
        lambda session, who, _: advising.mine(session, who),
        lambda session, who, _: advising.colleagues(session, who),
    ],
)
def test_an_adviser_whose_access_is_closed_can_do_nothing_any_more(desk: Desk, act: Act) -> None:
    request_id = desk.taken()
    desk.close_access(desk.ninon)
    with desk.acting() as session, pytest.raises(NotAdviser):
        act(session, desk.ninon, request_id)
    assert desk.request(request_id).state is RequestState.TAKEN
    assert len(desk.said()) == 1


def test_a_landlord_is_no_adviser(desk: Desk) -> None:
    request_id = desk.ask()
    with desk.acting() as session, pytest.raises(NotAdviser):
        advising.take(session, Adviser(desk.landlord, "Ada Essai"), request_id)


@pytest.mark.parametrize("act", [say, answer, advising.hand_back, advising.take_again, close])
def test_nobody_acts_in_a_colleague_s_request_or_in_one_that_waits(desk: Desk, act: Act) -> None:
    for request_id in (desk.taken("talk"), desk.taken_message("letter"), desk.ask("waiting"), 999):
        with desk.acting() as session, pytest.raises(NotYours):
            act(session, desk.octave, request_id)
    assert posted(desk) == []
    assert len(desk.said("talk")) == 1


# Speaking


def test_what_an_adviser_says_is_in_the_chat_and_no_turn_loses_its_race(desk: Desk) -> None:
    request_id = desk.taken()
    with desk.acting() as session:
        assert advising.say(session, desk.ninon, request_id, "Bonjour, je regarde.", key="a") == 3
        assert advising.say(session, desk.ninon, request_id, "Voilà.", key="b") == 4
    assert desk.said()[1:] == [(3, "adviser", "Bonjour, je regarde."), (4, "adviser", "Voilà.")]
    assert desk.version() == 1


def test_a_double_click_says_it_once(desk: Desk) -> None:
    request_id = desk.taken()
    for _ in range(2):
        with desk.acting() as session:
            assert say(session, desk.ninon, request_id) == 3
    assert len(desk.said()) == 2


def test_a_page_that_comes_back_with_other_words_says_them_too(desk: Desk) -> None:
    request_id = desk.taken()
    with desk.acting() as session:
        for text in ("Bonjour.", "Quel est votre département ?"):
            advising.say(session, desk.ninon, request_id, text, key="of the page")
    assert [text for _, _, text in desk.said()[1:]] == ["Bonjour.", "Quel est votre département ?"]


def test_the_same_key_in_two_conversations_says_it_in_both(desk: Desk) -> None:
    for conversation_id in ("one", "two"):
        request_id = desk.taken(conversation_id)
        with desk.acting() as session:
            say(session, desk.ninon, request_id)
    assert [len(desk.said(each)) for each in ("one", "two")] == [2, 2]


def test_a_key_may_be_of_any_form(desk: Desk) -> None:
    request_id = desk.taken()
    with desk.acting() as session:
        for key in ("é\ud800/ " * 100, "", "x" * 64):
            advising.say(session, desk.ninon, request_id, "Oui.", key=key)
    assert len(desk.said()) == 4


def test_what_shows_nothing_is_taken_out_of_what_is_said(desk: Desk) -> None:
    request_id = desk.taken()
    with desk.acting() as session:
        advising.say(session, desk.ninon, request_id, " Deux\r\nlignes\x00\u202e. ", key="a")
    assert desk.said()[-1] == (3, "adviser", "Deux\nlignes.")


@pytest.mark.parametrize(("text", "refusal"), [("a" * (MAX_LENGTH + 1), TooLong), (" \u200b\x07 ", Empty), ("", Empty)])
def test_too_much_and_nothing_are_refused(desk: Desk, text: str, refusal: type[Exception]) -> None:
    request_id = desk.taken()
    with desk.acting() as session, pytest.raises(refusal):
        advising.say(session, desk.ninon, request_id, text, key="a")
    assert len(desk.said()) == 1


def test_as_much_as_may_be_said_is_said(desk: Desk) -> None:
    request_id = desk.taken()
    with desk.acting() as session:
        advising.say(session, desk.ninon, request_id, "a" * MAX_LENGTH, key="a")
    assert len(desk.said()) == 2


def test_nothing_is_said_once_the_floor_was_handed_back_or_the_request_closed(desk: Desk) -> None:
    for end in (advising.hand_back, close):
        request_id = desk.taken(end.__name__)
        with desk.acting() as session:
            end(session, desk.ninon, request_id)
        with desk.acting() as session, pytest.raises(NotYours):
            say(session, desk.ninon, request_id)


def test_an_adviser_is_told_that_the_conversation_was_erased(desk: Desk) -> None:
    request_id = desk.taken()
    desk.erase()
    with desk.acting() as session, pytest.raises(ConversationGone):
        say(session, desk.ninon, request_id)


def test_a_message_is_not_answered_in_the_chat_alone_nor_a_live_request_by_email(desk: Desk) -> None:
    message, live = desk.taken_message("letter"), desk.taken("talk")
    with desk.acting() as session, pytest.raises(NotYours):
        say(session, desk.ninon, message)
    with desk.acting() as session, pytest.raises(NotYours):
        answer(session, desk.ninon, live)


# Answering a message


def test_a_message_is_answered_at_the_address_that_was_left_and_in_the_chat(desk: Desk) -> None:
    request_id = desk.taken_message()
    with desk.acting() as session:
        text = "Bonjour,\n\nVotre déclaration est bien arrivée.\nhttps://caf.fr/partenaires le confirme."
        advising.answer_by_email(session, desk.ninon, request_id, text, key="a")
    (email,) = posted(desk)
    assert email.recipient == (WRITTEN_EMAIL,)
    assert "vous avez laissé un message à un conseiller" in email.content.paragraphs[0]
    assert email.content.quotations == (
        Quotation(
            "Réponse du conseiller :",
            "Votre déclaration est bien arrivée.\ncaf.fr/partenaires le confirme.",  # the letter says « Bonjour »
        ),
        Quotation("Votre message :", "Rappelez-moi au [numéro de téléphone masqué]."),
    )
    assert "://" not in str(email)
    (said,) = desk.said()
    assert said[1:] == ("adviser", "Bonjour,\n\nVotre déclaration est bien arrivée.\ncaf.fr/partenaires le confirme.")
    assert desk.floor() == Floor.BOT


def test_an_answer_sent_twice_leaves_once(desk: Desk) -> None:
    request_id = desk.taken_message()
    for _ in range(2):
        with desk.acting() as session:
            answer(session, desk.ninon, request_id)
    assert (len(posted(desk)), len(desk.said())) == (1, 1)


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        ("Bonjour Madame,\nC'est fait.", "Bonjour Madame,\nC'est fait."),
        ("bonjour !\n\nC'est fait.", "C'est fait."),
        ("Bonjour, c'est fait.", "Bonjour, c'est fait."),
        ("Bonjour", "Bonjour"),
        ("Voir hthttps://tps://caf.fr et http:/https:///caf.fr", "Voir caf.fr et caf.fr"),
    ],
)
def test_what_the_adviser_writes_is_quoted_as_they_wrote_it(desk: Desk, said: str, quoted: str) -> None:
    request_id = desk.taken_message()
    with desk.acting() as session:
        advising.answer_by_email(session, desk.ninon, request_id, said, key="a")
    assert posted(desk)[0].content.quotations[0].text == quoted


def test_no_address_that_a_landlord_wrote_leaves_as_a_link(desk: Desk) -> None:
    request_id = desk.taken_message()
    desk.change(request_id, message="Voyez https://exemple.test/piege")
    with desk.acting() as session:
        answer(session, desk.ninon, request_id)
    assert posted(desk)[0].content.quotations[1].text == "Voyez exemple.test/piege"


def test_a_request_without_a_message_is_answered_without_quoting_one(desk: Desk) -> None:
    request_id = desk.taken_message()
    desk.change(request_id, message=None)
    with desk.acting() as session:
        answer(session, desk.ninon, request_id)
    (email,) = posted(desk)
    assert [quotation.heading for quotation in email.content.quotations] == ["Réponse du conseiller :"]
    assert "message" not in email.content.subject + email.content.paragraphs[0]


def test_nothing_but_the_beginning_of_an_address_is_no_answer(desk: Desk) -> None:
    request_id = desk.taken_message()
    with desk.acting() as session, pytest.raises(Empty):
        advising.answer_by_email(session, desk.ninon, request_id, "https://", key="a")


def test_another_answer_is_sent_only_by_who_knows_of_the_first(desk: Desk) -> None:
    request_id = desk.taken_message()
    with desk.acting() as session:
        answer(session, desk.ninon, request_id)
        advising.hand_back(session, desk.ninon, request_id)
        advising.take(session, desk.octave, request_id)
    with desk.acting() as session, pytest.raises(AlreadyAnswered):
        advising.answer_by_email(session, desk.octave, request_id, "Voici la réponse.", key="other")
    assert len(posted(desk)) == 1
    with desk.acting() as session:
        advising.answer_by_email(session, desk.octave, request_id, "Une précision.", key="other", again=True)
    assert len(posted(desk)) == 2


def test_a_message_is_answered_by_email_when_the_conversation_is_gone(desk: Desk) -> None:
    request_id = desk.taken_message()
    desk.erase()
    with desk.acting() as session:
        answer(session, desk.ninon, request_id)
    assert len(posted(desk)) == 1


def test_what_left_no_address_can_only_be_closed(desk: Desk) -> None:
    request_id = desk.taken_message(email=None)
    with desk.acting() as session, pytest.raises(NoAddress):
        answer(session, desk.ninon, request_id)
    with desk.acting() as session:
        close(session, desk.ninon, request_id)
    assert desk.request(request_id).state is RequestState.CLOSED
