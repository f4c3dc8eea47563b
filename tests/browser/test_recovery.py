"""« Identifiant perdu » and « Mot de passe oublié », from the page to the post, and from the post to the tenants."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from offre_bailleurs.models import UserState
from tests.browser.accessibility import assert_accessible
from tests.browser.people import NEW_PASSWORD, email_of, have_written_by_letter, user_number_of
from tests.browser.post import Post
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.support.world import PASSWORD, TEMPORARY_PASSWORD, TenantGiven

TENANT = "Irène Pivoine"


def test_a_lost_login_comes_by_email_and_leads_to_a_new_password_before_anything_else(
    visitors: Callable[[], Visitor], site: Site, post: Post
) -> None:
    household = site.world.landlord("Perrine Égarée", [TenantGiven(TENANT)])
    login, email = household.people[0].login, email_of(site, household.people[0])
    number = user_number_of(site, household)
    visitor = visitors()
    visitor.access.ask_login(f"{number[:3]} {number[3:]}")
    received = post.credentials_by_email(email)
    assert received.login == login

    # Anybody may ask in somebody's name: their own password still opens, until they choose another.
    untroubled = visitors()
    untroubled.sign_in(household)

    visitor.try_to_sign_in(received.login, received.temporary_password)
    expect(visitor.access.heading).to_have_text("Choisissez un nouveau mot de passe")
    for path in ("/locataires", "/habilitations", "/connexion", "/premiere-connexion"):
        visitor.go(path)
        expect(visitor.access.heading).to_have_text("Choisissez un nouveau mot de passe")
    visitor.access.choose_password()
    expect(visitor.access.heading).to_have_text("Mes locataires")
    expect(visitor.page.get_by_role("rowheader")).to_have_text(TENANT)
    visitor.sign_out()

    untroubled.go("/locataires")
    expect(untroubled.access.heading).to_have_text("Connexion")
    visitor.be_refused(login, PASSWORD)
    visitor.be_refused(login, received.temporary_password)
    visitor.try_to_sign_in(login, NEW_PASSWORD)
    expect(visitor.access.heading).to_have_text("Mes locataires")


def test_a_lost_login_comes_by_two_letters_to_whom_the_caf_writes(visitor: Visitor, site: Site, post: Post) -> None:
    household = site.world.landlord("Odilon Missive", [TenantGiven(TENANT)], state=UserState.NEVER_CONNECTED)
    have_written_by_letter(site, household, "9 impasse du Timbre\n35400 SAINT-MALO")
    visitor.access.ask_login(user_number_of(site, household))
    letters = post.credentials_by_letter("Odilon Missive")
    assert letters.login == household.people[0].login
    for text in post.letters_to("Odilon Missive"):
        assert re.search(r"9 impasse du Timbre\s+35400 SAINT-MALO", text)

    visitor.be_refused(letters.login, TEMPORARY_PASSWORD)
    visitor.try_to_sign_in(letters.login, letters.temporary_password)
    visitor.access.connect_first("odilon.missive@bailleur.example")
    visitor.page.get_by_role("link", name="Voir mes locataires").click()
    expect(visitor.page.get_by_role("rowheader")).to_have_text(TENANT)


def test_a_forgotten_password_is_replaced_by_email_and_the_newest_one_counts(
    visitor: Visitor, site: Site, post: Post
) -> None:
    household = site.world.landlord("Gontran Distrait", [TenantGiven(TENANT)])
    login, email = household.people[0].login, email_of(site, household.people[0])
    visitor.access.ask_password(email.upper())
    first = post.temporary_password_by_email(email)
    assert login not in post.emails_to(email)[0]
    visitor.access.ask_password(email)
    second = post.temporary_password_by_email(email, messages=2)

    visitor.be_refused(login, first)
    visitor.sign_in(household)  # the old password, until another one is chosen
    visitor.sign_out()
    visitor.try_to_sign_in(login, second.replace("-", "").lower())
    expect(visitor.access.heading).to_have_text("Choisissez un nouveau mot de passe")
    visitor.access.choose_password()
    expect(visitor.access.heading).to_have_text("Mes locataires")
    visitor.sign_out()
    visitor.be_refused(login, PASSWORD)
    visitor.be_refused(login, second)


def test_who_exists_and_who_does_not_read_the_very_same_pages(
    visitors: Callable[[], Visitor], site: Site, post: Post
) -> None:
    household = site.world.landlord("Ysolde Présente")
    email = email_of(site, household.people[0])
    present, absent = visitors(), visitors()
    present.access.ask_login(user_number_of(site, household))
    absent.access.ask_login("35999999999999")
    assert _all_there_is_to_read(present) == _all_there_is_to_read(absent)
    # A newer temporary password voids an older one that still waits: only once it is sent are there three messages.
    post.credentials_by_email(email)
    present.access.ask_password(email)
    absent.access.ask_password("personne@nulle-part.example")
    assert _all_there_is_to_read(present) == _all_there_is_to_read(absent)
    post.temporary_password_by_email(email, messages=3)
    assert post.emails_to("personne@nulle-part.example") == []


def test_a_double_click_and_a_reload_ask_once(visitor: Visitor, site: Site, post: Post) -> None:
    household = site.world.landlord("Hector Pressé")
    email = email_of(site, household.people[0])
    visitor.go("/identifiant-perdu")
    visitor.access.user_number.fill(user_number_of(site, household))
    visitor.access.asking.dblclick()
    expect(visitor.access.heading).to_have_text("Votre demande d’identifiant")
    visitor.page.reload()
    post.credentials_by_email(email)
    # The worker takes requests in their order: once a later one is answered, nothing more is on its way.
    visitor.access.ask_password(email)
    post.temporary_password_by_email(email, messages=3)


def test_after_five_wrong_passwords_a_login_must_wait_and_others_need_not(
    visitors: Callable[[], Visitor], site: Site
) -> None:
    guessed, other = site.world.landlord("Léontine Visée"), site.world.landlord("Amédée Voisin")
    visitor = visitors()
    for _ in range(5):
        visitor.be_refused(guessed.people[0].login, "Un-mot-de-passe-inexact")
    visitor.witness.expect("status of 429")
    visitor.try_to_sign_in(guessed.people[0].login, PASSWORD)
    expect(visitor.access.heading).to_have_text("Trop d’essais de connexion")
    assert_accessible(visitor.page)
    visitors().sign_in(other)


def test_whoever_never_connected_and_had_letters_is_led_to_the_lost_login(
    visitor: Visitor, site: Site, post: Post
) -> None:
    household = site.world.landlord("Zéphirin Jamais", state=UserState.NEVER_CONNECTED)
    have_written_by_letter(site, household, "2 rue du Facteur\n35000 RENNES")
    visitor.go("/mot-de-passe-oublie")
    visitor.page.get_by_label("Non, et mes codes sont arrivés par courrier").check()
    visitor.page.get_by_role("button", name="Continuer").click()
    expect(visitor.access.heading).to_have_text("Identifiant perdu")
    expect(visitor.access.main.get_by_role("status")).to_contain_text("même s’il ne vous manque que le mot de passe")
    visitor.access.user_number.fill(user_number_of(site, household))
    visitor.access.asking.click()
    expect(visitor.access.heading).to_have_text("Votre demande d’identifiant")
    assert post.credentials_by_letter("Zéphirin Jamais").login == household.people[0].login


@pytest.mark.parametrize(
    ("typed", "explained"),
    [
        ("", "Saisissez votre N° utilisateur."),
        ("A123456", "Il n’a que 7 caractères"),
        ("3590000709", "trop court : il a 10 caractères"),
        ("359 00007 090 001 23", "trop long : il a 16 caractères"),
    ],
)
def test_a_number_that_cannot_be_one_is_explained(visitor: Visitor, typed: str, explained: str) -> None:
    visitor.witness.expect("status of 422")
    visitor.go("/identifiant-perdu")
    visitor.leave_checks_to_the_server()
    visitor.access.user_number.fill(typed)
    visitor.access.asking.click()
    expect(visitor.access.alert).to_contain_text(explained)
    expect(visitor.access.alert).to_be_focused()
    expect(visitor.access.user_number).to_have_value(typed)
    visitor.access.alert.get_by_role("link").click()
    expect(visitor.access.user_number).to_be_focused()


def _all_there_is_to_read(visitor: Visitor) -> tuple[str, str, str]:
    page = visitor.page
    return (
        page.url,
        page.title(),
        page.locator("header, main, footer").evaluate_all("parts => parts.map(part => part.outerHTML).join()"),
    )
