"""«Valider»: one transaction, checked against the database, once."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from offre_bailleurs import declarations as business
from offre_bailleurs.access import viewer, visible_tenancy
from offre_bailleurs.campaigns import current_campaign
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.declarations import (
    AlreadyTransmitted,
    DeclarationClosed,
    NotTransmitted,
    NotTransmittedReason,
    Transmitted,
    fingerprint,
    transmit,
)
from offre_bailleurs.models import AuditEvent, Campaign, Declaration, DeclarationState, Situation, Tenancy, UserState
from offre_bailleurs.models import PortalUser as User
from tests.unit.conftest import TODAY, World


def _complete_draft(
    world: World, tenancy_id: int, user_id: int, *, situation: Situation = Situation.STILL_TENANT
) -> str:
    with transaction(on=world.engine) as session:
        who = world.viewer(session, user_id)
        tenancy = visible_tenancy(session, who, tenancy_id)
        campaign = current_campaign(session, TODAY).campaign
        assert tenancy
        assert campaign
        draft = business.open_draft(session, who, tenancy, campaign)
        business.set_situation(draft, situation)
        business.set_july_rent(draft, 65_000)
        session.flush()
        return fingerprint(draft)


def _transmit(
    world: World,
    tenancy_id: int,
    user_id: int,
    seen: str | None,
    *,
    key: str = "conversation/turn",
    today: date = TODAY,
) -> Transmitted | AlreadyTransmitted | NotTransmitted:
    with transaction(on=world.engine) as session:
        return transmit(session, viewer(session, user_id), tenancy_id, seen=seen, submission_key=key, today=today)


def _state(world: World, tenancy_id: int) -> DeclarationState | None:
    with reading(on=world.engine) as session:
        campaign = current_campaign(session, TODAY).campaign
        assert campaign is not None
        found = business.find_declaration(session, tenancy_id, campaign)
        return found.state if found else None


def _audited(session: Session) -> int:
    return session.scalar(select(func.count(AuditEvent.id))) or 0


def test_valider_transmits_once_with_a_reference_a_moment_and_an_audit_event(world: World) -> None:
    seen = _complete_draft(world, world.camille, world.landlord)
    result = _transmit(world, world.camille, world.landlord, seen)
    assert isinstance(result, Transmitted)
    assert result.first_time
    assert result.declaration.reference is not None
    assert result.declaration.reference.startswith("OB-2026-")
    assert result.declaration.submitted_at is not None
    with reading(on=world.engine) as session:
        event = session.scalars(select(AuditEvent)).one()
        assert (event.actor_id, event.action) == (world.landlord, "declaration.transmitted")
        assert "Durand" not in repr(event.detail)


def test_the_same_valider_run_again_is_told_the_same_and_does_nothing_twice(world: World) -> None:
    seen = _complete_draft(world, world.camille, world.landlord)
    first = _transmit(world, world.camille, world.landlord, seen)
    again = _transmit(world, world.camille, world.landlord, seen)
    assert isinstance(first, Transmitted)
    assert isinstance(again, Transmitted)
    assert not again.first_time
    assert again.declaration.submitted_at == first.declaration.submitted_at
    with reading(on=world.engine) as session:
        assert _audited(session) == 1


def test_a_colleague_who_validates_second_is_told_who_and_when(world: World) -> None:
    seen = _complete_draft(world, world.private_tenant, world.colleague)
    _transmit(world, world.private_tenant, world.colleague, seen, key="tab one")
    second = _transmit(world, world.private_tenant, world.limited_colleague, seen, key="tab two")
    assert isinstance(second, AlreadyTransmitted)
    assert second.declaration.submitted_by_id == world.colleague


def test_twenty_clicks_at_the_same_moment_give_one_declaration(world: World) -> None:
    seen = _complete_draft(world, world.private_tenant, world.colleague)
    results: list[object] = []

    def click(number: int) -> None:
        who = world.colleague if number % 2 else world.limited_colleague
        results.append(_transmit(world, world.private_tenant, who, seen, key=f"tab {number}"))

    threads = [threading.Thread(target=click, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(result, Transmitted) for result in results) == 1
    assert sum(isinstance(result, AlreadyTransmitted) for result in results) == 19
    with reading(on=world.engine) as session:
        assert _audited(session) == 1


@pytest.mark.parametrize("who", ["other_landlord", "colleague"])
def test_somebody_without_the_right_transmits_nothing(world: World, who: str) -> None:
    seen = _complete_draft(world, world.camille, world.landlord)
    result = _transmit(world, world.camille, getattr(world, who), seen)
    assert result == NotTransmitted(NotTransmittedReason.NOT_ALLOWED)
    assert _state(world, world.camille) is DeclarationState.IN_PROGRESS


def test_a_user_closed_since_the_summary_transmits_nothing(world: World) -> None:
    seen = _complete_draft(world, world.camille, world.landlord)
    with transaction(on=world.engine) as session:
        session.execute(update(User).where(User.id == world.landlord).values(state=UserState.CLOSED))
    assert _transmit(world, world.camille, world.landlord, seen) == NotTransmitted(NotTransmittedReason.NOT_ALLOWED)


def test_a_summary_that_is_no_longer_the_draft_transmits_nothing(world: World) -> None:
    seen = _complete_draft(world, world.camille, world.landlord)
    with transaction(on=world.engine) as session:
        session.execute(update(Declaration).where(Declaration.reference.is_(None)).values(july_rent_cents=66_000))
    assert _transmit(world, world.camille, world.landlord, seen) == NotTransmitted(NotTransmittedReason.CHANGED)
    assert _transmit(world, world.camille, world.landlord, None) == NotTransmitted(NotTransmittedReason.CHANGED)
    assert _state(world, world.camille) is DeclarationState.IN_PROGRESS


@pytest.mark.parametrize("situation", [Situation.LEFT, Situation.UNPAID_RENT, Situation.CO_TENANTS])
def test_an_incomplete_draft_transmits_nothing(world: World, situation: Situation) -> None:
    seen = _complete_draft(world, world.camille, world.landlord, situation=situation)
    result = _transmit(world, world.camille, world.landlord, seen)
    assert result == NotTransmitted(NotTransmittedReason.INCOMPLETE)


def test_nothing_begun_transmits_nothing(world: World) -> None:
    result = _transmit(world, world.camille, world.landlord, "seen")
    assert result == NotTransmitted(NotTransmittedReason.INCOMPLETE)


def test_a_campaign_closed_since_the_summary_transmits_nothing(world: World) -> None:
    seen = _complete_draft(world, world.camille, world.landlord)
    with transaction(on=world.engine) as session:
        session.execute(update(Campaign).where(Campaign.year == 2026).values(closes_on=date(2026, 9, 9)))
    result = _transmit(world, world.camille, world.landlord, seen)
    assert result == NotTransmitted(NotTransmittedReason.CAMPAIGN_CLOSED)


def test_a_transmitted_declaration_cannot_be_drafted_again(world: World) -> None:
    seen = _complete_draft(world, world.camille, world.landlord)
    _transmit(world, world.camille, world.landlord, seen)
    with pytest.raises(DeclarationClosed):
        _complete_draft(world, world.camille, world.landlord)


def test_what_the_caf_knows_follows_the_declaration(world: World) -> None:
    with transaction(on=world.engine) as session:
        ada = world.viewer(session, world.landlord)
        tenancy = visible_tenancy(session, ada, world.camille)
        campaign = current_campaign(session, TODAY).campaign
        assert tenancy
        assert campaign
        draft = business.open_draft(session, ada, tenancy, campaign)
        business.set_situation(draft, Situation.LEFT)
        business.set_situation_on(draft, date(2026, 6, 15), today=TODAY)
        session.flush()
        seen = fingerprint(draft)
    assert isinstance(_transmit(world, world.camille, world.landlord, seen), Transmitted)
    with reading(on=world.engine) as session:
        tenancy = session.get(Tenancy, world.camille)
        assert tenancy is not None
        assert tenancy.ended_on == date(2026, 6, 15)
        ada = world.viewer(session, world.landlord)
        campaign = current_campaign(session, TODAY).campaign
        assert campaign is not None
        assert world.camille in {t.id for t, _ in business.declarable(session, ada, campaign)}
