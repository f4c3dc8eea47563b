"""Rows to talk about: campaigns, landlords, organisations, tenants.

Each call makes new people, on an account of their own: tests share a database and its servers, and none sees
another's rows.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from math import ceil

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from offre_bailleurs.access import Adviser
from offre_bailleurs.accounts import hash_password
from offre_bailleurs.campaigns import today
from offre_bailleurs.database import now, reading, transaction
from offre_bailleurs.demo.homes import random_homes
from offre_bailleurs.demo.names import LAST_NAMES
from offre_bailleurs.desk.accounts import create_adviser
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
    TemporaryPassword,
    Tenancy,
    UserState,
)
from offre_bailleurs.temporary_passwords import temporary_digest

PASSWORD = "Un-mot-de-passe-de-test"
"""What opens the portal to everybody whom this module makes, but for who has never connected."""
TEMPORARY_PASSWORD = "ABCD-EFGH-JKLM-2345"
"""What somebody who has never connected holds."""

_TOLD_APART = 1500


@dataclass(frozen=True)
class TenantGiven:
    """A tenant to put in the register. Rents are euros."""

    name: str
    address: str = "3 rue des Lilas, 35000 Rennes"
    since: date | None = None
    """None: 1 September, five years before the campaign."""
    last_year_rent: Decimal | None = None
    """Declared for the July before; None: nothing was."""
    this_year_rent: Decimal | None = None
    """Already transmitted for this July, by the landlord or the organisation's first user."""
    co_tenants: int = 1
    group: str | None = None
    """The authorisation group, in an organisation."""


@dataclass(frozen=True)
class GroupGiven:
    """An authorisation group to make."""

    dwelling_type: DwellingType
    departements: Sequence[str]


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in."""

    user_id: int
    account_id: int
    name: str
    login: str


@dataclass(frozen=True)
class Household:
    """An account with those who can sign in to it and its tenants."""

    account_id: int
    people: tuple[Person, ...]
    tenancies: Mapping[str, int] = field(default_factory=dict)
    """Tenancy ids by the tenant's name; of two of one name, the last."""


@cache
def campaign_year() -> int:
    """The year of the campaign that is open: of the latest July that is over, so that all its days are past."""
    day = today()
    return day.year if day >= date(day.year, 8, 1) else day.year - 1


def invented_tenants(count: int) -> list[TenantGiven]:
    """Tenants of the demo's kind, the same each time; nothing was declared for them last year. Beyond those whom the
    demo's lists of names tell apart, they bear two last names."""
    homes = random_homes(1, ["35"], min(count, _TOLD_APART), campaign_year())
    return [
        TenantGiven(
            f"{home.first_name} {home.last_name}{f'-{LAST_NAMES[again]}' if again else ''}",
            f"{home.street}, {home.postcode} {home.city}",
            home.started_on,
        )
        for again in range(ceil(count / _TOLD_APART))
        for home in homes[: count - again * _TOLD_APART]
    ]


@cache
def _password_hash() -> str:
    """Hashing is slow on purpose: once for all the tests."""
    return hash_password(PASSWORD)


class World:
    """Writes rows into a migrated database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with transaction(on=engine) as session:
            year = campaign_year()
            for each in (year - 1, year):
                if session.scalar(select(Campaign).where(Campaign.year == each)) is None:
                    session.add(Campaign(year=each, opens_on=date(each, 7, 1), closes_on=None))
            # Other worlds may have written in this database before.
            self._numbers = itertools.count(1 + (session.scalar(select(func.max(PortalUser.id))) or 0))

    def landlord(
        self,
        name: str = "Claude Bailleur",
        tenants: Sequence[TenantGiven] = (),
        *,
        state: UserState = UserState.ACTIVE,
        departement: str = "35",
    ) -> Household:
        """A private landlord with one account, in one département."""
        with transaction(on=self._engine) as session:
            number = next(self._numbers)
            account = Account(
                profile=Profile.LANDLORD,
                name=name,
                departement=departement,
                user_number=_user_number(departement, number),
                contact_channel=ContactChannel.EMAIL,
            )
            user = self._user(session, account, name, state)
            return self._let(session, account, [user], tenants, {})

    def organisation(
        self,
        name: str,
        groups: Mapping[str, GroupGiven],
        users: Mapping[str, Sequence[str]],
        tenants: Sequence[TenantGiven],
        *,
        managers: Sequence[str] = (),
    ) -> Household:
        """An organisation. `users`: names, each with the groups they are in; the first one is the administrator.
        `managers`: those who are responsables d'habilitation."""
        with transaction(on=self._engine) as session:
            number = next(self._numbers)
            organisation = Organisation(name=f"{name} {number}", convention_name=name)  # names are unique
            rows = {
                group: AuthorisationGroup(
                    organisation=organisation,
                    name=group,
                    dwelling_type=given.dwelling_type,
                    departements=list(given.departements),
                )
                for group, given in groups.items()
            }
            account = Account(
                profile=Profile.ORGANISATION,
                name=organisation.name,
                user_number=_user_number("35", number),
                contact_channel=ContactChannel.LETTER,
                organisation=organisation,
            )
            people: list[PortalUser] = []
            for user_name, group_names in users.items():
                user = self._user(session, account, user_name, UserState.ACTIVE)
                user.groups = [rows[group] for group in group_names]
                user.is_administrator = not people
                user.is_authorisation_manager = user_name in managers
                people.append(user)
            return self._let(session, account, people, tenants, rows)

    @contextmanager
    def campaign(self, *, opens_in: int | None = None, closed_since: int | None = None) -> Iterator[None]:
        """Have the latest campaign open in, or be closed since, a number of days; as before at the end.

        The campaign is everybody's: nothing else may run meanwhile.
        """
        day = today()
        with transaction(on=self._engine) as session:
            latest = _latest_campaign(session)
            before = (latest.opens_on, latest.closes_on)
            if opens_in is not None:
                latest.opens_on, latest.closes_on = day + timedelta(days=opens_in), None
                # Last year's, which would then be the latest to have opened, is over.
                _previous_campaign(session, latest).closes_on = day - timedelta(days=1)
            if closed_since is not None:
                latest.closes_on = day - timedelta(days=closed_since)
        try:
            yield
        finally:
            with transaction(on=self._engine) as session:
                latest = _latest_campaign(session)
                latest.opens_on, latest.closes_on = before
                _previous_campaign(session, latest).closes_on = None

    def adviser(self) -> Adviser:
        """An adviser of the Caf."""
        with transaction(on=self._engine) as session:
            number = next(self._numbers)
            create_adviser(session, "Ninon", "Conseil", f"conseil{number}@caf.exemple.fr", f"conseil{number}")
            user = session.scalars(select(PortalUser).where(PortalUser.login == f"conseil{number}")).one()
            return Adviser(user.id, user.full_name)

    def close_user(self, user_id: int) -> None:
        """Withdraw every right of a user."""
        with transaction(on=self._engine) as session:
            session.get_one(PortalUser, user_id).state = UserState.CLOSED

    def leave_groups(self, user_id: int) -> None:
        """Take a user out of every authorisation group."""
        with transaction(on=self._engine) as session:
            session.get_one(PortalUser, user_id).groups = []

    def withdraw_role(self, user_id: int) -> None:
        """Make a plain user of an administrator or a responsable d'habilitation."""
        with transaction(on=self._engine) as session:
            user = session.get_one(PortalUser, user_id)
            user.is_administrator = user.is_authorisation_manager = False

    def declaration(self, tenancy_id: int) -> Declaration | None:
        """This year's declaration of a tenancy, detached."""
        with reading(on=self._engine) as session:
            found = session.scalar(
                select(Declaration).where(
                    Declaration.tenancy_id == tenancy_id, Declaration.campaign_id == _latest_campaign(session).id
                )
            )
            if found is not None:
                session.expunge(found)
            return found

    def _user(self, session: Session, account: Account, name: str, state: UserState) -> PortalUser:
        first_name, last_name = split_name(name)
        number = next(self._numbers)
        user = PortalUser(
            account=account,
            login=f"login{number}",
            password_hash=None if state is UserState.NEVER_CONNECTED else _password_hash(),
            email=f"personne{number}@exemple.fr",
            first_name=first_name,
            last_name=last_name,
            state=state,
        )
        session.add(user)
        session.flush()
        if state is UserState.NEVER_CONNECTED:
            digest = temporary_digest(TEMPORARY_PASSWORD)
            expires_at = now() + timedelta(days=1)
            session.add(TemporaryPassword(portal_user_id=user.id, digest=digest, expires_at=expires_at))
        return user

    def _let(
        self,
        session: Session,
        account: Account,
        users: Sequence[PortalUser],
        tenants: Sequence[TenantGiven],
        groups: Mapping[str, AuthorisationGroup],
    ) -> Household:
        latest = _latest_campaign(session)
        previous = _previous_campaign(session, latest)
        # One flush for all: some landlords have thousands of tenants.
        rows = [
            _tenancy(account, given, groups[given.group] if given.group else None, latest.year) for given in tenants
        ]
        session.add_all(rows)
        session.flush()
        rents = [
            (campaign, tenancy, rent)
            for given, tenancy in zip(tenants, rows, strict=True)
            for campaign, rent in ((previous, given.last_year_rent), (latest, given.this_year_rent))
            if rent is not None
        ]
        _transmit(session, rents, users[0])
        tenancies = {given.name: tenancy.id for given, tenancy in zip(tenants, rows, strict=True)}
        people = [Person(user.id, account.id, user.full_name, user.login) for user in users]
        return Household(account.id, tuple(people), tenancies)


def split_name(name: str) -> tuple[str, str]:
    """First name and last name: "Yann Le Goff" → "Yann", "Le Goff"."""
    first_name, _, last_name = name.partition(" ")
    if not last_name:
        raise ValueError(f"« {name} » has no last name")
    return first_name, last_name


def _user_number(departement: str, number: int) -> str:
    return f"{departement}{number:0{14 - len(departement)}d}"


def _latest_campaign(session: Session) -> Campaign:
    return session.scalars(select(Campaign).order_by(Campaign.year.desc()).limit(1)).one()


def _previous_campaign(session: Session, latest: Campaign) -> Campaign:
    return session.scalars(select(Campaign).where(Campaign.year == latest.year - 1)).one()


def _tenancy(account: Account, given: TenantGiven, group: AuthorisationGroup | None, year: int) -> Tenancy:
    street, _, town = given.address.rpartition(", ")
    postcode, _, city = town.partition(" ")
    if not (street and city and len(postcode) == 5):
        raise ValueError(f"« {given.address} » is no address like « 3 rue des Lilas, 35000 Rennes »")
    first_name, last_name = split_name(given.name)
    return Tenancy(
        account_id=account.id,
        dwelling=Dwelling(
            account_id=account.id,
            street=street,
            postcode=postcode,
            city=city,
            departement=postcode[:2],
            dwelling_type=group.dwelling_type if group else DwellingType.PRIVATE,
        ),
        authorisation_group_id=group.id if group else None,
        tenant_first_name=first_name,
        tenant_last_name=last_name,
        started_on=given.since or date(year - 5, 9, 1),
        co_tenant_count=given.co_tenants,
    )


def _transmit(session: Session, rents: Sequence[tuple[Campaign, Tenancy, Decimal]], user: PortalUser) -> None:
    """As «Valider» leaves them: a reference is made of the row's own number, hence the two steps."""
    declarations = [
        Declaration(
            tenancy=tenancy,
            campaign=campaign,
            situation=Situation.STILL_TENANT,
            july_rent_cents=int(rent * 100),
            updated_by=user,
        )
        for campaign, tenancy, rent in rents
    ]
    session.add_all(declarations)
    session.flush()
    for declaration in declarations:
        declaration.state = DeclarationState.TRANSMITTED
        declaration.reference = f"OB-{declaration.campaign.year}-{declaration.id:06d}"
        declaration.submitted_at = now()
        declaration.submitted_by = user
        declaration.submitted_by_name = user.full_name
