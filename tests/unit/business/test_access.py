"""Who sees what: the table of offre_bailleurs/access.py, row by row."""

from __future__ import annotations

from sqlalchemy import update

from offre_bailleurs.access import viewer, visible_tenancies, visible_tenancy
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.models import AuthorisationGroup, PortalUser, Tenancy, UserState, user_groups
from tests.unit.conftest import World


def _seen(world: World, user_id: int) -> set[int]:
    with reading(on=world.engine) as session:
        return {tenancy.id for tenancy in session.scalars(visible_tenancies(world.viewer(session, user_id)))}


def test_a_landlord_sees_every_tenancy_of_their_account_and_no_other(world: World) -> None:
    assert _seen(world, world.landlord) == {world.camille, world.newcomer}
    assert _seen(world, world.other_landlord) == set()


def test_an_organisation_s_user_sees_exactly_their_groups_tenancies(world: World) -> None:
    assert _seen(world, world.colleague) == {world.private_tenant, world.regulated_tenant}
    assert _seen(world, world.limited_colleague) == {world.private_tenant}


def test_a_user_without_any_group_sees_nothing(world: World) -> None:
    with transaction(on=world.engine) as session:
        session.execute(user_groups.delete().where(user_groups.c.portal_user_id == world.limited_colleague))
    assert _seen(world, world.limited_colleague) == set()


def test_somebody_else_s_tenancy_looks_like_one_that_does_not_exist(world: World) -> None:
    with reading(on=world.engine) as session:
        ada = world.viewer(session, world.landlord)
        assert visible_tenancy(session, ada, world.private_tenant) is None
        assert visible_tenancy(session, ada, 999_999) is None


def test_a_closed_or_never_connected_user_sees_nothing_from_the_next_turn_on(world: World) -> None:
    for state in (UserState.CLOSED, UserState.NEVER_CONNECTED):
        with transaction(on=world.engine) as session:
            session.execute(update(PortalUser).where(PortalUser.id == world.landlord).values(state=state))
            assert viewer(session, world.landlord) is None


def test_a_tenancy_moved_to_another_group_is_lost_to_those_outside_it(world: World) -> None:
    with transaction(on=world.engine) as session:
        regulated = session.query(AuthorisationGroup).filter_by(name="Conventionnés").one()
        session.execute(
            update(Tenancy).where(Tenancy.id == world.private_tenant).values(authorisation_group_id=regulated.id)
        )
    assert _seen(world, world.limited_colleague) == set()
