"""The pages of an access and of «Gestion des habilitations», errors shown too, in a wide window and at 320 pixels."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from offre_bailleurs.campaigns import today
from offre_bailleurs.demo import ADMINISTRATOR, MANAGER
from offre_bailleurs.models import UserState
from tests.browser.accessibility import NARROW, assert_accessible
from tests.browser.people import NEW_PASSWORD, email_of, user_number_of
from tests.browser.post import Post
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.support.world import TEMPORARY_PASSWORD, TenantGiven

LONG_NAME = "Marie-Clémentine Châtaignier-Vigne-Vierge-de-la-Haute-Futaie"
LONG_EMAIL = "marie-clementine.chataignier-vigne-vierge-de-la-haute-futaie@les-oliviers-de-la-vallee.example"


def _lost_login(visitor: Visitor) -> None:
    visitor.go("/identifiant-perdu")


def _lost_login_for_who_never_connected(visitor: Visitor) -> None:
    visitor.go("/identifiant-perdu?motif=jamais-connecte")


def _lost_login_refused(visitor: Visitor) -> None:
    visitor.witness.expect("status of 422")
    visitor.go("/identifiant-perdu")
    visitor.access.user_number.fill("A123456")
    visitor.access.asking.click()
    expect(visitor.access.alert).to_be_visible()


def _lost_login_asked(visitor: Visitor) -> None:
    visitor.go("/identifiant-perdu/demande")


def _forgotten_password(visitor: Visitor) -> None:
    visitor.go("/mot-de-passe-oublie")


def _forgotten_password_unanswered(visitor: Visitor) -> None:
    visitor.witness.expect("status of 422")
    visitor.go("/mot-de-passe-oublie?suite=1")
    expect(visitor.access.alert).to_be_visible()


def _forgotten_password_by_email(visitor: Visitor) -> None:
    visitor.go("/mot-de-passe-oublie?connexion=par-courriel")


def _forgotten_password_refused(visitor: Visitor) -> None:
    visitor.witness.expect("status of 422")
    visitor.go("/mot-de-passe-oublie?connexion=oui")
    visitor.leave_checks_to_the_server()
    visitor.access.email.fill("camille arobase exemple.fr")
    visitor.access.asking.click()
    expect(visitor.access.alert).to_be_visible()


def _forgotten_password_asked(visitor: Visitor) -> None:
    visitor.go("/mot-de-passe-oublie/demande")


def _session_over(visitor: Visitor) -> None:
    visitor.go("/connexion?message=session")
    expect(visitor.access.main.get_by_role("status")).to_be_visible()


VISITORS_PAGES: tuple[Callable[[Visitor], None], ...] = (
    _lost_login,
    _lost_login_for_who_never_connected,
    _lost_login_refused,
    _lost_login_asked,
    _forgotten_password,
    _forgotten_password_unanswered,
    _forgotten_password_by_email,
    _forgotten_password_refused,
    _forgotten_password_asked,
    _session_over,
)


@pytest.mark.parametrize("page", VISITORS_PAGES, ids=lambda page: page.__name__.strip("_"))
def test_a_page_for_who_has_lost_something_is_accessible(visitor: Visitor, page: Callable[[Visitor], None]) -> None:
    page(visitor)
    assert_accessible(visitor.page)


def test_every_step_of_the_first_connection_is_accessible_with_and_without_its_errors(
    visitor: Visitor, site: Site
) -> None:
    newcomer = site.world.landlord(LONG_NAME, [TenantGiven("Noé Genêt")], state=UserState.NEVER_CONNECTED)
    access = visitor.access
    visitor.witness.expect("status of 422")
    visitor.try_to_sign_in(newcomer.people[0].login, TEMPORARY_PASSWORD)
    access.expect_step(2)
    assert_accessible(visitor.page)
    visitor.leave_checks_to_the_server()
    access.email.fill(LONG_EMAIL)
    access.phone.fill("12")
    access.going_on.click()
    expect(access.alert).to_be_visible()
    assert_accessible(visitor.page)

    access.phone.fill("")
    access.give_details(LONG_EMAIL)
    assert_accessible(visitor.page)
    visitor.leave_checks_to_the_server()
    access.choose_password("azertyuiop")
    expect(access.alert).to_be_visible()
    assert_accessible(visitor.page)

    access.choose_password()
    access.expect_step(4)
    assert_accessible(visitor.page)
    visitor.go("/")
    assert_accessible(visitor.page)
    visitor.go("/premiere-connexion")
    visitor.leave_checks_to_the_server()
    access.accepting.click()
    expect(access.alert).to_be_visible()
    assert_accessible(visitor.page)
    access.accept_rules()
    assert_accessible(visitor.page)
    access.finishing.click()
    expect(access.heading).to_contain_text("Bienvenue")
    assert_accessible(visitor.page)


def test_the_choice_of_a_new_password_is_accessible_with_and_without_its_errors(
    visitor: Visitor, site: Site, post: Post
) -> None:
    household = site.world.landlord("Ludivine Relecture")
    email = email_of(site, household.people[0])
    visitor.access.ask_login(user_number_of(site, household))
    received = post.credentials_by_email(email)
    visitor.try_to_sign_in(received.login, received.temporary_password)
    expect(visitor.access.heading).to_have_text("Choisissez un nouveau mot de passe")
    assert_accessible(visitor.page)
    visitor.witness.expect("status of 422")
    visitor.access.choose_password("relecture")
    expect(visitor.access.alert).to_be_visible()
    assert_accessible(visitor.page)
    visitor.access.choose_password(NEW_PASSWORD)
    expect(visitor.access.heading).to_have_text("Mes locataires")


@pytest.mark.parametrize(
    "path",
    [
        "/connexion",
        "/identifiant-perdu",
        "/mot-de-passe-oublie",
        "/mot-de-passe-oublie?connexion=oui",
        "/habilitations/utilisateurs/nouveau",
    ],
)
def test_at_320_pixels_the_assistants_button_never_lies_over_what_has_the_focus(visitor: Visitor, path: str) -> None:
    if path.startswith("/habilitations"):
        visitor.sign_in(ADMINISTRATOR)
    visitor.resize(NARROW)
    visitor.go(path)
    visitor.keyboard.tab_to(visitor.assistant.launcher)  # the keyboard complains of a stop that is covered
    assert "Aller au contenu" in visitor.keyboard.stops


def test_every_page_of_the_users_is_accessible_to_the_administrator(visitor: Visitor) -> None:
    first_name, _, last_name = LONG_NAME.partition(" ")
    users = visitor.users
    visitor.sign_in(ADMINISTRATOR)
    users.open_list()
    assert_accessible(visitor.page)
    users.open_form()
    assert_accessible(visitor.page)
    visitor.witness.expect("status of 422")
    visitor.leave_checks_to_the_server()
    users.phone.fill("12")
    users.phone_again.fill("13")
    users.validating.click()
    expect(users.alert).to_be_visible()
    assert_accessible(visitor.page)

    users.phone.fill("06 12 34 56 78")
    users.phone_again.fill("06 12 34 56 78")
    users.opening.fill((today() + timedelta(days=3)).isoformat())
    users.closing_day.fill((today() + timedelta(days=400)).isoformat())
    users.manager.check()
    users.fill(first_name, last_name, LONG_EMAIL.replace("@", ".2@"), ["Logements privés", "Logements conventionnés"])
    users.validating.click()
    expect(users.heading).to_have_text(f"L’accès est créé pour {LONG_NAME}")
    assert_accessible(visitor.page)
    users.open_list()
    assert_accessible(visitor.page)

    users.open_user(LONG_NAME)
    assert_accessible(visitor.page)
    visitor.leave_checks_to_the_server()
    users.email.fill("personne")
    users.validating.click()
    expect(users.alert).to_be_visible()
    assert_accessible(visitor.page)
    users.open_user(LONG_NAME)
    visitor.page.get_by_role("button", name="Renvoyer l’identifiant").click()
    expect(users.heading).to_contain_text("sont en route")
    assert_accessible(visitor.page)

    users.open_user(LONG_NAME)
    users.main.get_by_role("link", name="Clôturer l’accès").click()
    expect(users.heading).to_contain_text("Clôturer l’accès de")
    assert_accessible(visitor.page)
    users.close(LONG_NAME)
    assert_accessible(visitor.page)
    users.open_user(LONG_NAME)
    expect(users.main).to_contain_text("Cet accès est clos")
    assert_accessible(visitor.page)

    users.main.get_by_role("link", name="Journal", exact=True).click()
    expect(users.heading).to_have_text("Journal")
    assert_accessible(visitor.page)
    users.main.get_by_role("link", name="Changer d’administrateur").first.click()
    expect(users.heading).to_have_text("Changer d’administrateur")
    assert_accessible(visitor.page)
    visitor.page.get_by_role("button", name="Demander le remplacement").click()
    expect(users.main.get_by_role("status")).to_be_visible()
    assert_accessible(visitor.page)


def test_every_page_of_the_users_is_accessible_to_a_manager(visitor: Visitor) -> None:
    visitor.sign_in(MANAGER)
    visitor.users.open_list()
    assert_accessible(visitor.page)
    visitor.users.open_form()
    assert_accessible(visitor.page)
    for name in ("Renée Branchu", "Olive Ramure"):
        visitor.users.open_user(name)
        expect(visitor.users.validating).to_have_count(0)
        assert_accessible(visitor.page)
    visitor.users.main.get_by_role("link", name="Changer d’administrateur").first.click()
    expect(visitor.users.heading).to_have_text("Changer d’administrateur")
    assert_accessible(visitor.page)
