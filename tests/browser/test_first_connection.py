"""The first connection, from the codes that the Caf has sent to the tenants' list."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

import pytest
from playwright.sync_api import Locator, Route, expect

from offre_bailleurs.demo import NEVER_CONNECTED, NEW_ORGANISATION, NEW_ORGANISATION_TOO
from offre_bailleurs.models import UserState
from tests.browser.people import NEW_PASSWORD
from tests.browser.site import Site
from tests.browser.visitor import PATIENCE, Visitor
from tests.support.world import TEMPORARY_PASSWORD, Household, TenantGiven

TENANT = "Sidonie Glaïeul"
CLOSED_MEANWHILE = ("/locataires", "/habilitations/utilisateurs", "/premiere-connexion/conditions-d-utilisation")


@pytest.fixture
def newcomers(site: Site) -> Household:
    """A landlord who holds a login and a temporary password."""
    return site.world.landlord("Basile Débutant", [TenantGiven(TENANT)], state=UserState.NEVER_CONNECTED)


def test_a_landlord_goes_through_the_five_steps_with_the_keyboard_and_resumes_where_he_left(
    visitors: Callable[[], Visitor],
) -> None:
    login, temporary_password = NEVER_CONNECTED.login, NEVER_CONNECTED.password
    easily_typed = temporary_password.replace("-", "").lower()
    assert easily_typed != temporary_password

    one = visitors()
    _sign_in_by_keyboard(one, login, easily_typed)
    one.access.expect_step(2)
    for path in CLOSED_MEANWHILE:
        one.go(path)
        one.access.expect_step(2)
    expect(one.page.get_by_role("link", name="Mes locataires")).to_have_count(0)
    for field, typed in (
        (one.access.email, "Basile.Tardif@bailleur.example"),
        (one.access.email_again, "basile.tardif@bailleur.example"),
        (one.access.phone, "06 12 34 56 78"),
        (one.access.phone_again, "+33 6 12 34 56 78"),
    ):
        one.keyboard.tab_to(field)
        one.keyboard.type(typed)
    one.keyboard.press("Enter")
    one.access.expect_step(3)
    one.close()

    two = visitors()
    _sign_in_by_keyboard(two, login, temporary_password.lower())
    two.access.expect_step(3)
    for field in (two.access.password, two.access.password_again):
        two.keyboard.tab_to(field)
        two.keyboard.type(NEW_PASSWORD)
    two.keyboard.press("Enter")
    two.access.expect_step(4)
    two.close()

    three = visitors()
    three.be_refused(login, temporary_password)
    _sign_in_by_keyboard(three, login, NEW_PASSWORD)
    three.access.expect_step(4)
    three.go("/locataires")
    three.access.expect_step(4)
    _press_by_keyboard(three, three.access.accepting_rules, "Space")
    _press_by_keyboard(three, three.access.accepting)
    three.access.expect_step(5)
    _press_by_keyboard(three, three.access.accepting_terms, "Space")
    _press_by_keyboard(three, three.access.finishing)
    expect(three.access.heading).to_have_text("Bienvenue, Basile Tardif")
    expect(three.access.main).not_to_contain_text("administrateur")
    _press_by_keyboard(three, three.page.get_by_role("main").get_by_role("link", name="Voir mes locataires"))
    expect(three.access.heading).to_have_text("Mes locataires")
    expect(three.page.get_by_role("rowheader")).to_have_count(1)
    three.sign_out()

    three.be_refused(login, temporary_password)
    three.try_to_sign_in(login, NEW_PASSWORD)
    expect(three.access.heading).to_have_text("Mes locataires")


def test_two_people_of_an_organisation_finish_at_the_same_moment_and_one_is_its_administrator(
    visitors: Callable[[], Visitor],
) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "POST":
            held.append(route)
        else:
            route.continue_()

    both = []
    for who in (NEW_ORGANISATION, NEW_ORGANISATION_TOO):
        visitor = visitors()
        visitor.try_to_sign_in(who.login, who.password)
        visitor.access.give_details(f"{who.login}@les-glycines.example")
        visitor.access.choose_password()
        visitor.access.accept_rules()
        visitor.page.route("**/premiere-connexion/conditions-d-utilisation", hold)
        visitor.access.finishing.click(no_wait_after=True)
        both.append(visitor)
    deadline = monotonic() + PATIENCE / 1000
    while len(held) < len(both):
        assert monotonic() < deadline, "a form was not sent"
        both[0].page.wait_for_timeout(20)
    for route in held:
        route.continue_()

    for visitor in both:
        expect(visitor.access.heading).to_contain_text("Bienvenue")
    told = [visitor for visitor in both if "Vous êtes l’administrateur" in visitor.access.main.inner_text()]
    assert len(told) == 1
    for visitor in both:
        menu = visitor.page.get_by_role("navigation", name="Navigation principale")
        expect(menu.get_by_role("link", name="Gestion des habilitations")).to_have_count(int(visitor in told))
    told[0].page.get_by_role("main").get_by_role("link", name="Gestion des habilitations").click()
    expect(told[0].access.heading).to_have_text("Mes utilisateurs")
    for name in ("Violette Treille", "Prosper Tonnelle"):
        expect(told[0].page.get_by_role("row").filter(has_text=name)).to_contain_text("Actif")
    expect(told[0].page.get_by_role("row").filter(has_text="Administrateur")).to_have_count(1)


def test_the_email_of_another_account_is_refused_with_the_reason_and_nothing_typed_is_lost(
    visitor: Visitor, newcomers: Household
) -> None:
    visitor.witness.expect("status of 422")
    visitor.try_to_sign_in(newcomers.people[0].login, TEMPORARY_PASSWORD)
    access = visitor.access
    access.expect_step(2)
    access.email.fill("camille.fictive.35@bailleur.example")
    access.email_again.fill("Camille.Fictive.35@bailleur.example")
    access.phone.fill("06 12 34 56 78")
    access.phone_again.fill("06 12 34 56 78")
    access.going_on.click()

    expect(access.alert).to_contain_text("un compte par département, et chacun demande une adresse courriel différente")
    expect(access.alert).to_be_focused()
    expect(access.email).to_have_accessible_description(
        "Elle sert si vous oubliez votre mot de passe. Chaque compte a la sienne. "
        "Cette adresse courriel est celle d’un autre compte. Des logements dans plusieurs départements ? "
        "Vous avez un compte par département, et chacun demande une adresse courriel différente : donnez-en une autre."
    )
    expect(access.phone).to_have_value("06 12 34 56 78")
    access.alert.get_by_role("link").click()
    expect(access.email).to_be_focused()
    access.give_details("basile.debutant@bailleur.example")


def test_a_weak_password_is_refused_in_words_and_the_temporary_one_too(visitor: Visitor, newcomers: Household) -> None:
    visitor.witness.expect("status of 422")
    visitor.try_to_sign_in(newcomers.people[0].login, TEMPORARY_PASSWORD)
    access = visitor.access
    access.give_details("basile.faible@bailleur.example")

    access.choose_password("azertyuiop")
    expect(access.alert).to_contain_text("Il est trop court : il a 10 caractères, il en faut 12 au moins.")
    expect(access.password).to_have_value("")
    access.choose_password(TEMPORARY_PASSWORD)
    expect(access.alert).to_contain_text("C’est votre mot de passe provisoire")
    access.password.fill(NEW_PASSWORD)
    access.password_again.fill(f"{NEW_PASSWORD}!")
    access.going_on.click()
    expect(access.alert).to_contain_text("Les deux mots de passe sont différents")
    access.choose_password()
    access.expect_step(4)


def test_whoever_signs_out_in_mid_step_comes_back_to_it_and_a_form_left_open_does_nothing(
    visitor: Visitor, newcomers: Household
) -> None:
    login = newcomers.people[0].login
    visitor.try_to_sign_in(login, TEMPORARY_PASSWORD)
    visitor.access.give_details("basile.absent@bailleur.example")
    visitor.access.password.fill(NEW_PASSWORD)
    visitor.access.password_again.fill(NEW_PASSWORD)
    other = visitor.context.new_page()
    other.goto("/")
    other.get_by_role("button", name="Se déconnecter").click()
    expect(other.get_by_role("status").get_by_text("déconnecté")).to_be_visible()

    visitor.access.going_on.click()
    expect(visitor.access.heading).to_have_text("Connexion")
    expect(visitor.access.main.get_by_role("status")).to_contain_text("Votre connexion est terminée")
    visitor.be_refused(login, NEW_PASSWORD)
    visitor.try_to_sign_in(login, TEMPORARY_PASSWORD)
    visitor.access.expect_step(3)


def test_the_chat_knows_nobody_until_the_last_step_is_done(visitor: Visitor, newcomers: Household) -> None:
    assistant = visitor.assistant
    visitor.try_to_sign_in(newcomers.people[0].login, TEMPORARY_PASSWORD)
    visitor.access.expect_step(2)
    assert "Bonjour, je suis" in assistant.open()
    answer = assistant.say(f"Déclarer le loyer de {TENANT}")
    assert "connectez-vous d'abord à Mon Compte Partenaire" in answer
    assert TENANT not in answer
    assistant.closing.click()

    visitor.access.connect_first("basile.bavard@bailleur.example")
    assert "Basile Débutant" in assistant.open()
    assert TENANT in assistant.say(f"Déclarer le loyer de {TENANT}")


def _sign_in_by_keyboard(visitor: Visitor, login: str, password: str) -> None:
    visitor.go("/connexion")
    visitor.keyboard.tab_to(visitor.page.get_by_label("Identifiant", exact=True))
    visitor.keyboard.type(login)
    visitor.keyboard.tab_to(visitor.page.get_by_label("Mot de passe", exact=True))
    visitor.keyboard.type(password)
    visitor.keyboard.press("Enter")


def _press_by_keyboard(visitor: Visitor, target: Locator, key: str = "Enter") -> None:
    visitor.keyboard.tab_to(target)
    visitor.keyboard.press(key)
