"""What a landlord is told, and what is never told together."""

from __future__ import annotations

import re

import pytest

from offre_bailleurs.mail.messages import (
    SAFETY,
    email_changed_message,
    login_message,
    temporary_password_message,
    typeset,
    use_lost_login_message,
)
from offre_bailleurs.mail.outbox import Content
from offre_bailleurs.models import ContactChannel, PortalUser
from tests.unit.mail.people import AT, colleague, landlord

PASSWORD = "ABCD-EFGH-JKLM-2345"
USERS = (landlord(), colleague())


def _all(user: PortalUser) -> list[Content]:
    by_both = list(ContactChannel)
    return [
        *(login_message(user, by=by) for by in by_both),
        *(temporary_password_message(user, PASSWORD, AT, by=by) for by in by_both),
        use_lost_login_message(user),
        email_changed_message(user),
    ]


def _words(content: Content) -> str:
    return " ".join((content.subject, *content.paragraphs, content.secret or "", content.secret_label or ""))


@pytest.mark.parametrize("by", ContactChannel)
def test_a_login_and_its_password_never_travel_together(by: ContactChannel) -> None:
    user = landlord()
    login, password = login_message(user, by=by), temporary_password_message(user, PASSWORD, AT, by=by)
    assert login.secret == user.login
    assert password.secret == PASSWORD
    assert PASSWORD not in _words(login)
    assert user.login not in _words(password)


@pytest.mark.parametrize(
    ("by", "other", "this"),
    [
        (ContactChannel.EMAIL, "dans un autre courriel", "dans ce courriel"),
        (ContactChannel.LETTER, "dans une autre lettre", "dans cette lettre"),
    ],
)
def test_a_message_says_how_the_other_one_comes(by: ContactChannel, other: str, this: str) -> None:
    assert other in _words(login_message(landlord(), by=by))
    assert this in _words(temporary_password_message(landlord(), PASSWORD, AT, by=by))


def test_a_temporary_password_says_until_when_it_serves_by_the_clocks_of_paris() -> None:
    assert "jusqu'au 22 novembre 2026 à 14\u00a0h\u00a005" in _words(
        temporary_password_message(landlord(), PASSWORD, AT, by=ContactChannel.EMAIL)
    )


def test_each_message_says_for_which_account_it_is() -> None:
    assert all("département\u00a035" in _words(content) for content in _all(landlord()))
    assert all("LES OLIVIERS" in _words(content) for content in _all(colleague()))


def test_each_guide_has_its_own_way_in() -> None:
    private, organisation = (_words(login_message(user, by=ContactChannel.EMAIL)) for user in USERS)
    assert "l'Espace Partenaires, dans la barre de menu verte" in private
    assert "l'Espace Professionnel, dans la barre de menu violette" in organisation


def test_who_never_connected_and_is_written_to_by_letter_is_sent_to_the_lost_login() -> None:
    content = use_lost_login_message(landlord())
    assert "« Identifiant perdu », même s'il ne vous manque que le mot de passe" in _words(content)
    assert content.secret is None


def test_a_former_address_is_told_who_replaced_it_and_what_to_do() -> None:
    content = email_changed_message(colleague())
    assert content.subject == "Votre adresse pour Mon Compte Partenaire a été remplacée"
    for told in (
        "par l'administrateur ou un responsable d'habilitation de votre organisme",
        "Si vous ne vous attendiez pas à ce changement",
        "ou un conseiller",
    ):
        assert told in _words(content)
    assert content.secret is None
    assert colleague().login not in _words(content)


@pytest.mark.parametrize("user", USERS, ids=lambda user: user.login)
def test_no_message_bears_a_link_or_what_somebody_typed_about_a_person(user: PortalUser) -> None:
    user.first_name, user.last_name = "Cliquez-Sur", "exemple-de-piege.fr"
    for content in _all(user):
        assert not re.search(r"https?:|www\.|<a\b|exemple-de-piege|Cliquez-Sur", _words(content) + SAFETY)


def test_no_line_begins_with_a_sign_that_french_keeps_with_its_word() -> None:
    assert (
        typeset("« Connexion » : tapez ; oui ? non !")
        == "«\u00a0Connexion\u00a0»\u00a0: tapez\u00a0; oui\u00a0? non\u00a0!"
    )
