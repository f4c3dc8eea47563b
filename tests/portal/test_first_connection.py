"""The first connection, step by step: what it asks, what it refuses, and that nothing opens before its end."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from starlette.routing import Route

from offre_bailleurs import documents
from offre_bailleurs.accounts import authenticate
from offre_bailleurs.attempts import REFUSED_EMAILS_AN_HOUR
from offre_bailleurs.database import now, reading, transaction
from offre_bailleurs.documents import Text
from offre_bailleurs.models import (
    Acceptance,
    Account,
    AuditEvent,
    AuthorisationGroup,
    ContactChannel,
    Document,
    DwellingType,
    Organisation,
    PortalSession,
    PortalUser,
    Profile,
    TemporaryPassword,
    UserState,
)
from offre_bailleurs.passwords import RULES
from offre_bailleurs.settings import Settings
from portal.app import ROUTES, create_app
from portal.rendering import typeset
from tests.portal.browser import Browser
from tests.portal.first_steps import (
    DETAILS,
    DONE,
    ONE_BY_ONE,
    OWN_DETAILS,
    OWN_PASSWORD,
    PASSWORD,
    STEPS,
    TERMS_OF_USE,
    USAGE_RULES,
    accept,
    advance,
    begin,
    choose_password,
    give_details,
)
from tests.portal.world import TEMPORARY_PASSWORD, World, add_tenancy, add_user, give_temporary_password

NewBrowser = Callable[[], Browser]

PUBLIC = {"/", "/connexion", "/sante", "/sante/vivant", "/favicon.ico", "/chat/identite", "/donnees-personnelles"}
"""What a page shows to anybody, newcomers included."""
OPEN_TO_NEWCOMERS = ("/premiere-connexion", "/identifiant-perdu", "/mot-de-passe-oublie", "/mot-de-passe/nouveau")


def user_named(engine: Engine, login: str) -> PortalUser:
    with reading(on=engine) as session:
        return session.scalars(select(PortalUser).where(PortalUser.login == login)).one()


def count(engine: Engine, table: Any) -> int:
    with reading(on=engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def organisation(engine: Engine, world: World) -> None:
    """A new organisation with two users to come, « une » and « deux », and a tenant."""
    with transaction(on=engine) as session:
        named = Organisation(name="LES TILLEULS", convention_name="LES TILLEULS")
        group = AuthorisationGroup(
            organisation=named, name="Logements privés", dwelling_type=DwellingType.PRIVATE, departements=["35"]
        )
        account = Account(
            profile=Profile.ORGANISATION,
            name="LES TILLEULS",
            user_number="35900007090777",
            contact_channel=ContactChannel.LETTER,
            postal_address="1 rue du Port\n35000 Rennes",
            organisation=named,
        )
        session.add(group)
        for login in ("une", "deux"):
            add_user(session, account, login, login.capitalize(), "Tilleul", state=UserState.NEVER_CONNECTED)
        add_tenancy(session, account, "Rémi", "Tenant", group=group)


# The whole way


def test_the_five_steps_lead_from_the_credentials_of_the_caf_to_the_tenants(browser: Browser, engine: Engine) -> None:
    response = browser.submit_sign_in("nouvelle", TEMPORARY_PASSWORD)
    assert (response.status_code, response.headers["location"]) == (303, DETAILS)
    page = browser.text(DETAILS)
    assert "étape\xa02 sur\xa05" in page
    for label in ("Identifiant et mot de passe fournis par la Caf", "Vos informations", "Les conditions d’utilisation"):
        assert label in page
    assert give_details(browser).headers["location"] == PASSWORD
    assert "étape\xa03 sur\xa05" in browser.text(PASSWORD)
    assert choose_password(browser).headers["location"] == USAGE_RULES
    assert accept(browser, USAGE_RULES).headers["location"] == TERMS_OF_USE
    assert "étape\xa05 sur\xa05" in browser.text(TERMS_OF_USE)
    assert accept(browser, TERMS_OF_USE).headers["location"] == DONE
    welcome = browser.text(DONE)
    assert "Bienvenue, Nadia Nouvelle" in welcome
    assert "administrateur" not in welcome
    assert browser.get("/locataires").status_code == 200
    assert browser.get("/chat/identite").json()["token"]

    user = user_named(engine, "nouvelle")
    assert (user.state, user.email, user.phone) == (UserState.ACTIVE, "nadia@exemple.fr", "+33612345678")
    with reading(on=engine) as session:
        accepted = session.scalars(select(Acceptance).where(Acceptance.portal_user_id == user.id)).all()
        assert {each.document: each.version for each in accepted} == {
            document: documents.current(document).version for document in Document
        }
        assert all(now() - each.accepted_at < timedelta(minutes=1) for each in accepted)


def test_each_page_says_which_step_is_done_which_is_at_hand_and_which_is_to_come(browser: Browser) -> None:
    advance(browser, 1)
    listed = re.findall(r'<li class="stages__one[^"]*"( aria-current="step")?>(.*?)</li>', browser.text(PASSWORD), re.S)
    states = [" ".join(re.sub(r"<[^>]+>", "", text).split()).rsplit(maxsplit=2) for _, text in listed]
    assert [state[-1] for state in states] == ["fait", "fait", "cours", "faire", "faire"]
    assert [bool(current) for current, _ in listed] == [False, False, True, False, False]


def test_the_session_is_another_one_after_the_password_and_after_the_end(browser: Browser, engine: Engine) -> None:
    tokens = []
    begin(browser)
    for step in (lambda _: None, *ONE_BY_ONE):
        step(browser)
        tokens.append((browser.cookie("ob_session"), browser.cookie("ob_visite")))
    signed_in, with_details, with_password, with_rules, at_the_end = tokens
    assert signed_in == with_details
    assert with_password == with_rules
    assert len({signed_in, with_password, at_the_end}) == 3
    assert count(engine, PortalSession) == 1


# Nothing opens before the end


@pytest.fixture(params=range(4), ids=["at the details", "at the password", "at the rules", "at the conditions"])
def unfinished(request: pytest.FixtureRequest, browser: Browser) -> tuple[Browser, str]:
    """Somebody who stands at a step of the first connection, and its address."""
    return advance(browser, request.param), STEPS[request.param]


def _routes(method: str) -> Iterator[str]:
    for route in ROUTES:
        if isinstance(route, Route) and method in (route.methods or ()):
            address = re.sub(r"\{[^}]*\}", "1", route.path)
            if address not in PUBLIC and not address.startswith(OPEN_TO_NEWCOMERS):
                yield address


def test_nothing_opens_before_the_end(unfinished: tuple[Browser, str], world: World) -> None:
    browser, _ = unfinished
    for address in (*_routes("GET"), f"/recapitulatifs/{world.camilles_transmitted}.pdf", "/habilitations"):
        response = browser.get(address)
        assert response.status_code in (303, 404, 405), address
        assert "Morel" not in response.text
    assert browser.get("/chat/identite").json() == {"token": None, "who": ""}


def test_nothing_can_be_posted_before_the_end(unfinished: tuple[Browser, str], engine: Engine) -> None:
    browser, at = unfinished
    before = count(engine, PortalUser), count(engine, AuditEvent)
    token = browser.csrf_token(at)
    for address in _routes("POST"):
        if address == "/deconnexion":
            continue
        response = browser.client.post(address, data={"jeton": token, "nom": "Intrus", "prenom": "Ivan"})
        assert response.status_code in (303, 403, 404), address
    assert (count(engine, PortalUser), count(engine, AuditEvent)) == before


def test_the_list_of_tenants_leads_to_the_step(unfinished: tuple[Browser, str]) -> None:
    browser, at = unfinished
    response = browser.get("/locataires")
    assert browser.get(response.headers["location"]).headers["location"] == at


@pytest.mark.parametrize("address", [*STEPS, DONE, "/premiere-connexion", "/mot-de-passe/nouveau"])
def test_a_page_opened_out_of_order_leads_to_the_step(unfinished: tuple[Browser, str], address: str) -> None:
    browser, at = unfinished
    response = browser.get(address)
    if address == at:
        assert response.status_code == 200
    else:
        assert (response.status_code, response.headers["location"]) == (303, at)


def test_a_form_posted_out_of_order_changes_nothing(unfinished: tuple[Browser, str], engine: Engine) -> None:
    browser, at = unfinished
    before = user_named(engine, "nouvelle")
    everything = {
        **OWN_DETAILS, "nom": "Autre", "nouveau": "Autre-verger-8-poires", "nouveau_encore": "Autre-verger-8-poires",
        "version": documents.current(Document.TERMS_OF_USE).version, "accepte": "oui",
    }  # fmt: skip
    for address in STEPS:
        if address != at:
            response = browser.submit(at, to=address, **everything)
            assert (response.status_code, response.headers["location"]) == (303, at)
    after = user_named(engine, "nouvelle")
    assert (after.last_name, after.password_hash, after.state) == (before.last_name, before.password_hash, before.state)
    assert count(engine, Acceptance) == max(0, STEPS.index(at) - 2)


def test_every_page_names_who_is_connected_and_leads_on(unfinished: tuple[Browser, str]) -> None:
    browser, at = unfinished
    for address in ("/", at, "/identifiant-perdu"):
        page = browser.text(address)
        assert "Connecté\xa0:" in page
        assert "Nadia Nouvelle" in page
        assert "Se déconnecter" in page
        assert f'<a href="{at}"' in page
        assert "Terminer ma première connexion" in page
        assert 'href="/connexion"' not in page.partition("<main")[0]
        assert "Mes locataires" not in page.partition("<main")[0]


def test_one_can_sign_out_at_each_step(unfinished: tuple[Browser, str], engine: Engine) -> None:
    browser, at = unfinished
    assert browser.submit(at, to="/deconnexion").headers["location"] == "/?message=deconnexion"
    assert count(engine, PortalSession) == 0
    assert browser.get(at).headers["location"].startswith("/connexion")


def test_the_steps_are_closed_to_who_is_not_signed_in(browser: Browser) -> None:
    for address in (*STEPS, DONE, "/premiere-connexion", "/mot-de-passe/nouveau"):
        response = browser.get(address)
        assert response.status_code == 303
        assert response.headers["location"] == "/connexion?next=%2Flocataires"


@pytest.mark.parametrize("address", [*STEPS, "/mot-de-passe/nouveau"])
def test_who_has_finished_has_no_step_left(browser: Browser, address: str) -> None:
    browser.sign_in("camille")
    assert browser.get(address).headers["location"] == "/locataires"
    response = browser.submit("/", to=address, nouveau=OWN_PASSWORD, nouveau_encore=OWN_PASSWORD)
    assert response.headers["location"] == "/locataires"
    browser.client.cookies.clear()
    browser.sign_in("camille")


# Leaving and coming back


@pytest.mark.parametrize("done", range(4))
def test_it_can_be_left_at_each_step_and_resumed(new_browser: NewBrowser, done: int) -> None:
    advance(new_browser(), done)
    password = TEMPORARY_PASSWORD if done < 2 else OWN_PASSWORD
    response = new_browser().submit_sign_in("nouvelle", password)
    assert response.headers["location"] == STEPS[done]


def test_the_temporary_password_is_over_once_one_s_own_is_chosen(new_browser: NewBrowser) -> None:
    advance(new_browser(), 2)
    assert new_browser().submit_sign_in("nouvelle", TEMPORARY_PASSWORD).status_code == 422


def test_an_expired_temporary_password_opens_nothing(browser: Browser, engine: Engine) -> None:
    with transaction(on=engine) as session:
        session.scalars(select(TemporaryPassword)).one().expires_at = now() - timedelta(seconds=1)
    assert browser.submit_sign_in("nouvelle", TEMPORARY_PASSWORD).status_code == 422


def test_who_comes_back_with_a_new_temporary_password_chooses_again(new_browser: NewBrowser, engine: Engine) -> None:
    advance(new_browser(), 2)
    with transaction(on=engine) as session:
        give_temporary_password(session, user_named(engine, "nouvelle").id, "WXYZ-2345-6789-ABCD")
    back = new_browser()
    assert back.submit_sign_in("nouvelle", "wxyz 2345 6789 abcd").headers["location"] == PASSWORD
    assert choose_password(back, "Sept-brouettes-et-1-rateau").headers["location"] == USAGE_RULES


def test_a_user_closed_on_the_way_is_out(browser: Browser, engine: Engine) -> None:
    advance(browser, 2)
    token = browser.csrf_token(USAGE_RULES)
    with transaction(on=engine) as session:
        session.get_one(PortalUser, user_named(engine, "nouvelle").id).state = UserState.CLOSED
    assert browser.get(USAGE_RULES).headers["location"].startswith("/connexion")
    response = browser.client.post(USAGE_RULES, data={"jeton": token, "version": "2026-11", "accepte": "oui"})
    assert response.headers["location"].startswith("/connexion")
    assert count(engine, Acceptance) == 0


# Step 2


def test_what_is_known_is_filled_in_and_what_confirms_it_is_not(browser: Browser) -> None:
    page = begin(browser).text(DETAILS)
    for name, value in {"prenom": "Nadia", "nom": "Nouvelle", "courriel": "nouvelle@exemple.test"}.items():
        assert re.search(rf'name="{name}" type="\w+" value="{value}"', page)
    for name in ("courriel_encore", "telephone", "telephone_encore"):
        assert re.search(rf'name="{name}" type="\w+" value=""', page)
    for purpose in ("given-name", "family-name", "email", "tel"):
        assert f'autocomplete="{purpose}"' in page


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"prenom": ""}, "prenom", "Saisissez votre prénom."),
        ({"nom": " "}, "nom", "Saisissez votre nom."),
        ({"nom": "1234"}, "nom", "lettres"),
        ({"courriel": ""}, "courriel", "Saisissez votre adresse courriel."),
        ({"courriel": "nadia"}, "courriel", "@"),
        ({"courriel_encore": ""}, "courriel_encore", "seconde fois"),
        ({"courriel_encore": "nadja@exemple.fr"}, "courriel_encore", "différentes"),
        ({"telephone": "12"}, "telephone", "téléphone ne convient pas"),
        ({"telephone_encore": ""}, "telephone_encore", "seconde fois"),
        ({"telephone_encore": "06 12 34 56 79"}, "telephone_encore", "différents"),
        ({"telephone": ""}, "telephone", "effacez sa confirmation"),
    ],
)
def test_a_detail_that_is_missing_or_wrong_is_told_at_its_field(
    browser: Browser, engine: Engine, fields: dict[str, str], field: str, words: str
) -> None:
    response = give_details(begin(browser), **fields)
    assert response.status_code == 422
    page = html.unescape(response.text)
    message = re.search(rf'id="{field}-erreur">([^<]*)<', page)
    assert message
    assert words in message[1]
    assert f'<a href="#{field}">{message[1]}</a>' in page, "the summary leads there"
    assert "<title>Erreur – " in page
    assert browser.get("/premiere-connexion").headers["location"] == DETAILS


def test_what_was_typed_is_kept_when_something_is_wrong(browser: Browser) -> None:
    page = html.unescape(give_details(begin(browser), nom='"><b>Dûpont', courriel_encore="autre@exemple.fr").text)
    assert "<b>" not in give_details(browser, nom='"><b>Dûpont').text
    assert 'value="Nadia@Exemple.fr"' in page
    assert 'value="autre@exemple.fr"' in page


def test_the_telephone_may_be_left_out(browser: Browser, engine: Engine) -> None:
    assert give_details(begin(browser), telephone="", telephone_encore="").status_code == 303
    assert user_named(engine, "nouvelle").phone is None


@pytest.fixture
def taken(engine: Engine, world: World) -> str:
    """An email address that is Camille's."""
    with transaction(on=engine) as session:
        session.get_one(PortalUser, world.camille).email = "camille@exemple.fr"
    return "camille@exemple.fr"


def test_a_landlord_with_the_email_of_another_account_is_told_why_it_is_refused(
    browser: Browser, engine: Engine, taken: str
) -> None:
    response = give_details(begin(browser), courriel=taken.upper(), courriel_encore=taken)
    assert response.status_code == 422
    page = html.unescape(response.text)
    assert "un compte par département, et chacun demande une adresse courriel différente" in page
    assert "Durand" not in page
    assert user_named(engine, "nouvelle").email == "nouvelle@exemple.test"


@pytest.mark.usefixtures("organisation")
def test_in_an_organisation_the_reason_is_another(browser: Browser, taken: str) -> None:
    page = html.unescape(give_details(begin(browser, "une"), courriel=taken, courriel_encore=taken).text)
    assert "celle d’un autre utilisateur" in page
    assert "département" not in page


def test_a_newcomer_cannot_find_out_who_has_an_access_by_trying_addresses(
    browser: Browser, engine: Engine, taken: str
) -> None:
    own = "connue@exemple.fr"
    with transaction(on=engine) as session:
        session.get_one(PortalUser, user_named(engine, "nouvelle").id).email = own
    begin(browser)
    for _ in range(REFUSED_EMAILS_AN_HOUR):
        assert give_details(browser, courriel=taken, courriel_encore=taken).status_code == 422
    for address in (taken, "libre@exemple.fr"):
        response = give_details(browser, courriel=address, courriel_encore=address)
        assert response.status_code == 429
        assert re.search(r"Attendez \d\d minutes", response.text)
    assert user_named(engine, "nouvelle").email == own
    assert give_details(browser, courriel=own, courriel_encore=own).status_code == 303, "the address known to the Caf"


def test_a_double_click_on_the_details_does_no_harm(browser: Browser) -> None:
    form = {"jeton": begin(browser).csrf_token(DETAILS), **OWN_DETAILS}
    answers = [browser.client.post(DETAILS, data=form) for _ in range(2)]
    assert [answer.headers["location"] for answer in answers] == [PASSWORD, PASSWORD]


# Step 3


@pytest.mark.parametrize(
    ("password", "again", "field", "words"),
    [
        ("", "", "nouveau", "Saisissez le mot de passe"),
        ("Gh7!q", "Gh7!q", "nouveau", "trop court"),
        ("Nouvelle-Nadia-2026!", "Nouvelle-Nadia-2026!", "nouveau", ""),
        (OWN_PASSWORD, "", "nouveau_encore", "seconde fois"),
        (OWN_PASSWORD, OWN_PASSWORD + "x", "nouveau_encore", "différents"),
        (TEMPORARY_PASSWORD, TEMPORARY_PASSWORD, "nouveau", "mot de passe provisoire"),
        (TEMPORARY_PASSWORD.lower(), TEMPORARY_PASSWORD.lower(), "nouveau", "mot de passe provisoire"),
        ("é" * 200, "é" * 200, "nouveau", ""),
        ("a" * 5000, "a" * 5000, "nouveau", ""),
    ],
    ids=["none", "short", "personal", "once", "different", "temporary", "temporary in lower case", "long", "longer"],
)
def test_a_password_that_will_not_do_is_refused_with_the_reason_and_never_shown(
    browser: Browser, engine: Engine, password: str, again: str, field: str, words: str
) -> None:
    response = choose_password(advance(browser, 1), password, again)
    assert response.status_code == 422
    page = html.unescape(response.text)
    message = re.search(rf'id="{field}-erreur">([^<]+)<', page)
    assert message
    assert words in message[1]
    if password:
        assert password not in page
    assert user_named(engine, "nouvelle").password_hash is None


def test_the_rules_are_shown_before_the_password_is_typed(browser: Browser) -> None:
    page = advance(browser, 1).text(PASSWORD)
    assert all(typeset(rule) in page for rule in RULES)
    assert page.count('autocomplete="new-password"') == 2
    assert 'autocomplete="username"' in page
    assert "maxlength" not in "".join(re.findall(r'<input[^>]*type="password"[^>]*>', page))


def test_choosing_a_password_ends_every_other_session(new_browser: NewBrowser) -> None:
    other, browser = begin(new_browser()), advance(new_browser(), 1)
    assert other.get(PASSWORD).status_code == 200
    choose_password(browser)
    assert other.get(PASSWORD).status_code == 303
    assert other.get("/").text.count("Se déconnecter") == 0
    assert browser.get(USAGE_RULES).status_code == 200


def test_the_second_click_on_a_password_leads_to_sign_in_and_says_why(new_browser: NewBrowser, engine: Engine) -> None:
    first = advance(new_browser(), 1)
    form = {"jeton": first.csrf_token(PASSWORD), "nouveau": OWN_PASSWORD, "nouveau_encore": OWN_PASSWORD}
    second = new_browser()
    for name in ("ob_session", "ob_visite"):
        second.put_cookie(name, first.cookie(name))
    assert first.client.post(PASSWORD, data=form).status_code == 303
    stored = user_named(engine, "nouvelle").password_hash
    response = second.client.post(PASSWORD, data={**form, "nouveau": "x" * 30, "nouveau_encore": "x" * 30})
    assert response.status_code == 303
    assert "Votre connexion est terminée." in second.text(response.headers["location"])
    assert user_named(engine, "nouvelle").password_hash == stored


def test_no_page_bears_a_password(browser: Browser) -> None:
    pages = []
    shown = browser.client.request

    def request(*arguments: Any, **options: Any) -> Any:
        response = shown(*arguments, **options)
        pages.append(html.unescape(response.text))
        return response

    browser.client.request = request  # type: ignore[method-assign]
    begin(browser)
    give_details(browser, nom="")
    give_details(browser)
    choose_password(browser, OWN_PASSWORD, "autre")
    choose_password(browser)
    for path in (USAGE_RULES, TERMS_OF_USE):
        accept(browser, path)
    browser.get(DONE)
    assert len(pages) > 10
    assert not any(secret in page for page in pages for secret in (OWN_PASSWORD, TEMPORARY_PASSWORD))


def test_the_password_chosen_is_the_one_that_opens(browser: Browser, engine: Engine) -> None:
    advance(browser, 2)
    with reading(on=engine) as session:
        proven = authenticate(session, "nouvelle", OWN_PASSWORD)
        assert proven is not None
        assert not proven.by_temporary_password


# Steps 4 and 5


@pytest.mark.parametrize(
    ("done", "path", "document"), [(2, USAGE_RULES, "usage_rules"), (3, TERMS_OF_USE, "terms_of_use")]
)
def test_a_text_is_shown_and_must_be_accepted(
    browser: Browser, engine: Engine, done: int, path: str, document: str
) -> None:
    advance(browser, done)
    text = documents.current(Document(document))
    page = browser.text(path)
    assert all(typeset(paragraph) in page for paragraph in text.paragraphs)
    assert f"Version {text.version}" in page
    before = count(engine, Acceptance)
    response = accept(browser, path, accepte="")
    assert response.status_code == 422
    assert '<a href="#accepte">' in response.text
    assert count(engine, Acceptance) == before


def test_a_text_that_changed_meanwhile_is_shown_again(
    browser: Browser, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    advance(browser, 2)
    newer = Text("Règles d’usage", "2027-01", ("Une règle toute neuve.",))
    was = documents.current
    form = {"jeton": browser.csrf_token(USAGE_RULES), "version": was(Document.USAGE_RULES).version, "accepte": "oui"}
    monkeypatch.setattr(documents, "current", lambda each: newer if each is Document.USAGE_RULES else was(each))
    response = browser.client.post(USAGE_RULES, data=form)
    assert response.status_code == 422
    page = html.unescape(response.text)
    assert "Ce texte a changé" in page
    assert "Une règle toute neuve." in page
    assert 'name="version" value="2027-01"' in page
    assert count(engine, Acceptance) == 0
    assert accept(browser, USAGE_RULES).status_code == 303
    with reading(on=engine) as session:
        assert session.scalars(select(Acceptance.version)).all() == ["2027-01"]


@pytest.mark.parametrize("version", ["", "9999-99", "2026-11'--"])
def test_a_version_that_never_was_is_not_accepted(browser: Browser, engine: Engine, version: str) -> None:
    advance(browser, 2)
    assert accept(browser, USAGE_RULES, version=version).status_code == 422
    assert count(engine, Acceptance) == 0


# Organisations


@pytest.mark.usefixtures("organisation")
def test_the_first_of_an_organisation_is_told_that_they_are_its_administrator(
    new_browser: NewBrowser, engine: Engine
) -> None:
    pages = {}
    for login in ("une", "deux"):
        browser = begin(new_browser(), login)
        address = f"{login}@tilleuls.fr"
        give_details(browser, prenom=login, nom="Tilleul", courriel=address, courriel_encore=address)
        choose_password(browser)
        accept(browser, USAGE_RULES)
        pages[login] = browser.text(accept(browser, TERMS_OF_USE).headers["location"])
        tenants = browser.text("/locataires")
        assert ("Rémi" in tenants) is (login == "une"), "the administrator is in every group"
    assert "Vous êtes l’administrateur de LES TILLEULS" in pages["une"]
    assert 'href="/habilitations"' in pages["une"].partition("<main")[2]
    assert "administrateur" not in pages["deux"].partition("<main")[2]


# Forms


@pytest.mark.parametrize(("done", "path"), list(enumerate(STEPS)))
def test_a_step_takes_only_the_form_of_its_own_visitor(
    new_browser: NewBrowser, engine: Engine, done: int, path: str
) -> None:
    browser = advance(new_browser(), done)
    stranger = new_browser().sign_in("camille")
    fields = {**OWN_DETAILS, "nouveau": OWN_PASSWORD, "nouveau_encore": OWN_PASSWORD, "accepte": "oui"}
    for token in ("", "0" * 64, stranger.csrf_token("/locataires"), new_browser().csrf_token()):
        assert browser.client.post(path, data={**fields, "jeton": token}).status_code == 403
    headers = {"origin": "https://mechant.test"}
    form = {**fields, "jeton": browser.csrf_token(path)}
    assert browser.client.post(path, data=form, headers=headers).status_code == 403
    assert browser.get(path).status_code == 200, "still to be done"


def test_the_token_of_a_newcomer_does_not_serve_another(new_browser: NewBrowser, engine: Engine) -> None:
    """Not even when their visit is the same: it is bound to who is signed in."""
    browser = begin(new_browser())
    token = browser.csrf_token(DETAILS)
    other = new_browser().sign_in("camille")
    other.put_cookie("ob_visite", browser.cookie("ob_visite"))
    assert other.client.post("/deconnexion", data={"jeton": token}).status_code == 403


def test_a_double_click_on_the_last_step_does_no_harm(new_browser: NewBrowser, engine: Engine) -> None:
    first = advance(new_browser(), 3)
    version = documents.current(Document.TERMS_OF_USE).version
    form = {"jeton": first.csrf_token(TERMS_OF_USE), "version": version, "accepte": "oui"}
    second = new_browser()
    for name in ("ob_session", "ob_visite"):
        second.put_cookie(name, first.cookie(name))
    assert first.client.post(TERMS_OF_USE, data=form).headers["location"] == DONE
    response = second.client.post(TERMS_OF_USE, data=form)
    assert response.headers["location"] == "/connexion?message=session"
    assert count(engine, Acceptance) == 2
    assert first.get("/locataires").status_code == 200


def test_of_several_passwords_sent_at_once_one_is_chosen(
    configuration: Settings, engine: Engine, new_browser: NewBrowser
) -> None:
    first = advance(new_browser(), 1)
    token = first.csrf_token(PASSWORD)
    hands = [Browser(create_app(configuration, engine)) for _ in range(4)]
    for hand in hands:
        for name in ("ob_session", "ob_visite"):
            hand.put_cookie(name, first.cookie(name))

    def choose(number: int) -> bool:
        password = f"{OWN_PASSWORD}-{number}"
        form = {"jeton": token, "nouveau": password, "nouveau_encore": password}
        return hands[number].client.post(PASSWORD, data=form).headers["location"] == USAGE_RULES

    with ThreadPoolExecutor(4) as clicks:
        chosen = list(clicks.map(choose, range(4)))
    assert chosen.count(True) == 1
    opens = [new_browser().submit_sign_in("nouvelle", f"{OWN_PASSWORD}-{number}").status_code for number in range(4)]
    assert opens == [303 if mine else 422 for mine in chosen]
