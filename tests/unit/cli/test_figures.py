"""`bailleurs figures` and what `bailleurs purge` leaves of them, as an operator types them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from click.testing import Result
from sqlalchemy import func, select, update

from offre_bailleurs.database import now, reading, transaction
from offre_bailleurs.figures.consumer import LOG_KEPT, take
from offre_bailleurs.figures.reading import read
from offre_bailleurs.figures.tables import FiguresConversation, FiguresEvent
from tests.support.events import Talk

Bailleurs = Callable[..., Result]


@pytest.fixture(autouse=True)
def _migrated(bailleurs: Bailleurs) -> None:
    assert bailleurs("migrate").exit_code == 0


def declared(begins: datetime) -> None:
    talk = Talk(begins=begins).declares()
    with transaction() as session:
        take(session, [read(body) for body in talk.events])


def declarations() -> int | None:
    with reading() as session:
        return session.scalar(select(func.sum(FiguresConversation.declarations)))


def test_an_operator_counts_everything_anew(bailleurs: Bailleurs) -> None:
    declared(now())
    with transaction() as session:
        session.execute(update(FiguresConversation).values(declarations=7))
    result = bailleurs("figures", "--rebuild")
    assert result.exit_code == 0
    assert "Conversations recomptées : 1" in result.output
    assert declarations() == 1


def test_an_operator_sees_how_far_the_count_is(bailleurs: Bailleurs) -> None:
    declared(now())
    assert "conversations comptées : 1" in bailleurs("figures").output


def test_a_purge_keeps_the_figures_of_conversations_long_over(bailleurs: Bailleurs) -> None:
    declared(now() - LOG_KEPT - timedelta(days=1))
    assert "dont les événements sont effacés : 1" in bailleurs("purge").output
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(FiguresEvent)) == 0
    bailleurs("figures", "--rebuild")
    assert declarations() == 1
