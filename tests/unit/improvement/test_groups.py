"""What an adviser does with groups, whoever else does so at the time."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from offre_bailleurs.access import Adviser
from offre_bailleurs.database import now, reading, transaction
from offre_bailleurs.improvement.groups import (
    Changed,
    Gone,
    NotAllowed,
    Which,
    assign,
    assignable_topics,
    count_of,
    move,
    said_in,
    undo,
)
from offre_bailleurs.improvement.tables import Assigned, SentenceGroup
from offre_bailleurs.models import PortalUser, UserState
from tests.unit.improvement.conftest import Heap

CHIMNEY = ["qui paie le ramonage de la cheminée", "ramonage de la cheminée : qui paie"]
GARDEN = ["tailler la haie du jardin", "tailler les haies du jardin", "tailler la haie du grand jardin"]


def test_every_topic_with_an_answer_can_be_assigned_by_its_title() -> None:
    topics = assignable_topics()
    assert topics["deadline"] == "La date limite pour déclarer"
    assert "check_user_number" in topics
    assert not {"declare_rent", "off_topic", "greet"} & set(topics)
    assert list(topics.values()) == sorted(topics.values(), key=str.casefold)


def test_assigning_and_undoing(heap: Heap) -> None:
    heap.say(*CHIMNEY, *GARDEN)
    first, _ = heap.ids()
    with transaction(on=heap.engine) as session:
        assign(session, heap.adviser, first, Assigned.TOPIC, "deadline", seen=None)
        assert (count_of(session, Which.OPEN), count_of(session, Which.ASSIGNED)) == ((1, 3), (1, 2))
        seen = session.get_one(SentenceGroup, first).assigned_at
    with transaction(on=heap.engine) as session:
        undo(session, heap.adviser, first, seen=seen)
        assert count_of(session, Which.ASSIGNED) == (0, 0)


@pytest.mark.parametrize(
    ("assigned", "topic"),
    [(Assigned.TOPIC, None), (Assigned.TOPIC, "greet"), (Assigned.OFF_TOPIC, "deadline"), (Assigned.TOPIC, "nothing")],
)
def test_what_cannot_be_said_of_a_group_is_not(heap: Heap, assigned: Assigned, topic: str | None) -> None:
    heap.say(*CHIMNEY)
    with pytest.raises(ValueError), transaction(on=heap.engine) as session:
        assign(session, heap.adviser, heap.ids()[0], assigned, topic, seen=None)


def test_what_changed_meanwhile_and_what_is_gone_is_told(heap: Heap) -> None:
    heap.say(*CHIMNEY)
    [group_id] = heap.ids()
    with transaction(on=heap.engine) as session:
        assign(session, heap.adviser, group_id, Assigned.OFF_TOPIC, None, seen=None)
        for seen in (None, now()):
            with pytest.raises(Changed):
                undo(session, heap.adviser, group_id, seen=seen)
            with pytest.raises(Changed):
                assign(session, heap.adviser, group_id, Assigned.NEW_TOPIC, None, seen=seen)
        with pytest.raises(Gone):
            undo(session, heap.adviser, group_id + 1, seen=None)
        with pytest.raises(Gone):
            move(session, heap.adviser, group_id, "no such key", None)
        with pytest.raises(Gone):
            move(session, heap.adviser, group_id, "cheminee paie ramonage", group_id + 1)


def test_who_is_no_adviser_any_more_does_nothing(heap: Heap) -> None:
    heap.say(*CHIMNEY)
    [group_id] = heap.ids()
    with transaction(on=heap.engine) as session:
        session.get_one(PortalUser, heap.adviser.user_id).state = UserState.CLOSED
    for who in (heap.adviser, Adviser(999, "Personne")):
        with transaction(on=heap.engine) as session:
            with pytest.raises(NotAllowed):
                assign(session, who, group_id, Assigned.OFF_TOPIC, None, seen=None)
            with pytest.raises(NotAllowed):
                move(session, who, group_id, "cheminee paie ramonage", None)


def test_a_group_whose_first_sentence_is_moved_away_is_known_by_another(heap: Heap) -> None:
    heap.say(*GARDEN)
    [group_id] = heap.ids()
    with transaction(on=heap.engine) as session:
        key = said_in(session, [group_id])[group_id][0].key
        own = move(session, heap.adviser, group_id, key, None)
    assert sorted(map(len, heap.groups())) == [1, 2]
    with reading(on=heap.engine) as session:
        left = session.get_one(SentenceGroup, group_id)
        assert (left.representative, left.size) == (GARDEN[2], 1)
        assert session.get_one(SentenceGroup, own).size == 2
    heap.say(GARDEN[0])
    with reading(on=heap.engine) as session:
        assert session.get_one(SentenceGroup, own).size == 3


def test_a_group_left_empty_disappears_and_the_other_is_to_be_exported_again(heap: Heap) -> None:
    heap.say(*CHIMNEY, GARDEN[0])
    chimney, garden = heap.ids()
    with transaction(on=heap.engine) as session:
        session.get_one(SentenceGroup, chimney).exported_at = now()
    with transaction(on=heap.engine) as session:
        key = said_in(session, [garden])[garden][0].key
        assert move(session, heap.adviser, garden, key, chimney) == chimney
    assert heap.groups() == [[*CHIMNEY, GARDEN[0]]]
    with reading(on=heap.engine) as session:
        assert session.scalars(select(SentenceGroup.exported_at)).all() == [None]
