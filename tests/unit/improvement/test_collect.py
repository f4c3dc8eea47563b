"""Sentences that were not understood find those that say about the same."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from offre_bailleurs.database import reading, transaction
from offre_bailleurs.improvement.collect import Unanswered, collect, key_of
from offre_bailleurs.improvement.likeness import THRESHOLD, Neighbours, words_of
from offre_bailleurs.improvement.tables import KEY_LENGTH, SentenceGroup, UnansweredSentence
from offre_bailleurs.models import Profile
from tests.unit.improvement.conftest import DAY, Heap

CHIMNEY = ["qui paie le ramonage de la cheminée", "le ramonage de la cheminée, qui paie ?", "ramonage cheminé qui paie"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("qui paie le ramonage de la cheminée", "Bonjour, le ramonage des cheminées, qui le paie svp ?"),
        ("combien coûte un ramonage", "combien coute un rammonage"),
        ("le loyer de [nom] au prix du marché", "le loyer de Mme [nom] au prix du marché"),
        ("peut-on tailler la haie", "peut-on tailler les haies"),
    ],
)
def test_sentences_that_say_the_same_are_of_one_group(heap: Heap, first: str, second: str) -> None:
    heap.say(first, second)
    assert heap.groups() == [[first, second]]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("qui paie le ramonage", "qui paie la taxe foncière"),
        ("tailler la haie du jardin", "tailler la pierre de la maison"),
        ("bonjour", "merci"),
        ("[nom]", "[adresse]"),
    ],
)
def test_sentences_that_say_something_else_are_not(heap: Heap, first: str, second: str) -> None:
    heap.say(first, second)
    assert heap.groups() == [[first], [second]]


def test_a_sentence_told_again_is_not_counted_again(heap: Heap) -> None:
    said = [Unanswered(f"a/{place}/0", DAY, text, Profile.LANDLORD) for place, text in enumerate(CHIMNEY)]
    for sentences in (said, said[:2], [*said, *said]):
        with transaction(on=heap.engine) as session:
            collect(session, sentences)
    assert heap.groups() == [CHIMNEY]


def test_groups_do_not_hang_on_how_sentences_are_delivered(heap: Heap) -> None:
    words = ["haie", "mur", "toit", "cave", "porte", "clé", "lampe", "tapis", "volet", "évier"]
    texts = [" ".join(random.Random(place).sample(words, 3)) for place in range(60)]  # noqa: S311 - no secret
    heap.say(*texts)
    at_once = heap.groups()
    with transaction(on=heap.engine) as session:
        for table in (UnansweredSentence, SentenceGroup):
            for row in session.scalars(select(table)).all():
                session.delete(row)
            session.flush()
    for text in texts:
        heap.say(text)
    assert sorted(map(sorted, heap.groups())) == sorted(map(sorted, at_once))


def test_a_group_knows_its_days_in_france(heap: Heap) -> None:
    late = datetime(2026, 7, 9, 22, 30, tzinfo=UTC)  # the 10th, in Paris
    heap.say(CHIMNEY[0], at=DAY)
    heap.say(CHIMNEY[1], at=late)
    heap.say(CHIMNEY[2], at=DAY - timedelta(days=2))
    with reading(on=heap.engine) as session:
        [group] = session.scalars(select(SentenceGroup))
        assert (group.first_on, group.last_on, group.size) == (date(2026, 7, 4), date(2026, 7, 10), 3)


def test_nothing_and_blank_sentences_make_no_group(heap: Heap) -> None:
    heap.say()
    heap.say("", "   ")
    assert heap.groups() == []


def test_a_sentence_of_signs_alone_has_its_group(heap: Heap) -> None:
    heap.say("???", "!!", "مرحبا")
    assert sum(map(len, heap.groups())) == 3


@given(st.text(max_size=400))
def test_any_sentence_has_a_key_that_fits(text: str) -> None:
    assert len(key_of(text)) <= KEY_LENGTH
    assert key_of(text.upper().lower()) == key_of(text.upper().lower().upper().lower())


def test_words_that_any_sentence_has_do_not_count() -> None:
    assert words_of("Bonjour, est-ce que je peux déclarer mes loyers svp ?") == ["declarer", "loyer"]
    assert words_of("oui merci") == ["merci", "oui"]


def test_of_groups_equally_like_it_a_sentence_joins_the_oldest() -> None:
    neighbours = Neighbours([(7, "a b c"), (3, "a b d")])
    assert neighbours.nearest("a b") == 7
    assert neighbours.nearest("x") is None
    assert 50 < THRESHOLD < 100
