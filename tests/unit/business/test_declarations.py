"""A draft, question by question."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from offre_bailleurs import declarations as business
from offre_bailleurs.access import visible_tenancy
from offre_bailleurs.campaigns import current_campaign
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.declarations import Question, Refusal, Refused, is_unusual, next_question
from offre_bailleurs.models import Campaign, Declaration, Situation
from tests.unit.conftest import TODAY, World


@contextmanager
def _draft(world: World, tenancy_id: int | None = None) -> Iterator[tuple[Session, Declaration]]:
    with transaction(on=world.engine) as session:
        ada = world.viewer(session, world.landlord)
        tenancy = visible_tenancy(session, ada, tenancy_id or world.camille)
        campaign = current_campaign(session, TODAY).campaign
        assert tenancy
        assert campaign
        yield session, business.open_draft(session, ada, tenancy, campaign)


def test_a_new_declaration_asks_for_the_situation_then_for_the_rent(world: World) -> None:
    with _draft(world) as (_, draft):
        assert next_question(draft, 64_000) is Question.SITUATION
        business.set_situation(draft, Situation.STILL_TENANT)
        assert next_question(draft, 64_000) is Question.JULY_RENT
        business.set_july_rent(draft, 65_000)
        assert next_question(draft, 64_000) is None


@pytest.mark.parametrize(
    ("situation", "questions"),
    [
        (Situation.LEFT, [Question.SITUATION_ON]),
        (Situation.MANAGEMENT_ENDED, [Question.SITUATION_ON]),
        (Situation.UNPAID_RENT, [Question.UNPAID_AMOUNT, Question.UNPAID_SINCE]),
        (Situation.CO_TENANTS, [Question.CO_TENANT_COUNT]),
    ],
)
def test_each_situation_asks_for_its_details_before_the_rent(
    world: World, situation: Situation, questions: list[Question]
) -> None:
    give = {
        Question.SITUATION_ON: lambda d: business.set_situation_on(d, date(2026, 7, 20), today=TODAY),
        Question.UNPAID_AMOUNT: lambda d: business.set_unpaid_amount(d, 90_000),
        Question.UNPAID_SINCE: lambda d: business.set_unpaid_since(d, date(2026, 3, 1), today=TODAY),
        Question.CO_TENANT_COUNT: lambda d: business.set_co_tenant_count(d, 3),
    }
    with _draft(world) as (_, draft):
        business.set_situation(draft, situation)
        for question in questions:
            assert next_question(draft, 64_000) is question
            give[question](draft)
        assert next_question(draft, 64_000) is Question.JULY_RENT


def test_a_tenant_who_left_before_july_owes_no_july_rent(world: World) -> None:
    with _draft(world) as (_, draft):
        business.set_july_rent(draft, 65_000)
        business.set_situation(draft, Situation.LEFT)
        business.set_situation_on(draft, date(2026, 6, 30), today=TODAY)
        assert not business.rent_is_due(draft)
        assert draft.july_rent_cents is None
        assert next_question(draft, 64_000) is None


def test_a_tenant_who_left_on_the_first_of_july_owes_it(world: World) -> None:
    with _draft(world) as (_, draft):
        business.set_situation(draft, Situation.LEFT)
        business.set_situation_on(draft, date(2026, 7, 1), today=TODAY)
        assert next_question(draft, 64_000) is Question.JULY_RENT


@pytest.mark.parametrize(
    ("day", "reason"),
    [(TODAY + timedelta(days=1), Refusal.IN_FUTURE), (date(2021, 8, 31), Refusal.BEFORE_TENANCY)],
)
def test_a_departure_in_the_future_or_before_the_tenancy_is_refused(world: World, day: date, reason: Refusal) -> None:
    with _draft(world) as (_, draft):
        business.set_situation(draft, Situation.LEFT)
        with pytest.raises(Refused) as refused:
            business.set_situation_on(draft, day, today=TODAY)
        assert refused.value.reason is reason
        assert draft.situation_on is None


def test_a_change_of_situation_forgets_the_details_of_the_former_one(world: World) -> None:
    with _draft(world) as (_, draft):
        business.set_situation(draft, Situation.UNPAID_RENT)
        business.set_unpaid_amount(draft, 90_000)
        business.set_situation(draft, Situation.STILL_TENANT)
        assert draft.unpaid_cents is None


def test_a_rent_up_to_20_000_euros_is_accepted_and_no_cent_more(world: World) -> None:
    with _draft(world) as (_, draft):
        business.set_july_rent(draft, 2_000_000)
        for cents, reason in ((2_000_001, Refusal.TOO_LARGE), (-1, Refusal.NEGATIVE)):
            with pytest.raises(Refused) as refused:
                business.set_july_rent(draft, cents)
            assert refused.value.reason is reason
        assert draft.july_rent_cents == 2_000_000


@pytest.mark.parametrize(
    ("cents", "last_year", "unusual"),
    [
        (0, None, True),
        (0, 0, True),
        (65_000, None, False),
        (65_000, 0, False),
        (83_200, 64_000, False),
        (83_201, 64_000, True),
        (44_800, 64_000, False),
        (44_799, 64_000, True),
    ],
)
def test_zero_or_more_than_30_percent_from_last_year_is_unusual(
    cents: int, last_year: int | None, unusual: bool
) -> None:
    assert is_unusual(cents, last_year) is unusual


def test_an_unusual_rent_is_asked_to_be_confirmed_and_a_new_amount_is_asked_again(world: World) -> None:
    with _draft(world) as (_, draft):
        business.set_situation(draft, Situation.STILL_TENANT)
        business.set_july_rent(draft, 0)
        assert next_question(draft, 64_000) is Question.UNUSUAL_RENT
        business.confirm_unusual_rent(draft)
        assert next_question(draft, 64_000) is None
        business.set_july_rent(draft, 100_000)
        assert next_question(draft, 64_000) is Question.UNUSUAL_RENT


def test_a_discarded_draft_is_gone_and_a_transmitted_declaration_stays(world: World) -> None:
    with _draft(world) as (session, draft):
        business.set_situation(draft, Situation.STILL_TENANT)
        session.flush()
        ada = world.viewer(session, world.landlord)
        business.discard_draft(session, ada, world.camille, draft.campaign)
        assert business.find_declaration(session, world.camille, draft.campaign) is None
        last_year = session.query(Campaign).filter_by(year=2025).one()
        business.discard_draft(session, ada, world.camille, last_year)
        assert business.find_declaration(session, world.camille, last_year) is not None


def test_somebody_else_cannot_discard_a_draft(world: World) -> None:
    with _draft(world) as (session, draft):
        session.flush()
        business.discard_draft(session, world.viewer(session, world.other_landlord), world.camille, draft.campaign)
        assert business.find_declaration(session, world.camille, draft.campaign) is draft


def test_last_year_s_rent_is_the_one_that_was_transmitted(world: World) -> None:
    with reading(on=world.engine) as session:
        campaign = current_campaign(session, TODAY).campaign
        assert campaign is not None
        assert business.last_year_rent(session, world.camille, campaign) == 64_000
        assert business.last_year_rent(session, world.newcomer, campaign) is None


def test_a_tenancy_that_ended_before_july_is_not_asked_for(world: World) -> None:
    with transaction(on=world.engine) as session:
        ada = world.viewer(session, world.landlord)
        campaign = current_campaign(session, TODAY).campaign
        tenancy = visible_tenancy(session, ada, world.newcomer)
        assert campaign
        assert tenancy
        tenancy.ended_on = date(2026, 6, 30)
        session.flush()
        assert [t.id for t, _ in business.declarable(session, ada, campaign)] == [world.camille]
        assert business.remaining_count(session, ada, campaign) == 1
        tenancy.ended_on, tenancy.started_on = None, date(2026, 8, 1)
        session.flush()
        assert business.remaining_count(session, ada, campaign) == 1


def test_drafts_are_offered_to_the_person_who_left_them(world: World) -> None:
    with _draft(world) as (session, draft):
        session.flush()
        assert business.drafts_of(session, world.viewer(session, world.landlord), draft.campaign) == [draft]
        assert business.drafts_of(session, world.viewer(session, world.other_landlord), draft.campaign) == []


@pytest.mark.parametrize(
    ("day", "year", "is_open"),
    [
        (date(2025, 6, 30), None, False),
        (date(2025, 12, 31), 2025, True),
        (date(2026, 1, 1), 2025, False),
        (date(2026, 7, 1), 2026, True),
        (date(2027, 3, 1), 2026, True),
    ],
)
def test_a_campaign_is_open_from_its_first_day_to_its_last(
    world: World, day: date, year: int | None, is_open: bool
) -> None:
    with reading(on=world.engine) as session:
        status = current_campaign(session, day)
        assert (status.campaign.year if status.campaign else None, status.is_open) == (year, is_open)


@given(st.integers(0, 2_000_000), st.integers(1, 2_000_000))
def test_unusual_is_symmetrical_around_last_year(cents: int, last_year: int) -> None:
    mirrored = 2 * last_year - cents
    if cents > 0 and mirrored > 0:
        assert is_unusual(cents, last_year) is is_unusual(mirrored, last_year)
