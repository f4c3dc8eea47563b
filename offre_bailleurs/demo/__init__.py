"""The demo data: obviously fictional, and the same on every machine on the same day.

A private landlord with two accounts, an organisation with two authorisation groups, a landlord with very many
tenancies, people who have never connected, alone or in an organisation, and two advisers of the desk. Most tenancies
have a declaration for last year, so that "the same as last year" means something; new tenants have none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from offre_bailleurs.accounts import hash_password
from offre_bailleurs.database import now
from offre_bailleurs.demo.homes import Home, landlord_homes_35, landlord_homes_44, namesake_homes, random_homes
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

LARGE_LANDLORD_TENANCIES = 1200
REGULATED_TENANCIES = 24
PRIVATE_TENANCIES = 16
TRANSMITTED_THIS_YEAR = 2


@dataclass(frozen=True)
class DemoLogin:
    """Someone who can sign in to the demo. The password is public on purpose."""

    login: str
    password: str
    who: str
    """For whoever tries the demo, in French."""


LANDLORD_35 = DemoLogin("camille35", "Demo-Bailleur-35", "bailleur privé, 3 locataires en Ille-et-Vilaine")
LANDLORD_44 = DemoLogin("camille44", "Demo-Bailleur-44", "la même personne, 2 locataires en Loire-Atlantique")
ADMINISTRATOR = DemoLogin("oliviers-admin", "Demo-Oliviers-1", "administratrice de LES OLIVIERS, 40 locataires")
LIMITED_USER = DemoLogin("oliviers-prive", "Demo-Oliviers-2", "LES OLIVIERS, groupe « Logements privés » seulement")
LARGE_LANDLORD = DemoLogin("mille-loyers", "Demo-Mille-1200", "bailleur privé, 1 200 locataires")
MANAGER = DemoLogin("oliviers-resp", "Demo-Oliviers-3", "LES OLIVIERS, responsable d'habilitation des conventionnés")
NEVER_CONNECTED = DemoLogin("premiere-fois", "DEMA-RCHE-PREM-2345", "jamais connecté, identifiants reçus par courrier")
NEW_ORGANISATION = DemoLogin("glycines-1", "DEMA-RCHE-GLYC-2345", "LES GLYCINES, jamais connectée")
NEW_ORGANISATION_TOO = DemoLogin("glycines-2", "DEMA-RCHE-GLYC-6789", "LES GLYCINES, jamais connecté non plus")
ADVISER = DemoLogin("conseil-1", "Demo-Conseil-1", "conseillère de la Caf, page /conseil")
OTHER_ADVISER = DemoLogin("conseil-2", "Demo-Conseil-2", "un autre conseiller de la Caf")
DEMO_LOGINS = (
    LANDLORD_35,
    LANDLORD_44,
    ADMINISTRATOR,
    MANAGER,
    LIMITED_USER,
    LARGE_LANDLORD,
    NEVER_CONNECTED,
    NEW_ORGANISATION,
    NEW_ORGANISATION_TOO,
    ADVISER,
    OTHER_ADVISER,
)


def is_empty(session: Session) -> bool:
    """True when the database knows no account at all: only then may the demo be seeded."""
    return session.scalar(select(Account.id).limit(1)) is None


def campaign_year(today: date) -> int:
    """The year of the latest 1 July that is not after a day."""
    return today.year if today >= date(today.year, 7, 1) else today.year - 1


def seed(session: Session, today: date) -> None:
    """Write the whole demo, in the session's transaction, into a database that is migrated and empty.

    `today` is the date in France; the campaign is that of the latest 1 July.
    """
    year = campaign_year(today)
    previous = Campaign(year=year - 1, opens_on=date(year - 1, 7, 1), closes_on=None)
    current = Campaign(year=year, opens_on=date(year, 7, 1), closes_on=None)
    session.add_all([previous, current])
    session.flush()
    _seed_private_landlord(session, previous)
    _seed_organisation(session, previous, current, today)
    _seed_large_landlord(session, previous)
    _seed_never_connected(session, year)
    _seed_new_organisation(session, year)
    _seed_advisers(session)


def _seed_private_landlord(session: Session, previous: Campaign) -> None:
    year = previous.year + 1
    for departement, user_number, demo, homes in (
        ("35", "35900007090001", LANDLORD_35, landlord_homes_35(year)),
        ("44", "44900007090002", LANDLORD_44, landlord_homes_44(year)),
    ):
        email = f"camille.fictive.{departement}@bailleur.example"
        account = _landlord("Camille Fictive", departement, user_number)
        user = _user(account, demo, "Camille", "Fictive", email)
        session.add(user)
        _let_and_declare(session, account, homes, previous, user)


def _seed_organisation(session: Session, previous: Campaign, current: Campaign, today: date) -> None:
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
        name=organisation.name,
        user_number="35900007090040",
        contact_channel=ContactChannel.LETTER,
        postal_address="14 mail des Fictions\n35000 RENNES",
        organisation=organisation,
    )
    administrator = _user(account, ADMINISTRATOR, "Olive", "Ramure", "olive.ramure@les-oliviers.example")
    administrator.is_administrator = True
    administrator.groups = [regulated, private]
    manager = _user(account, MANAGER, "Renée", "Branchu", "renee.branchu@les-oliviers.example")
    manager.is_authorisation_manager = True
    manager.groups = [regulated]
    limited = _user(account, LIMITED_USER, "Félix", "L'Écorce", "felix.lecorce@les-oliviers.example")
    limited.groups = [private]
    session.add_all([administrator, manager, limited])
    session.flush()

    namesakes = namesake_homes(current.year)
    count = REGULATED_TENANCIES - len(namesakes)
    regulated_homes = [*namesakes, *random_homes(40, regulated.departements, count, current.year)]
    private_homes = random_homes(44, private.departements, PRIVATE_TENANCIES, current.year)
    _let_and_declare(session, account, regulated_homes, previous, administrator, regulated)
    declared = _let_and_declare(session, account, private_homes, previous, limited, private)
    day = min(today, date(current.year, 7, 10))
    _transmit(session, declared[-TRANSMITTED_THIS_YEAR:], current, limited, day)


def _seed_large_landlord(session: Session, previous: Campaign) -> None:
    account = _landlord("Hortense D'Arpent", "35", "35900007091200")
    user = _user(account, LARGE_LANDLORD, "Hortense", "D'Arpent", "hortense.darpent@bailleur.example")
    session.add(user)
    homes = random_homes(1200, ["35"], LARGE_LANDLORD_TENANCIES, previous.year + 1)
    _let_and_declare(session, account, homes, previous, user)


def _seed_never_connected(session: Session, year: int) -> None:
    account = _landlord("Basile Tardif", "35", "35900007090077")
    account.contact_channel, account.postal_address = ContactChannel.LETTER, "3 impasse du Facteur\n35400 SAINT-MALO"
    session.add(account)
    _add_newcomer(session, account, NEVER_CONNECTED, "Basile", "Tardif")
    _let(session, account, random_homes(77, ["35"], 1, year))


def _seed_new_organisation(session: Session, year: int) -> None:
    """Two people have their credentials; whoever completes the first connection first becomes the administrator."""
    organisation = Organisation(name="LES GLYCINES", convention_name="LES GLYCINES")
    group = AuthorisationGroup(
        organisation=organisation, name="Logements privés", dwelling_type=DwellingType.PRIVATE, departements=["35"]
    )
    account = Account(
        profile=Profile.ORGANISATION,
        name=organisation.name,
        user_number="35900007090088",
        contact_channel=ContactChannel.LETTER,
        postal_address="8 allée des Lianes\n35000 RENNES",
        organisation=organisation,
    )
    session.add(account)
    _add_newcomer(session, account, NEW_ORGANISATION, "Violette", "Treille")
    _add_newcomer(session, account, NEW_ORGANISATION_TOO, "Prosper", "Tonnelle")
    _let(session, account, random_homes(88, ["35"], 3, year), group)


def _seed_advisers(session: Session) -> None:
    for demo, first_name, last_name in ((ADVISER, "Ninon", "Guichet"), (OTHER_ADVISER, "Octave", "Standard")):
        adviser = _user(None, demo, first_name, last_name, f"{first_name}.{last_name}@caf.example".lower())
        adviser.is_adviser = True
        session.add(adviser)
    session.flush()


def _landlord(name: str, departement: str, user_number: str) -> Account:
    return Account(
        profile=Profile.LANDLORD,
        name=name,
        departement=departement,
        user_number=user_number,
        contact_channel=ContactChannel.EMAIL,
    )


def _user(account: Account | None, demo: DemoLogin, first_name: str, last_name: str, email: str) -> PortalUser:
    return PortalUser(
        account=account,
        login=demo.login,
        password_hash=hash_password(demo.password),
        first_name=first_name,
        last_name=last_name,
        email=email,
        state=UserState.ACTIVE,
    )


def _add_newcomer(session: Session, account: Account, demo: DemoLogin, first_name: str, last_name: str) -> None:
    """Somebody who holds a login and a temporary password, and has never connected."""
    user = PortalUser(
        account=account,
        login=demo.login,
        first_name=first_name,
        last_name=last_name,
        state=UserState.NEVER_CONNECTED,
    )
    session.add(user)
    session.flush()
    session.add(
        TemporaryPassword(
            portal_user_id=user.id, digest=temporary_digest(demo.password), expires_at=now() + timedelta(days=365)
        )
    )


def _let(
    session: Session, account: Account, homes: Sequence[Home], group: AuthorisationGroup | None = None
) -> list[Tenancy]:
    """Write the dwellings and the tenancies of homes, in the same order."""
    session.add(account)
    session.flush()
    tenancies = [
        Tenancy(
            account_id=account.id,
            dwelling=Dwelling(
                account_id=account.id,
                street=home.street,
                postcode=home.postcode,
                city=home.city,
                departement=home.departement,
                dwelling_type=group.dwelling_type if group else DwellingType.PRIVATE,
            ),
            authorisation_group_id=group.id if group else None,
            tenant_first_name=home.first_name,
            tenant_last_name=home.last_name,
            started_on=home.started_on,
            co_tenant_count=home.co_tenant_count,
        )
        for home in homes
    ]
    session.add_all(tenancies)
    session.flush()
    return tenancies


def _let_and_declare(
    session: Session,
    account: Account,
    homes: Sequence[Home],
    previous: Campaign,
    user: PortalUser,
    group: AuthorisationGroup | None = None,
) -> list[tuple[Tenancy, int]]:
    """Let homes, with last year's declarations by a user; those declared, with their rents in cents."""
    tenancies = _let(session, account, homes, group)
    rents = [
        (tenancy, home.last_rent_cents)
        for tenancy, home in zip(tenancies, homes, strict=True)
        if home.last_rent_cents is not None
    ]
    _transmit(session, rents, previous, user, date(previous.year, 7, 12))
    return rents


def _transmit(
    session: Session, rents: Sequence[tuple[Tenancy, int]], campaign: Campaign, user: PortalUser, day: date
) -> None:
    """Write declarations as «Valider» leaves them: a reference is made of the row's own number, hence the two steps."""
    declarations = [
        Declaration(
            tenancy=tenancy,
            campaign=campaign,
            situation=Situation.STILL_TENANT,
            july_rent_cents=rent_cents,
            updated_by=user,
        )
        for tenancy, rent_cents in rents
    ]
    session.add_all(declarations)
    session.flush()
    morning = datetime(day.year, day.month, day.day, 7, 0, tzinfo=UTC)
    for minute, declaration in enumerate(declarations):
        declaration.state = DeclarationState.TRANSMITTED
        declaration.reference = f"OB-{campaign.year}-{declaration.id:06d}"
        declaration.submitted_at = declaration.updated_at = morning + timedelta(seconds=20 * minute)
        declaration.submitted_by = user
        declaration.submitted_by_name = user.full_name
    session.flush()
