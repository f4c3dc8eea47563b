"""A small database, an adviser, and the words to have the assistant not understand something."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from offre_bailleurs.access import Adviser
from offre_bailleurs.database import Base, make_engine, reading, transaction
from offre_bailleurs.improvement.collect import Unanswered, collect
from offre_bailleurs.improvement.tables import SentenceGroup, UnansweredSentence
from offre_bailleurs.models import PortalUser, UserState

DAY = datetime(2026, 7, 6, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Heap:
    """What was not understood, on a database of its own."""

    engine: Engine
    adviser: Adviser

    def say(self, *texts: str, at: datetime = DAY, first: str = "said") -> None:
        """These sentences were not understood, each once more."""
        with transaction(on=self.engine) as session:
            kept = len(session.scalars(select(UnansweredSentence.event_id)).all())
            new = [Unanswered(f"{first}/{kept + place}/0", at, text, None) for place, text in enumerate(texts)]
            collect(session, new)

    def groups(self) -> list[list[str]]:
        """The sentences of each group, the oldest group first."""
        with reading(on=self.engine) as session:
            rows = session.execute(
                select(UnansweredSentence.group_id, UnansweredSentence.text).order_by(
                    UnansweredSentence.group_id, UnansweredSentence.event_id
                )
            ).all()
            sizes = dict(list(session.execute(select(SentenceGroup.id, SentenceGroup.size))))
        found: dict[int, list[str]] = {}
        for group_id, text in rows:
            found.setdefault(group_id, []).append(text)
        assert sizes == {group_id: len(texts) for group_id, texts in found.items()}
        return list(found.values())

    def ids(self) -> list[int]:
        """The groups' numbers, the oldest first."""
        with reading(on=self.engine) as session:
            return list(session.scalars(select(SentenceGroup.id).order_by(SentenceGroup.id)))


@pytest.fixture
def heap(tmp_path: Path) -> Iterator[Heap]:
    engine = make_engine(f"sqlite:///{tmp_path / 'heap.db'}")
    Base.metadata.create_all(engine)
    with transaction(on=engine) as session:
        user = PortalUser(
            login="conseil-1",
            first_name="Alice",
            last_name="Accueil",
            is_adviser=True,
            state=UserState.ACTIVE,
            password_hash="-",
        )
        session.add(user)
        session.flush()
        adviser = Adviser(user.id, user.full_name)
    yield Heap(engine, adviser)
    engine.dispose()
