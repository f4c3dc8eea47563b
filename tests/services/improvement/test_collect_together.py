"""Two workers that take in what was not understood, at the same time, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

from sqlalchemy import Engine, func, select

from offre_bailleurs.database import make_engine, reading, transaction
from offre_bailleurs.improvement.collect import Unanswered, collect
from offre_bailleurs.improvement.tables import SentenceGroup, UnansweredSentence

DAY = datetime(2026, 7, 6, 9, tzinfo=UTC)
SUBJECTS = [
    "ramonage de la cheminée",
    "taille de la haie",
    "prix du chauffage",
    "couleur des volets",
    "bruit du voisin",
]
SAID = [
    Unanswered(f"c{number % 7}/{number}/0", DAY + timedelta(minutes=number), f"{SUBJECTS[number % 5]} {ending}", None)
    for number, ending in enumerate(["qui paie", "c'est à qui ?", "combien ça coûte", "svp"] * 25)
]


def _collect(engine: Engine, batches: list[list[Unanswered]], together: Barrier) -> None:
    for batch in batches:
        together.wait(30)
        with transaction(on=engine) as session:
            collect(session, batch)


def test_the_same_events_delivered_to_two_workers_are_kept_once(url: str) -> None:
    engine = make_engine(url)
    batches = [SAID[start : start + 10] for start in range(0, len(SAID), 10)]
    together = Barrier(2)
    with ThreadPoolExecutor(2) as workers:
        for done in [workers.submit(_collect, engine, batches, together) for _ in range(2)]:
            done.result(60)
    _assert_whole(engine)
    engine.dispose()


def test_two_workers_make_no_group_twice(url: str) -> None:
    engine = make_engine(url)
    halves = [[SAID[start : start + 5] for start in range(first, len(SAID), 10)] for first in (0, 5)]
    together = Barrier(2)
    with ThreadPoolExecutor(2) as workers:
        for done in [workers.submit(_collect, engine, half, together) for half in halves]:
            done.result(60)
    _assert_whole(engine)
    with reading(on=engine) as session:
        keys = session.scalars(select(SentenceGroup.key)).all()
        assert len(keys) == len(set(keys))
        held = select(UnansweredSentence.key, UnansweredSentence.group_id).distinct()
        groups_of_keys = [key for key, _ in session.execute(held)]
        assert len(groups_of_keys) == len(set(groups_of_keys))
    engine.dispose()


def _assert_whole(engine: Engine) -> None:
    """Every sentence is kept once, and each group counts its own."""
    with reading(on=engine) as session:
        assert session.scalar(select(func.count()).select_from(UnansweredSentence)) == len(SAID)
        held = dict(
            list(
                session.execute(select(UnansweredSentence.group_id, func.count()).group_by(UnansweredSentence.group_id))
            )
        )
        assert dict(list(session.execute(select(SentenceGroup.id, SentenceGroup.size)))) == held
