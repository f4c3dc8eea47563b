"""What a test needs to know or to set of the people it made, beyond what `World` gives them."""

from __future__ import annotations

from offre_bailleurs.database import reading, transaction
from offre_bailleurs.models import Account, ContactChannel, PortalUser
from tests.browser.site import Site
from tests.support.world import Household, Person

NEW_PASSWORD = "Tuile.Bleue?Fenouil-7"
"""What people choose who are asked to choose one."""


def user_number_of(site: Site, household: Household) -> str:
    """The N° utilisateur of their account."""
    with reading(on=site.engine) as session:
        return session.get_one(Account, household.account_id).user_number


def email_of(site: Site, person: Person) -> str:
    """An email address that they may also type: `World` gives addresses that no form takes."""
    email = f"{person.login}@bailleur.example"
    with transaction(on=site.engine) as session:
        session.get_one(PortalUser, person.user_id).email = email
    return email


def have_written_by_letter(site: Site, household: Household, postal_address: str) -> None:
    """The Caf knows no email address of theirs: it writes letters."""
    with transaction(on=site.engine) as session:
        account = session.get_one(Account, household.account_id)
        account.contact_channel, account.postal_address = ContactChannel.LETTER, postal_address
        for person in household.people:
            session.get_one(PortalUser, person.user_id).email = None


def name_manager(site: Site, person: Person) -> Person:
    """The administrator has delegated to them: a responsable d'habilitation."""
    with transaction(on=site.engine) as session:
        session.get_one(PortalUser, person.user_id).is_authorisation_manager = True
    return person
