"""Changing the administrator (F8), and the journal of what was done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from offre_bailleurs.database import now, reading, transaction
from offre_bailleurs.models import AuditEvent, Outcome, PortalUser, RequestState, SupportRequest
from tests.portal.browser import Browser
from tests.portal.office import Office, create, form, office, rows, text_of

__all__ = ["office"]

NewBrowser = Callable[[], Browser]

ADMINISTRATOR = "/habilitations/administrateur"
JOURNAL = "/habilitations/journal"


def requests(engine: Engine) -> list[tuple[int | None, str]]:
    with reading(on=engine) as session:
        return [(each.portal_user_id, each.reason) for each in session.scalars(select(SupportRequest))]


@pytest.mark.parametrize("login", ["oliviers", "resp"])
def test_replacing_the_administrator_goes_to_the_caf_and_is_asked_once(
    browser: Browser, office: Office, login: str
) -> None:
    browser.sign_in(login)
    said = text_of(browser.get(ADMINISTRATOR))
    assert "exceptionnel : cela se demande à la Caf" in said
    assert "Guide d’habilitation Partenaires" in said
    assert browser.submit(ADMINISTRATOR).headers["location"] == ADMINISTRATOR
    page = browser.get(ADMINISTRATOR)
    assert "Votre demande n° 1 est enregistrée" in text_of(page)
    assert "<form" not in page.text.partition("<main")[2]
    browser.submit("/locataires", to=ADMINISTRATOR)
    user_id = office.administrator if login == "oliviers" else office.manager
    assert requests(office.engine) == [(user_id, "replace_administrator")]
    assert office.user(office.administrator).is_administrator


def test_while_the_request_is_open_it_is_not_made_anew_on_another_day(browser: Browser, office: Office) -> None:
    browser.sign_in("resp")
    browser.submit(ADMINISTRATOR)
    with transaction(on=office.engine) as session:
        request = session.scalars(select(SupportRequest)).one()
        request.created_at -= timedelta(days=3)
        request.request_key = "page/three days ago"
    said = text_of(browser.get(ADMINISTRATOR))
    assert "Un conseiller vous répondra par courriel, à l’adresse de votre compte." in said
    assert "Demander à nouveau" not in said
    browser.submit("/locataires", to=ADMINISTRATOR)
    assert len(requests(office.engine)) == 1
    with transaction(on=office.engine) as session:
        request = session.scalars(select(SupportRequest)).one()
        request.state, request.outcome, request.closed_at = RequestState.CLOSED, Outcome.RESOLVED, now()
    said = text_of(browser.get(ADMINISTRATOR))
    assert "Un conseiller vous répondra" not in said
    assert "Demander à nouveau" in said
    browser.submit(ADMINISTRATOR)
    assert len(requests(office.engine)) == 2


def test_the_administrator_reads_what_was_done_the_newest_first(new_browser: NewBrowser, office: Office) -> None:
    manager, administrator = new_browser().sign_in("resp"), new_browser().sign_in("oliviers")
    created = create(manager, **form(office.regulated)).headers["location"].split("/")[3]
    administrator.submit(f"/habilitations/utilisateurs/{created}/cloture")
    done = [row.partition(" h ")[2][3:] for row in rows(administrator.text(JOURNAL))]
    assert done == [
        "Aline Olivier a clôturé l’accès de Marius Lavande.",
        "Renée Branchu a fait envoyer à Marius Lavande son identifiant et un mot de passe provisoire.",
        "Renée Branchu a créé l’accès de Marius Lavande (groupes : Logements conventionnés).",
    ]
    stranger = new_browser().sign_in("violette")
    assert "Rien n’a encore été fait." in text_of(stranger.get(JOURNAL))


def test_a_responsable_does_not_read_the_journal(browser: Browser, office: Office) -> None:
    browser.sign_in("resp")
    assert (browser.get(JOURNAL).status_code, browser.get(JOURNAL).text) == (404, browser.get("/nulle-part").text)
    assert f'href="{JOURNAL}"' not in browser.text("/habilitations/utilisateurs")


def test_a_long_journal_is_cut_into_pages(browser: Browser, office: Office) -> None:
    with transaction(on=office.engine) as session:
        account_id = session.get_one(PortalUser, office.administrator).account_id
        for _ in range(60):
            session.add(
                AuditEvent(
                    actor_id=office.administrator,
                    account_id=account_id,
                    action="user.updated",
                    subject=f"portal_user:{office.plain}",
                    detail={"fields": ["phone"]},
                )
            )
    browser.sign_in("oliviers")
    lengths = [len(rows(browser.text(f"{JOURNAL}?page={page}"))) for page in (1, 2, 3, 99)]
    assert lengths == [25, 25, 10, 10]
    assert "Page suivante" in browser.text(JOURNAL)
    assert "?page=2" in browser.text(JOURNAL)
