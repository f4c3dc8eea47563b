"""«Effacer mes données»: all of it goes in the transaction of the turn that says so, or nothing does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot import conversations
from bot.conversations import LostRace
from offre_bailleurs import erasure
from offre_bailleurs.access import viewer
from offre_bailleurs.chat_tables import Erasure, event_outbox
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.desk import tickets
from offre_bailleurs.desk.requests import FORGOTTEN, request_by_portal
from offre_bailleurs.improvement.tables import SentenceGroup
from offre_bailleurs.mail.messages import ADVISER_ANSWER
from offre_bailleurs.mail.outbox import Content, open_sealed, post_email_to
from offre_bailleurs.models import AuditEvent, OutboxMessage, OutboxState, Outcome, RequestState
from offre_bailleurs.settings import settings
from tests.services.figures.ledger import count_outbox, fill
from tests.services.privacy.conftest import SAID, Town


def test_a_conversation_that_is_erased_answers_once_and_leaves_nothing(town: Town) -> None:
    mine, other = town.opens(), town.opens()
    answer = town.erases(mine)
    assert [(message.seq, message.body["text"]) for message in answer] == [(5, "C'est fait.")]
    assert town.is_gone(mine)
    assert conversations.find(town.engine, mine) is None
    assert town.is_whole(other)


def test_the_same_message_sent_again_finds_no_conversation(town: Town) -> None:
    mine = town.opens()
    town.erases(mine)
    assert conversations.find_turn(town.engine, mine, "anything") == (None, None)
    with pytest.raises(LostRace):
        town.erases(mine)


def test_all_conversations_of_a_landlord_are_erased_and_nobody_elses(town: Town) -> None:
    mine = [town.opens(town.alice) for _ in range(3)]
    others = [town.opens(town.bob), town.opens()]
    town.erases(mine[0], Erasure.ALL, user_id=town.alice)
    assert all(map(town.is_gone, mine))
    assert all(map(town.is_whole, others))


def test_one_conversation_of_a_landlord_is_erased_alone(town: Town) -> None:
    mine, kept = town.opens(town.alice), town.opens(town.alice)
    town.erases(mine, Erasure.CONVERSATION, user_id=town.alice)
    assert town.is_gone(mine)
    assert town.is_whole(kept)


def test_all_of_a_visitor_whom_nobody_knows_is_the_one_conversation(town: Town) -> None:
    mine, others = town.opens(), [town.opens(), town.opens(town.bob)]
    town.erases(mine, Erasure.ALL)
    assert town.is_gone(mine)
    assert all(map(town.is_whole, others))


def test_a_turn_that_fails_erases_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = town.opens(town.alice)
    town.is_not_understood(mine, "zorglub")
    request = town.leaves_message(mine, town.alice)

    def fails(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(erasure, "_delete", fails)
        with pytest.raises(RuntimeError):
            town.erases(mine, Erasure.ALL, user_id=town.alice)
    assert town.is_whole(mine)
    assert town.texts() == ["zorglub"]
    assert town.request(request).message == SAID


def test_a_turn_that_another_one_overtook_erases_nothing(town: Town) -> None:
    mine = town.opens()
    with pytest.raises(LostRace):
        town.erases(mine, version=1)
    assert town.is_whole(mine)


def test_an_adviser_is_no_longer_awaited_and_knows_no_longer_by_whom(town: Town) -> None:
    mine = town.opens(town.alice)
    live = town.asks(mine, town.alice)
    town.erases(mine, user_id=town.alice)
    request = town.request(live)
    assert (request.state, request.outcome) == (RequestState.CLOSED, Outcome.WITHDRAWN)
    assert (request.conversation_id, request.portal_user_id, request.message, request.email) == (FORGOTTEN, *[None] * 3)
    assert mine not in request.request_key


def test_a_message_that_was_left_is_withdrawn_and_the_journal_names_nobody(town: Town) -> None:
    mine = town.opens()
    message = town.leaves_message(mine)
    other = town.leaves_message(town.opens())
    town.erases(mine)
    assert (town.request(message).message, town.request(message).email) == (None, None)
    assert town.request(other).message == SAID
    with reading(on=town.engine) as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "desk.closed")).one()
    assert (event.actor_id, event.subject, event.detail) == (
        None,
        f"support_request:{message}",
        {"outcome": "withdrawn"},
    )


def test_all_takes_the_message_of_a_conversation_that_is_gone_already_and_leaves_what_a_page_asked(town: Town) -> None:
    gone, mine = town.opens(town.alice), town.opens(town.alice)
    message, bobs = town.leaves_message(gone, town.alice), town.leaves_message(town.opens(town.bob), town.bob)
    conversations.forget(town.engine, gone)
    assert (
        town.request(message).message == SAID
    )  # a letter on its way: the button that erases the conversation keeps it
    with transaction(on=town.engine) as session:
        who = viewer(session, town.alice)
        assert who is not None
        page = request_by_portal(session, who, reason="replace_administrator", request_key="page").id
    town.erases(mine, Erasure.ALL, user_id=town.alice)
    assert town.request(message).message is None
    assert town.request(bobs).message == SAID
    assert town.request(page).portal_user_id == town.alice


def test_what_waits_to_be_sent_about_it_is_not(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tickets, "settings", lambda: replace(settings(), desk_email="conseil@caf.example"))
    sent, unsent = town.opens(), town.opens()
    told, untold = town.leaves_message(sent), town.leaves_message(unsent)
    with transaction(on=town.engine) as session:
        for message in session.scalars(select(OutboxMessage).where(OutboxMessage.key.contains(f"request-{told}-"))):
            message.state, message.sealed = OutboxState.SENT, None
        answer = Content("La réponse", (SAID,))
        post_email_to(session, "ines@bailleur.example", answer, purpose=ADVISER_ANSWER, key=f"desk.{untold}.abc")
    town.erases(sent)
    town.erases(unsent)
    with reading(on=town.engine) as session:
        about = {message.key: message for message in session.scalars(select(OutboxMessage))}
    closing = [message for key, message in about.items() if "-closed-" in key]
    assert [message.key.split("-")[2] for message in closing] == [str(told)]  # who never heard of it is not told
    assert "Inès" not in str(open_sealed(closing[0]))
    assert "ines@" not in str(open_sealed(closing[0]))
    left = [message for message in about.values() if message not in closing]
    assert {message.sealed for message in left} == {None}
    assert {message.state for message in left if f"{untold}" in message.key.split(".")[1:2]} == {OutboxState.CANCELLED}


def test_sentences_that_were_not_understood_are_forgotten_and_their_group_goes_on(town: Town) -> None:
    mine, other = town.opens(), town.opens()
    town.is_not_understood(mine, "zorglub de Mme Fougère")
    town.is_not_understood(other, "zorglub")
    town.erases(mine)
    assert town.texts() == ["zorglub"]
    with reading(on=town.engine) as session:
        group = session.scalars(select(SentenceGroup)).one()
        assert (group.representative, group.size) == ("zorglub", 1)
    conversations.forget(town.engine, other)
    assert town.texts() == []
    with reading(on=town.engine) as session:
        assert session.scalars(select(SentenceGroup)).all() == []


def test_a_sentence_on_its_way_to_be_counted_is_counted_without_its_words(town: Town) -> None:
    mine = town.opens()
    digest = erasure.figures_digest(mine, secret=settings().secret_key)
    said = {"event": "user", "timestamp": 1.0, "text": "zorglub", "sender_id": digest}
    said |= {"parse_data": {"intent": {"name": "nlu_fallback", "confidence": 0.2}, "entities": []}}
    fill(town.engine, [{**said, "event_id": f"{digest}/1/0"}])
    town.erases(mine)
    with town.engine.connect() as connection:
        assert "zorglub" not in str(connection.scalars(select(event_outbox.c.body)).one())
    count_outbox(town.engine)
    assert town.texts() == []


def test_two_who_erase_all_at_once_both_end_with_nothing_left(town: Town) -> None:
    for _ in range(5):
        mine = [town.opens(town.alice) for _ in range(4)]

        def erases(conversation_id: str) -> object:
            try:
                return town.erases(conversation_id, Erasure.ALL, user_id=town.alice)
            except LostRace as lost:  # the other one was first: this conversation is gone
                return lost

        with ThreadPoolExecutor(2) as pool:
            outcomes = list(pool.map(erases, mine[:2]))
        assert any(isinstance(outcome, list) for outcome in outcomes)
        assert all(map(town.is_gone, mine))
