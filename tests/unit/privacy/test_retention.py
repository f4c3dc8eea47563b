"""How long things are kept, what the purge deletes of declarations, and how it is said."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from offre_bailleurs import batches, retention
from offre_bailleurs.audit import record
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.models import AuditEvent, Campaign, Declaration, DeclarationState
from offre_bailleurs.notice import duration_in_words, durations
from offre_bailleurs.old_declarations import purge_declarations
from offre_bailleurs.settings import read_settings
from tests.unit.conftest import World


def years_left(world: World) -> list[int]:
    """Of the declarations that are there."""
    with reading(on=world.engine) as session:
        return list(session.scalars(select(Campaign.year).join(Declaration).order_by(Campaign.year)))


def purge(world: World, before: int) -> int:
    """All of it; how many."""
    purged = 0
    while True:
        with transaction(on=world.engine) as session:
            some = purge_declarations(session, before)
        if not some:
            return purged
        purged += some


@pytest.fixture
def drafts(world: World) -> World:
    """Beside last year's transmitted declaration: this year's drafts, of two tenants."""
    with transaction(on=world.engine) as session:
        campaign = session.scalars(select(Campaign).where(Campaign.year == 2026)).one()
        for tenancy in (world.camille, world.newcomer):
            session.add(
                Declaration(
                    tenancy_id=tenancy,
                    campaign_id=campaign.id,
                    state=DeclarationState.IN_PROGRESS,
                    updated_by_id=world.landlord,
                )
            )
    return world


def test_declarations_older_than_their_time_are_deleted_and_the_journal_stays(drafts: World) -> None:
    with transaction(on=drafts.engine) as session:
        old = session.scalars(select(Declaration).where(Declaration.reference.is_not(None))).one()
        record(session, drafts.landlord, "declaration.transmitted", old, reference=old.reference)
    assert purge(drafts, 2025) == 0
    assert purge(drafts, 2026) == 1
    assert years_left(drafts) == [2026, 2026]
    assert purge(drafts, 2026) == 0
    with reading(on=drafts.engine) as session:
        assert session.scalars(select(AuditEvent)).one().detail == {"reference": "OB-2025-000001"}


def test_much_is_deleted_a_little_at_a_time(drafts: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH", 1)
    with transaction(on=drafts.engine) as session:
        assert purge_declarations(session, 2027, only_count=True) == 3
        assert purge_declarations(session, 2027) == 1
    assert purge(drafts, 2027) == 2
    with reading(on=drafts.engine) as session:
        assert session.scalar(select(func.count()).select_from(Declaration)) == 0


@pytest.mark.parametrize(("day", "kept_from"), [(date(2026, 1, 1), 2021), (date(2026, 12, 31), 2021)])
def test_years_are_counted_whole(monkeypatch: pytest.MonkeyPatch, day: date, kept_from: int) -> None:
    monkeypatch.setattr(retention, "today", lambda: day)
    assert retention.limits(read_settings({"DECLARATION_RETENTION_YEARS": "5"})).campaigns == kept_from
    assert retention.limits(read_settings({})).campaigns is None


def test_last_years_rent_is_never_deleted_before_it_was_compared_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "today", lambda: date(2026, 7, 1))
    limit = retention.limits(read_settings({"DECLARATION_RETENTION_YEARS": "1"})).campaigns
    assert limit == 2025  # 2025's is kept for the campaign of 2026


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1\xa0seconde"),
        (90, "90\xa0secondes"),
        (5400, "90\xa0minutes"),
        (3600, "1\xa0heure"),
        (86_400, "24\xa0heures"),
        (172_800, "48\xa0heures"),
        (259_200, "3\xa0jours"),
    ],
)
def test_a_duration_is_said_in_the_unit_that_fits(seconds: int, words: str) -> None:
    assert duration_in_words(seconds) == words


def test_what_is_said_follows_the_settings() -> None:
    usual = durations(read_settings({}))
    assert (usual.lifetime, usual.kept) == ("24\xa0heures", "gardée 30\xa0jours, puis effacée")
    at_once = durations(read_settings({"CONVERSATION_RETENTION_DAYS": "0", "DECLARATION_RETENTION_YEARS": "1"}))
    assert at_once.kept == "effacée"
    assert "première année civile" in at_once.declarations_kept
