"""`bailleurs adviser`: who answers at the desk."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from click.testing import Result
from sqlalchemy import select

from offre_bailleurs.accounts import authenticate
from offre_bailleurs.database import now, reading, transaction
from offre_bailleurs.models import Outcome, PortalUser, RequestState, SupportRequest, UserState
from offre_bailleurs.portal_sessions import open_session
from offre_bailleurs.temporary_passwords import ALPHABET

Bailleurs = Callable[..., Result]
_PASSWORD = re.compile(rf"[{ALPHABET}]{{4}}(?:-[{ALPHABET}]{{4}}){{3}}")


@pytest.fixture(autouse=True)
def _migrated(bailleurs: Bailleurs) -> None:
    assert bailleurs("migrate").exit_code == 0


def add(bailleurs: Bailleurs, first_name: str = "Zoé", email: str = "zoe@exemple.fr") -> Result:
    return bailleurs("adviser", "add", first_name, "Guichet", email)


def refused(result: Result) -> str:
    """Why, in the one line that the operator reads."""
    assert result.exit_code == 1
    (line,) = result.output.splitlines()
    return line


def test_a_new_adviser_is_given_a_login_and_a_temporary_password(bailleurs: Bailleurs) -> None:
    result = add(bailleurs)
    assert result.exit_code == 0
    (password,) = _PASSWORD.findall(result.output)
    assert "zguichet" in result.output
    with reading() as session:
        proven = authenticate(session, "zguichet", password)
        assert proven is not None
        assert proven.by_temporary_password
        assert (proven.user.is_adviser, proven.user.full_name) == (True, "Zoé Guichet")


def test_the_password_is_shown_this_once(bailleurs: Bailleurs) -> None:
    (password,) = _PASSWORD.findall(add(bailleurs).output)
    assert password not in bailleurs("adviser", "list").output


def test_two_advisers_of_one_name_have_two_logins(bailleurs: Bailleurs) -> None:
    add(bailleurs)
    assert "zguichet2" in add(bailleurs, email="zoe.autre@exemple.fr").output


@pytest.mark.parametrize(
    ("first_name", "email", "reason"),
    [
        ("Zoé", "zoe@exemple.fr", "déjà celle d'un autre"),
        ("Zoé", "zoe", "il y manque le signe @"),
        ("Zoé<b>", "autre@exemple.fr", "Un nom s’écrit avec des lettres"),
        ("", "autre@exemple.fr", "Saisissez un nom"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line(
    bailleurs: Bailleurs, first_name: str, email: str, reason: str
) -> None:
    add(bailleurs)
    assert reason in refused(add(bailleurs, first_name, email))
    with reading() as session:
        assert len(session.scalars(select(PortalUser.id)).all()) == 1


def test_another_temporary_password_replaces_the_first(bailleurs: Bailleurs) -> None:
    (first,) = _PASSWORD.findall(add(bailleurs).output)
    (second,) = _PASSWORD.findall(bailleurs("adviser", "renew", "zguichet").output)
    with reading() as session:
        assert authenticate(session, "zguichet", first) is None
        assert authenticate(session, "zguichet", second) is not None


def test_a_closed_adviser_is_out_and_what_they_had_waits_for_another(bailleurs: Bailleurs) -> None:
    add(bailleurs)
    with transaction() as session:
        user = session.scalars(select(PortalUser)).one()
        open_session(session, user.id, lifetime=timedelta(hours=1))
        request = SupportRequest(conversation_id="talk", reason="asked", request_key="talk/1")
        request.state, request.adviser_id = RequestState.TAKEN, user.id
        session.add(request)
    result = bailleurs("adviser", "close", "zguichet")
    assert "Demandes remises en attente : 1." in result.output
    with reading() as session:
        assert session.scalars(select(PortalUser)).one().state is UserState.CLOSED
        assert session.scalars(select(SupportRequest)).one().state is RequestState.WAITING
    assert "fermé" in bailleurs("adviser", "list").output


@pytest.mark.parametrize("command", ["renew", "close"])
def test_who_is_no_adviser_is_neither_renewed_nor_closed(bailleurs: Bailleurs, command: str) -> None:
    assert "n'est pas l'identifiant d'un conseiller" in refused(bailleurs("adviser", command, "camille35"))


def test_an_empty_list_says_how_to_begin(bailleurs: Bailleurs) -> None:
    assert "bailleurs adviser add" in bailleurs("adviser", "list").output


def test_an_adviser_speaks_at_the_desk_and_not_to_the_assistant(bailleurs: Bailleurs) -> None:
    add(bailleurs)
    for command in (("token", "zguichet"), ("chat", "--as", "zguichet")):
        assert "est celui d'un conseiller" in refused(bailleurs(*command))


def test_who_made_a_request_that_was_closed_long_ago_is_forgotten(bailleurs: Bailleurs) -> None:
    with transaction() as session:
        for days in (29, 31):
            request = SupportRequest(conversation_id="talk", reason="asked", request_key=f"talk/{days}")
            request.state, request.outcome, request.email = RequestState.CLOSED, Outcome.MISSED, "ada@exemple.fr"
            request.closed_at = now() - timedelta(days=days)
            session.add(request)
    assert "Demandes de conseiller rendues anonymes : 1." in bailleurs("purge").output
    assert "Demandes de conseiller rendues anonymes : 0." in bailleurs("purge").output
    with reading() as session:
        kept = session.scalars(select(SupportRequest).order_by(SupportRequest.closed_at)).all()
        assert [request.email for request in kept] == [None, "ada@exemple.fr"]
