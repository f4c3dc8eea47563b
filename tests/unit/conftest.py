"""A small database of its own for each test: one landlord, one organisation, an open campaign."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from offre_bailleurs.access import Viewer, viewer
from offre_bailleurs.database import Base, make_engine, transaction
from offre_bailleurs.models import (
    Account,
    AuthorisationGroup,
    Campaign,
    ContactChannel,
    Declaration,
    DeclarationState,
    Dwelling,
    DwellingType,
    Organisation,
    PortalUser,
    Profile,
    Situation,
    Tenancy,
    UserState,
)

TODAY = date(2026, 9, 10)
Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True)
class World:
    """The ids of what the tests speak of."""

    engine: Engine
    landlord: int
    other_landlord: int
    colleague: int
    limited_colleague: int
    camille: int
    """The landlord's tenant, with a July rent of 640 € last year."""
    newcomer: int
    """The landlord's other tenant, unknown last year."""
    private_tenant: int
    regulated_tenant: int
    """The organisation's: one in each group."""

    def viewer(self, session: Session, user_id: int) -> Viewer:
        found = viewer(session, user_id)
        assert found is not None
        return found


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    engine = make_engine(f"sqlite:///{tmp_path / 'business.db'}")
    Base.metadata.create_all(engine)
    with transaction(on=engine) as session:
        last_year = Campaign(year=2025, opens_on=date(2025, 7, 1), closes_on=date(2025, 12, 31))
        session.add_all([Campaign(year=2026, opens_on=date(2026, 7, 1)), last_year])
        landlord = _user(session, _landlord_account(session, "35900007090001"), "ada")
        other = _user(session, _landlord_account(session, "44900007090002"), "bob")
        organisation = Organisation(name="LES OLIVIERS", convention_name="LES OLIVIERS")
        regulated = AuthorisationGroup(name="Conventionnés", dwelling_type=DwellingType.REGULATED, departements=["35"])
        private = AuthorisationGroup(name="Privés", dwelling_type=DwellingType.PRIVATE, departements=["35", "44"])
        organisation.groups = [regulated, private]
        account = _saved(
            session,
            Account(
                profile=Profile.ORGANISATION,
                name="LES OLIVIERS",
                user_number="35900007090003",
                contact_channel=ContactChannel.LETTER,
                organisation=organisation,
            ),
        )
        camille = _tenancy(session, landlord.account_id, "Camille")
        declaration = Declaration(
            tenancy=camille,
            campaign=last_year,
            state=DeclarationState.TRANSMITTED,
            situation=Situation.STILL_TENANT,
            july_rent_cents=64_000,
            reference="OB-2025-000001",
            submitted_at=datetime(2025, 7, 20, 10, tzinfo=UTC),
            submitted_by_id=landlord.id,
            submitted_by_name="Ada Landlord",
            updated_by_id=landlord.id,
        )
        session.add(declaration)
        built = World(
            engine,
            landlord=landlord.id,
            other_landlord=other.id,
            colleague=_user(session, account, "colleague", regulated, private).id,
            limited_colleague=_user(session, account, "limited", private).id,
            camille=camille.id,
            newcomer=_tenancy(session, landlord.account_id, "Noé").id,
            private_tenant=_tenancy(session, account.id, "Inès", private).id,
            regulated_tenant=_tenancy(session, account.id, "Louis", regulated).id,
        )
    yield built
    engine.dispose()


def _saved(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row


def _landlord_account(session: Session, user_number: str) -> Account:
    return _saved(
        session,
        Account(
            profile=Profile.LANDLORD,
            name="Ada Essai",
            departement=user_number[:2],
            user_number=user_number,
            contact_channel=ContactChannel.EMAIL,
        ),
    )


def _user(session: Session, account: Account, login: str, *groups: AuthorisationGroup) -> PortalUser:
    return _saved(
        session,
        PortalUser(
            account=account,
            login=login,
            password_hash="-",
            first_name="Ada",
            last_name=login.title(),
            state=UserState.ACTIVE,
            groups=list(groups),
        ),
    )


def _tenancy(session: Session, account_id: int, first_name: str, group: AuthorisationGroup | None = None) -> Tenancy:
    dwelling = _saved(
        session,
        Dwelling(
            account_id=account_id,
            street="3 rue des Lilas",
            postcode="35000",
            city="Rennes",
            departement="35",
            dwelling_type=group.dwelling_type if group else DwellingType.PRIVATE,
        ),
    )
    return _saved(
        session,
        Tenancy(
            account_id=account_id,
            dwelling=dwelling,
            authorisation_group_id=group.id if group else None,
            tenant_first_name=first_name,
            tenant_last_name="Durand",
            started_on=date(2021, 9, 1),
        ),
    )
