"""From «j'ai perdu mon identifiant» to a password that signs in; limits; what an onlooker can learn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select, update

from offre_bailleurs.database import reading, transaction
from offre_bailleurs.models import Account, ContactChannel, PortalUser, RecoveryRequest, UserState
from tests.support.chat import ChatClient, text_of
from tests.support.live import LiveBot, live_bot
from tests.support.mailbox import Mailbox
from tests.support.portal import PortalClient
from tests.support.world import PASSWORD, Household

LOGIN_LOST = "j'ai perdu mon identifiant"
NOBODYS = "35900009999999"


@dataclass(frozen=True)
class Known:
    """What a landlord knows of their account."""

    login: str
    user_number: str
    email: str


def known(live: LiveBot, household: Household) -> Known:
    with reading(on=live.engine) as session:
        user = session.get_one(PortalUser, household.people[0].user_id)
        return Known(user.login, user.account.user_number, user.email or "")


def visitor(live: LiveBot) -> ChatClient:
    client = live.client()
    client.open()
    return client


def asked_with_number(live: LiveBot, number: str) -> str:
    chat = visitor(live)
    chat.say(LOGIN_LOST)
    return text_of(chat.say(number))


def asked_with_address(live: LiveBot, address: str) -> str:
    chat = visitor(live)
    chat.say("je n'arrive pas à me connecter")
    chat.press("Mon mot de passe")
    chat.press("Oui, déjà")
    return text_of(chat.say(address))


@pytest.fixture(scope="module")
def posting() -> Iterator[LiveBot]:
    """A bot whose worker sends messages, and whose portal is open."""
    with live_bot() as live:
        live.servers.start("outbox", "portal")
        yield live


@pytest.fixture
def mailbox(posting: LiveBot) -> Mailbox:
    return Mailbox(posting.servers.settings)


def test_a_lost_login_comes_back_with_a_temporary_password_that_signs_in(posting: LiveBot, mailbox: Mailbox) -> None:
    landlord = known(posting, posting.world.landlord("Claude Bailleur"))
    before = len(mailbox.emails())

    assert "Si ce N° utilisateur est celui d'un compte" in asked_with_number(posting, landlord.user_number)

    mailbox.wait_for(before + 2)
    emails = mailbox.emails()[before:]
    assert {email.to for email in emails} == {landlord.email}
    assert sum(landlord.login in email.text for email in emails) == 1  # login and password travel apart
    password = mailbox.temporary_password()
    assert not any(landlord.login in email.text and password in email.text for email in emails)
    with PortalClient(posting.servers.settings.portal_url) as browser:
        browser.sign_in(landlord.login, password)
    with PortalClient(posting.servers.settings.portal_url) as browser:
        browser.sign_in(landlord.login, PASSWORD)  # their own goes on working


def test_a_forgotten_password_comes_back_by_email_without_the_login(posting: LiveBot, mailbox: Mailbox) -> None:
    landlord = known(posting, posting.world.landlord("Claude Bailleur"))
    before = len(mailbox.emails())

    assert "Si cette adresse est celle d'un compte" in asked_with_address(posting, landlord.email.upper())

    mailbox.wait_for(before + 1)
    (email,) = mailbox.emails()[before:]
    assert email.to == landlord.email
    assert landlord.login not in email.text
    with PortalClient(posting.servers.settings.portal_url) as browser:
        browser.sign_in(landlord.login, mailbox.temporary_password())


def test_who_never_connected_and_is_written_to_by_letter_is_told_to_use_the_other_link(
    posting: LiveBot, mailbox: Mailbox
) -> None:
    household = posting.world.landlord("Claude Bailleur", state=UserState.NEVER_CONNECTED)
    with transaction(on=posting.engine) as session:
        session.execute(
            update(Account)
            .where(Account.id == household.account_id)
            .values(contact_channel=ContactChannel.LETTER, postal_address="3 rue des Lilas\n35000 Rennes")
        )
    landlord = known(posting, household)
    emails, letters = len(mailbox.emails()), len(mailbox.letters())

    asked_with_address(posting, landlord.email)  # who says that they connected before

    mailbox.wait_for(emails + letters + 1)
    (email,) = mailbox.emails()[emails:]
    assert "Identifiant perdu" in email.text

    asked_with_number(posting, landlord.user_number)
    mailbox.wait_for(emails + letters + 3)
    assert len(mailbox.letters()) == letters + 2
    with PortalClient(posting.servers.settings.portal_url) as browser:
        browser.sign_in(landlord.login, mailbox.temporary_password())


def test_what_is_nobodys_sends_nothing_and_is_answered_alike(posting: LiveBot, mailbox: Mailbox) -> None:
    landlord = known(posting, posting.world.landlord("Claude Bailleur"))
    before = len(mailbox.emails()) + len(mailbox.letters())

    to_nobody = asked_with_number(posting, NOBODYS), asked_with_address(posting, "personne@nulle-part.fr")
    to_somebody = asked_with_number(posting, landlord.user_number), asked_with_address(posting, landlord.email)

    assert to_nobody[0].replace(NOBODYS, landlord.user_number) == to_somebody[0]
    assert to_nobody[1].replace("personne@nulle-part.fr", landlord.email) == to_somebody[1]
    # Requests are handled in their order: once somebody's are, nobody's were. The second password may have voided the
    # first one before it left.
    mailbox.wait_for(before + 2)
    emails = mailbox.emails()
    assert not any("nulle-part" in email.to for email in emails)


def test_too_many_requests_wait_and_nothing_is_lost() -> None:
    with live_bot(RECOVERIES_PER_HOUR="2") as live:
        landlord = known(live, live.world.landlord("Claude Bailleur"))
        chat = visitor(live)
        chat.say(LOGIN_LOST)
        for number in (landlord.user_number, NOBODYS):
            assert "Si ce N° utilisateur" in text_of(chat.say(number))
            chat.press("Donner un autre numéro")
        refused = chat.say(landlord.user_number)
        assert "Trop de demandes" in text_of(refused)
        assert "minutes" in text_of(refused)
        assert [button.title for message in refused for button in message.buttons] == ["Parler à un conseiller"]
        assert _count(live) == 2

        # the form was left, and the same address is refused in another conversation too
        assert "Bonjour" in text_of(chat.say("bonjour"))
        assert "Trop de demandes" in asked_with_address(live, landlord.email)
        assert _count(live) == 2


def _count(live: LiveBot) -> int:
    with reading(on=live.engine) as session:
        return session.scalar(select(func.count(RecoveryRequest.id))) or 0
