"""What the pages do for an access, done by chat: an access recovered, a colleague created."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from offre_bailleurs.models import DwellingType
from tests.browser.accessibility import assert_accessible
from tests.browser.people import NEW_PASSWORD, email_of, user_number_of
from tests.browser.post import Post
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.support.world import PASSWORD, GroupGiven, TenantGiven

PRIVATE, REGULATED = "Logements privés", "Logements conventionnés"
TENANT, HIDDEN_TENANT = "Églé Bruyère", "Côme Genévrier"


def test_a_visitor_who_lost_a_login_asks_the_chat_gets_the_mails_and_signs_in(
    visitor: Visitor, site: Site, post: Post
) -> None:
    household = site.world.landlord("Armel Oublieux", [TenantGiven(TENANT)])
    login, email = household.people[0].login, email_of(site, household.people[0])
    number = user_number_of(site, household)
    assistant = visitor.assistant
    visitor.go("/connexion")
    assistant.open()
    assert "« Identifiant perdu »" in assistant.say("j'ai perdu mon identifiant")
    assert "7 caractères" in assistant.say("9876543")
    answer = assistant.say(f"mon numéro c'est {number[:3]} {number[3:]}")
    assert "Si ce N° utilisateur est celui d'un compte" in answer
    assert email not in answer
    assert login not in answer
    assert_accessible(visitor.page)

    received = post.credentials_by_email(email)
    assert received.login == login
    assistant.closing.click()
    visitor.try_to_sign_in(received.login, received.temporary_password)
    expect(visitor.access.heading).to_have_text("Choisissez un nouveau mot de passe")
    visitor.access.choose_password()
    expect(visitor.page.get_by_role("rowheader")).to_have_text(TENANT)
    visitor.sign_out()
    visitor.be_refused(login, PASSWORD)


def test_a_visitor_who_forgot_a_password_asks_the_chat_and_an_unknown_address_reads_the_same(
    visitors: Callable[[], Visitor], site: Site, post: Post
) -> None:
    household = site.world.landlord("Aubin Tête-en-l'Air", [TenantGiven(TENANT)])
    email = email_of(site, household.people[0])
    answers = []
    for address in (email, "login99999@bailleur.example"):
        visitor = visitors()
        assistant = visitor.assistant
        visitor.go("/connexion")
        assistant.open()
        assistant.say("j'ai oublié mon mot de passe")
        assistant.press("Oui, déjà")
        answers.append(assistant.say(address).replace(address, "<adresse>"))
    assert "un courriel y est envoyé, avec un mot de passe provisoire" in answers[0]
    assert answers[0] == answers[1]
    post.temporary_password_by_email(email)
    assert post.emails_to("login99999@bailleur.example") == []


def test_an_administrator_creates_a_colleague_by_chat_who_connects_and_sees_her_group(
    visitors: Callable[[], Visitor], site: Site, post: Post
) -> None:
    household = site.world.organisation(
        "LES ÉRABLES",
        {PRIVATE: GroupGiven(DwellingType.PRIVATE, ["35"]), REGULATED: GroupGiven(DwellingType.REGULATED, ["35"])},
        {"Ève Érable": [PRIVATE, REGULATED]},
        [TenantGiven(TENANT, group=PRIVATE), TenantGiven(HIDDEN_TENANT, group=REGULATED)],
    )
    email = f"julie.martin.{household.account_id}@les-erables.example"
    administrator = visitors()
    assistant = administrator.assistant
    administrator.sign_in(household)
    assistant.open()
    asked = assistant.say("ajoute ma collègue Julie Martin")
    assert "Rien n'est créé tant que vous n'avez pas choisi « Valider »" in asked
    assert "adresse mail" in asked
    assert "une seconde fois" in assistant.say(email)
    assert "différentes" in assistant.say(email.replace("martin", "martine"))
    assistant.say(email)
    assert "téléphone" in assistant.say(email)
    assert "À partir de quelle date" in assistant.press("Passer")
    assert "date de clôture" in assistant.press("Passer")
    assert "itinérant" in assistant.press("Aucune")
    assert "Quels groupes" in assistant.press("Sédentaire")
    assistant.press(PRIVATE)
    summary = assistant.press("C'est tout")
    for said in ("LES ÉRABLES", "Nom : Martin", "Prénom : Julie", email, f"Groupes d'habilitations : {PRIVATE}"):
        assert said in summary
    assert_accessible(administrator.page)
    assert post.emails_to(email) == []
    assert "L'accès est créé pour Julie Martin" in assistant.press("Valider")
    received = post.credentials_by_email(email)

    new = visitors()
    new.try_to_sign_in(received.login, received.temporary_password)
    new.access.connect_first(email)
    new.page.get_by_role("link", name="Voir mes locataires").click()
    expect(new.page.get_by_role("rowheader")).to_have_text([TENANT])
    new.sign_out()
    new.try_to_sign_in(received.login, NEW_PASSWORD)
    expect(new.access.heading).to_have_text("Mes locataires")

    assistant.closing.click()
    administrator.users.open_list()
    expect(administrator.users.row("Julie Martin")).to_contain_text("Actif")


def test_a_plain_user_who_asks_the_chat_for_a_colleague_is_told_who_can_do_it(visitor: Visitor, site: Site) -> None:
    household = site.world.organisation(
        "LES CHARMES",
        {PRIVATE: GroupGiven(DwellingType.PRIVATE, ["35"])},
        {"Zoé Charme": [PRIVATE], "Luc Charme": [PRIVATE]},
        [],
    )
    visitor.sign_in(household.people[1])
    visitor.assistant.open()
    answer = visitor.assistant.say("ajoute ma collègue Julie Martin")
    assert "adressez-vous à l'administrateur ou à un responsable d'habilitation" in answer
    assert "Rien n'est créé tant que" not in answer
    expect(visitor.assistant.choice("Valider")).to_have_count(0)
