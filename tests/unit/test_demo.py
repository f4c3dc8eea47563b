"""The demo data: what the README and `bailleurs demo` promise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from offre_bailleurs import demo
from offre_bailleurs.access import Viewer, viewer, visible_tenancies
from offre_bailleurs.accounts import authenticate
from offre_bailleurs.campaigns import current_campaign
from offre_bailleurs.database import Base, make_engine, reading, transaction
from offre_bailleurs.declarations import declarable, last_year_rent
from offre_bailleurs.models import Account, ContactChannel, Declaration, DeclarationState, PortalUser, Tenancy

TODAY = date(2026, 9, 3)


def _seeded(path: Path, today: date = TODAY) -> Engine:
    engine = make_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    with transaction(on=engine) as session:
        demo.seed(session, today)
    return engine


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = _seeded(tmp_path_factory.mktemp("demo") / "demo.db")
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with reading(on=engine) as session:
        yield session


def _viewer(session: Session, login: demo.DemoLogin) -> Viewer:
    user_id = session.scalar(select(PortalUser.id).where(PortalUser.login == login.login))
    assert user_id is not None
    found = viewer(session, user_id)
    assert found is not None
    return found


def _tenancies(session: Session, login: demo.DemoLogin) -> list[Tenancy]:
    return list(session.scalars(visible_tenancies(_viewer(session, login))))


@pytest.mark.parametrize(
    ("login", "count"),
    [
        (demo.LANDLORD_35, 3),
        (demo.LANDLORD_44, 2),
        (demo.ADMINISTRATOR, 40),
        (demo.LIMITED_USER, 16),
        (demo.LARGE_LANDLORD, 1200),
    ],
    ids=lambda value: value.login if isinstance(value, demo.DemoLogin) else str(value),
)
def test_each_demo_login_signs_in_and_sees_its_own_tenants(session: Session, login: demo.DemoLogin, count: int) -> None:
    assert authenticate(session, login.login, login.password) is not None
    assert len(_tenancies(session, login)) == count


def test_whoever_never_connected_got_credentials_by_letter(session: Session) -> None:
    proven = authenticate(session, demo.NEVER_CONNECTED.login, demo.NEVER_CONNECTED.password)
    assert proven is not None
    assert proven.by_temporary_password
    assert proven.user.account.contact_channel is ContactChannel.LETTER
    assert proven.user.account.postal_address
    assert proven.user.email is None


def test_every_user_number_has_14_characters_and_the_issue_s_own_is_there(session: Session) -> None:
    numbers = set(session.scalars(select(Account.user_number)))
    assert {len(number) for number in numbers} == {14}
    assert _viewer(session, demo.LANDLORD_35).user_number == "35900007090001"


def test_the_two_accounts_of_one_person_have_different_emails(session: Session) -> None:
    emails = session.scalars(select(PortalUser.email).where(PortalUser.first_name == "Camille")).all()
    assert len(set(emails)) == 2


@pytest.mark.parametrize("login", [demo.ADMINISTRATOR, demo.LARGE_LANDLORD], ids=lambda login: login.login)
def test_a_last_name_alone_does_not_tell_every_tenant_apart_but_the_address_does(
    session: Session, login: demo.DemoLogin
) -> None:
    tenancies = _tenancies(session, login)
    assert max(Counter(tenancy.tenant_last_name for tenancy in tenancies).values()) > 1
    assert len({tenancy.dwelling.address for tenancy in tenancies}) == len(tenancies)


def test_two_tenants_of_the_organisation_have_the_very_same_name(session: Session) -> None:
    names = Counter(tenancy.tenant_name for tenancy in _tenancies(session, demo.ADMINISTRATOR))
    assert names["Marie Noisetier"] == 2


def test_settled_tenants_have_a_rent_of_last_year_and_new_ones_have_none(session: Session) -> None:
    campaign = current_campaign(session, TODAY).campaign
    assert campaign is not None
    rents = {
        tenancy.tenant_last_name: last_year_rent(session, tenancy.id, campaign)
        for tenancy in _tenancies(session, demo.LANDLORD_35)
    }
    assert rents == {"Églantine": 65000, "L'Herbier": 48050, "De La Fougère": None}


def test_every_tenancy_is_asked_for_and_two_of_the_organisation_are_already_transmitted(session: Session) -> None:
    campaign = current_campaign(session, TODAY).campaign
    assert campaign is not None
    asked = declarable(session, _viewer(session, demo.ADMINISTRATOR), campaign)
    states = Counter(declaration.state if declaration else None for _, declaration in asked)
    assert states == {None: 38, DeclarationState.TRANSMITTED: 2}
    for _, declaration in asked:
        if declaration is not None:
            assert declaration.reference == f"OB-2026-{declaration.id:06d}"


@pytest.mark.parametrize(
    ("today", "year"), [(date(2026, 6, 30), 2025), (date(2026, 7, 1), 2026), (date(2027, 1, 1), 2026)]
)
def test_the_campaign_is_that_of_the_latest_first_of_july(today: date, year: int) -> None:
    assert demo.campaign_year(today) == year


def test_the_campaign_has_no_closing_date(session: Session) -> None:
    status = current_campaign(session, TODAY)
    assert status.campaign is not None
    assert (status.campaign.year, status.campaign.closes_on, status.is_open) == (2026, None, True)


def test_nothing_is_transmitted_in_the_future(tmp_path: Path) -> None:
    first_day = date(2026, 7, 1)
    engine = _seeded(tmp_path / "first-day.db", first_day)
    with reading(on=engine) as session:
        latest = session.scalar(select(func.max(Declaration.submitted_at)))
    assert latest is not None
    assert latest.date() == first_day
    engine.dispose()


def test_the_demo_is_the_same_each_time(engine: Engine, tmp_path: Path) -> None:
    def content(of: Engine) -> list[tuple[object, ...]]:
        query = select(Tenancy, Declaration).outerjoin(Declaration).order_by(Tenancy.id, Declaration.id)
        with reading(on=of) as session:
            return [
                (
                    tenancy.tenant_name,
                    tenancy.dwelling.address,
                    tenancy.started_on,
                    tenancy.co_tenant_count,
                    declaration and (declaration.reference, declaration.july_rent_cents, declaration.submitted_at),
                )
                for tenancy, declaration in session.execute(query)
            ]

    again = _seeded(tmp_path / "again.db")
    assert content(again) == content(engine)
    again.dispose()


def test_a_database_with_an_account_is_not_empty(engine: Engine, tmp_path: Path) -> None:
    fresh = make_engine(f"sqlite:///{tmp_path / 'fresh.db'}")
    Base.metadata.create_all(fresh)
    with reading(on=fresh) as session:
        assert demo.is_empty(session)
    with reading(on=engine) as session:
        assert not demo.is_empty(session)
    fresh.dispose()
