"""The small world that the portal's tests live in, and how they build more of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from offre_bailleurs.accounts import hash_password
from offre_bailleurs.campaigns import today
from offre_bailleurs.database import now, transaction
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
TEMPORARY_PASSWORD = "ABCD-EFGH-JKLM-2345"
"""What somebody who has never connected holds."""


@cache
def password_hash() -> str:
    """Hashing is slow on purpose: once for all the tests."""
    return hash_password(PASSWORD)


@dataclass(frozen=True)
class World:
    """The rows that tests talk about, by id."""

    campaign: int
    camille: int
    """A private landlord: Anne Morel (transmitted), Hugo Petit (in progress), Zoé Émond (to declare)."""
    bruno: int
    """Another private landlord, with one tenant: Lina Secret, transmitted."""
    administrator: int
    """Of the organisation, in both of its groups."""
    limited: int
    """Of the organisation, in the private group only."""
    camilles_transmitted: int
    camilles_draft: int
    brunos_transmitted: int
    regulated_transmitted: int
    private_transmitted: int


def build_world(engine: Engine) -> World:
    """Two landlords, an organisation of two groups, a closed user and one who never connected; PASSWORD opens all."""
    with transaction(on=engine) as session:
        campaign = Campaign(year=today().year, opens_on=today() - timedelta(days=20), closes_on=None)
        camille = add_landlord(session, "camille", "Camille", "Durand", "35900007090001")
        bruno = add_landlord(session, "bruno", "Bruno", "Lefort", "35900007090002")
        add_landlord(session, "partie", "Claude", "Partie", "35900007090003", UserState.CLOSED)
        add_landlord(session, "nouvelle", "Nadia", "Nouvelle", "35900007090004", UserState.NEVER_CONNECTED)
        organisation = Organisation(name="LES OLIVIERS", convention_name="LES OLIVIERS")
        regulated = AuthorisationGroup(
            organisation=organisation,
            name="Logements conventionnés",
            dwelling_type=DwellingType.REGULATED,
            departements=["35"],
        )
        private = AuthorisationGroup(
            organisation=organisation,
            name="Logements privés",
            dwelling_type=DwellingType.PRIVATE,
            departements=["35", "44"],
        )
        account = Account(
            profile=Profile.ORGANISATION,
            name="LES OLIVIERS",
            user_number="35900007090099",
            contact_channel=ContactChannel.LETTER,
            organisation=organisation,
        )
        administrator = add_user(session, account, "oliviers", "Aline", "Olivier", groups=[regulated, private])
        limited = add_user(session, account, "limite", "Luc", "Borné", groups=[private])
        session.add(campaign)
        session.flush()
        anne = add_tenancy(session, camille.account, "Anne", "Morel")
        hugo = add_tenancy(session, camille.account, "Hugo", "Petit", street="3 rue du Port", city="Saint-Malo")
        add_tenancy(session, camille.account, "Zoé", "Émond", street="8 place d’Évreux")
        lina = add_tenancy(session, bruno.account, "Lina", "Secret")
        rose = add_tenancy(session, account, "Rose", "Conventionnée", group=regulated)
        paul = add_tenancy(session, account, "Paul", "Privé", group=private)
        draft = Declaration(tenancy=hugo, campaign=campaign, updated_by=camille)
        session.add(draft)
        world_rows = [
            add_transmitted(session, campaign, tenancy, user, number)
            for number, (tenancy, user) in enumerate(
                ((anne, camille), (lina, bruno), (rose, administrator), (paul, administrator)), start=1
            )
        ]
        session.flush()
        return World(
            campaign.id, camille.id, bruno.id, administrator.id, limited.id,
            world_rows[0].id, draft.id, *(declaration.id for declaration in world_rows[1:]),
        )  # fmt: skip


def add_landlord(
    session: Session, login: str, first_name: str, last_name: str, user_number: str, state: UserState = UserState.ACTIVE
) -> PortalUser:
    """A private landlord of Ille-et-Vilaine with an account of their own."""
    account = Account(
        profile=Profile.LANDLORD,
        name=f"{first_name} {last_name}",
        departement="35",
        user_number=user_number,
        contact_channel=ContactChannel.EMAIL,
    )
    return add_user(session, account, login, first_name, last_name, state=state)


def add_user(
    session: Session,
    account: Account,
    login: str,
    first_name: str,
    last_name: str,
    *,
    state: UserState = UserState.ACTIVE,
    groups: list[AuthorisationGroup] | None = None,
) -> PortalUser:
    """A user of an account."""
    user = PortalUser(
        account=account,
        login=login,
        password_hash=None if state is UserState.NEVER_CONNECTED else password_hash(),
        email=f"{login}@exemple.test",
        first_name=first_name,
        last_name=last_name,
        state=state,
        groups=groups or [],
    )
    session.add(user)
    session.flush()
    if state is UserState.NEVER_CONNECTED:
        give_temporary_password(session, user.id)
    return user


def give_temporary_password(
    session: Session, user_id: int, password: str = TEMPORARY_PASSWORD, lifetime: timedelta = timedelta(days=1)
) -> None:
    """What « Mot de passe oublié » has the worker do; any older one is void."""
    digest = temporary_digest(password)
    session.merge(TemporaryPassword(portal_user_id=user_id, digest=digest, expires_at=now() + lifetime))


def add_tenancy(
    session: Session,
    account: Account,
    first_name: str,
    last_name: str,
    *,
    street: str = "2 rue des Lilas",
    city: str = "Rennes",
    group: AuthorisationGroup | None = None,
) -> Tenancy:
    """A tenant since 2020."""
    dwelling = Dwelling(
        account_id=account.id,
        street=street,
        postcode="35000",
        city=city,
        departement="35",
        dwelling_type=DwellingType.PRIVATE,
    )
    session.add(dwelling)
    session.flush()
    tenancy = Tenancy(
        account_id=account.id,
        dwelling=dwelling,
        authorisation_group_id=group.id if group else None,
        tenant_first_name=first_name,
        tenant_last_name=last_name,
        started_on=date(2020, 9, 1),
    )
    session.add(tenancy)
    session.flush()
    return tenancy


def add_transmitted(
    session: Session, campaign: Campaign, tenancy: Tenancy, user: PortalUser, number: int
) -> Declaration:
    """A declaration of 650 €, transmitted just now."""
    declaration = Declaration(
        tenancy=tenancy,
        campaign=campaign,
        state=DeclarationState.TRANSMITTED,
        situation=Situation.STILL_TENANT,
        july_rent_cents=65_000,
        reference=f"OB-{campaign.year}-{number:06d}",
        submitted_at=now(),
        submitted_by=user,
        submitted_by_name=user.full_name,
        updated_by=user,
    )
    session.add(declaration)
    session.flush()
    return declaration
