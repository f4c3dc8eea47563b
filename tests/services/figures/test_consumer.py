"""Events come twice, late, in any order, cut into any batches: the figures are the same, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, insert, select, text, update

from offre_bailleurs.chat_tables import event_outbox
from offre_bailleurs.database import now, transaction
from offre_bailleurs.figures import consumer
from offre_bailleurs.figures.tables import FiguresConversation, FiguresEvent, FiguresJourney, FiguresTopic, Outcome
from tests.services.figures.ledger import count_outbox, deliver, figures, fill, lines, waiting
from tests.support.events import Body, Talk, said, slot, uttered

YESTERDAY = now() - timedelta(days=1)


def some_talks() -> list[Talk]:
    return [
        Talk("a", begins=YESTERDAY).asks("deadline").votes("deadline", "yes").declares(),
        Talk("b", begins=YESTERDAY).turn(said("say_profile"), slot("profile", "organisation")).declares().declares(),
        Talk("c", begins=YESTERDAY).begins("declare_rent", "tenant").answers("july_rent").asks("keep_recap"),
        Talk("d", begins=YESTERDAY).begins("create_user", "email").leaves("create_user", "cancel"),
        Talk("e", begins=YESTERDAY).is_not_understood().turn(said("ask_adviser"), uttered("utter_adviser_waiting")),
        Talk("f", begins=YESTERDAY),
    ]


def bodies_of(talks: list[Talk]) -> list[Body]:
    return [body for talk in talks for body in talk.events]


def empty(engine: Engine) -> None:
    with engine.begin() as connection:
        for table in (FiguresEvent, FiguresConversation, FiguresTopic, FiguresJourney):
            connection.execute(delete(table))
        connection.execute(delete(event_outbox))


def test_what_landlords_did_is_counted(engine: Engine) -> None:
    fill(engine, bodies_of(some_talks()))
    count_outbox(engine)
    assert waiting(engine) == 0
    with engine.connect() as connection:
        conversations = connection.execute(select(FiguresConversation.__table__)).all()
        assert len(conversations) == 6
        assert sum(row.spoke for row in conversations) == 5
        assert sum(row.declarations for row in conversations) == 3
        assert sum(row.handed_over for row in conversations) == 1
        journeys = connection.execute(select(FiguresJourney.outcome)).scalars().all()
        assert sorted(journeys) == sorted([Outcome.SUBMITTED] * 3 + [Outcome.UNDER_WAY, Outcome.CANCELLED])
        topics = connection.execute(select(FiguresTopic.topic, FiguresTopic.asked, FiguresTopic.helped)).all()
        assert sorted(map(tuple, topics), key=str) == [("deadline", 1, True), ("keep_recap", 1, None)]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_order_splits_and_duplicates_change_nothing(engine: Engine, data: st.DataObject) -> None:
    bodies = bodies_of(some_talks())
    empty(engine)
    deliver(engine, bodies)
    expected = figures(engine)
    empty(engine)
    delivered = bodies + data.draw(st.lists(st.sampled_from(bodies), max_size=40))
    data.draw(st.randoms(use_true_random=False)).shuffle(delivered)
    while delivered:
        size = data.draw(st.integers(1, 40))
        deliver(engine, delivered[:size])
        del delivered[:size]
    assert figures(engine) == expected


def test_counting_the_whole_log_again_gives_the_same(engine: Engine) -> None:
    deliver(engine, bodies_of(some_talks()))
    expected = figures(engine)
    with engine.begin() as connection:
        connection.execute(update(FiguresConversation).values(declarations=9, spoke=False))
        connection.execute(delete(FiguresJourney))
        connection.execute(update(FiguresTopic).values(helped=False))
    rebuilt = consumer.rebuild(engine, batch=4)
    assert rebuilt == (6, lines(engine))
    assert figures(engine) == expected


def test_what_follows_later_is_added(engine: Engine) -> None:
    talk = Talk().begins("declare_rent", "tenant")
    deliver(engine, talk.events)
    deliver(engine, talk.answers("july_rent").leaves("declare_rent", "validate", uttered("utter_transmitted")).events)
    (journey,) = figures(engine)["figures_journey"]
    assert Outcome.SUBMITTED in journey


def test_an_outbox_row_that_is_no_event_is_put_aside_without_a_word_of_it(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    with engine.begin() as connection:
        broken = {"event_id": "broken", "body": {"text": "Inès De La Fougère"}, "created_at": now()}
        connection.execute(insert(event_outbox), [broken])
    fill(engine, Talk().asks("deadline").events)
    count_outbox(engine)
    assert waiting(engine) == 0
    assert len(figures(engine)["figures_conversation"]) == 1
    assert "cannot be read" in caplog.text
    assert "Fougère" not in caplog.text


def test_a_sentence_that_no_database_would_take_holds_nothing_up(engine: Engine) -> None:
    deliver(engine, Talk().is_not_understood("mon\0 chien\ud800 a\nfaim").events)
    (conversation,) = figures(engine)["figures_conversation"]
    assert conversation
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM unanswered_sentence").scalar() == 1


def test_a_batch_that_fails_is_counted_whole_the_next_time(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(engine, Talk().asks("deadline").events)
    before = waiting(engine)

    def fails(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(consumer, "_count", fails)
        with pytest.raises(RuntimeError):
            consumer.consume_outbox(engine)
    assert (waiting(engine), lines(engine)) == (before, 0)
    count_outbox(engine)
    assert len(figures(engine)["figures_topic"]) == 1


def test_the_log_of_conversations_long_over_is_deleted_and_their_figures_stay(engine: Engine) -> None:
    long_ago = Talk("old", begins=now() - consumer.LOG_KEPT - timedelta(days=1)).asks("deadline").declares()
    recent = Talk("new", begins=YESTERDAY).asks("deadline")
    deliver(engine, long_ago.events + recent.events)
    expected = figures(engine)
    with transaction(on=engine) as session:
        assert consumer.purge_log(session) == 1
    assert lines(engine) == 3  # the recent one's: two messages, one answer
    deliver(engine, long_ago.events[:3])  # delivered again, very late
    consumer.rebuild(engine)
    with transaction(on=engine) as session:
        assert consumer.purge_log(session) == 0
    with engine.begin() as connection:
        connection.execute(update(FiguresConversation).values(final=False))
    assert figures(engine) == expected


def test_no_table_of_the_figures_holds_a_word_or_an_id_of_the_chat(engine: Engine) -> None:
    talk = Talk("the id of a conversation").is_not_understood("mon chien s'appelle Rex")
    deliver(engine, talk.events)
    with engine.connect() as connection:
        for table in ("figures_event", *figures(engine)):
            told = str(connection.execute(text(f"SELECT * FROM {table}")).all())  # noqa: S608 - our own names
            assert "Rex" not in told
            assert "the id of a conversation" not in told
