"""What a recap takes from the database, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from offre_bailleurs.database import Base, make_engine, reading, transaction
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
from offre_bailleurs.recap import RecapData, recap_of
from offre_bailleurs.recap.data import to_json
from tests.unit.recap.samples import SITUATIONS, sample


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{tmp_path / 'recap.db'}")
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def draft(session: Session) -> Declaration:
    """A colleague at LES OLIVIERS has said everything, and not yet pressed «Valider»."""
    olivers = Organisation(name="LES OLIVIERS", convention_name="LES OLIVIERS")
    account = Account(
        profile=Profile.ORGANISATION,
        name="LES OLIVIERS",
        user_number="35900007090002",
        contact_channel=ContactChannel.LETTER,
        organisation=olivers,
    )
    user = PortalUser(
        account=account,
        login="nadia",
        password_hash="-",
        first_name="Nadia",
        last_name="Benali",
        state=UserState.ACTIVE,
    )
    session.add_all([olivers, account, user])
    session.flush()
    group = AuthorisationGroup(
        organisation=olivers, name="Logements privés", dwelling_type=DwellingType.PRIVATE, departements=["35"]
    )
    dwelling = Dwelling(
        account_id=account.id,
        street="3 rue de l'Œillet",
        postcode="35400",
        city="Saint-Malo",
        departement="35",
        dwelling_type=DwellingType.PRIVATE,
    )
    session.add_all([group, dwelling])
    session.flush()
    tenancy = Tenancy(
        account_id=account.id,
        dwelling=dwelling,
        authorisation_group_id=group.id,
        tenant_first_name="Zoé",
        tenant_last_name="D'Hérouville",
        started_on=date(2020, 9, 1),
    )
    declaration = Declaration(
        tenancy=tenancy,
        campaign=Campaign(year=2025, opens_on=date(2025, 7, 1)),
        situation=Situation.UNPAID_RENT,
        unpaid_cents=130050,
        unpaid_since=date(2025, 5, 1),
        july_rent_cents=65050,
        updated_by=user,
    )
    session.add(declaration)
    session.flush()
    return declaration


def transmit(declaration: Declaration) -> None:
    declaration.state = DeclarationState.TRANSMITTED
    declaration.reference = "OB-2025-000007"
    declaration.submitted_at = datetime(2025, 7, 31, 22, 30, tzinfo=UTC)
    declaration.submitted_by = declaration.updated_by
    declaration.submitted_by_name = declaration.updated_by.full_name


def test_a_recap_says_what_the_database_holds(engine: Engine) -> None:
    with transaction(on=engine) as session:
        declaration = draft(session)
        transmit(declaration)
        number = declaration.id
    with reading(on=engine) as session:
        recap = recap_of(session.get_one(Declaration, number))
    assert recap == RecapData(
        reference="OB-2025-000007",
        submitted_at=datetime(2025, 7, 31, 22, 30, tzinfo=UTC),
        campaign_year=2025,
        declarant_name="Nadia Benali",
        account_name="LES OLIVIERS",
        profile=Profile.ORGANISATION,
        user_number="35900007090002",
        tenant_name="Zoé D'Hérouville",
        dwelling_street="3 rue de l'Œillet",
        dwelling_postcode="35400",
        dwelling_city="Saint-Malo",
        situation=Situation.UNPAID_RENT,
        unpaid_cents=130050,
        unpaid_since=date(2025, 5, 1),
        july_rent_cents=65050,
    )


def test_a_draft_has_no_recap(engine: Engine) -> None:
    with transaction(on=engine) as session, pytest.raises(ValueError, match="transmitted"):
        recap_of(draft(session))


def test_a_transmitted_declaration_without_its_situation_has_no_recap(engine: Engine) -> None:
    with transaction(on=engine) as session:
        declaration = draft(session)
        transmit(declaration)
        declaration.situation = None
        with pytest.raises(ValueError, match="situation"):
            recap_of(declaration)


@pytest.mark.parametrize(
    ("situation", "details"),
    [
        (Situation.LEFT, {}),
        (Situation.MANAGEMENT_ENDED, {}),
        (Situation.UNPAID_RENT, {"unpaid_cents": 1000}),
        (Situation.UNPAID_RENT, {"unpaid_since": date(2025, 5, 1)}),
        (Situation.CO_TENANTS, {}),
    ],
)
def test_a_situation_without_its_details_is_refused(situation: Situation, details: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="lacks its details"):
        sample(situation=situation, **details)


@pytest.mark.parametrize(
    "situation",
    [
        {"situation": Situation.STILL_TENANT},
        {"situation": Situation.LEFT, "situation_on": date(2025, 7, 1)},
        {"situation": Situation.MANAGEMENT_ENDED, "situation_on": date(2025, 7, 31)},
    ],
)
def test_a_rent_that_is_due_cannot_be_missing(situation: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="although it is due"):
        sample(july_rent_cents=None, **situation)


def test_a_moment_without_its_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        sample(submitted_at=datetime(2025, 7, 11, 12, 5))  # noqa: DTZ001 - what is refused


def test_the_same_moment_in_another_zone_gives_the_same_recap() -> None:
    there = timezone(timedelta(hours=-4))
    assert sample(submitted_at=datetime(2025, 7, 11, 8, 5, 30, tzinfo=there)) == sample()


@pytest.mark.parametrize("reference", ["", "../OB-2025", "OB 2025", "O" * 21, "OB-2025\n"])
def test_a_reference_that_cannot_name_a_file_is_refused(reference: str) -> None:
    with pytest.raises(ValueError, match="not a reference"):
        sample(reference=reference)


def test_the_files_are_named_after_the_reference() -> None:
    assert sample().pdf_name == "recapitulatif-OB-2025-000123.pdf"
    assert sample().json_name == "declaration-OB-2025-000123.json"


@pytest.mark.parametrize("data", SITUATIONS.values(), ids=SITUATIONS)
def test_the_json_tells_the_whole_declaration(data: RecapData) -> None:
    told = json.loads(to_json(data))
    assert (told.pop("format"), told.pop("version")) == ("offre-bailleurs/declaration", 1)
    told["submitted_at"] = datetime.fromisoformat(told["submitted_at"])
    for day in ("situation_on", "unpaid_since"):
        told[day] = told[day] and date.fromisoformat(told[day])
    assert told == asdict(data)
