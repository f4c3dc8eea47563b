"""«Mes utilisateurs»: whoever is created reads the post, connects, and sees the groups' tenants until the closing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from offre_bailleurs.campaigns import today
from offre_bailleurs.demo import ADMINISTRATOR, LIMITED_USER, MANAGER
from offre_bailleurs.models import DeclarationState, DwellingType
from tests.browser.accessibility import assert_accessible
from tests.browser.people import NEW_PASSWORD, email_of, name_manager
from tests.browser.post import Post
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.support.world import PASSWORD, GroupGiven, Household, Person, TenantGiven

PRIVATE, REGULATED = "Logements privés", "Logements conventionnés"
PRIVATE_TENANT, REGULATED_TENANT = "Ninon Capucine", "Léandre Hortensia"


@dataclass(frozen=True)
class Tilleuls:
    """An organisation of a test's own."""

    household: Household

    @property
    def administrator(self) -> Person:
        return self.household.people[0]

    @property
    def manager(self) -> Person:
        """Of the private dwellings."""
        return self.household.people[1]

    @property
    def colleague(self) -> Person:
        """Of the regulated dwellings."""
        return self.household.people[2]


@pytest.fixture
def tilleuls(site: Site) -> Tilleuls:
    household = site.world.organisation(
        "LES TILLEULS",
        {PRIVATE: GroupGiven(DwellingType.PRIVATE, ["35"]), REGULATED: GroupGiven(DwellingType.REGULATED, ["35"])},
        {"Ada Tilleul": [PRIVATE, REGULATED], "Rosa Tilleul": [PRIVATE], "Paul Tilleul": [REGULATED]},
        [
            TenantGiven(PRIVATE_TENANT, last_year_rent=Decimal(500), group=PRIVATE),
            TenantGiven(REGULATED_TENANT, last_year_rent=Decimal(400), group=REGULATED),
        ],
    )
    name_manager(site, household.people[1])
    return Tilleuls(household)


@pytest.fixture
def administrator(visitors: Callable[[], Visitor], tilleuls: Tilleuls) -> Visitor:
    """Signed in."""
    visitor = visitors()
    visitor.sign_in(tilleuls.administrator)
    return visitor


def test_a_new_user_gets_the_codes_by_email_connects_and_sees_the_tenants_of_the_groups_ticked(
    administrator: Visitor, tilleuls: Tilleuls, visitors: Callable[[], Visitor], post: Post
) -> None:
    email = f"nadia.neuve.{tilleuls.household.account_id}@les-tilleuls.example"
    users = administrator.users
    users.create("Nadia", "Neuve", email, [PRIVATE])
    expect(users.main.get_by_role("status")).to_contain_text(
        f"partent tout de suite par mail, dans deux messages séparés, à l’adresse {email}"
    )
    users.open_list()
    expect(users.row("Nadia Neuve")).to_contain_text("Première connexion à faire")

    received = post.credentials_by_email(email)
    new = visitors()
    new.try_to_sign_in(received.login, received.temporary_password)
    new.access.expect_step(2)
    expect(new.access.email).to_have_value(email)
    new.access.connect_first(email)
    expect(new.access.main).not_to_contain_text("administrateur")
    new.page.get_by_role("link", name="Voir mes locataires").click()
    expect(new.page.get_by_role("rowheader")).to_have_text([PRIVATE_TENANT])
    expect(new.users.menu_item).to_have_count(0)

    users.open_list()
    expect(users.row("Nadia Neuve")).to_contain_text("Actif")
    users.close("Nadia Neuve")
    new.page.get_by_role("link", name="Mes locataires").click()
    expect(new.access.heading).to_have_text("Connexion")
    new.be_refused(received.login, NEW_PASSWORD)


def test_a_user_who_is_closed_in_mid_declaration_is_told_at_the_next_message_of_the_chat(
    administrator: Visitor, tilleuls: Tilleuls, visitors: Callable[[], Visitor], site: Site
) -> None:
    colleague = visitors()
    colleague.sign_in(tilleuls.colleague)
    colleague.assistant.open()
    colleague.assistant.say(f"Déclarer le loyer de {REGULATED_TENANT}")
    assert "loyer de juillet" in colleague.assistant.press("Oui")

    administrator.users.close(tilleuls.colleague.name)
    answer = colleague.assistant.say("410")
    assert "Votre accès ne permet pas, ou ne permet plus, de déclarer ce loyer" in answer
    draft = site.world.declaration(tilleuls.household.tenancies[REGULATED_TENANT])
    assert draft is not None
    assert draft.state is DeclarationState.IN_PROGRESS
    assert draft.july_rent_cents is None


def test_a_group_that_is_taken_away_is_closed_in_mid_declaration(
    administrator: Visitor, tilleuls: Tilleuls, visitors: Callable[[], Visitor], site: Site
) -> None:
    email_of(site, tilleuls.colleague)
    colleague = visitors()
    colleague.sign_in(tilleuls.colleague)
    colleague.assistant.open()
    colleague.assistant.say(f"Déclarer le loyer de {REGULATED_TENANT}")
    colleague.assistant.press("Oui")

    users = administrator.users
    users.open_user(tilleuls.colleague.name)
    users.group(REGULATED).uncheck()
    users.group(PRIVATE).check()
    users.validating.click()
    expect(users.heading).to_have_text(f"L’accès est modifié pour {tilleuls.colleague.name}")
    assert "ne permet pas, ou ne permet plus, de déclarer ce loyer" in colleague.assistant.say("410")
    colleague.go("/locataires")
    expect(colleague.page.get_by_role("rowheader")).to_have_text([PRIVATE_TENANT])


def test_what_is_wrong_with_a_new_user_is_said_field_by_field_and_what_was_typed_stays(
    administrator: Visitor, tilleuls: Tilleuls, site: Site
) -> None:
    taken = email_of(site, tilleuls.colleague)
    administrator.witness.expect("status of 422")
    users = administrator.users
    users.open_form()
    administrator.leave_checks_to_the_server()
    users.validating.click()
    for sentence in ("Saisissez le nom.", "Saisissez le prénom.", "Saisissez l’adresse mail.", "Cochez au moins un"):
        expect(users.alert).to_contain_text(sentence)
    expect(users.alert).to_be_focused()
    users.alert.get_by_role("link", name="Cochez au moins un groupe").click()
    expect(administrator.page.get_by_role("group", name="Groupes d’habilitations *")).to_be_focused()
    assert_accessible(administrator.page)

    administrator.leave_checks_to_the_server()
    users.fill("Nadia", "Neuve", "nadia.neuve@les-tilleuls.example", [PRIVATE])
    users.email_again.fill("nadia.neuve@les-tilleul.example")
    users.phone.fill("12")
    users.opening.fill((today() + timedelta(days=9)).isoformat())
    users.closing_day.fill((today() + timedelta(days=3)).isoformat())
    users.validating.click()
    expect(users.alert).to_contain_text("La seconde saisie ne correspond pas : vérifiez l’adresse mail")
    expect(users.email_again).to_have_accessible_description(
        "La seconde saisie ne correspond pas : vérifiez l’adresse mail dans les deux champs."
    )
    expect(users.phone).to_have_value("12")
    expect(users.group(PRIVATE)).to_be_checked()
    assert_accessible(administrator.page)

    administrator.leave_checks_to_the_server()
    users.fill("Nadia", "Neuve", taken.upper(), [PRIVATE])
    users.phone.fill("")
    users.validating.click()
    expect(users.alert).to_contain_text("clôture")
    users.closing_day.fill("")
    users.validating.click()
    expect(users.alert).to_contain_text("déjà celle d’un autre utilisateur")
    users.open_list()
    assert "Nadia Neuve" not in users.names


def test_a_double_click_and_a_way_back_create_one_user(administrator: Visitor, tilleuls: Tilleuls, post: Post) -> None:
    email = f"unique.{tilleuls.household.account_id}@les-tilleuls.example"
    users = administrator.users
    users.open_form()
    users.fill("Una", "Unique", email, [PRIVATE])
    users.validating.dblclick()
    expect(users.heading).to_have_text("L’accès est créé pour Una Unique")
    administrator.page.go_back()
    expect(users.heading).to_have_text("Créer un utilisateur")
    users.open_list()
    assert users.names.count("Una Unique") == 1
    post.credentials_by_email(email)


def test_codes_sent_again_open_once_and_the_own_password_until_another_is_chosen(
    administrator: Visitor, tilleuls: Tilleuls, visitors: Callable[[], Visitor], site: Site, post: Post
) -> None:
    email = email_of(site, tilleuls.colleague)
    users = administrator.users
    users.open_user(tilleuls.colleague.name)
    administrator.page.get_by_role("button", name="Renvoyer l’identifiant").click()
    expect(users.heading).to_contain_text("sont en route")
    received = post.credentials_by_email(email)
    assert received.login == tilleuls.colleague.login

    colleague = visitors()
    colleague.sign_in(tilleuls.colleague)
    colleague.sign_out()
    colleague.try_to_sign_in(received.login, received.temporary_password)
    expect(colleague.access.heading).to_have_text("Choisissez un nouveau mot de passe")
    colleague.access.choose_password()
    expect(colleague.access.heading).to_have_text("Mes locataires")
    colleague.sign_out()
    colleague.be_refused(received.login, received.temporary_password)
    colleague.be_refused(received.login, PASSWORD)


def test_an_access_opens_on_its_day_and_not_before(
    administrator: Visitor, tilleuls: Tilleuls, visitors: Callable[[], Visitor], post: Post
) -> None:
    email = f"demain.{tilleuls.household.account_id}@les-tilleuls.example"
    users = administrator.users
    users.open_form()
    users.fill("Dora", "Demain", email, [PRIVATE])
    users.opening.fill((today() + timedelta(days=1)).isoformat())
    users.validating.click()
    expect(users.main.get_by_role("status")).to_contain_text("La connexion est possible à partir du")
    received = post.credentials_by_email(email)
    new = visitors()
    new.be_refused(received.login, received.temporary_password)

    users.open_user("Dora Demain")
    users.opening.fill("")
    users.validating.click()
    expect(users.heading).to_contain_text("est modifié")
    new.try_to_sign_in(received.login, received.temporary_password)
    new.access.expect_step(2)


def test_a_manager_sees_and_gives_her_own_groups_only_and_delegates_nothing(
    visitors: Callable[[], Visitor], tilleuls: Tilleuls, post: Post
) -> None:
    manager = visitors()
    manager.sign_in(tilleuls.manager)
    users = manager.users
    users.open_form()
    assert users.groups == [PRIVATE]
    expect(users.manager).to_have_count(0)
    users.open_list()
    assert tilleuls.colleague.name not in users.names
    assert tilleuls.manager.name in users.names
    manager.witness.expect("status of 404")
    for path in (f"/habilitations/utilisateurs/{tilleuls.colleague.user_id}", "/habilitations/journal"):
        manager.go(path)
        expect(users.heading).to_have_text("Page introuvable")

    manager.go("/locataires")
    email = f"nina.nouvelle.{tilleuls.household.account_id}@les-tilleuls.example"
    users.create("Nina", "Nouvelle", email, [PRIVATE])
    received = post.credentials_by_email(email)
    new = visitors()
    new.try_to_sign_in(received.login, received.temporary_password)
    new.access.connect_first(email)
    new.go("/locataires")
    expect(new.page.get_by_role("rowheader")).to_have_text([PRIVATE_TENANT])


def test_the_demos_manager_and_its_limited_user_see_what_is_theirs(visitors: Callable[[], Visitor]) -> None:
    manager = visitors()
    manager.sign_in(MANAGER)
    manager.users.open_form()
    assert manager.users.groups == [REGULATED]
    manager.users.open_list()
    assert "Félix L'Écorce" not in manager.users.names

    limited = visitors()
    limited.witness.expect("status of 404")
    limited.sign_in(LIMITED_USER)
    expect(limited.users.menu_item).to_have_count(0)
    for path in ("", "/utilisateurs", "/utilisateurs/nouveau", "/utilisateurs/1", "/journal", "/administrateur"):
        response = limited.page.goto(f"/habilitations{path}")
        assert response is not None
        assert response.status == 404, path
        expect(limited.users.heading).to_have_text("Page introuvable")


def test_a_delegation_holds_from_the_next_click_until_it_is_taken_away(
    administrator: Visitor, tilleuls: Tilleuls, visitors: Callable[[], Visitor], site: Site
) -> None:
    email_of(site, tilleuls.colleague)
    colleague = visitors()
    colleague.witness.expect("status of 404")
    colleague.sign_in(tilleuls.colleague)
    expect(colleague.users.menu_item).to_have_count(0)
    users = administrator.users
    users.open_user(tilleuls.colleague.name)
    users.manager.check()
    users.validating.click()
    expect(users.heading).to_contain_text("est modifié")
    colleague.page.reload()
    colleague.users.open_form()
    colleague.users.fill("Trop", "Tard", "trop.tard@les-tilleuls.example", [REGULATED])

    users.open_user(tilleuls.colleague.name)
    users.manager.uncheck()
    users.validating.click()
    expect(users.heading).to_contain_text("est modifié")
    colleague.users.validating.click()
    expect(colleague.users.heading).to_have_text("Page introuvable")
    users.open_list()
    assert "Trop Tard" not in users.names


def test_the_journal_tells_the_administrator_who_did_what(administrator: Visitor, tilleuls: Tilleuls) -> None:
    users = administrator.users
    users.create("Jeanne", "Journal", f"jeanne.{tilleuls.household.account_id}@les-tilleuls.example", [PRIVATE])
    users.close("Jeanne Journal")
    administrator.page.get_by_role("link", name="Journal", exact=True).click()
    expect(users.heading).to_have_text("Journal")
    rows = administrator.page.get_by_role("row").filter(has_text="Jeanne Journal")
    expect(rows.first).to_contain_text(tilleuls.administrator.name)
    for row in rows.all():
        assert "@" not in row.inner_text()


def test_replacing_the_administrator_is_asked_of_the_caf_and_changes_nothing(
    administrator: Visitor, tilleuls: Tilleuls
) -> None:
    users = administrator.users
    users.open_user(tilleuls.administrator.name)
    expect(users.validating).to_have_count(0)
    users.main.get_by_role("link", name="Changer d’administrateur").first.click()
    administrator.page.get_by_role("button", name="Demander le remplacement").click()
    expect(users.main.get_by_role("status")).to_contain_text("est enregistrée")
    users.open_list()
    expect(users.row(tilleuls.administrator.name)).to_contain_text("Administrateur")


def test_the_demos_administrator_reads_the_convention_on_the_form(visitor: Visitor) -> None:
    visitor.sign_in(ADMINISTRATOR)
    visitor.users.open_form()
    expect(visitor.users.main).to_contain_text("LES OLIVIERS, état : Validée")
    assert visitor.users.groups == [REGULATED, PRIVATE]
