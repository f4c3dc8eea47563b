"""«Gestion des habilitations» by page: «Mes utilisateurs», «Créer un utilisateur», one user's pages."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import select

from offre_bailleurs.attempts import REFUSED_EMAILS_AN_HOUR, SENDINGS_AN_HOUR, count_sending
from offre_bailleurs.campaigns import today
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.french.format import long_date
from offre_bailleurs.mail.outbox import open_sealed
from offre_bailleurs.models import (
    AuthorisationGroup,
    Declaration,
    DwellingType,
    OutboxMessage,
    PortalUser,
    UserState,
    WorkingMode,
)
from offre_bailleurs.settings import Settings, settings
from portal.app import create_app
from tests.portal.browser import Browser, without_tokens
from tests.portal.office import DRAWN, NEW, USERS, Office, create, form, office, post, rows, text_of
from tests.portal.world import World, add_user

__all__ = ["office"]

NewBrowser = Callable[[], Browser]

UNKNOWN = 999_999
EMAIL_FIELDS = ("adresse_mail", "adresse_mail_confirmation")

_INPUT = re.compile(r'<input id="([^"]+)"[^>]*? value="([^"]*)"')


# Who is let in


def get_paths(office: Office) -> list[str]:
    """Every address of «Gestion des habilitations» that a browser can open."""
    user = f"{USERS}/{office.plain}"
    return [
        "/habilitations",
        USERS,
        NEW,
        user,
        f"{user}/cloture",
        f"{user}/creation/confirmation",
        "/habilitations/administrateur",
        "/habilitations/journal",
    ]


def post_paths(office: Office, user_id: int | str) -> list[str]:
    """Every address that changes a user."""
    return [f"{USERS}/{user_id}", f"{USERS}/{user_id}/cloture", f"{USERS}/{user_id}/renvoi"]


@pytest.mark.parametrize("login", ["oliviers", "resp"])
def test_whoever_manages_users_goes_from_the_menu_to_the_form(browser: Browser, office: Office, login: str) -> None:
    browser.sign_in(login)
    assert '<a href="/habilitations">Gestion des habilitations</a>' in browser.text("/locataires")
    assert browser.get("/habilitations").headers["location"] == USERS
    listing = browser.text(USERS)
    assert "<h1>Mes utilisateurs</h1>" in listing
    assert f'href="{NEW}">Créer un utilisateur</a>' in listing
    assert '<button class="button button--primary" type="submit">Valider</button>' in browser.text(NEW)


@pytest.mark.parametrize("login", ["limite", "simple", "camille"])
def test_anybody_else_is_not_told_that_there_is_anything(browser: Browser, office: Office, login: str) -> None:
    browser.sign_in(login)
    assert "abilitations" not in browser.text("/locataires")
    nowhere = browser.get("/nulle-part")
    for path in get_paths(office):
        response = browser.get(path)
        assert (response.status_code, response.text) == (404, nowhere.text), path
    before = office.state()
    for path in [NEW, "/habilitations/administrateur", *post_paths(office, office.plain)]:
        response = post(browser, path, **form(office.regulated))
        assert (response.status_code, response.text) == (404, nowhere.text), path
    assert office.state() == before


def test_whoever_is_not_signed_in_is_sent_to_sign_in_and_back(browser: Browser, office: Office) -> None:
    for path in get_paths(office):
        response = browser.get(path)
        assert response.status_code == 303, path
        assert response.headers["location"].startswith("/connexion?next="), path
    response = browser.submit_sign_in("oliviers", next=f"{USERS}/{office.plain}")
    assert response.headers["location"] == f"{USERS}/{office.plain}"


def test_a_newcomer_and_a_closed_user_open_and_change_nothing(new_browser: NewBrowser, office: Office) -> None:
    closed = new_browser().sign_in("oliviers")
    token = closed.csrf_token("/locataires")
    office.change(office.administrator, state=UserState.CLOSED)
    newcomer = new_browser()
    newcomer.submit_sign_in("bourgeon", "ABCD-EFGH-JKLM-2345")
    before = office.state()
    for browser in (closed, newcomer):
        for path in get_paths(office):
            assert browser.get(path).status_code == 303, path
        for path in [NEW, *post_paths(office, office.plain)]:
            response = browser.client.post(path, data={"jeton": token, **form(office.regulated)})
            assert response.status_code in (303, 403, 404), path
    assert office.state() == before


@pytest.mark.parametrize("login", ["oliviers", "resp"])
def test_a_user_who_is_not_to_be_seen_looks_like_one_who_does_not_exist(
    browser: Browser, office: Office, world: World, login: str
) -> None:
    browser.sign_in(login)
    hidden: list[int | str] = [office.stranger, office.strange_administrator, world.camille, UNKNOWN, 0]
    hidden += ["abc", "1" * 30, "-1", quote("١", safe=""), "1%00"]
    if login == "resp":
        hidden.append(office.limited)
    nowhere = browser.get("/nulle-part")
    before = office.state()
    for user_id in hidden:
        for path in (
            f"{USERS}/{user_id}",
            f"{USERS}/{user_id}/cloture",
            f"{USERS}/{user_id}/creation/confirmation",
        ):
            response = browser.get(path)
            assert (response.status_code, response.text) == (404, nowhere.text), path
        for path in post_paths(office, user_id):
            response = post(browser, path, **form(office.regulated))
            assert (response.status_code, response.text) == (404, nowhere.text), path
    assert office.state() == before


def test_a_form_of_another_site_or_without_its_token_changes_nothing(browser: Browser, office: Office) -> None:
    browser.sign_in("oliviers")
    before = office.state()
    for path in [NEW, "/habilitations/administrateur", *post_paths(office, office.plain)]:
        for token in ({}, {"jeton": "0" * 64}):
            assert browser.client.post(path, data={**token, **form(office.regulated)}).status_code == 403
        token = {"jeton": browser.csrf_token("/locataires")}
        elsewhere = {"origin": "https://ailleurs.example", "sec-fetch-site": "cross-site"}
        assert browser.client.post(path, data={**token, **form()}, headers=elsewhere).status_code == 403
    assert office.state() == before


# The list


def test_the_administrator_sees_everybody_with_role_groups_and_state(browser: Browser, office: Office) -> None:
    office.change(office.plain, opens_on=today() + timedelta(days=2), closes_on=today() + timedelta(days=9))
    office.change(office.both, closes_on=today() - timedelta(days=1))
    office.change(office.limited, state=UserState.CLOSED)
    listed = rows(browser.sign_in("oliviers").text(USERS))
    assert listed == [
        "Luc Borné limite Utilisateur Logements privés Clos",
        "Lise Bourgeon bourgeon Utilisateur Logements conventionnés Première connexion à faire",
        "Renée Branchu resp Responsable d’habilitation Logements conventionnés Actif",
        "Aline Olivier (vous) oliviers Administrateur Logements conventionnés Logements privés Actif",
        f"Zoé Racine simple Utilisateur Logements conventionnés Ouvre le {long_date(today() + timedelta(days=2))} "
        f"Clôture le {long_date(today() + timedelta(days=9))}",
        f"Basile Sève deux Utilisateur Logements conventionnés Logements privés Clos depuis le "
        f"{long_date(today() - timedelta(days=1))} au soir",
    ]


def test_a_responsable_sees_the_users_of_their_own_groups(browser: Browser, office: Office) -> None:
    listed = rows(browser.sign_in("resp").text(USERS))
    assert [row.partition(" Utilisateur")[0] for row in listed if "Utilisateur" in row] == [
        "Lise Bourgeon bourgeon",
        "Zoé Racine simple",
        "Basile Sève deux",
    ]
    assert "Luc" not in " ".join(listed)


def test_a_long_list_is_searched_and_cut_into_pages(browser: Browser, office: Office) -> None:
    browser.sign_in("oliviers")
    assert 'name="q"' not in browser.text(USERS), "a short list needs no search"
    with transaction(on=office.engine) as session:
        account = session.get_one(PortalUser, office.administrator).account
        for number in range(50):
            add_user(session, account, f"n{number}", "Jeanne", f"Nom{number:02d}")
    first = browser.text(USERS)
    assert len(rows(first)) == 25
    assert "Page suivante" in first
    assert len(rows(browser.text(f"{USERS}?page=3"))) == 6
    assert len(rows(browser.text(f"{USERS}?page=99"))) == 6, "the last page"
    found = browser.text(f"{USERS}?q=RENEE+branchu")
    assert "1 utilisateur correspond à «\xa0RENEE branchu\xa0»" in found
    assert [row[:13] for row in rows(found)] == ["Renée Branchu"]
    assert "Aucun utilisateur ne correspond" in browser.text(f"{USERS}?q=tonnelle"), "not even by searching"
    assert "<script>" not in browser.get(f"{USERS}?q=<script>").text


# Creating


def test_the_form_is_the_guide_s(browser: Browser, office: Office) -> None:
    page = browser.sign_in("oliviers").get(NEW)
    said = text_of(page)
    assert "Convention LES OLIVIERS, état : Validée Organisme LES OLIVIERS" in said
    assert "Les champs marqués d’un astérisque (*) sont obligatoires." in said
    labels = [
        "Nom *",
        "Prénom *",
        "Adresse mail *",
        "Confirmez l’adresse mail *",
        "Date d’ouverture (facultatif)",
        "Date de clôture (facultatif)",
        "Téléphone (facultatif)",
        "Confirmez le téléphone (facultatif)",
        "Sédentaire (poste fixe)",
        "Itinérant (postes différents)",
        "Groupes d’habilitations *",
        "Logements conventionnés logements conventionnés, département 35",
        "Logements privés logements privés, départements 35 et 44",
        "Responsable d’habilitation Peut créer, modifier et clôturer des utilisateurs",
        "Valider",
    ]
    positions = [said.find(label) for label in labels]
    assert -1 not in positions, labels[positions.index(-1)]
    assert positions == sorted(positions), "in the guide's order"
    assert "groupe secret" not in said


def test_the_form_of_a_responsable_offers_their_own_groups_and_no_delegation(browser: Browser, office: Office) -> None:
    said = text_of(browser.sign_in("resp").get(NEW))
    assert "Logements conventionnés" in said
    assert "Logements privés" not in said
    assert "Responsable d’habilitation" not in said


def test_valider_creates_the_user_and_says_that_the_credentials_are_on_their_way(
    browser: Browser, office: Office
) -> None:
    opens_on, closes_on = today() + timedelta(days=1), today() + timedelta(days=30)
    filled = form(
        office.regulated,
        office.private,
        ouverture=opens_on.isoformat(),
        cloture=f"{closes_on:%d/%m/%Y}",
        telephone="06 12 34 56 78",
        telephone_confirmation="+33612345678",
        responsable="oui",
    )
    response = create(browser.sign_in("oliviers"), **filled)
    assert response.status_code == 303
    said = text_of(browser.get(response.headers["location"]))
    assert "L’accès est créé pour Marius Lavande" in said
    assert (
        "L’identifiant et le mot de passe provisoire de Marius Lavande partent tout de suite par mail, dans deux "
        "messages séparés, à l’adresse marius.lavande@essai.example." in said
    )
    assert f"à partir du {long_date(opens_on)}" in said
    created = office.user(int(response.headers["location"].split("/")[3]))
    assert (created.first_name, created.last_name, created.login) == ("Marius", "Lavande", "mlavande")
    assert (created.opens_on, created.closes_on) == (opens_on, closes_on)
    assert (created.phone, created.working_mode) == ("+33612345678", WorkingMode.ITINERANT)
    assert {group.id for group in created.groups} == {office.regulated, office.private}
    assert created.is_authorisation_manager
    assert not created.is_administrator
    assert office.count(OutboxMessage) == 2
    assert "Première connexion à faire" in browser.text(USERS)


def test_the_new_user_signs_in_with_what_they_were_sent(new_browser: NewBrowser, office: Office) -> None:
    create(new_browser().sign_in("oliviers"), **form(office.regulated))
    with reading(on=office.engine) as session:
        messages = [open_sealed(message) for message in session.scalars(select(OutboxMessage).order_by("id"))]
    login, password = (message.content.secret or "" for message in messages)
    response = new_browser().submit_sign_in(login, password)
    assert response.status_code == 303
    assert response.headers["location"].startswith("/premiere-connexion")


def test_a_double_click_and_the_back_button_create_nobody_else(browser: Browser, office: Office) -> None:
    browser.sign_in("oliviers")
    drawn = DRAWN.search(browser.get(NEW).text)
    assert drawn is not None
    once = {"demande": drawn[1], **form(office.regulated)}
    first, again = post(browser, NEW, **once), post(browser, NEW, **once)
    assert first.status_code == again.status_code == 303
    assert first.headers["location"] == again.headers["location"]
    assert browser.get(first.headers["location"]).status_code == 200
    assert office.count(OutboxMessage) == 2
    other = {"nom": "Thym", "adresse_mail": "thym@essai.example", "adresse_mail_confirmation": "thym@essai.example"}
    third = post(browser, NEW, **{**once, **other})
    assert third.headers["location"] != first.headers["location"], "somebody else, typed after going back"
    assert office.count(OutboxMessage) == 4


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"nom": " "}, "nom", "Saisissez le nom."),
        ({"prenom": "R2D2"}, "prenom", "Un nom s’écrit avec des lettres"),
        ({"adresse_mail": "marius"}, "adresse_mail", "il y manque le signe @"),
        ({"adresse_mail_confirmation": ""}, "adresse_mail_confirmation", "Saisissez l’adresse mail une seconde fois."),
        ({"adresse_mail_confirmation": "a@b.example"}, "adresse_mail_confirmation", "ne correspond pas"),
        ({"ouverture": "31/02/2027"}, "ouverture", "Cette date ne se lit pas."),
        ({"cloture": "2020-01-01"}, "cloture", "La date de clôture est déjà passée."),
        ({"ouverture": "2031-01-02", "cloture": "2031-01-01"}, "cloture", "vient avant la date d’ouverture"),
        ({"telephone": "12"}, "telephone", "Ce numéro de téléphone ne convient pas."),
        ({"telephone": "0612345678"}, "telephone_confirmation", "Saisissez le téléphone une seconde fois."),
        (
            {"telephone": "0612345678", "telephone_confirmation": "0612345679"},
            "telephone_confirmation",
            "ne correspond pas",
        ),
        ({"telephone_confirmation": "0612345678"}, "telephone", "ou effacez sa confirmation"),
        ({"adresse_mail": "simple@essai.example"}, "adresse_mail", "déjà celle d’un autre utilisateur"),
        ({"adresse_mail": "prosper@essai.example"}, "adresse_mail", "déjà celle d’un autre utilisateur"),
    ],
)
def test_what_is_wrong_is_said_by_field_and_nothing_typed_is_lost(
    browser: Browser, office: Office, fields: dict[str, str], field: str, message: str
) -> None:
    browser.sign_in("oliviers")
    filled = form(office.private, **fields)
    if "autre utilisateur" in message:
        filled["adresse_mail_confirmation"] = filled["adresse_mail"]
    before = office.state()
    response = create(browser, responsable="oui", **filled)
    assert response.status_code == 422
    page = html.unescape(response.text)
    assert "Erreur – Créer un utilisateur" in page
    summary = re.search(rf'<li><a href="#{field}">([^<]*)</a></li>', page)
    assert summary is not None
    assert message in summary[1]
    assert f'<p class="field__error" id="{field}-erreur">{summary[1]}</p>' in page
    kept = dict(_INPUT.findall(page))
    for name, typed in filled.items():
        if name in kept:
            assert kept[name] == typed
    assert re.search(rf'id="groupe-{office.private}"[^>]* checked', page)
    assert not re.search(rf'id="groupe-{office.regulated}"[^>]* checked', page)
    assert re.search(r'id="poste-itinerant"[^>]* checked', page)
    assert re.search(r'id="responsable"[^>]* checked', page)
    assert office.state() == before


def test_a_form_without_any_group_is_refused(browser: Browser, office: Office) -> None:
    response = create(browser.sign_in("oliviers"), **form())
    assert response.status_code == 422
    assert 'href="#groupes">Cochez au moins un groupe d’habilitations.' in html.unescape(response.text)


@pytest.mark.parametrize("login", ["oliviers", "resp"])
def test_a_group_that_is_not_theirs_is_refused_like_one_that_does_not_exist(
    browser: Browser, office: Office, login: str
) -> None:
    browser.sign_in(login)
    before = office.state()
    others = [office.strange_group, UNKNOWN] + ([office.private] if login == "resp" else [])
    answers = [create(browser, **form(office.regulated, group_id)) for group_id in others]
    assert {answer.status_code for answer in answers} == {422}
    assert len({without_tokens(answer.text) for answer in answers}) == 1
    assert "n’est pas, ou n’est plus, de ceux que vous donnez" in html.unescape(answers[0].text)
    assert "groupe secret" not in answers[0].text
    assert office.state() == before


def test_a_responsable_who_forges_the_delegation_names_nobody(browser: Browser, office: Office) -> None:
    browser.sign_in("resp")
    before = office.state()
    response = create(browser, **form(office.regulated, responsable="oui"))
    assert response.status_code == 422
    assert "Seul l’administrateur nomme les responsables d’habilitation." in html.unescape(response.text)
    response = post(browser, f"{USERS}/{office.plain}", **form(office.regulated, responsable="oui"))
    assert response.status_code == 422
    assert office.state() == before


def test_a_form_makes_no_administrator_whatever_it_is_given(browser: Browser, office: Office) -> None:
    forged = {"is_administrator": "1", "administrateur": "oui", "login": "chef", "state": "active", "account_id": "1"}
    response = create(browser.sign_in("oliviers"), **form(office.regulated, **forged))
    created = office.user(int(response.headers["location"].split("/")[3]))
    assert (created.is_administrator, created.login) == (False, "mlavande")
    assert created.state is UserState.NEVER_CONNECTED
    assert created.account_id == office.user(office.administrator).account_id


def test_an_organisation_with_very_many_groups_has_its_form_read(browser: Browser, office: Office) -> None:
    with transaction(on=office.engine) as session:
        organisation_id = session.get_one(PortalUser, office.administrator).account.organisation_id
        groups = [
            AuthorisationGroup(
                organisation_id=organisation_id,
                name=f"Zone {number} <b>&",
                dwelling_type=DwellingType.PRIVATE,
                departements=["35"],
            )
            for number in range(120)
        ]
        session.add_all(groups)
        session.flush()
        ids = [group.id for group in groups]
    browser.sign_in("oliviers")
    assert "<b>" not in browser.get(NEW).text
    response = create(browser, **form(*ids))
    assert response.status_code == 303
    assert len(office.user(int(response.headers["location"].split("/")[3])).groups) == 120


@pytest.mark.parametrize("path", [NEW, "plain"])
def test_a_responsable_whose_role_was_withdrawn_meanwhile_gets_404_and_changes_nothing(
    browser: Browser, office: Office, path: str
) -> None:
    path = f"{USERS}/{office.plain}" if path == "plain" else path
    browser.sign_in("resp")
    token = browser.csrf_token(path)
    office.change(office.manager, is_authorisation_manager=False)
    before = office.state()
    response = browser.client.post(path, data={"jeton": token, "demande": "x", **form(office.regulated)})
    assert response.status_code == 404
    assert office.state() == before


def test_a_group_withdrawn_from_a_responsable_meanwhile_is_not_given(browser: Browser, office: Office) -> None:
    browser.sign_in("resp")
    token = browser.csrf_token(NEW)
    with transaction(on=office.engine) as session:
        session.get_one(PortalUser, office.manager).groups = [session.get_one(AuthorisationGroup, office.private)]
    before = office.state()
    response = browser.client.post(NEW, data={"jeton": token, "demande": "x", **form(office.regulated)})
    assert response.status_code == 422
    assert office.state() == before


def test_a_responsable_without_any_group_is_told_why_there_is_nothing_to_tick(browser: Browser, office: Office) -> None:
    office.change(office.manager, groups=[])
    assert "Aucun groupe ne vous est confié" in text_of(browser.sign_in("resp").get(NEW))


# One user


def filled_form(browser: Browser, path: str) -> dict[str, str]:
    """What the browser would send of a user's form, untouched."""
    page = html.unescape(browser.get(path).text)
    fields: dict[str, str] = {}
    for tag in re.findall(r"<input [^>]*>", page.partition('id="formulaire"')[2]):
        attributes = dict(re.findall(r'([a-z]+)="([^"]*)"', tag))
        if attributes["type"] in ("checkbox", "radio") and " checked" not in tag:
            continue
        fields[attributes["name"]] = attributes["value"]
    return fields


def test_an_edit_opens_with_what_is_known_and_keeps_what_is_not_touched(browser: Browser, office: Office) -> None:
    office.change(
        office.plain,
        phone="+33612345678",
        opens_on=date(2026, 1, 5),
        closes_on=today() + timedelta(days=5),
        working_mode=WorkingMode.SEDENTARY,
    )
    browser.sign_in("oliviers")
    path = f"{USERS}/{office.plain}"
    before = office.state()
    fields = filled_form(browser, path)
    assert fields["telephone"] == "06 12 34 56 78"
    assert browser.client.post(path, data=fields).status_code == 303
    assert office.state() == before
    fields |= {"nom": "Feuille", f"groupe_{office.private}": "oui", "poste": ""}
    response = browser.client.post(path, data=fields)
    assert "L’accès est modifié pour Zoé Feuille" in text_of(browser.get(response.headers["location"]))
    after = office.user(office.plain)
    assert (after.last_name, after.login, after.phone, after.working_mode) == (
        "Feuille",
        "simple",
        "+33612345678",
        None,
    )
    assert {group.id for group in after.groups} == {office.regulated, office.private}
    assert office.count(OutboxMessage) == 0, "an edit sends nothing"


def test_a_new_address_is_confirmed_by_retyping_and_nothing_is_sent_to_it(browser: Browser, office: Office) -> None:
    browser.sign_in("oliviers")
    path = f"{USERS}/{office.plain}"
    fields = filled_form(browser, path) | {"adresse_mail": "neuve@essai.example"}
    response = browser.client.post(path, data=fields)
    assert response.status_code == 422
    assert "Saisissez l’adresse mail une seconde fois." in html.unescape(response.text)
    fields["adresse_mail_confirmation"] = "neuve@essai.example"
    said = text_of(browser.get(browser.client.post(path, data=fields).headers["location"]))
    assert "Rien n’a été envoyé à cette adresse." in said
    assert "Renvoyer l’identifiant et un mot de passe provisoire" in said
    assert (office.user(office.plain).email, office.user(office.plain).login) == ("neuve@essai.example", "simple")
    with reading(on=office.engine) as session:
        (told,) = [open_sealed(message) for message in session.scalars(select(OutboxMessage))]
    assert told.recipient == ("simple@essai.example",)
    assert "a été remplacée" in told.content.subject


def test_whoever_is_signed_in_is_out_once_their_address_is_replaced(new_browser: NewBrowser, office: Office) -> None:
    zoe, administrator = new_browser().sign_in("simple"), new_browser().sign_in("oliviers")
    assert zoe.get("/locataires").status_code == 200
    path = f"{USERS}/{office.plain}"
    fields = filled_form(administrator, path) | dict.fromkeys(EMAIL_FIELDS, "neuve@essai.example")
    assert administrator.client.post(path, data=fields).status_code == 303
    assert zoe.get("/locataires").status_code == 303
    assert zoe.sign_in("simple").get("/locataires").status_code == 200, "with the same login and password"


@pytest.mark.parametrize(
    ("login", "whom", "why"),
    [
        ("oliviers", "administrator", "Vous êtes l’administrateur de l’organisme."),
        ("resp", "manager", "personne ne modifie ses propres droits"),
        ("resp", "administrator", "remplacer l’administrateur se demande à la Caf"),
        ("resp", "both", "il a aussi des groupes qui ne sont pas les vôtres"),
    ],
)
def test_those_whom_the_viewer_may_not_change_are_shown_without_forms(
    browser: Browser, office: Office, login: str, whom: str, why: str
) -> None:
    browser.sign_in(login)
    user_id = getattr(office, whom)
    path = f"{USERS}/{user_id}"
    page = browser.get(path)
    assert why in text_of(page)
    assert "<form" not in page.text.partition("<main")[2]
    assert browser.get(f"{path}/cloture").headers["location"] == path
    before = office.state()
    for forged in (form(office.regulated, nom="Changé", responsable="oui"), form(nom="")):
        for to in post_paths(office, user_id):
            response = post(browser, to, **forged)
            assert response.status_code == 403, to
            assert why in text_of(response)
    assert office.state() == before


def test_the_edit_of_a_name_leaves_the_recaps_of_the_past_as_they_were(
    browser: Browser, office: Office, world: World
) -> None:
    browser.sign_in("oliviers")
    with transaction(on=office.engine) as session:
        declaration = session.get_one(Declaration, world.regulated_transmitted)
        plain = session.get_one(PortalUser, office.plain)
        declaration.submitted_by, declaration.submitted_by_name = plain, plain.full_name
    recap = f"/recapitulatifs/{world.regulated_transmitted}.pdf"
    before = browser.get(recap).content
    path = f"{USERS}/{office.plain}"
    fields = filled_form(browser, path) | {"nom": "Tout-Autre-Nom"}
    assert browser.client.post(path, data=fields).status_code == 303
    assert office.user(office.plain).last_name == "Tout-Autre-Nom"
    assert before.startswith(b"%PDF")
    assert browser.get(recap).content == before


# Closing and sending again


def test_closing_is_asked_once_more_and_the_user_is_out_at_the_next_request(
    new_browser: NewBrowser, office: Office
) -> None:
    zoe, administrator = new_browser().sign_in("simple"), new_browser().sign_in("oliviers")
    assert zoe.get("/locataires").status_code == 200
    assert zoe.get("/chat/identite").json()["token"]
    path = f"{USERS}/{office.plain}/cloture"
    assert "Clôturer l’accès de Zoé Racine ?" in text_of(administrator.get(path))
    assert zoe.get("/locataires").status_code == 200, "nothing is done before the confirmation"
    response = administrator.submit(path)
    assert "L’accès est clos pour Zoé Racine" in text_of(administrator.get(response.headers["location"]))
    assert zoe.get("/locataires").status_code == 303
    assert zoe.get("/chat/identite").json()["token"] is None
    assert zoe.submit_sign_in("simple").status_code == 422
    shown = administrator.get(f"{USERS}/{office.plain}")
    assert "Cet accès est clos" in text_of(shown)
    assert "<form" not in shown.text.partition("<main")[2]
    assert administrator.get(path).status_code == 303, "there is nothing left to close"
    assert post(administrator, path).status_code == 303, "a double click"
    assert post(administrator, f"{USERS}/{office.plain}/renvoi").status_code == 403


def test_a_responsable_closes_a_plain_user_of_their_groups(browser: Browser, office: Office) -> None:
    browser.sign_in("resp")
    assert browser.submit(f"{USERS}/{office.plain}/cloture").status_code == 303
    assert office.user(office.plain).state is UserState.CLOSED


def test_credentials_are_sent_again_in_two_messages(browser: Browser, office: Office) -> None:
    browser.sign_in("resp")
    path = f"{USERS}/{office.newcomer}"
    response = browser.submit(path, to=f"{path}/renvoi")
    said = text_of(browser.get(response.headers["location"]))
    assert "dans deux messages séparés, à l’adresse bourgeon@essai.example" in said
    assert office.count(OutboxMessage) == 2
    office.change(office.newcomer, email=None)
    assert "Renvoyer l’identifiant" not in text_of(browser.get(path))
    response = post(browser, f"{path}/renvoi")
    assert response.status_code == 422
    assert "ajoutez-la d’abord" in html.unescape(response.text)


# Limits


def assert_told_to_wait(response: Any, words: str = r"Attendez \d\d minutes") -> None:
    assert response.status_code == 429
    assert int(response.headers["retry-after"]) > 0
    assert re.search(words, text_of(response))


def test_who_has_an_access_cannot_be_found_out_by_trying_addresses(new_browser: NewBrowser, office: Office) -> None:
    administrator, manager = new_browser().sign_in("oliviers"), new_browser().sign_in("resp")
    taken = form(office.regulated, **dict.fromkeys(EMAIL_FIELDS, "prosper@essai.example"))
    free = form(office.regulated, **dict.fromkeys(EMAIL_FIELDS, "libre@essai.example"))
    path = f"{USERS}/{office.plain}"
    for number in range(REFUSED_EMAILS_AN_HOUR):
        response = post(administrator, path if number % 2 else NEW, **taken)
        assert response.status_code == 422
        assert "déjà celle d’un autre utilisateur" in text_of(response)
    before = office.state()
    for fields in (taken, free):
        for to in (NEW, path):
            assert_told_to_wait(post(administrator, to, **fields))
    assert office.state() == before
    kept = form(office.regulated, **dict.fromkeys(EMAIL_FIELDS, "simple@essai.example"))
    assert post(administrator, path, **kept).status_code == 303, "an edit that tries no address"
    assert post(manager, NEW, **taken).status_code == 422, "the limit is of one person"


def test_addresses_tried_all_at_once_do_not_slip_through_together(
    browser: Browser, office: Office, configuration: Settings
) -> None:
    browser.sign_in("oliviers")
    token = browser.csrf_token("/locataires")
    taken = form(office.regulated, jeton=token, **dict.fromkeys(EMAIL_FIELDS, "prosper@essai.example"))

    def try_address(number: int) -> int:
        tab = Browser(create_app(configuration, office.engine))  # a server each: what they share is the database
        tab.client.cookies.update(browser.client.cookies)
        return int(tab.client.post(NEW, data=taken).status_code)

    with ThreadPoolExecutor(8) as at_once:
        tries = list(at_once.map(try_address, range(24)))
    assert Counter(tries) == {422: REFUSED_EMAILS_AN_HOUR, 429: 24 - REFUSED_EMAILS_AN_HOUR}


def test_a_mailbox_cannot_be_flooded_by_sending_again(browser: Browser, office: Office) -> None:
    browser.sign_in("resp")
    path = f"{USERS}/{office.newcomer}/renvoi"
    for _ in range(settings().recoveries_per_account):
        assert post(browser, path).status_code == 303
    before = office.state()
    assert_told_to_wait(post(browser, path), r"Attendez 24 heures")
    assert office.state() == before


def test_nobody_has_more_than_sixty_people_written_to_in_an_hour(browser: Browser, office: Office) -> None:
    browser.sign_in("oliviers")
    with transaction(on=office.engine) as session:
        for _ in range(SENDINGS_AN_HOUR):
            count_sending(session, office.administrator)
    before = office.state()
    moved = form(office.regulated, **dict.fromkeys(EMAIL_FIELDS, "neuve@essai.example"))
    assert_told_to_wait(create(browser, **form(office.regulated)))
    assert_told_to_wait(post(browser, f"{USERS}/{office.plain}/renvoi"))
    assert_told_to_wait(post(browser, f"{USERS}/{office.plain}", **moved))
    assert office.state() == before


def test_a_confirmation_is_shown_as_long_as_it_is_true(browser: Browser, office: Office) -> None:
    browser.sign_in("oliviers")
    path = f"{USERS}/{office.plain}"
    assert browser.get(f"{path}/cloture/confirmation").headers["location"] == path
    assert browser.get(f"{path}/autre-chose/confirmation").status_code == 404
    office.change(office.plain, state=UserState.CLOSED)
    assert browser.get(f"{path}/modification/confirmation").headers["location"] == path
    assert browser.get(f"{path}/cloture/confirmation").status_code == 200
